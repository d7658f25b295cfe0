"""Programs of other people that tests use: found, or skipped with the line that installs them.

With CI=true a missing program is a failure: a check that silently does not run is worth nothing.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

PACKAGES = {
    "belenios-tool": "belenios-tool",
    "chromium": "chromium",
    "go": "golang-go golang-golang-x-mod-dev",
    "pdftoppm": "poppler-utils",
    "zbarimg": "zbar-tools",
}
"""Which Debian packages bring a program."""


def require(program: str) -> str:
    """The path of a program."""
    found = shutil.which(program)
    if found is None:
        missing(program, f"apt-get install {PACKAGES.get(program, program)}")
    return found


def require_path(path: Path, program: str) -> Path:
    """The path of something that comes with a program, for instance a library's source."""
    if not path.exists():
        missing(str(path), f"apt-get install {PACKAGES.get(program, program)}")
    return path


def missing(what: str, remedy: str) -> NoReturn:
    """Skip this test, or with CI=true let it fail."""
    sentence = f"{what} is not installed; to run this test: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
