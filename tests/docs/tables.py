"""Reads a document of ours: its headings, the tables and examples under them."""

import re
from dataclasses import dataclass, field
from pathlib import Path

_FENCE = re.compile(r"^```([a-z]*)( example)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Table:
    """A table; a row is its cells' texts."""

    header: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)


@dataclass
class Document:
    """Tables by the heading above them, in order; and the examples, as they stand."""

    tables: dict[str, list[Table]]
    examples: list[str]

    def all(self, *header: str) -> list[Table]:
        """Every table with this header."""
        return [table for tables in self.tables.values() for table in tables if table.header == header]

    def under(self, heading: str, *header: str) -> Table:
        """The one table with this header under a heading."""
        (table,) = [table for table in self.tables.get(heading, []) if table.header == header]
        return table


def read(path: Path) -> Document:
    text = path.read_text(encoding="utf-8")
    examples = [match[3] for match in _FENCE.finditer(text) if match[2]]
    tables: dict[str, list[Table]] = {}
    heading, inside = "", False
    for line in _FENCE.sub("", text).splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").replace("`", "")
        if not line.startswith("|"):
            inside = False
        elif not inside:
            tables.setdefault(heading, []).append(Table(cells(line)))
            inside = True
        elif not set(line) <= set("|- "):
            tables[heading][-1].rows.append(cells(line))
    return Document(tables, examples)


def cells(line: str) -> tuple[str, ...]:
    """A row's cells; `\\|` is no border."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return tuple(cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", inner))


def words(cell: str) -> tuple[str, ...]:
    """What stands between backticks."""
    return tuple(re.findall(r"`([^`]*)`", cell))
