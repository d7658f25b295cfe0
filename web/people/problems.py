"""What can be wrong with a register file, and the sentence that says so to people."""

from collections.abc import Mapping
from dataclasses import dataclass

from web.texts import Language, texts


def sentence(code: str, facts: Mapping[str, str | int], lang: Language) -> str:
    """The sentence for a code (`locale/imports.LANG.json`), with its facts."""
    template: str = texts(lang)["imports"][code]
    return template.format(**facts)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row is wrong.

    Attributes:
        code: stable, lower-case, with hyphens.
        facts: what the sentence needs.
    """

    code: str
    facts: tuple[tuple[str, str | int], ...] = ()

    def text(self, lang: Language) -> str:
        """The sentence for people."""
        return sentence(self.code, dict(self.facts), lang)


def problem(code: str, **facts: str | int) -> Problem:
    """A problem with its facts."""
    return Problem(code, tuple(facts.items()))


class ImportRefused(Exception):  # noqa: N818 - the field's word is refusal, as in ballots.refusal
    """The file, or the import as a whole, is refused; the register is as it was."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def text(self, lang: Language) -> str:
        """The sentence for people."""
        return sentence(self.code, self.facts, lang)

    def __str__(self) -> str:
        return self.text("en")
