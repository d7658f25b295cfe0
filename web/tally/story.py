"""A count told in paragraphs and tables, so that somebody who lost can follow it line by line.

`tell` makes blocks of a method's steps; `web.tally.page` shows blocks as text or HTML.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voting.rules import Text
from web.texts import GAP, Language, texts


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; the first column says what the row is, numbers stand in the others."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Table


class Words:
    """How things are called: options by their names, grades by their words, sentences in one language."""

    def __init__(self, lang: Language, names: Mapping[str, str], grades: Sequence[Text] = ()) -> None:
        self.lang = lang
        self.names = dict(names)
        for option, name in names.items():
            if list(names.values()).count(name) > 1:  # two of one name: which is meant?
                self.names[option] = f"{name}（{option}）" if lang == "zh" else f"{name} ({option})"
        self.grades = grades
        self._texts = texts(lang)["tally"]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of that key, `group.name`."""
        found = self._texts
        for part in key.split("."):
            found = found[part]
        return str(found).format(**values)

    def name(self, option: str) -> str:
        """What an option is called."""
        return self.names.get(option, option)

    def list(self, options: Iterable[str]) -> str:
        """Several options, or nobody."""
        return self("comma").join(map(self.name, options)) or self("nobody")

    def join(self, sentences: Iterable[str]) -> str:
        """Sentences in a row."""
        return GAP[self.lang].join(sentences)

    def grade(self, number: int) -> str:
        """The word for a grade, 0 the worst."""
        if number < len(self.grades):
            return self.of(self.grades[number])
        return self("grades.grade", number=number)

    def of(self, text: Text) -> str:
        """A text in this language, or in the other where it has none."""
        return (text.zh or text.en) if self.lang == "zh" else (text.en or text.zh)
