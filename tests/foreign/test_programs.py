"""A missing program is said aloud, and fails where all of them must be there."""

from pathlib import Path

import pytest
from _pytest.outcomes import Failed, Skipped

from tests.programs import require, require_path


def test_a_missing_program_is_skipped_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(Skipped, match="apt-get install zbar-tools"):
        require("zbarimg")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Failed, match="apt-get install zbar-tools"):
        require("zbarimg")
    with pytest.raises(Failed, match="golang-golang-x-mod-dev"):
        require_path(Path("/nowhere"), "go")


def test_a_program_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "zbarimg"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert require("zbarimg") == str(program)
    assert require_path(tmp_path, "go") == tmp_path
