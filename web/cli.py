"""The command `hearing`. Each subcommand is a module of `web.commands` with `add(subparsers)`."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = ("serve", "demo", "organiser", "verify", "count")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; returns the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(
        prog="hearing", description="Residents' meetings that a stranger can verify."
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    # Only the command that is asked for is loaded: to verify needs no service and no database.
    for name in [name for name in COMMANDS if name in words[:1]] or COMMANDS:
        import_module(f"web.commands.{name}").add(subparsers)
    chosen = parser.parse_args(words)
    try:
        code: int = chosen.run(chosen)
    except _expected() as why:
        print(why, file=sys.stderr)
        return 1
    return code


def _expected() -> tuple[type[Exception], ...]:
    """What is told in one sentence, without a trace."""
    from ballots.unsafe import Unsafe
    from web.database import DatabaseTooNewError
    from web.keys import KeyFileError
    from web.settings import SettingsError

    return DatabaseTooNewError, KeyFileError, SettingsError, Unsafe


if __name__ == "__main__":
    sys.exit(main())
