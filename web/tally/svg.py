"""Diagrams of a count as plain SVG: bars, the flow of votes from line to line, the pairwise matrix.

Each has a title and a description for those who listen; nothing is told by colour alone.
Numbers of a count stay exact in the labels; only lengths are rounded, to a tenth of a pixel.
"""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from html import escape
from unicodedata import east_asian_width

from voting.methods.grading import GradingSteps
from voting.methods.irv import IrvSteps
from voting.methods.majority_judgment import MajorityJudgmentSteps
from voting.methods.meek import MeekSteps
from voting.methods.protocol import Count, Steps
from voting.methods.ranked_pairs import RankedPairsSteps
from voting.methods.schulze import SchulzeSteps
from voting.methods.stv import StvSteps
from web.tally.story import Words

WIDTH = 720
"""Pixels of a diagram; pages scale it."""
_LABEL = 180
_ROW = 28
_BAR = 18
_COLOURS = ("#1f5fa8", "#b4531a", "#2c7a3f", "#7a3b96", "#8a6d00", "#0f7b85", "#a8324f", "#555555")
_INK = "#1a1a1a"
_FONT = "system-ui,'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',sans-serif"


_RECEIVED: Mapping[type, str] = {
    **dict.fromkeys((StvSteps, IrvSteps, MeekSteps, SchulzeSteps, RankedPairsSteps), "svg.firsts"),
    GradingSteps: "grades.pass",
    MajorityJudgmentSteps: "judgment.median",
}
"""What the totals of a count are, where they are not simply votes or points."""


def diagrams(count: Count, words: Words) -> list[str]:
    """The diagrams that suit a count: first the bars of its totals."""
    totals = {option: Fraction(weights["heads"]) for option, weights in count.totals.items()}
    found = count.steps
    title = _RECEIVED.get(type(found), "svg.bars")
    drawn = [bars(words(title), totals, count.chosen, words)]
    if found is not None:
        drawn += of_steps(found, words)
    return drawn


def of_steps(steps: Steps, words: Words) -> list[str]:
    """The diagram of a method's steps, where it has one of its own."""
    match steps:
        case StvSteps():
            return [flow([stage.totals for stage in steps.stages], steps.quota, words)]
        case MeekSteps():
            return [flow([found.totals for found in steps.rounds], None, words)]
        case IrvSteps():
            lines = [{one: str(votes) for one, votes in found.totals.items()} for found in steps.rounds]
            return [flow(lines, None, words)]
        case SchulzeSteps() | RankedPairsSteps():
            return [matrix(steps.options, steps.pairs, words)]
        case _:
            return []


def bars(title: str, totals: Mapping[str, Fraction], chosen: Collection[str], words: Words) -> str:
    """A bar for each option; those chosen are outlined and say so."""
    most = max([*totals.values(), Fraction(1)])
    room = WIDTH - _LABEL - 150
    parts = []
    for place, (option, value) in enumerate(totals.items()):
        y = 40 + place * _ROW
        length = _px(max(value, Fraction(0)) * room / most)
        mark = f" ✓ {words('svg.chosen')}" if option in chosen else ""
        edge = f' stroke="{_INK}" stroke-width="2"' if mark else ""
        parts += [
            _text(_LABEL - 8, y + 14, _fit(words.name(option), _LABEL - 16), anchor="end"),
            f'<rect x="{_LABEL}" y="{y}" width="{length}" height="{_BAR}" fill="{_COLOURS[0]}"{edge}/>',
            _text(float(length) + _LABEL + 8, y + 14, f"{value}{mark}"),
        ]
    said = words("comma").join(
        words("svg.bar", option=words.name(one), value=value) for one, value in totals.items()
    )
    return _svg(40 + _ROW * len(totals), title, said, parts)


def flow(lines: Sequence[Mapping[str, str]], quota: str | None, words: Words) -> str:
    """A column for each line of the count, stacked in the order of the options, with a band between them.

    Each piece is as high as its votes and has its option's letter; the letters are explained below,
    with what the option had first and last.
    """
    options = list(lines[0])
    letters = {option: _letter(number) for number, option in enumerate(options)}
    valid = max(sum((Fraction(votes) for votes in line.values()), Fraction(0)) for line in lines) or Fraction(
        1
    )
    height, gap = 260, Fraction(WIDTH - 80, max(1, len(lines)))
    width = min(gap * 3 / 5, Fraction(60))
    parts: list[str] = []
    before: dict[str, tuple[Fraction, Fraction]] = {}
    for number, line in enumerate(lines):
        x, y = 40 + gap * number, Fraction(40)
        now: dict[str, tuple[Fraction, Fraction]] = {}
        for place, option in enumerate(options):
            high = Fraction(line.get(option, "0")) * height / valid
            if not high:
                continue
            colour = _COLOURS[place % len(_COLOURS)]
            now[option] = y, y + high
            if option in before:
                parts.append(_band(x - gap + width, x, before[option], now[option], colour))
            parts.append(
                f'<rect x="{_px(x)}" y="{_px(y)}" width="{_px(width)}" height="{_px(high)}" fill="{colour}" '
                f'stroke="#ffffff" stroke-width="1"/>'
            )
            if high >= 12:
                middle = float(x + width / 2), float(y + high / 2) + 4
                parts.append(_text(*middle, letters[option], anchor="middle", fill="#ffffff"))
            y += high
        parts.append(_text(float(x + width / 2), height + 58, str(number + 1), anchor="middle"))
        before = now
    for place, option in enumerate(options):
        y_key = height + 84 + 22 * place
        colour = _COLOURS[place % len(_COLOURS)]
        parts += [
            f'<rect x="40" y="{y_key - 13}" width="16" height="16" fill="{colour}"/>',
            _text(48, y_key - 1, letters[option], anchor="middle", fill="#ffffff"),
            _text(64, y_key, f"{words.name(option)}  {lines[0][option]} → {lines[-1].get(option, '—')}"),
        ]
    said = " ".join(
        words(
            "svg.flow_line",
            number=number,
            totals=words("comma").join(
                words("svg.bar", option=words.name(one), value=n) for one, n in line.items()
            ),
        )
        for number, line in enumerate(lines, 1)
    )
    title = words("svg.flow_quota", quota=quota) if quota else words("svg.flow")
    return _svg(height + 80 + 22 * len(options), title, said, parts)


def matrix(options: Sequence[str], pairs: Sequence[Sequence[int]], words: Words) -> str:
    """The pairwise matrix; a win is bold, dark and has a sign, not only a colour."""
    cell = min(72, (WIDTH - _LABEL) // max(1, len(options)))
    parts: list[str] = []
    said: list[str] = []
    for row, one in enumerate(options):
        y = 64 + row * 34
        parts.append(
            _text(_LABEL - 8, y + 22, _fit(f"{_letter(row)} {words.name(one)}", _LABEL - 16), anchor="end")
        )
        parts.append(_text(_LABEL + row * cell + cell / 2, 56, _letter(row), anchor="middle"))
        for column, other in enumerate(options):
            number, back = pairs[row][column], pairs[column][row]
            wins = row != column and number > back
            fill = "#d9d9d9" if row == column else _COLOURS[0] if wins else "#ffffff"
            parts.append(
                f'<rect x="{_LABEL + column * cell}" y="{y}" width="{cell}" height="34" '
                f'fill="{fill}" stroke="#777777"/>'
            )
            if row != column:
                shown = f"▲ {number}" if wins else str(number)
                x = _LABEL + column * cell + cell / 2
                parts.append(
                    _text(x, y + 22, shown, anchor="middle", fill="#ffffff" if wins else _INK, bold=wins)
                )
                said.append(
                    words("svg.matrix_cell", one=words.name(one), other=words.name(other), number=number)
                )
    return _svg(72 + 34 * len(options), words("svg.matrix"), words("comma").join(said), parts)


def _svg(height: int, title: str, description: str, parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="{_FONT}" font-size="14">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
        f"{_text(8, 22, title, bold=True)}\n{body}\n</svg>\n"
    )


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", fill: str = _INK, bold: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"{weight}>{escape(text)}</text>'


def _band(
    left: Fraction,
    right: Fraction,
    start: tuple[Fraction, Fraction],
    end: tuple[Fraction, Fraction],
    colour: str,
) -> str:
    corners = [(left, start[0]), (right, end[0]), (right, end[1]), (left, start[1])]
    points = " ".join(f"{_px(x)},{_px(y)}" for x, y in corners)
    return f'<polygon points="{points}" fill="{colour}" fill-opacity="0.3"/>'


def _px(length: Fraction) -> str:
    tenths = round(length * 10)
    return f"{tenths // 10}.{tenths % 10}"


def _letter(number: int) -> str:
    """A, B … Z, A1, B1 …: how an option is called where its name has no room."""
    return chr(ord("A") + number % 26) + (str(number // 26) if number >= 26 else "")


def _fit(text: str, pixels: int) -> str:
    """As much of a name as has room, at 14 pixels a wide character and 8 a narrow one."""
    used = 0
    for place, one in enumerate(text):
        used += 14 if east_asian_width(one) in "WF" else 8
        if used > pixels:
            return text[: max(1, place - 1)] + "…"
    return text
