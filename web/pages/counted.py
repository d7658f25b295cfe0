"""How a poll was counted, as public pages tell it: line by line with its diagrams, and by constituency."""

from dataclasses import dataclass

from markupsafe import Markup, escape
from msgspec import UnsetType

from voting.questions import Question
from voting.results import Result, Statutory
from voting.rules import Text
from voting.standings import constituencies, of_parts
from web.tally.choices import words_of
from web.tally.page import as_html, tell
from web.tally.story import Block, Table, Words
from web.tally.svg import of_steps
from web.texts import Language, texts


@dataclass(frozen=True, slots=True)
class Counted:
    """What a page tells of a count beyond its conclusion.

    Attributes:
        steps: the count line by line, and what can be drawn of it; "" where totals say all.
        units: the vote by constituency; "" where it was not asked for, or is withheld.
        statutory: the law's own result beside that of the community's own rule.
        clause: where the own rule stands.
    """

    steps: Markup
    units: Markup
    statutory: Statutory | None
    clause: Text | None


def counted(question: Question, result: Result, lang: Language) -> Counted:
    """Tell a result in one language, as HTML."""
    words = words_of(question, lang)
    drawn = () if isinstance(result.steps, UnsetType) else of_steps(result.steps, words)
    figures = [_wide(Markup(svg), words("title")) for svg in drawn]  # noqa: S704 - escaped there
    return Counted(
        steps=Markup("\n").join([*figures, *map(_html, _steps(question, result, words))]),
        units=Markup().join(map(_html, _units(question, result, words))),
        statutory=result.statutory or None,
        clause=result.rule.own or None,
    )


def count_blocks(question: Question, result: Result, lang: Language) -> list[Block]:
    """The same as plain tables and paragraphs, for paper."""
    words = words_of(question, lang)
    return [*_units(question, result, words), *_steps(question, result, words)]


def _steps(question: Question, result: Result, words: Words) -> list[Block]:
    return [] if isinstance(result.steps, UnsetType) else tell(result.steps, words, question.settings)


def _units(question: Question, result: Result, words: Words) -> list[Block]:
    """A row for each constituency, what each option received there; small ones together."""
    rows = tuple(
        (words.of(one.name), str(one.ballots), *map(words.of, one.amounts))
        for one in constituencies(question, result)
    )
    t = texts(words.lang)["public"]["units"]
    header = (t["unit"], t["ballots"], *(words.name(option.id) for option in question.options))
    return (
        [Table(t["caption"].format(amounts=words.of(of_parts(result.method))), header, rows)] if rows else []
    )


def _html(block: Block) -> Markup:
    html = Markup(as_html([block]))  # noqa: S704 - escaped there
    return _wide(html, block.caption) if isinstance(block, Table) else html


def _wide(html: Markup, label: str) -> Markup:
    """What may be wider than a phone is moved under the finger or by keys."""
    return Markup('<div class="wide" tabindex="0" role="region" aria-label="{}">{}</div>').format(
        escape(label), html
    )
