"""公告: the notice of a hearing, for the board in front of the building."""

from msgspec.structs import replace

from voting.questions import Question
from web.pages.paper.teller import Teller
from web.people.ways import Ways
from web.print import forms


def notice(teller: Teller, convened_at: str) -> forms.Notice:
    """The notice as it was published; below it, who was named since to hold keys in others' place.

    Args:
        teller: says it.
        convened_at: when the record began, UTC.
    """
    source, t = teller.source, teller.t["notice"]
    draft = source.draft
    questions = [question for of_item in source.questions.values() for question in of_item]
    laws = dict.fromkeys(law for question in questions if (law := teller.law(question.rule)))
    return forms.Notice(
        heading=replace(teller.heading(), fingerprint=""),
        title=t["title"].format(title=teller.say(draft.title)),
        basis=t["basis"].format(laws=teller.t["comma"].join(laws)) if laws else "",
        matter=(t["bring"], t["frozen"].format(address=source.address)),
        facts=(
            (t["facts"]["time"], teller.words.when(draft.starts)),
            (t["facts"]["place"], teller.say(draft.place)),
            (t["facts"]["due"], t["due"].format(draft.eligible)),
            *(((t["facts"]["keys"], teller.holders(source.announced)),) if source.announced else ()),
            (t["facts"]["anchor"], source.anchor),
        ),
        agenda=_agenda(teller),
        period="",
        objections="",
        issuer=teller.say(draft.community.name),
        date=teller.words.day(convened_at),
        later=_later(teller),
    )


def _later(teller: Teller) -> str:
    """The last change of key holders: a notice stays as it was published, and may not mislead."""
    changes = [change for change in teller.source.draft.changes if change.keys is not None]
    if not changes or (keys := changes[-1].keys) is None:
        return ""
    told = teller.t["notice"]["anew"]
    at = teller.words.when(changes[-1].at)
    return str(told.format(address=teller.source.address, at=at, holders=teller.holders(keys)))


def _agenda(teller: Teller) -> tuple[str, ...]:
    """In the order of the notice, whatever was called first later."""
    titles = {item.id: item.title for item in teller.source.draft.items}
    return tuple(
        "\n".join([teller.say(titles[item]), *_below(teller, item, questions)])
        for item, questions in teller.source.questions.items()
    )


def _below(teller: Teller, item: str, questions: tuple[Question, ...]) -> list[str]:
    t, ways = teller.t["notice"], Ways(teller.heading().lang)
    secret = teller.source.ballots[item] == "secret"
    lines = [t["secret_vote" if questions else "secret"]] if secret else []
    for question in questions:
        lines.append(t["put"].format(" ".join(teller.say(question.text).split())))
        if options := ways.options(question):
            lines.append(ways.notice["options"].format(options))
        lines.append(ways.notice["how"].format(ways.how(question, question.rule)))
        rule = t["rule"] if question.rule.majority else ways.notice["rule"]
        lines.append(rule.format(teller.rule(question.rule)))
    return lines
