"""Sentences in both languages, made of parts that are texts themselves."""

from collections.abc import Iterable

from msgspec import UnsetType

from voting.results import Amount
from voting.rules import Text


def fill(zh: str, en: str, *parts: Text) -> Text:
    """Both sentences with `{0}`, `{1}` … filled in; a part that one language lacks is said in the other."""
    return Text(
        zh=zh.format(*(part.zh or part.en for part in parts)),
        en=en.format(*(part.en or part.zh for part in parts)),
    )


def joined(texts: Iterable[Text]) -> Text:
    """A list: 甲、乙; A, B."""
    found = list(texts)
    return Text(
        zh="、".join(one.zh or one.en for one in found), en=", ".join(one.en or one.zh for one in found)
    )


def same(words: str) -> Text:
    """What is written alike in both languages."""
    return Text(zh=words, en=words)


def written(amount: Amount) -> Text:
    """Heads, and area where it is measured: `12 (345.00 m²)`."""
    return same(f"{amount.heads}" + ("" if isinstance(amount.area, UnsetType) else f" ({amount.area} m²)"))
