"""A question's options, grades and ballots in one language."""

from voting.methods.grading import Grading
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.protocol import Choice
from voting.questions import Question
from voting.rules import Text
from web.tally.story import Words
from web.texts import Language


def words_of(question: Question, lang: Language) -> Words:
    """How the options and grades of a question are called."""
    of = Words(lang, {}).of
    return Words(lang, {option.id: of(option.text) for option in question.options}, _grades(question))


def say(question: Question, choice: Choice, words: Words) -> str:
    """What a ballot says: an option, marks, a ranking with the best first, or a grade or points for each."""
    if not choice:
        return words("ballot.blank")
    if isinstance(choice, str):
        return words.name(choice)
    if isinstance(choice, dict):
        graded = bool(_grades(question))
        told = (
            words("ballot.given", option=words.name(one), amount=words.grade(number) if graded else number)
            for one, number in choice.items()
        )
        return words("comma").join(told)
    ranked = question.method not in ("approval", "plurality")
    return words("ballot.before" if ranked else "comma").join(map(words.name, choice))


def _grades(question: Question) -> tuple[Text, ...]:
    match question.settings:
        case MajorityJudgment(grades=grades) | Grading(scale=grades):
            return grades
        case _:
            return ()
