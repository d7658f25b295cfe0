"""The command `hearing`. Each subcommand is a module of `web.commands` with `add(subparsers)`."""

import argparse
import sys
from collections.abc import Sequence

from ballots.unsafe import Unsafe
from web.commands import demo, organiser, serve
from web.database import DatabaseTooNewError
from web.keys import KeyFileError
from web.settings import SettingsError

COMMANDS = (serve, demo, organiser)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="hearing", description="Residents' hearings that a stranger can verify."
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(subparsers)
    chosen = parser.parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except (DatabaseTooNewError, KeyFileError, SettingsError, Unsafe) as why:
        print(why, file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
