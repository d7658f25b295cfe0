"""Counts in stages, told: single transferable vote, instant runoff, Meek."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from voting.decimals import unit, written
from voting.methods.irv import Irv, IrvSteps
from voting.methods.meek import MeekSteps
from voting.methods.stv import Parcel, Stage, Stv, StvSteps
from voting.ties import Tie
from web.tally.story import Block, Paragraph, Table, Words


def stv(steps: StvSteps, words: Words, settings: object) -> list[Block]:
    """The table, and what happened in each of its lines."""
    lines = [(stage.totals, stage.non_transferable) for stage in steps.stages]
    told = [Paragraph(words.join(_quota(steps, words, settings)))]
    before: Stage | None = None
    for number, stage in enumerate(steps.stages, 1):
        told.append(Paragraph(words.join(_stage(number, stage, before, steps.quota, words))))
        before = stage
    return [told[0], _table(lines, words), *told[1:]]


def irv(steps: IrvSteps, words: Words, settings: object) -> list[Block]:
    """The table, and who was excluded in each round."""
    earlier = not (isinstance(settings, Irv) and settings.ties == "lot")
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
        said += _ties(found.ties, words, earlier=earlier and number > 1)
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
        said += _ties(found.ties, words, earlier=False)
        said += [words("stages.meek_excluded", option=words.name(found.excluded))] if found.excluded else []
        said += [words("stages.deemed", names=words.list(found.deemed))] if found.deemed else []
        told.append(Paragraph(words.join(said)))
    return told


def _quota(steps: StvSteps, words: Words, settings: object) -> Iterable[str]:
    """How many votes elect, and how that is computed."""
    yield words("stages.valid", valid=steps.valid)
    if isinstance(settings, Stv):
        values = {"valid": steps.valid, "seats": settings.seats, "parts": settings.seats + 1}
        yield words(f"stages.quotas.{settings.quota}", **values, decimals=settings.decimals)
    yield words("stages.quota", quota=steps.quota)


def _stage(number: int, stage: Stage, before: Stage | None, quota: str, words: Words) -> Iterable[str]:
    option = words.name(stage.option or "")
    had = Fraction(before.totals[stage.option]) if before and stage.option else Fraction(0)
    if stage.event == "surplus":
        places = len(quota.partition(".")[2])
        over = written(int((had - Fraction(quota)) * unit(places)), places)
        total = before.totals[stage.option] if before and stage.option else ""
        yield words("stages.surplus", number=number, option=option, total=total, quota=quota, surplus=over)
        for parcel in stage.parcels:
            values = {"value": parcel.value, "passed_on": parcel.passed_on, "surplus": over, "total": total}
            yield words("stages.parcel", papers=parcel.papers, **values, **_moved(parcel, words))
        given = sum(sum(parcel.to.values()) * Fraction(parcel.passed_on) for parcel in stage.parcels)
        if rest := Fraction(over) - given:
            yield words("stages.remainders", rest=written(int(rest * unit(places)), places))
    else:
        yield words(f"stages.{stage.event}", number=number, option=option)
        for parcel in stage.parcels:
            said = _moved(parcel, words)
            yield words("stages.parcel_same", papers=parcel.papers, value=parcel.value, **said)
    if stage.elected:
        yield words("stages.elected", names=words.list(stage.elected))
    if stage.deemed:
        yield words("stages.deemed", names=words.list(stage.deemed))
    yield from _ties(stage.ties, words, earlier=number > 1)


def _moved(parcel: Parcel, words: Words) -> dict[str, object]:
    return {"to": _to(parcel.to, words), "rest": parcel.papers - sum(parcel.to.values())}


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


def _ties(ties: Iterable[Tie], words: Words, *, earlier: bool) -> Iterable[str]:
    """How equals were told apart, and whether earlier lines were looked at for it."""
    for tie in ties:
        kind = "tie.stage" if tie.stage is not None else "tie.lot" if len(tie.left) == 1 else "tie.open"
        before = words("tie.before") if earlier else ""
        yield words(
            kind, among=words.list(tie.among), left=words.list(tie.left), stage=tie.stage, before=before
        )
