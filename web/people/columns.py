"""Which column of a spreadsheet is which, and what a row says of a person.

Headers are accepted in Chinese and English, as committees write them:
case, blanks and a remark in brackets do not matter.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeVar

from web.people.names import is_han
from web.people.problems import ImportRefused, Problem, problem
from web.people.register import ROLES, Entry, Role, Sex
from web.people.sheets import Cell, Row

T = TypeVar("T")

HEADER_LINES = 10
"""A title may stand above the header, but not more than this."""
LARGEST_AREA = 100_000_000
"""A million square metres, in 0.01 m²: more is a slip of the pen."""

_AREA = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,2}))?")

_TITLES = {
    "name": "姓名 名字 name fullname",
    "community": "社区 所属社区 community",
    "grid": "网格 责任网格 所属网格 grid",
    "building": "楼 楼号 楼栋 楼组 栋 幢 building",
    "unit": "单元 单元号 unit",
    "capacity": "身份 职务 身份/职务 capacity",
    "sex": "性别 sex gender",
    "household": "户号 户号/业主编号 household householdid householdorownerid",
    "owner": "业主编号 业主号 owner ownerid ownernumber",
    "area": "面积 建筑面积 专有部分面积 area areainm2",
    "contact": "联系方式 联系电话 电话 手机 手机号 手机号码 contact phone",
    "roles": "角色 会议角色 roles role",
}
_FIELDS = {title: field for field, titles in _TITLES.items() for title in titles.split()}

_SEXES: dict[str, Sex] = {
    "": "", "男": "male", "male": "male", "m": "male",
    "女": "female", "female": "female", "f": "female",
}  # fmt: skip

_ROLE_WORDS: dict[Role, str] = {
    "representative": "representative 代表 居民代表 户代表 householder",
    "chair": "chair 主持 主持人 会议主持人",
    "supervisor": "supervisor 监督 监督员 监督委员 监票人",
    "desk": "desk 签到 签到员 签到台",
    "observer": "observer 旁听 列席",
}
_HEADS = frozenset({"户代表", "householder"})
"""Representatives who vote for their household."""
_ROLES = {word: role for role, words in _ROLE_WORDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns are: their field or "" when nobody knows them, and their titles.

    Attributes:
        owners: whether the numbers in the column `household` are owners', by its title.
    """

    line: int
    fields: tuple[str, ...]
    titles: tuple[str, ...]
    owners: bool = False

    @property
    def ignored(self) -> tuple[str, ...]:
        """Titles of the columns that are not read."""
        return tuple(t for f, t in zip(self.fields, self.titles, strict=True) if t and not f)

    def title(self, field: str) -> str:
        """What the file calls this field. Raises ValueError where it has no such column."""
        return self.titles[self.fields.index(field)]


def find_header(rows: list[Row]) -> tuple[Header, list[Row]]:
    """The header and the rows below it.

    Raises:
        ImportRefused: no header with a name, a column twice, or nobody below it.
    """
    for index, row in enumerate(rows):
        if row.line > HEADER_LINES:
            break
        titles = tuple(cell.text for cell in row.cells)
        known = [_FIELDS.get(_plain(title), "") for title in titles]
        fields = tuple("household" if field == "owner" else field for field in known)
        if "name" not in fields:
            continue
        for field, title in zip(fields, titles, strict=True):
            if field and fields.count(field) > 1:
                raise ImportRefused("repeated-column", column=title)
        if index + 1 == len(rows):
            raise ImportRefused("no-rows")
        return Header(row.line, fields, titles, "owner" in known), rows[index + 1 :]
    raise ImportRefused("no-header", limit=HEADER_LINES)


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says.

    Attributes:
        line: in the file, from 1.
        entry: of whom; it has no roles where none are said.
        problems: everything that is wrong with the row.
        heads: whether it calls them the one who votes for their household.
    """

    line: int
    entry: Entry
    problems: tuple[Problem, ...]
    heads: bool


def read_row(header: Header, row: Row, community: frozenset[str], ours: str) -> Said:
    """What a row says, and everything that is wrong with it.

    Args:
        header: where the columns are.
        row: the row.
        community: the community's own names, plain; the column "community" may be blank or one of them.
        ours: the community's name, for people.
    """
    reader = _RowReader(header, row)
    if reader.text("community") and _plain(reader.text("community")) not in community:
        reader.wrong("other-community", value=reader.text("community"), ours=ours)
    name = _tidy_name(reader.text("name"))
    if reader.readable("name") and not any(char.isalnum() or is_han(char) for char in name):
        reader.wrong("no-name")
    area = reader.parsed("area", parse_area, "bad-area") if reader.text("area") else None
    entry = Entry(
        name=name,
        sex=reader.parsed("sex", lambda text: _SEXES[text.casefold()], "bad-sex") or "",
        capacity=reader.text("capacity"),
        household=reader.text("household"),
        area=area,
        contact=reader.text("contact"),
        roles=_roles(reader),
        grid=reader.text("grid"),
        building=reader.text("building"),
        unit=reader.text("unit"),
    )
    return Said(row.line, entry, tuple(reader.problems), not _HEADS.isdisjoint(_role_words(reader)))


def plain_names(*names: str) -> frozenset[str]:
    """Names in the form in which `read_row` compares them."""
    return frozenset(_plain(name) for name in names)


def parse_area(text: str) -> int:
    """Read an area in m² as whole 0.01 m², exactly: ``"89.5"`` → 8950.

    Raises:
        ValueError: not a plain positive number, more than two decimals, or beyond `LARGEST_AREA`.
    """
    match = _AREA.fullmatch(text.strip())
    if match is None:
        raise ValueError("an area is a number of m² with at most two decimals")
    whole, decimals = match.groups(default="")
    hundredths = int(whole) * 100 + int(decimals.ljust(2, "0"))
    if not 0 < hundredths <= LARGEST_AREA:
        raise ValueError("an area is more than 0 and at most 1,000,000 m²")
    return hundredths


class _RowReader:
    """The cells of a row by field, and a list of what is wrong with them."""

    def __init__(self, header: Header, row: Row) -> None:
        self._cells = {f: cell for f, cell in zip(header.fields, row.cells, strict=False) if f}
        self.problems: list[Problem] = [
            cell.problem(title)
            for field, title, cell in zip(header.fields, header.titles, row.cells, strict=False)
            if field and cell.wrong
        ]
        beyond = [cell for title, cell in zip_longest(header.titles, row.cells, fillvalue="") if not title]
        if any(isinstance(cell, Cell) and (cell.text or cell.wrong) for cell in beyond):
            self.wrong("extra-cell")

    def text(self, field: str) -> str:
        cell = self._cells.get(field, Cell(""))
        return "" if cell.wrong else cell.text

    def readable(self, field: str) -> bool:
        return not self._cells.get(field, Cell("")).wrong

    def wrong(self, code: str, **facts: str | int) -> None:
        self.problems.append(problem(code, **facts))

    def parsed(self, field: str, parse: Callable[[str], T], code: str) -> T | None:
        try:
            return parse(self.text(field))
        except (ValueError, KeyError):
            self.wrong(code)
            return None


def _roles(reader: _RowReader) -> tuple[Role, ...]:
    found: set[Role] = set()
    for word in _role_words(reader):
        if word in _ROLES:
            found.add(_ROLES[word])
        elif word:
            reader.wrong("bad-role", value=word)
    return tuple(role for role in ROLES if role in found)


def _role_words(reader: _RowReader) -> list[str]:
    return re.split(r"[\s、，,；;/|]+", reader.text("roles").casefold())


def _plain(title: str) -> str:
    text = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"\s+|_", "", re.sub(r"\(.*\)$", "", text.strip()))


def _tidy_name(name: str) -> str:
    """One blank between words; none in a Han name, where people put them to align columns."""
    words = name.split()
    return ("" if all(is_han(word[0]) for word in words) else " ").join(words)
