"""Another team's program, `belenios-tool`, in a folder of its own."""

import shutil
import subprocess
from pathlib import Path

from tests.programs import require


class Tool:
    """belenios-tool in a folder of its own; `limit` is in seconds, for one command."""

    def __init__(self, folder: Path, limit: float = 120) -> None:
        self.folder = folder
        self.limit = limit
        self.path = require("belenios-tool")

    def fails(self, *arguments: str | Path) -> str:
        """What it says when it refuses; nothing when it does not."""
        done = self.run(*arguments)
        return done.stderr if done.returncode else ""

    def __call__(self, *arguments: str | Path, given: str | None = None) -> str:
        """What it prints."""
        done = self.run(*arguments, given=given)
        assert done.returncode == 0, (arguments, done.stderr)
        return done.stdout

    def run(self, *arguments: str | Path, given: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.path, *arguments],
            cwd=self.folder, input=given or "", capture_output=True, text=True, check=False, timeout=self.limit,
        )  # fmt: skip

    def file(self, name: str, text: str | bytes) -> Path:
        """A file in the folder."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def archive(self, raw: bytes, name: str = "one") -> Path:
        """A folder with just this archive."""
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        (place / "poll.bel").write_bytes(raw)
        return place

    def verify(self, raw: bytes) -> None:
        """It accepts this archive."""
        self("election", "verify", "--dir", self.archive(raw))
