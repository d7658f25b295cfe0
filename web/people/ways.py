"""Ways of voting in plain words: what an organiser chooses from, and what a notice says of it.

The texts are `locale/ways.LANG.json`. What is usual is chosen here: the counting methods have no defaults.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from voting.methods import METHODS, AnySettings
from voting.methods.approval import Approval
from voting.methods.borda import Borda
from voting.methods.grading import BODIES, PERSONS, Grading
from voting.methods.irv import Irv
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.meek import Meek
from voting.methods.plurality import Plurality
from voting.methods.ranked_pairs import RankedPairs
from voting.methods.schulze import Schulze
from voting.methods.score import Score
from voting.methods.stv import Stv
from voting.questions import FIXED_OPTIONS, Option, Question, Rule, Text
from web.people.drafts import DraftQuestion
from web.texts import GAP, Language, texts

WAYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "decide": (("motion",), ()),
    "choose": (("plurality",), ()),
    "approve": (("approval",), ()),
    "grade": (("grading",), ("majority_judgment",)),
    "score": (("score",), ()),
    "rank": (("irv", "stv"), ("schulze", "ranked_pairs", "borda", "meek")),
    "hear": (("positions",), ()),
    "agree": (("agreement",), ()),
}
"""What people want to do → the counting methods for it: those offered at once, and those under "more"."""

PROPOSALS = (
    Text(zh="不好", en="Poor"),
    Text(zh="可以接受", en="Acceptable"),
    Text(zh="好", en="Good"),
    Text(zh="很好", en="Very good"),
)
"""A scale for proposals, the lowest grade first."""
SCALES: Mapping[str, tuple[Text, ...]] = {"persons": PERSONS, "bodies": BODIES, "proposals": PROPOSALS}
"""The scales of grades that are offered."""

USUAL: Mapping[str, AnySettings] = {
    "approval": Approval(seats=1),
    "plurality": Plurality(seats=1, spare=1),
    "grading": Grading(scale=PERSONS, verdict="modal", base="graded"),
    "score": Score(low=0, high=10, missing="excluded", seats=1),
    "majority_judgment": MajorityJudgment(grades=PROPOSALS, median="lower", missing="worst", seats=1),
    "borda": Borda(truncation="average", seats=1),
    "schulze": Schulze(strength="winning_votes", unranked="last", seats=1),
    "ranked_pairs": RankedPairs(strength="winning_votes", unranked="last"),
    "irv": Irv(until="majority", majority_of="continuing", batch=False, ties="earlier_round"),
    "stv": Stv(seats=2, quota="droop", decimals=5),
    "meek": Meek(seats=2),
}
"""What is declared of a method unless the organiser chooses otherwise; methods without settings are left out.

Unranked options are taken as liked least, a missing grade too, for this is how people read a list that stops;
missing points leave an option to those who know it. Of variants, the one in widest use.
"""


class Ways:
    """Says in one language how a question is voted on.

    Attributes:
        notice: what stands before options, method and rule on a notice.
    """

    def __init__(self, lang: Language) -> None:
        self._lang = lang
        self._t: Mapping[str, Any] = texts(lang)["ways"]
        self.notice: Mapping[str, str] = self._t["notice"]

    def name(self, method: str) -> str:
        """What a method is called."""
        return str(self._t["methods"][method]["name"])

    def options(self, question: Question | DraftQuestion) -> str:
        """The options in a line; "" where the ways of voting say them anyway."""
        if question.method in FIXED_OPTIONS:
            return ""
        return str(self._t["comma"].join(self._say(option.text) for option in question.options))

    def how(self, question: Question | DraftQuestion, rule: Rule) -> str:
        """How ballots are filled in and counted, what is declared, how ties are decided; proxies."""
        settings = question.settings
        told = [self._t["methods"][question.method]["how"]]
        if not isinstance(settings, UnsetType):
            told += self.declared(settings, rule)
        if question.breakdown:
            told.append(self._t["by_unit"])
        told += [self._tie(question.method, rule), self.proxies(rule)]
        if not isinstance(rule.proxies, UnsetType):
            told.append(self._t["proxies"]["paper"])
        return str(GAP[self._lang].join(told))

    def proxies(self, rule: Rule) -> str:
        """Who may vote for others under a rule, and for how many."""
        t, limits = self._t["proxies"], rule.proxies
        if isinstance(limits, UnsetType):
            return str(t["none"])
        said = [t["holder"][limits.holder]]
        if limits.most is not None:
            said.append(t["most"].format(limits.most))
        if not limits.candidates:
            said.append(t["no_candidates"])
        if limits.instructed:
            said.append(t["instructed"])
        return str(t["between"].join(said) + t["end"])

    def declared(self, settings: AnySettings, rule: Rule | None) -> Iterator[str]:
        """What is declared of a method, a sentence each; what changes nothing is left out."""
        for name, value in sorted(asdict(settings).items(), key=lambda one: one[0] != "seats"):
            if not matters(settings, name) or (name == "spare" and not (rule and rule.majority)):
                continue
            t = self._t["settings"][name]
            if "told" in t:
                yield t["told"].format(self._list(value) if isinstance(value, tuple) else value)
            else:
                yield t["values"][written(value)]

    def _list(self, values: tuple[Text | int, ...]) -> str:
        """The grades of a scale, or their points, the lowest first."""
        words = (self._say(one) if isinstance(one, Text) else str(one) for one in values)
        return str(self._t["comma"].join(words))

    def _tie(self, method: str, rule: Rule) -> str:
        decider = METHODS[method].DECIDER
        kind = "revote" if decider == "count" and rule.tie == "revote" else decider
        return str(self._t["ties"].get(method) or self._t["ties"][kind])

    def _say(self, text: Text) -> str:
        return (text.zh or text.en) if self._lang == "zh" else (text.en or text.zh)


def matters(settings: AnySettings, name: str) -> bool:
    """Whether a declared member changes anything beside the others."""
    if isinstance(settings, Grading):
        return {"base": settings.verdict == "fail_half", "points": settings.verdict == "weighted"}.get(
            name, True
        )
    return True


def written(value: object) -> str:
    """A declared value as forms and texts name it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def sample(method: str, rule: Rule) -> Question:
    """A question by a method under a rule, as small as it can be: to see whether they go together."""
    numbered = (Option(f"option-{number}", Text(zh="一", en="One")) for number in (1, 2, 3))
    return Question(
        v=1,
        id="question",
        title=Text(zh="问题", en="Question"),
        text=Text(zh="", en=""),
        method=method,  # type: ignore[arg-type]  # the form's reader knows them all
        options=FIXED_OPTIONS.get(method) or tuple(numbered),
        rule=rule,
        visibility="sealed",
        change="none",
        electorate="present" if rule.needs_presence else "roll",
        settings=USUAL.get(method, UNSET),
    )
