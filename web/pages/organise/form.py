"""What somebody typed into a form: read strictly, shown again as typed, with a sentence at each slip."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from litestar import Request

from ballots.encoding import parse_utc, utc
from voting.rules import Text

LINE = 200
"""Characters of a name or title at most."""
WORDS = 4000
"""Characters of a text at most, as in `voting.rules.Text`."""
_FIELDS = 200
"""Fields of a form at most."""
_WHOLE = re.compile(r"-?[0-9]{1,9}")


class Form:
    """The fields of a form as typed.

    Attributes:
        wrong: what is wrong, by field: a key of `organise.wrong` in the texts.
    """

    def __init__(self, values: Mapping[str, Sequence[str]] | None = None) -> None:
        self._values = values or {}
        self.wrong: dict[str, str] = {}

    @classmethod
    def showing(cls, **values: str) -> "Form":
        """A form that is shown with these values; `__` in a name stands for a dot."""
        return cls({name.replace("__", "."): (value,) for name, value in values.items()})

    def typed(self, name: str) -> str:
        """What was typed, or the empty string."""
        values = self._values.get(name)
        return values[0] if values else ""

    def has(self, name: str, value: str) -> bool:
        """Whether a box was ticked or an option chosen."""
        return value in self._values.get(name, ())

    def line(self, name: str, *, required: bool = True, limit: int = LINE) -> str:
        """One line of text."""
        return self._text(name, " ".join(self.typed(name).split()), required=required, limit=limit)

    def words(self, name: str, *, required: bool = True, limit: int = WORDS) -> str:
        """A text of several lines."""
        lines = (line.rstrip() for line in self.typed(name).replace("\r\n", "\n").split("\n"))
        return self._text(name, "\n".join(lines).strip(), required=required, limit=limit)

    def both(self, name: str, *, limit: int = LINE, required: bool = True) -> Text:
        """A text in both languages, as the fields `NAME.zh` and `NAME.en`; one of them is enough."""
        read = self.line if limit <= LINE else self.words
        zh, en = (read(f"{name}.{lang}", required=False, limit=limit) for lang in ("zh", "en"))
        if required and not (zh or en):
            self.wrong.setdefault(f"{name}.zh", "missing")
        return Text(zh=zh, en=en)

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        """One of these values; the first of them where something else was sent."""
        value = self.typed(name)
        if value not in allowed:
            self.wrong[name] = "choose"
            return allowed[0]
        return value

    def some_of(self, name: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Those of these values that were ticked, at least one."""
        chosen = tuple(value for value in allowed if self.has(name, value))
        if not chosen:
            self.wrong[name] = "choose"
        return chosen

    def number(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        found = self.numbers(name, low, high)
        if len(found) != 1:
            self.wrong[name] = "number"
            return low
        return found[0]

    def numbers(self, name: str, low: int, high: int) -> tuple[int, ...]:
        """Some whole numbers from `low` to `high`, with blanks or commas between them, or none."""
        typed = re.split(r"[\s,，、]+", unicodedata.normalize("NFKC", self.typed(name)).strip())
        found = [word for word in typed if word]
        if not all(_WHOLE.fullmatch(word) and low <= int(word) <= high for word in found):
            self.wrong[name] = "number"
            return (low,)
        return tuple(map(int, found))

    def moment(self, name: str, zone: str) -> str:
        """A local date and time (`2026-11-21T14:00`, as HTML's datetime-local writes it) as UTC."""
        try:
            here = datetime.fromisoformat(self.typed(name)[:16]).replace(tzinfo=ZoneInfo(zone))
            return utc(here.astimezone(UTC))
        except (ValueError, OverflowError):
            self.wrong[name] = "time"
            return utc(datetime.now(UTC))

    def _text(self, name: str, text: str, *, required: bool, limit: int) -> str:
        text = unicodedata.normalize("NFC", text)
        if any(unicodedata.category(char) in ("Cc", "Cs") and char != "\n" for char in text):
            self.wrong[name] = "characters"
            return ""
        if len(text) > limit:
            self.wrong[name] = "too-long"
            return text[:limit]
        if required and not text:
            self.wrong[name] = "missing"
        return text


def local(at: str, zone: str) -> str:
    """A time as HTML's datetime-local field wants it."""
    return f"{parse_utc(at).astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


async def read_form(request: Request[Any, Any, Any]) -> Form:
    """The form that a request sends (application/x-www-form-urlencoded).

    Litestar's own reader keeps the last thousand bodies in memory; people's data must not stay there.
    """
    body = (await request.body()).decode("latin-1")
    values: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl(body, keep_blank_values=True, max_num_fields=_FIELDS):
            values.setdefault(name, []).append(value)
    except ValueError:
        return Form()
    return Form(values)
