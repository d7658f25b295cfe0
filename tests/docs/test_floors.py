"""The house keeps its floors: who may import whom, how long a file may be, and nothing left for later."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.sources import FLOORS, ROOT, modules, parsed

OUTSIDE = {
    "asyncio",
    "http",
    "io",
    "litestar",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "psycopg",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
"""What reaches the world outside, or is not the same twice: files, networks, threads, clocks, chance."""
LATER = re.compile("TO[D]O|FIX[M]E")
MOST_LINES = 400


def imported(path: Path) -> Iterator[str]:
    """The dotted names of all modules that a file imports, wherever in it."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the floor"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_imports_only_lower_floors(floor: str) -> None:
    above = set(FLOORS[FLOORS.index(floor) + 1 :])
    wrong = [
        (name(path), used)
        for path in modules(floor)
        for used in imported(path)
        if used.split(".")[0] in above
    ]
    assert wrong == []


@pytest.mark.parametrize("floor", ["voting", "deliberation"])
def test_the_pure_floors_reach_nothing_outside(floor: str) -> None:
    keepers = {f"ballots.{path.stem}" for path in modules("ballots") if keeps(path)}
    assert "ballots.store" in keepers
    for path in modules(floor):
        for used in imported(path):
            assert used.split(".")[0] not in OUTSIDE, (name(path), used)
            assert ".".join(used.split(".")[:2]) not in keepers, (name(path), used)


def keeps(path: Path) -> bool:
    """Whether a module keeps things or waits for them, rather than only computing."""
    reached = {used.split(".")[0] for used in imported(path)}
    return bool(reached & {"sqlalchemy", "sqlite3", "psycopg", "threading", "queue", "logging"})


def test_voting_stands_alone() -> None:
    used = {name.split(".")[0] for path in modules("voting") for name in imported(path)}
    assert used & set(FLOORS) == {"voting"}


def written(*folders: str) -> list[Path]:
    """Every source that somebody wrote."""
    kinds = [path for kind in ("*.py", "*.ts") for folder in folders for path in (ROOT / folder).rglob(kind)]
    return [path for path in kinds if not {"node_modules", "dist"} & set(path.parts)]


def test_a_file_can_be_read_in_one_sitting() -> None:
    sizes = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in written(*FLOORS)}
    assert {path: size for path, size in sizes.items() if size > MOST_LINES} == {}


def test_nothing_is_left_for_later() -> None:
    assert [
        name(path) for path in written(*FLOORS, "tests") if LATER.search(path.read_text(encoding="utf-8"))
    ] == []


def test_the_list_of_rooms_is_true() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:voting|ballots|deliberation|web)/[\w./]*\w)`", text))
    coming = {"voting/formats", "ballots/secret"}
    assert [place for place in sorted(named - coming) if not (ROOT / place).exists()] == []
    lower = {name(path) for path in modules(*FLOORS[:3]) if path.stem != "__init__"}
    assert lower - named == set()
