"""Blocks as text for a terminal and as HTML; and the blocks of any count."""

from collections.abc import Iterable
from html import escape
from itertools import zip_longest
from unicodedata import east_asian_width

from voting.methods.approval import ApprovalSteps
from voting.methods.borda import BordaSteps
from voting.methods.grading import GradingSteps
from voting.methods.irv import IrvSteps
from voting.methods.majority_judgment import MajorityJudgmentSteps
from voting.methods.meek import MeekSteps
from voting.methods.plurality import PluralitySteps
from voting.methods.protocol import Count, Steps
from voting.methods.ranked_pairs import RankedPairsSteps
from voting.methods.schulze import SchulzeSteps
from voting.methods.score import ScoreSteps
from voting.methods.stv import StvSteps
from web.tally import pairs, points, stages
from web.tally.amounts import amounts, title
from web.tally.story import Block, Paragraph, Table, Words

_STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}"
    "caption{text-align:left;font-weight:600;padding:.25rem 0}"
    "th,td{border:1px solid #999;padding:.25rem .6rem}td{text-align:right;font-variant-numeric:tabular-nums}"
    "th{text-align:left;background:#f2f2f2}tbody th{min-width:5em}thead th{min-width:4em}"
    "figure{margin:1rem 0;overflow-x:auto}svg{display:block;width:100%;min-width:34rem;height:auto}"
)


def tell(steps: Steps, words: Words, settings: object = None) -> list[Block]:  # noqa: PLR0911 - one line a method
    """How a count went, line by line; `settings` are those that were declared of the method."""
    match steps:
        case ApprovalSteps():
            return points.approval(steps, words)
        case PluralitySteps():
            return points.plurality(steps, words)
        case GradingSteps():
            return points.grading(steps, words)
        case ScoreSteps():
            return points.score(steps, words)
        case MajorityJudgmentSteps():
            return points.majority_judgment(steps, words, settings)
        case BordaSteps():
            return points.borda(steps, words, settings)
        case SchulzeSteps():
            return pairs.schulze(steps, words)
        case RankedPairsSteps():
            return pairs.ranked_pairs(steps, words)
        case IrvSteps():
            return stages.irv(steps, words, settings)
        case StvSteps():
            return stages.stv(steps, words, settings)
        case MeekSteps():
            return stages.meek(steps, words)
        case _:
            return []


def rows(count: Count, words: Words, settings: object = None) -> list[tuple[str, ...]]:
    """The table of results: every option, what it has, and what became of it."""
    header = words("option"), title(count, words, "marks.votes"), words("totals.outcome")
    became = {one: words("totals.place", number=place) for place, one in enumerate(count.chosen, 1)}
    became |= dict.fromkeys(count.tied, words("totals.tied"))
    return [
        header,
        *(
            (words.name(one), n.says, became.get(one, ""))
            for one, n in amounts(count, words, settings).items()
        ),
    ]


def totals(count: Count, words: Words) -> Table:
    """What every option received, where the steps say no more."""
    header, *body = rows(count, words)
    return Table(words("title"), header[:2], tuple(row[:2] for row in body))


def outcome(count: Count, words: Words, *, revote: bool = False) -> list[Block]:
    """What a count found: who is chosen, who is tied (perhaps to be voted on again), what is vacant."""
    said: list[Block] = []
    if count.chosen:
        said.append(Paragraph(words("outcome.chosen", names=words.list(count.chosen))))
    if count.tied:
        kind = "outcome.revote" if revote else "outcome.tied"
        said.append(Paragraph(words(kind, names=words.list(count.tied))))
    if count.vacant:
        said.append(Paragraph(words("outcome.vacant", number=count.vacant)))
    return said or [Paragraph(words("outcome.nobody"))]


def as_text(blocks: Iterable[Block]) -> str:
    """For a terminal: paragraphs, and tables in columns; wide characters take two."""
    return "\n\n".join(one.text if isinstance(one, Paragraph) else _columns(one) for one in blocks)


def as_html(blocks: Iterable[Block]) -> str:
    """A fragment: `p` and `table`, with captions and row headers for those who listen."""
    return "\n".join(
        f"<p>{escape(one.text)}</p>" if isinstance(one, Paragraph) else _table(one) for one in blocks
    )


def document(title: str, blocks: Iterable[Block], figures: Iterable[str], words: Words) -> str:
    """A page of its own, with diagrams before the words; nothing is loaded from anywhere."""
    lang = {"zh": "zh-Hans", "en": "en"}[words.lang]
    frame = f'<figure tabindex="0" role="region" aria-label="{escape(words("title"))}">'
    drawn = "\n".join(f"{frame}{figure}</figure>" for figure in figures)  # moved sideways on a phone
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n"
        f"<h1>{escape(title)}</h1>\n{drawn}\n{as_html(blocks)}\n</html>\n"
    )


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.header)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in table.rows
    )
    return (
        f"<table><caption>{escape(table.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody></table>"
    )


def _columns(table: Table) -> str:
    rows = [table.header, *table.rows]
    widths = [max(map(_width, column)) for column in zip_longest(*rows, fillvalue="")]
    lines = [
        "  ".join(
            cell + " " * (width - _width(cell)) if place == 0 else " " * (width - _width(cell)) + cell
            for place, (cell, width) in enumerate(zip(row, widths, strict=False))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([table.caption, "─" * (sum(widths) + 2 * len(widths) - 2), *lines])


def _width(text: str) -> int:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)
