"""Data of real votes, which is too much or not ours to be kept here: found, or skipped with a visible reason."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[3] / "shared" / "data"


def folder(name: str) -> Path:
    """The folder of a data set."""
    found = Path(os.environ.get("HEARING_TEST_DATA") or BESIDE) / name
    if not found.is_dir():
        pytest.skip(f"data set {name} is not at hand: set HEARING_TEST_DATA")
    return found
