"""Which rules a question can be put under: found out by trying, so that no list has to follow the presets."""

from functools import cache

from msgspec import UNSET
from msgspec.structs import replace

from deliberation.notice import HearingKind
from voting.forms import Marks, One, form
from voting.presets import presets
from voting.questions import QuestionError, Rule, Text, encode_question, refusal
from web.people.ways import sample

_BY_KIND: dict[HearingKind, str] = {"assembly": "urban.assembly", "owners": "owners.ordinary"}
"""The rule that is offered first for a kind of meeting; `urban.reps` for all others."""
_BY_METHOD = {
    "grading": "appraisal.grade",
    "positions": "hearing.advisory",
    "agreement": "coordination.agreement",
}
"""And where it does not go with the method, for a method; `preference.advisory` for all others."""


@cache
def offered(method: str, *, secret: bool = False) -> tuple[Rule, ...]:
    """The presets under which this method can be used, by named or by secret ballots, in the file's order."""
    return tuple(rule for rule in presets() if _fits(method, rule, secret=secret))


@cache
def elsewhere(method: str, *, secret: bool = False) -> tuple[tuple[Text, tuple[Rule, ...]], ...]:
    """The presets that would do, but by law cannot be held like this; by the reason why."""
    found: dict[Text, list[Rule]] = {}
    for rule in presets():
        why = refusal(rule, secret=secret)
        open_to_both = replace(rule, paper=UNSET, secrecy=("named", "secret"))
        if why is not None and _fits(method, open_to_both, secret=secret):
            found.setdefault(why, []).append(rule)
    return tuple((why, tuple(rules)) for why, rules in found.items())


def usual(kind: HearingKind, method: str, *, secret: bool = False) -> str:
    """The preset that is chosen until the organiser chooses."""
    can = [rule.preset for rule in offered(method, secret=secret)]
    wanted = (_BY_KIND.get(kind, "urban.reps"), _BY_METHOD.get(method, "preference.advisory"))
    return next((preset for preset in wanted if preset in can), can[0])


@cache
def visibilities(method: str, *, secret: bool = False) -> tuple[str, ...]:
    """What may be seen while people vote: only votes that count alike can be shown as they come in."""
    if secret:
        return ("secret",)
    shown = form(sample(method, offered(method)[0]))
    return ("sealed", "live") if isinstance(shown, One | Marks) else ("sealed",)


def _fits(method: str, rule: Rule, *, secret: bool) -> bool:
    question = sample(method, rule)
    if secret:
        question = replace(question, visibility="secret", change="none")
    try:
        encode_question(question)
    except QuestionError:
        return False
    return True
