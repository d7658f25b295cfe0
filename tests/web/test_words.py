"""The words on the pages: one word for one thing, in both languages."""

import re
from collections.abc import Iterator
from typing import Any

from web.texts import texts

TECHNICAL = re.compile(r"hearing\.json|HEARING_\w+|hearing-\w+")


def pairs(zh: Any, en: Any, where: str = "") -> Iterator[tuple[str, str, str]]:
    """Every text in both languages, and where it stands."""
    if isinstance(zh, str):
        yield where, zh, en
    else:
        inner = zh.items() if isinstance(zh, dict) else enumerate(zh)
        for key, told in inner:
            yield from pairs(told, en[key], f"{where}.{key}")


def test_a_gathering_is_a_meeting_and_a_hearing_is_what_chinese_calls_one() -> None:
    """The product, the card and one kind of meeting are called hearing; else the page says meeting."""
    found = list(pairs(texts("zh"), texts("en")))
    wrong = [
        (where, en)
        for where, zh, en in found
        if "hearing" in TECHNICAL.sub("", en).lower() and "听证" not in zh
    ]
    assert len(found) > 1500
    assert wrong == []


def test_who_checks_people_in_is_a_person_and_not_a_place() -> None:
    people = [
        (zh, en.lower())
        for where, zh, en in pairs(texts("zh"), texts("en"))
        if where.endswith(("role-desk", "role.desk"))
    ]
    assert len(people) == 6
    assert set(people) == {("签到员", "desk officer")}
