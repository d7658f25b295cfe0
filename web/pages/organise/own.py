"""A community's own rule in the organiser's form: which clause, and which numbers it sets instead."""

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from voting.own import THRESHOLDS, at, is_stricter
from voting.presets import preset
from voting.questions import QuestionError, encode_question
from web.pages.organise.form import Form
from web.people.drafts import DraftOwn, DraftQuestion, frozen

_NAMES = ("", *THRESHOLDS)


def typed(own: DraftOwn | UnsetType) -> dict[str, str]:
    """An own rule as the values of a form."""
    if isinstance(own, UnsetType):
        return {}
    clause = {"own.clause.zh": own.clause.zh, "own.clause.en": own.clause.en}
    return clause | {"own.quorum": own.quorum, "own.majority": own.majority}


def read_own(form: Form) -> DraftOwn | UnsetType:
    """What the form says of an own rule, or nothing; what is wrong is said in the form."""
    quorum, majority = (form.one_of(f"own.{part}", _NAMES) for part in ("quorum", "majority"))
    clause = form.both("own.clause", required=bool(quorum or majority))
    if quorum or majority:
        return DraftOwn(clause, quorum, majority)
    if clause.zh or clause.en:
        form.wrong.setdefault("own.quorum", "own-nothing")
    return UNSET


def check_own(form: Form, question: DraftQuestion) -> None:
    """Say in the form where there cannot be an own rule: what a law sets, it may only make stricter."""
    own = question.own
    if isinstance(own, UnsetType) or form.wrong:
        return
    rule = preset(question.preset)
    for part, chosen, law in (
        ("quorum", own.quorum, rule.quorum),
        ("majority", own.majority, rule.majority),
    ):
        if chosen and not law:
            form.wrong[f"own.{part}"] = "own-none"
        elif chosen and at(law, chosen) == law:
            form.wrong[f"own.{part}"] = "own-same"
        elif chosen and rule.law is not None and not is_stricter(at(law, chosen), law):
            form.wrong[f"own.{part}"] = "own-laxer"
    if not form.wrong and _can_be_put(replace(question, own=UNSET)) and not _can_be_put(question):
        form.wrong["own.majority"] = "own-cannot"


def _can_be_put(question: DraftQuestion) -> bool:
    try:
        encode_question(frozen(question))
    except QuestionError:
        return False
    return True
