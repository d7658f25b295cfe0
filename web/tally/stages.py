"""Counts in stages, told: single transferable vote, instant runoff, Meek."""

from collections.abc import Iterable, Mapping

from voting.methods.irv import IrvSteps
from voting.methods.meek import MeekSteps
from voting.methods.stv import Stage, StvSteps
from voting.ties import Tie
from web.tally.story import Block, Paragraph, Table, Words


def stv(steps: StvSteps, words: Words) -> list[Block]:
    """The table, and what happened in each of its lines."""
    lines = [(stage.totals, stage.non_transferable) for stage in steps.stages]
    told: list[Block] = [Paragraph(words("stages.quota", valid=steps.valid, quota=steps.quota))]
    for number, stage in enumerate(steps.stages, 1):
        told.append(Paragraph(words.join(_stage(number, stage, words))))
    return [told[0], _table(lines, words), *told[1:]]


def irv(steps: IrvSteps, words: Words) -> list[Block]:
    """The table, and who was excluded in each round."""
    lines = [
        ({one: str(n) for one, n in found.totals.items()}, str(found.exhausted)) for found in steps.rounds
    ]
    told: list[Block] = [Paragraph(words("stages.valid", valid=steps.valid)), _table(lines, words)]
    for number, found in enumerate(steps.rounds, 1):
        active = steps.valid - found.exhausted
        said = [
            words(
                "stages.round",
                number=number,
                active=active,
                exhausted=found.exhausted,
                threshold=found.threshold,
            )
        ]
        said += _ties(found.ties, words)
        said += [
            words(
                "stages.excluded",
                option=words.name(one.option),
                to=_to(one.to, words),
                exhausted=one.exhausted,
            )
            for one in found.excluded
        ]
        if found.elected:
            votes = found.totals[found.elected]
            said.append(words("stages.wins", option=words.name(found.elected), votes=votes))
        told.append(Paragraph(words.join(said)))
    return told


def meek(steps: MeekSteps, words: Words) -> list[Block]:
    """The table, and what each round found."""
    lines = [(found.totals, found.excess) for found in steps.rounds]
    told: list[Block] = [Paragraph(words("stages.valid", valid=steps.valid)), _table(lines, words)]
    for number, found in enumerate(steps.rounds, 1):
        keep = [
            words("stages.keep", option=words.name(one), share=share)
            for one, share in found.keep.items()
            if share.strip("0.") not in ("", "1")  # nothing, or everything
        ]
        said = [
            words(
                "stages.meek",
                number=number,
                quota=found.quota,
                surplus=found.surplus,
                iterations=found.iterations,
            )
        ]
        said += [words("stages.kept", shares=words("comma").join(keep))] if keep else []
        said += [words("stages.elected", names=words.list(found.elected))] if found.elected else []
        said += _ties(found.ties, words)
        said += [words("stages.meek_excluded", option=words.name(found.excluded))] if found.excluded else []
        said += [words("stages.deemed", names=words.list(found.deemed))] if found.deemed else []
        told.append(Paragraph(words.join(said)))
    return told


def _stage(number: int, stage: Stage, words: Words) -> Iterable[str]:
    yield words(f"stages.{stage.event}", number=number, option=words.name(stage.option or ""))
    for parcel in stage.parcels:
        yield words(
            "stages.parcel_same" if parcel.value == parcel.passed_on else "stages.parcel",
            papers=parcel.papers,
            value=parcel.value,
            passed_on=parcel.passed_on,
            to=_to(parcel.to, words),
            rest=parcel.papers - sum(parcel.to.values()),
        )
    if stage.elected:
        yield words("stages.elected", names=words.list(stage.elected))
    if stage.deemed:
        yield words("stages.deemed", names=words.list(stage.deemed))
    yield from _ties(stage.ties, words)


def _table(lines: list[tuple[dict[str, str], str]], words: Words) -> Table:
    """A row for each option, a column for each line; options that are out have a dash."""
    options = list(lines[0][0]) if lines else []
    return Table(
        words("stages.caption"),
        (words("option"), *(str(number) for number, _ in enumerate(lines, 1))),
        (
            *((words.name(one), *(totals.get(one, "—") for totals, _ in lines)) for one in options),
            (words("stages.nobody"), *(rest for _, rest in lines)),
        ),
    )


def _to(to: Mapping[str, int], words: Words) -> str:
    said = (words("stages.to", option=words.name(one), number=number) for one, number in to.items())
    return words("comma").join(said) or words("nobody")


def _ties(ties: Iterable[Tie], words: Words) -> Iterable[str]:
    for tie in ties:
        kind = "tie.stage" if tie.stage is not None else "tie.lot" if len(tie.left) == 1 else "tie.open"
        yield words(kind, among=words.list(tie.among), left=words.list(tie.left), stage=tie.stage)
