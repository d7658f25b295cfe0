"""A result in words: the decision in a sentence, what follows from it, and how far each option came.

Screen, console, pages, papers and reports all say it like this, so that nobody reads two versions of it.
Nothing here is part of the result: its bytes are fixed, these sentences may become better.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, UnsetType

from voting.methods.plurality import PluralitySteps
from voting.phrases import fill, joined, written
from voting.questions import Question
from voting.results import Outcome, Result, Statutory
from voting.rules import Text
from voting.standings import AMOUNTS, Standing, constituencies, standings


class Conclusion(Struct, frozen=True):
    """A result in words.

    Attributes:
        says: the decision in one sentence.
        left: of it, what is left open: a tie, or empty places; else null.
        more: what follows from it, sentence by sentence: why, further rounds, the lot, silence.
        statutory: what the law's own numbers say, where the community's own rule decided; else null.
        amounts: what the amounts of the options are: votes, points, grades.
        standings: who is chosen first, in that order; then the others, those who came farther first. The
            options of a question that is answered, not chosen from, stay in their order.
        units: how each constituency voted, in a line, where the question asks for it.
    """

    says: Text
    left: Text | None
    more: tuple[Text, ...]
    statutory: Text | None
    amounts: Text
    standings: tuple[Standing, ...]
    units: tuple[Text, ...]


def conclude(question: Question, result: Result) -> Conclusion:
    """Say what a result means.

    Args:
        question: as frozen at notice.
        result: its result, as published.
    """
    names = {option.id: option.text for option in question.options}
    return Conclusion(
        says=_decided(question, result, names),
        left=_left(question, result, names),
        more=tuple(_more(result, names)),
        statutory=_statutory(question, result, names),
        amounts=AMOUNTS[result.method],
        standings=tuple(standings(question, result)),
        units=tuple(one.says for one in constituencies(question, result)),
    )


# -- the decision -------------------------------------------------------------------------------------------

_OUTCOMES: Mapping[Outcome, Text] = {
    "passed": Text(zh="通过。", en="Passed."),
    "rejected": Text(zh="未通过。", en="Not passed."),
    "no_quorum": Text(zh="未达到法定人数，不作决定。", en="There was no quorum: nothing is decided."),
    "void": Text(zh="表决作废，没有结果。", en="The vote is void and has no result."),
    "unopened": Text(
        zh="票数太少，为了保密没有开箱，没有结果。",
        en="There are too few ballots to open in secret: there is no result.",
    ),
    "unverified": Text(zh="无法核实，没有结果。", en="It cannot be verified, and there is no result."),
}
_AGREED = Text(zh="每一方都签字同意：达成一致。", en="Every party signed: there is an agreement.")
COUNTED: Mapping[str, Text] = {
    "positions": Text(
        zh="各方立场已经计数；听证会只听取意见，不作决定。",
        en="The positions are counted; a hearing hears them and decides nothing.",
    ),
    "grading": Text(
        zh="评议票已经计数，结论逐行写明。", en="The grades are counted: each line has its own verdict."
    ),
}
"""What is said where nobody decides, by method."""
_AFTER_GRADES = Text(
    zh="这一题本身不作决定；怎样处理，由会议依照规定决定。",
    en="The question itself decides nothing; what follows is for the meeting and its rules.",
)


def _decided(question: Question, found: Result | Statutory, names: Mapping[str, Text]) -> Text:
    outcome = found.decision
    if outcome == "counted":
        return COUNTED[question.method]
    if outcome == "passed" and question.method == "agreement":
        return _AGREED
    if outcome in _OUTCOMES:
        return _OUTCOMES[outcome]
    said = list[Text]()
    if found.chosen:
        said.append(fill("选出：{0}", "Chosen: {0}", _named(found.chosen, names)))
    elif outcome == "vacant":
        said.append(Text(zh="没有选出任何人", en="Nobody is chosen"))
    if outcome == "tied":
        said.append(_tied(question, found, names))
    elif outcome == "vacant":
        said.append(_vacant(found))
    return _sentence(said)


def _left(question: Question, result: Result, names: Mapping[str, Text]) -> Text | None:
    if result.decision == "tied":
        return _sentence([_tied(question, result, names)])
    return _sentence([_vacant(result)]) if result.decision == "vacant" else None


def _sentence(parts: Sequence[Text]) -> Text:
    zh, en = "；".join(one.zh for one in parts), "; ".join(one.en for one in parts)
    return Text(zh=f"{zh}。", en=f"{en[0].upper()}{en[1:]}.")


def _tied(question: Question, found: Result | Statutory, names: Mapping[str, Text]) -> Text:
    if isinstance(found, Statutory) or not found.tied:
        return Text(zh="其余名额并列", en="for the other places there is a tie")
    tied = _named(found.tied, names)
    if question.rule.tie == "revote":
        return fill("并列，对他们再投一次票：{0}", "tied and voted on again: {0}", tied)
    return fill("并列，由公开抽签决定先后：{0}", "tied, a public lot decides: {0}", tied)


def _vacant(found: Result | Statutory) -> Text:
    if isinstance(found, Statutory) or not found.vacant:
        return Text(zh="其余名额空缺", en="the other places stay vacant")
    seats = found.vacant
    return Text(
        zh=f"空缺 {seats} 个名额", en="1 place stays vacant" if seats == 1 else f"{seats} places stay vacant"
    )


def _more(result: Result, names: Mapping[str, Text]) -> Iterable[Text]:
    if result.reason is not None:
        yield result.reason
    if result.decision == "counted" and result.method == "grading":
        yield _AFTER_GRADES
    if isinstance(result.steps, PluralitySteps) and result.steps.rerun and not result.tied and result.vacant:
        yield fill("{0}进入下一轮投票。", "Into a further round: {0}.", _named(result.steps.rerun, names))
    if result.lot:
        yield fill(
            "公开抽签定下的顺序：{0}。", "The order of the public lot: {0}.", _named(result.lot, names)
        )
    if isinstance(result.silence, UnsetType):
        return
    if result.silence.option is None:
        yield Text(
            zh="没有一项在每个口径上都领先，未表态的人不计入任何一项。",
            en="No option was ahead by every measure, so nobody's silence was counted.",
        )
    elif result.silence.counted:
        yield fill(
            "未表态、送达有据的人计入“{1}”：{0}。",
            "Those who gave no answer, with proof of delivery, are counted with “{1}”: {0}.",
            written(result.silence.total),
            names[result.silence.option],
        )


def _statutory(question: Question, result: Result, names: Mapping[str, Text]) -> Text | None:
    if isinstance(result.statutory, UnsetType):
        return None
    return fill(
        "按法律本身的规定：{0}",
        "By the law's own numbers: {0}",
        _decided(question, result.statutory, names),
    )


def _named(options: Iterable[str], names: Mapping[str, Text]) -> Text:
    return joined(names[option] for option in options)
