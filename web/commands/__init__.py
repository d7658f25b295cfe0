"""The subcommands of `hearing`, one module each: `add(subparsers)` declares it, `run(arguments)` does it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import ArgumentParser, _SubParsersAction

    Subparsers = _SubParsersAction[ArgumentParser]
else:
    Subparsers = Any
