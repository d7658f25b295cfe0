"""The flow of votes from line to line: who had how many, where they went, and what is with nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from voting.methods.irv import IrvSteps
from voting.methods.meek import MeekSteps
from voting.methods.stv import StvSteps
from web.tally.shapes import COLOURS, WIDTH, frame, label, letter, px
from web.tally.story import Words

Place = tuple[int, str]
"""An option, and which it is: for its letter and colour."""
NOBODY = ""
"""Stands for what is with no option."""
_HEIGHT = 260
_GREY = "#d9d9d9"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a count.

    Attributes:
        totals: what each option has, as it is written.
        nobody: what is with none of them.
        quota: how many votes elect, where that is one number.
        moved: from whom to whom how many votes went to make this line; nobody included.
    """

    totals: Mapping[str, str]
    nobody: str
    quota: str | None = None
    moved: Mapping[tuple[str, str], Fraction] = field(default_factory=dict)


def stv(steps: StvSteps, words: Words) -> str:
    """A line for each stage, and where the papers of its option went."""
    lines: list[Line] = []
    before = Fraction(0)
    for stage in steps.stages:
        moved: dict[tuple[str, str], Fraction] = {}
        giver = stage.option or NOBODY
        for parcel in stage.parcels:
            for option, papers in parcel.to.items():
                way = giver, option
                moved[way] = moved.get(way, Fraction(0)) + papers * Fraction(parcel.passed_on)
        nobody = Fraction(stage.non_transferable)
        if stage.option and nobody > before:
            moved[giver, NOBODY] = nobody - before
        lines.append(Line(stage.totals, stage.non_transferable, steps.quota, moved))
        before = nobody
    return _draw(lines, words("svg.flow_quota", quota=steps.quota), words)


def irv(steps: IrvSteps, words: Words) -> str:
    """A line for each round, and where the papers went of those excluded before it."""
    lines: list[Line] = []
    moved: dict[tuple[str, str], Fraction] = {}
    for found in steps.rounds:
        totals = {one: str(votes) for one, votes in found.totals.items()}
        lines.append(Line(totals, str(found.exhausted), moved=moved))
        moved = {}
        for one in found.excluded:
            moved |= {(one.option, option): Fraction(papers) for option, papers in one.to.items()}
            if one.exhausted:
                moved[one.option, NOBODY] = Fraction(one.exhausted)
    return _draw(lines, words("svg.flow"), words)


def meek(steps: MeekSteps, words: Words) -> str:
    """A line for each round; every paper is dealt anew, so only what options keep is drawn between."""
    lines = [Line(found.totals, found.excess, found.quota) for found in steps.rounds]
    return _draw(lines, words("svg.flow"), words)


def _draw(lines: Sequence[Line], title: str, words: Words) -> str:
    """A column for each line, stacked in the order of the options, and bands for the votes that moved.

    Each piece is as high as its votes and has its option's letter; a dashed line in it is the quota.
    The letters are explained below, with what the option had first and last.
    """
    options = [*lines[0].totals, NOBODY]
    pieces = [
        {one: Fraction(line.totals.get(one, "0")) for one in options[:-1]} | {NOBODY: Fraction(line.nobody)}
        for line in lines
    ]
    scale = Fraction(_HEIGHT) / (max(sum(piece.values()) for piece in pieces) or 1)
    gap = Fraction(WIDTH - 80, max(1, len(lines)))
    width = min(gap * 2 / 5, Fraction(60))
    bands: list[str] = []
    boxes: list[str] = []
    for number, (line, piece) in enumerate(zip(lines, pieces, strict=True)):
        x = 40 + gap * number
        if number:
            ends = (x - gap + width, x)
            bands += _bands(ends, pieces[number - 1], piece, line.moved, scale)
        tops = _tops(piece, scale)
        for place, option in enumerate(options):
            boxes += _piece((x, tops[option]), width, piece[option] * scale, (place, option))
            if option and line.quota and piece[option] >= Fraction(line.quota):
                y = px(tops[option] + Fraction(line.quota) * scale)
                boxes.append(
                    f'<line x1="{px(x)}" x2="{px(x + width)}" y1="{y}" y2="{y}" stroke="#ffffff" '
                    f'stroke-width="2" stroke-dasharray="4 3"/>'
                )
        boxes.append(label(float(x + width / 2), _HEIGHT + 58, str(number + 1), anchor="middle"))
    key = [
        f"{words.name(one)}  {lines[0].totals[one]} → {lines[-1].totals.get(one, '—')}"
        for one in options[:-1]
    ]
    key.append(f"{words('stages.nobody')}  {lines[0].nobody} → {lines[-1].nobody}")
    for place, said in enumerate(key):
        top = _HEIGHT + 71 + 22 * place
        corner = Fraction(40), Fraction(top)
        boxes += _piece(corner, Fraction(16), Fraction(16), (place, options[place]))
        boxes.append(label(64, top + 13, said))
    if any(line.quota for line in lines):
        key.append(words("svg.dashed"))
        boxes.append(label(64, _HEIGHT + 84 + 22 * (len(key) - 1), key[-1]))
    return frame(_HEIGHT + 80 + 22 * len(key), title, _description(lines, words), [*bands, *boxes])


def _tops(piece: Mapping[str, Fraction], scale: Fraction) -> dict[str, Fraction]:
    """Where each option's piece begins."""
    tops, y = dict[str, Fraction](), Fraction(40)
    for option, votes in piece.items():
        tops[option] = y
        y += votes * scale
    return tops


def _piece(corner: tuple[Fraction, Fraction], width: Fraction, height: Fraction, option: Place) -> list[str]:
    if not height:
        return []
    (x, y), (place, name) = corner, option
    colour = COLOURS[place % len(COLOURS)] if name else _GREY
    edge = 'stroke="#ffffff" stroke-width="1"'
    size = f'width="{px(width)}" height="{px(height)}"'
    parts = [f'<rect x="{px(x)}" y="{px(y)}" {size} fill="{colour}" {edge}/>']
    if height >= 12 and name:
        middle = float(x + width / 2), float(y + height / 2) + 4
        parts.append(label(*middle, letter(place), anchor="middle", fill="#ffffff"))
    return parts


def _bands(
    ends: tuple[Fraction, Fraction],
    before: Mapping[str, Fraction],
    now: Mapping[str, Fraction],
    moved: Mapping[tuple[str, str], Fraction],
    scale: Fraction,
) -> list[str]:
    """What stays with an option, and below it what goes, from where it was to where it comes to lie."""
    start, end = _tops(before, scale), _tops(now, scale)
    drawn: list[str] = []

    def band(giver: str, receiver: str, votes: Fraction, place: int) -> None:
        high = votes * scale
        if not high:
            return
        corners = [
            (ends[0], start[giver]),
            (ends[1], end[receiver]),
            (ends[1], end[receiver] + high),
            (ends[0], start[giver] + high),
        ]
        start[giver] += high
        end[receiver] += high
        colour = COLOURS[place % len(COLOURS)] if giver else _GREY
        points = " ".join(f"{px(x)},{px(y)}" for x, y in corners)
        drawn.append(f'<polygon points="{points}" fill="{colour}" fill-opacity="0.3"/>')

    for place, option in enumerate(before):
        band(option, option, min(before[option], now[option]), place)
    for place, option in enumerate(before):
        for (giver, receiver), votes in moved.items():
            if giver == option:
                band(giver, receiver, votes, place)
    return drawn


def _description(lines: Sequence[Line], words: Words) -> str:
    def names(option: str) -> str:
        return words.name(option) if option else words("stages.nobody")

    told: list[str] = []
    for number, line in enumerate(lines, 1):
        totals = [*line.totals.items(), (NOBODY, line.nobody)]
        said = words("comma").join(words("svg.bar", option=names(one), value=n) for one, n in totals)
        told.append(words("svg.flow_line", number=number, totals=said))
        ways = [words("svg.moved", one=names(one), other=names(other)) for one, other in line.moved]
        if ways:
            told.append(words("svg.ways", number=number, ways=words("comma").join(ways)))
    return " ".join(told)
