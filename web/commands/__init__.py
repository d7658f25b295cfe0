"""The subcommands of `hearing`, one module each: `add(subparsers)` declares it, `run(arguments)` does it."""

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import ArgumentParser, _SubParsersAction

    Subparsers = _SubParsersAction[ArgumentParser]
else:
    Subparsers = Any


def tell(text: str) -> None:
    """Print to the end, or as far as somebody reads: `hearing verify FILE.zip | head` is no error."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # What is left in the buffer must not fail once more when the program ends (docs.python.org, signal).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
