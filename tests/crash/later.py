"""The command `hearing serve` in this process, by a clock that may be some days ahead."""

import datetime as dt
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from web.cli import main


def serve(environ: Mapping[str, str], days: float) -> None:
    """Serve until told to stop, or killed.

    What the product takes for the present moment is moved; how time goes on while it waits stays as it is.
    """
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it ends with the process
    os.environ.update(environ)
    if days:
        move(dt.timedelta(days=days))
    sys.exit(main(["serve"]))


def move(ahead: dt.timedelta, put: Callable[[object, str, object], None] = setattr) -> None:
    """Every module of the product that knows `datetime` has it tell the time so far ahead."""

    class Later(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Later":
            return super().now(tz) + ahead

    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("ballots", "deliberation", "web") and hasattr(module, "datetime"):
            put(module, "datetime", Later)
