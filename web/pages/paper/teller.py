"""One language, one time zone, one way of naming people: what the builders of papers have in common."""

from collections.abc import Mapping
from typing import Any

from msgspec import UnsetType

from deliberation.minutes import PollRecord
from deliberation.notice import KeyHolders
from voting.composition import Check
from voting.conclusion import Conclusion
from voting.questions import Rule, Text
from voting.results import Result
from voting.tally import Amount, RuleRef
from web.pages.paper.source import Source
from web.pages.words import Words
from web.print.forms import Heading
from web.texts import Language, texts


class Teller:
    """Says things on paper.

    Attributes:
        source: the hearing.
        words: texts and times in the language of the paper.
        t: its fixed texts (`locale/paper.LANG.json`).
    """

    def __init__(self, source: Source, lang: Language, names: Mapping[str, str]) -> None:
        self.source = source
        self.words = Words(lang, source.draft.community.zone)
        self.t: Mapping[str, Any] = texts(lang)["paper"]
        self.lang = lang
        self._names = names

    def say(self, text: Text | None) -> str:
        """A text in this language, or in the other where it is missing."""
        return "" if text is None else self.words.say({"zh": text.zh, "en": text.en})

    def who(self, member: str) -> str:
        """A member by name, as the reader may see it."""
        return self._names.get(member) or self.t["erased"]

    def holders(self, keys: KeyHolders) -> str:
        """Who holds the keys of secret votes, in which office, and how many of them open a box together."""
        told = self.t["keys"]
        people = (
            told["holder"].format(name=self.who(one), role=self.t["role"][self.source.roll[one]])
            if one in self.source.roll
            else self.who(one)
            for one in keys.holders
        )
        return str(told["held"].format(names=self.t["comma"].join(people), threshold=keys.threshold))

    def heading(self) -> Heading:
        """What stands on every page."""
        draft = self.source.draft
        return Heading(
            lang=self.lang,
            community=self.say(draft.community.name),
            meeting=self.say(draft.title),
            hearing=draft.hearing,
            anchor=self.source.anchor,
            fingerprint=self.source.final,
            address=self.source.address,
            rehearsal=draft.rehearsal,
        )

    def span(self, start: str, end: str | None) -> str:
        """From and to; the day only once."""
        if end is None:
            return str(self.t["since"].format(at=self.words.when(start)))
        same = self.words.day(start) == self.words.day(end)
        return f"{self.words.when(start)}–{self.words.time(end) if same else self.words.when(end)}"

    def law(self, rule: Rule | RuleRef | Check) -> str:
        """Where a rule or a requirement stands, or "" where no statute prescribes it."""
        if rule.law is None:
            return ""
        return str(self.t["law"].format(law=self.say(rule.law), article=rule.article or ""))

    def rule(self, rule: Rule | RuleRef) -> str:
        """A rule in a sentence, behind its article."""
        law = self.law(rule)
        return (law + str(self.t["colon"]) if law else "") + self.say(rule.text)

    def reasons(self, result: Result, conclusion: Conclusion) -> list[str]:
        """Every comparison, what follows from the decision, and the law's own result beside an own rule's."""
        own, law = result.rule.own, result.statutory
        return [
            *(self.say(one.text) for one in result.comparisons),
            *map(self.say, conclusion.more),
            *([] if isinstance(own, UnsetType) else [self.t["own"].format(self.say(own))]),
            *([] if conclusion.statutory is None else [self.say(conclusion.statutory)]),
            *([] if isinstance(law, UnsetType) else [self.say(one.text) for one in law.comparisons]),
        ]

    def lot(self, poll: PollRecord) -> list[str]:
        """What was rolled for a lot; or that the meeting ended without the lot that would decide."""
        if poll.rolled is not None:
            return [self.t["lot"]["rolled"].format(poll.rolled)]
        result = poll.result
        if result is None or poll.void_reason is not None or result.decision != "tied":
            return []
        waits = self.source.question(result).rule.tie != "revote"
        return [self.t["lot"]["left"]] if waits and self.source.phase == "adjourned" else []

    def amount(self, amount: Amount) -> str:
        """Heads, and area where the rule measures it."""
        return str(amount.heads) + (f" ({amount.area} m²)" if isinstance(amount.area, str) else "")
