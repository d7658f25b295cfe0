from importlib.resources import files

import msgspec
import pytest
from sqlalchemy import Connection

from deliberation import notice
from voting.questions import decode_question
from voting.rules import Text
from web.people.drafts import Draft, DraftItem, delete_draft, freeze, get_draft, get_drafts, save_draft
from web.people.register import Community

AGENDA = msgspec.json.decode(
    files("web").joinpath("sample/agenda.json").read_bytes(), type=tuple[DraftItem, ...], strict=True
)
DRAFT = Draft(
    id="h00000000001",
    community="qinghuai",
    kind="representatives",
    title=Text(zh="第三次居民代表会议", en="Third representatives’ meeting"),
    place=Text(zh="社区礼堂", en="Community hall"),
    starts="2026-11-21T06:00:00.000Z",
    rehearsal=False,
    agenda=AGENDA,
)


def test_a_draft_comes_back_as_it_was_saved_last(conn: Connection) -> None:
    later = msgspec.structs.replace(DRAFT, id="h00000000002", starts="2026-11-22T06:00:00.000Z")
    save_draft(conn, later)
    save_draft(conn, DRAFT)
    changed = msgspec.structs.replace(DRAFT, rehearsal=True, agenda=())
    save_draft(conn, changed)

    assert changed == get_draft(conn, DRAFT.id)
    assert [changed, later] == get_drafts(conn, "qinghuai")
    delete_draft(conn, DRAFT.id)
    assert get_draft(conn, DRAFT.id) is None


def test_the_sample_agenda_freezes_into_a_notice_and_its_questions(community: Community) -> None:
    told, blobs = freeze(DRAFT, community)

    assert told == notice.decode(notice.encode(told), notice.Notice)
    assert [item.id for item in told.agenda] == ["stalls", "lift", "repairs", "hardship", "appraisal"]
    assert [item.ballot for item in told.agenda] == ["named", "named", "named", "secret", "secret"]
    assert [notice.name(blob) for blob in blobs] == [name for item in told.agenda for name in item.questions]
    questions = [decode_question(blob) for blob in blobs]
    assert [question.id for question in questions] == [
        "stalls-trial",
        "lift-help",
        "repairs-order",
        "appraisal-grades",
    ]
    assert [q.rule.preset for q in questions] == [
        "urban.reps",
        "urban.reps",
        "preference.advisory",
        "appraisal.grade",
    ]
    assert [q.method for q in questions] == ["motion", "motion", "borda", "grading"]
    assert [q.electorate for q in questions] == ["present", "present", "present", "roll"]


def test_a_rule_that_does_not_look_at_presence_asks_the_whole_roll(community: Community) -> None:
    question = msgspec.structs.replace(AGENDA[0].questions[0], preset="household.decision")
    item = msgspec.structs.replace(AGENDA[0], questions=(question,))

    _, blobs = freeze(msgspec.structs.replace(DRAFT, agenda=(item,)), community)

    assert decode_question(blobs[0]).electorate == "roll"


def test_an_unknown_preset_cannot_be_frozen(community: Community) -> None:
    question = msgspec.structs.replace(AGENDA[0].questions[0], preset="urban.nothing")
    item = msgspec.structs.replace(AGENDA[0], questions=(question,))

    with pytest.raises(KeyError):
        freeze(msgspec.structs.replace(DRAFT, agenda=(item,)), community)


def test_sample_texts_are_there_in_both_languages() -> None:
    texts = [text for item in AGENDA for text in (item.title, item.text)]
    texts += [
        text for item in AGENDA for question in item.questions for text in (question.title, question.text)
    ]

    assert all(text.zh and text.en for text in texts)
