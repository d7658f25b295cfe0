"""Texts and times as pages write them."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from ballots.encoding import parse_utc
from voting.rules import Text
from web.texts import Language

_WEEKDAYS = {
    "zh": ("一", "二", "三", "四", "五", "六", "日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Words:
    """Writes for readers of one language, in the time zone of one community."""

    def __init__(self, lang: Language, zone: str) -> None:
        self._lang = lang
        self._zone = ZoneInfo(zone)

    def say(self, text: Mapping[str, str] | None) -> str:
        """A text in this language, or in the other where it is missing."""
        if text is None:
            return ""
        other = "en" if self._lang == "zh" else "zh"
        return (text[self._lang].strip() or text[other]).strip()

    def of(self, text: Text) -> str:
        """The same of a text that is no JSON."""
        return self.say({"zh": text.zh, "en": text.en})

    def day(self, at: str) -> str:
        """`2026年11月21日 星期六`, `Saturday, 21 November 2026`."""
        local = self._local(at)
        weekday = _WEEKDAYS[self._lang][local.weekday()]
        if self._lang == "zh":
            return f"{local.year}年{local.month}月{local.day}日 星期{weekday}"
        return f"{weekday}, {local.day} {_MONTHS[local.month - 1]} {local.year}"

    def time(self, at: str) -> str:
        """`16:05`."""
        return f"{self._local(at):%H:%M}"

    def when(self, at: str) -> str:
        """Day and time."""
        return f"{self.day(at)} {self.time(at)}"

    def _local(self, at: str) -> datetime:
        return parse_utc(at).astimezone(self._zone)
