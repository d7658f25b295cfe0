"""The verifier that was written from docs/spec.md alone, compiled."""

import subprocess
from pathlib import Path

import pytest

from tests.foreign.verdicts import SOURCE, Foreign, environment
from tests.programs import require


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Foreign:
    go = require("go")
    folder = tmp_path_factory.mktemp("verifier")
    command = [go, "build", "-o", str(folder / "verifier")]
    subprocess.run(command, cwd=SOURCE, env=environment(folder), check=True, timeout=200)
    return Foreign(Path(folder))
