"""Another team's program, for each test in a folder of its own."""

from pathlib import Path

import pytest

from tests.ballots.secret.belenios import Tool


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    return Tool(tmp_path)
