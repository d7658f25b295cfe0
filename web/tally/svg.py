"""Diagrams of a count as plain SVG: bars, the flow of votes from line to line, the pairwise matrix.

Each has a title and a description for those who listen; nothing is told by colour alone.
Numbers of a count stay exact in the labels; only lengths are rounded, to a tenth of a pixel.
"""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from voting.methods.irv import IrvSteps
from voting.methods.meek import MeekSteps
from voting.methods.protocol import Count, Steps
from voting.methods.ranked_pairs import RankedPairsSteps
from voting.methods.schulze import SchulzeSteps
from voting.methods.stv import StvSteps
from web.tally import flow
from web.tally.amounts import Amount, amounts
from web.tally.amounts import title as what
from web.tally.shapes import COLOURS, INK, MARGIN, WIDTH, fit, frame, label, letter, px
from web.tally.story import Words

_ROW = 28
_BAR = 18


def diagrams(count: Count, words: Words, settings: object = None) -> list[str]:
    """The diagrams that suit a count: first the bars of what each option has."""
    drawn = [bars(what(count, words), amounts(count, words, settings), count.chosen, words)]
    if count.steps is not None:
        drawn += of_steps(count.steps, words)
    return drawn


def of_steps(steps: Steps, words: Words) -> list[str]:
    """The diagram of a method's steps, where it has one of its own."""
    match steps:
        case StvSteps():
            return [flow.stv(steps, words)]
        case MeekSteps():
            return [flow.meek(steps, words)]
        case IrvSteps():
            return [flow.irv(steps, words)]
        case SchulzeSteps() | RankedPairsSteps():
            return [matrix(steps.options, steps.pairs, words)]
        case _:
            return []


def bars(title: str, found: Mapping[str, Amount], chosen: Collection[str], words: Words) -> str:
    """A bar for each option; those chosen are outlined and say so."""
    most = max((one.length for one in found.values()), default=0) or Fraction(1)
    room = WIDTH - MARGIN - 200
    parts = []
    for place, (option, one) in enumerate(found.items()):
        y = 40 + place * _ROW
        length = px(max(one.length, Fraction(0)) * room / most)
        mark = f" ✓ {words('svg.chosen')}" if option in chosen else ""
        edge = f' stroke="{INK}" stroke-width="2"' if mark else ""
        parts += [
            label(MARGIN - 8, y + 14, fit(words.name(option), MARGIN - 16), anchor="end"),
            f'<rect x="{MARGIN}" y="{y}" width="{length}" height="{_BAR}" fill="{COLOURS[0]}"{edge}/>',
            label(float(length) + MARGIN + 8, y + 14, f"{one.says}{mark}"),
        ]
    said = words("comma").join(
        words("svg.bar", option=words.name(option), value=one.says) for option, one in found.items()
    )
    return frame(40 + _ROW * len(found), title, said, parts)


def matrix(options: Sequence[str], pairs: Sequence[Sequence[int]], words: Words) -> str:
    """The pairwise matrix; a win is bold, dark and has a sign, not only a colour."""
    cell = min(72, (WIDTH - MARGIN) // max(1, len(options)))
    parts: list[str] = []
    said: list[str] = []
    for row, one in enumerate(options):
        y = 64 + row * 34
        parts.append(
            label(MARGIN - 8, y + 22, fit(f"{letter(row)} {words.name(one)}", MARGIN - 16), anchor="end")
        )
        parts.append(label(MARGIN + row * cell + cell / 2, 56, letter(row), anchor="middle"))
        for column, other in enumerate(options):
            number, back = pairs[row][column], pairs[column][row]
            wins = row != column and number > back
            fill = "#d9d9d9" if row == column else COLOURS[0] if wins else "#ffffff"
            parts.append(
                f'<rect x="{MARGIN + column * cell}" y="{y}" width="{cell}" height="34" '
                f'fill="{fill}" stroke="#777777"/>'
            )
            if row != column:
                shown = f"▲ {number}" if wins else str(number)
                x = MARGIN + column * cell + cell / 2
                parts.append(
                    label(x, y + 22, shown, anchor="middle", fill="#ffffff" if wins else INK, bold=wins)
                )
                said.append(
                    words("svg.matrix_cell", one=words.name(one), other=words.name(other), number=number)
                )
    return frame(72 + 34 * len(options), words("svg.matrix"), words("comma").join(said), parts)
