"""结果报告单: the form that reports one vote."""

from ballots.refusal import Refused
from voting.tally import Amount
from web.pages.paper.teller import Teller
from web.print import forms


def result(teller: Teller, poll: str) -> forms.ResultForm:
    """The result form of a poll, as soon as its result is published.

    Raises:
        Refused: `unknown-poll`, also while there is no result.
    """
    found = next((one for item in teller.source.draft.items for one in item.polls if one.poll == poll), None)
    if found is None or found.result is None or found.closed_at is None:
        raise Refused("unknown-poll")
    told, t = found.result, teller.t["result"]
    measures = ("heads", "area") if isinstance(told.roll.area, str) else ("heads",)
    reasons = [teller.say(comparison.text) for comparison in told.comparisons]
    if found.void_reason is not None:
        reasons.append(teller.t["minutes"]["void"].format(found.void_reason))
    elif told.reason is not None:
        reasons.append(teller.say(told.reason))
    return forms.ResultForm(
        heading=teller.heading(),
        question=teller.say(found.question),
        wording=teller.say(found.wording),
        opened=teller.words.when(found.opened_at),
        closed=teller.words.time(found.closed_at),
        rule=teller.rule(told.rule),
        figures=forms.Figures(
            due=told.roll.heads,
            present=told.present.heads if told.present else None,
            issued=told.issued,
            returned=told.returned,
            valid=told.valid.heads,
            partly=0,
            abstain=told.abstain.heads,
            invalid=told.invalid.heads,
            unopened=told.unopened,
        ),
        measures=tuple(t["measures"][measure] for measure in measures),
        options=tuple(
            forms.OptionCount(teller.say(option.text), _amounts(option.total)) for option in told.options
        ),
        reasons=tuple(reasons),
        decision=teller.t["decision"]["void" if found.void_reason is not None else told.decision],
        signers=tuple(t["signers"]),
    )


def _amounts(amount: Amount) -> tuple[str, ...]:
    return (str(amount.heads), *([amount.area] if isinstance(amount.area, str) else []))
