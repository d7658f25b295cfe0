"""Which rules a question can be put under: found out by trying, so that no list has to follow the presets."""

from functools import cache

from msgspec import UNSET
from msgspec.structs import replace

from deliberation.notice import HearingKind
from voting.forms import Marks, One, form
from voting.presets import presets
from voting.questions import QuestionError, Rule, Text, encode_question, refusal
from web.ways import sample

_BY_KIND: dict[HearingKind, str] = {"assembly": "urban.assembly", "owners": "owners.ordinary"}
"""The rule that is offered first for a kind of meeting; `urban.reps` for all others."""
_BY_METHOD = {"positions": "hearing.advisory", "agreement": "coordination.agreement"}
"""And where it does not go with the method, for a method; `preference.advisory` for all others."""


@cache
def offered(method: str) -> tuple[Rule, ...]:
    """The presets under which this method can be used here, in the order of the file."""
    return tuple(rule for rule in presets() if _fits(method, rule))


@cache
def elsewhere(method: str) -> tuple[tuple[Text, tuple[Rule, ...]], ...]:
    """The presets that would do, but by law cannot be held here; by the reason why."""
    found: dict[Text, list[Rule]] = {}
    for rule in presets():
        why = refusal(rule)
        if why is not None and _fits(method, replace(rule, paper=UNSET, secrecy=("named",))):
            found.setdefault(why, []).append(rule)
    return tuple((why, tuple(rules)) for why, rules in found.items())


def usual(kind: HearingKind, method: str) -> str:
    """The preset that is chosen until the organiser chooses."""
    can = [rule.preset for rule in offered(method)]
    wanted = (_BY_KIND.get(kind, "urban.reps"), _BY_METHOD.get(method, "preference.advisory"))
    return next((preset for preset in wanted if preset in can), can[0])


@cache
def visibilities(method: str) -> tuple[str, ...]:
    """What may be seen while people vote: only votes that count alike can be shown as they come in."""
    shown = form(sample(method, offered(method)[0]))
    return ("sealed", "live") if isinstance(shown, One | Marks) else ("sealed",)


def _fits(method: str, rule: Rule) -> bool:
    try:
        encode_question(sample(method, rule))
    except QuestionError:
        return False
    return True
