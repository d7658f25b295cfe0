"""结果报告单: the form that reports one vote."""

from ballots.refusal import Refused
from voting.conclusion import Conclusion, conclude
from voting.results import Result
from voting.standings import Standing
from web.pages.counted import count_blocks
from web.pages.paper.teller import Teller
from web.print import forms
from web.tally.story import Block, Paragraph


def result(teller: Teller, poll: str) -> forms.ResultForm:
    """The result form of a poll, as soon as its result is published.

    Raises:
        Refused: `unknown-poll`, also while there is no result.
    """
    found = next((one for item in teller.source.draft.items for one in item.polls if one.poll == poll), None)
    if found is None or found.result is None or found.closed_at is None:
        raise Refused("unknown-poll")
    told, t = found.result, teller.t["result"]
    question = teller.source.question(told)
    conclusion = conclude(question, told)
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
        measures=_measures(teller, told, conclusion),
        options=tuple(_option(teller, told, one) for one in conclusion.standings),
        reasons=(
            *teller.reasons(told, conclusion),
            *teller.lot(found),
            *(
                [teller.t["minutes"]["void"].format(found.void_reason)]
                if found.void_reason is not None
                else []
            ),
        ),
        decision=teller.t["void"] if found.void_reason is not None else teller.say(conclusion.says),
        signers=tuple(t["signers"]),
        count=tuple(map(_block, count_blocks(question, told, teller.lang))),
    )


def _measures(teller: Teller, told: Result, conclusion: Conclusion) -> tuple[str, ...]:
    if isinstance(told.roll.area, str):
        return tuple(teller.t["result"]["measures"][measure] for measure in ("heads", "area"))
    return (teller.say(conclusion.amounts),)


def _option(teller: Teller, told: Result, standing: Standing) -> forms.OptionCount:
    label = teller.say(standing.name)
    if standing.mark is not None:
        label = teller.t["mark"][standing.mark].format(label)
    amount = next(one.total for one in told.options if one.id == standing.id)
    if isinstance(told.roll.area, str):
        return forms.OptionCount(label, (str(amount.heads), str(amount.area)))
    return forms.OptionCount(label, (teller.say(standing.amount),))


def _block(block: Block) -> forms.Passage | forms.Grid:
    if isinstance(block, Paragraph):
        return forms.Passage(block.text)
    return forms.Grid(block.caption, block.header, block.rows)
