"""belenios-tool, another team's program, over archives that are lying in a folder."""

import subprocess
from pathlib import Path

from tests.programs import require


class Tool:
    """Runs in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.program = require("belenios-tool")
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def run(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command."""
        command = [self.program, *arguments]
        return subprocess.run(
            command, cwd=self.folder, input=given, capture_output=True, check=False, timeout=120
        )

    def verified(self, archive: bytes) -> str:
        """What it says of an archive, which it must accept."""
        for old in self.folder.glob("*.bel"):
            old.unlink()
        (self.folder / "election.bel").write_bytes(archive)
        done = self.run("election", "verify")
        assert done.returncode == 0, done.stderr.decode()
        return done.stderr.decode()
