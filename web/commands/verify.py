"""`hearing verify`: check an audit bundle, offline and without any service."""

import argparse
import gc
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import TypeVar

from ballots.bundle import Bundle, BundleError, read
from ballots.tokens import TokenError, parse_anchor
from deliberation.audit import Expectations, Report, audit
from deliberation.replay import STRETCH, Signature
from web.commands import Subparsers, tell
from web.commands.report import Writer, to_json
from web.parallel import Helpers
from web.texts import LANGUAGES, subtag, terminal, texts

T = TypeVar("T")
BOX = 200_000
"""So many bytes of archives, some thirty secret ballots, are worth the start of another process."""
CLEAN, FINDINGS, NO_BUNDLE = 0, 1, 2
"""Exit codes."""
DESCRIPTION = """Check a meeting's audit bundle: every signature, the order, every ballot, every result.
Nothing is asked of any service. Exit code: 0 nothing found, 1 something does not fit, 2 not a bundle."""


class UnusableError(Exception):
    """A file that cannot be used; `code` is a key of the texts (`verify.command.why`)."""

    def __init__(self, path: Path, code: str, detail: str = "") -> None:
        super().__init__(f"{path}: {code}")
        self.path, self.code, self.detail = path, code, detail


Progress = Callable[[int, int], None]
"""Is told how many acts of how many are read."""


def add(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("verify", help="check an audit bundle", description=DESCRIPTION)
    parser.add_argument("file", type=Path, metavar="FILE.zip")
    parser.add_argument("--anchor", type=_anchor, help="the 16 characters on your card or notice")
    parser.add_argument(
        "--receipt",
        type=Path,
        action="append",
        default=[],
        help="a receipt that a phone has kept; repeatable",
    )
    parser.add_argument("--since", type=Path, metavar="OLD.zip", help="an earlier bundle of this meeting")
    parser.add_argument(
        "--openings",
        type=Path,
        metavar="FILE",
        help="who is who, as this file says: its cards are checked, its names cannot be",
    )
    parser.add_argument("--running", action="store_true", help="the meeting may still be going on")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--lang", type=subtag, choices=LANGUAGES, default=terminal())
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Check, print the report, and say by the exit code what came of it."""
    gc.disable()  # what is read stays until the end: looking through it again and again frees nothing
    try:
        bundle = _read(arguments.file)
        expected = Expectations(
            anchor=arguments.anchor,
            receipts=[_bytes(path) for path in arguments.receipt],
            since=_read(arguments.since) if arguments.since else None,
            openings=_bytes(arguments.openings) if arguments.openings else None,
            running=arguments.running,
        )
    except UnusableError as unusable:
        words = texts(arguments.lang)["verify"]["command"]
        why = words["why"][unusable.code].format(unusable.detail)
        print(words["no_bundle"].format(why=f"{unusable.path}: {why}"), file=sys.stderr)
        return NO_BUNDLE
    report = verify(bundle, expected, Bar() if sys.stderr.isatty() else None)
    if arguments.json:
        tell(to_json(report).decode())
    else:
        tell("\n".join(Writer(report, expected, arguments.lang, datetime.now(UTC)).lines()))
    return CLEAN if report.clean else FINDINGS


def verify(bundle: Bundle, expected: Expectations, progress: Progress | None = None) -> Report:
    """Audit a bundle on all cores; a small one is done before they would have started."""
    total = bundle.files["log.jsonl"].count(b"\n")
    done = 0
    secret = sum(len(raw) for name, raw in bundle.files.items() if name.startswith("secret/"))
    with Helpers(None if total > 2 * STRETCH or secret > BOX else 0) as helpers:

        def check(signatures: Sequence[Signature]) -> Callable[[], list[int]]:
            nonlocal done
            done += len(signatures)
            if progress is not None:
                progress(done, total)
            return helpers(signatures)

        return audit(bundle, expected, check, helpers.spread)


class Bar:
    """A progress bar on the terminal, which erases itself at the end."""

    WIDTH = 40
    PAUSE = 0.1
    """Seconds between two pictures."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Draw."""
        now = time.monotonic()
        if done >= total:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        elif now >= self._next:
            self._next = now + self.PAUSE
            full = self.WIDTH * done // total
            bar = "█" * full + "░" * (self.WIDTH - full)
            print(f"\r{bar} {done:,} / {total:,}", end="", file=sys.stderr, flush=True)


def _read(path: Path) -> Bundle:
    try:
        return _use(path, read)
    except BundleError as why:
        raise UnusableError(path, why.code, why.name) from None


def _bytes(path: Path) -> bytes:
    return _use(path, Path.read_bytes)


def _use(path: Path, take: Callable[[Path], T]) -> T:
    """What a regular file says: a folder has no bytes, and a device or a pipe may have no end of them."""
    try:
        if not S_ISREG(path.stat().st_mode):
            raise UnusableError(path, "not-regular")
        return take(path)
    except FileNotFoundError:
        raise UnusableError(path, "missing") from None
    except OSError as why:
        raise UnusableError(path, "unreadable", why.strerror or "") from None


def _anchor(typed: str) -> str:
    try:
        return parse_anchor(typed)
    except TokenError as why:
        raise argparse.ArgumentTypeError(str(why)) from None
