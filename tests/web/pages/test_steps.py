"""What console and screen make of a hearing, state by state: the real fold's view, read by the real client."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ballots.checkpoint import fingerprint, verify_note, vkey
from deliberation import acts
from deliberation.view import public_view
from tests.client import node
from tests.room import Room, choosing, motion
from voting.methods.approval import Approval
from voting.methods.plurality import Plurality
from voting.methods.ranked_pairs import RankedPairs
from voting.methods.schulze import Schulze
from web.records.running import PublicHearing
from web.texts import LANGUAGES, texts

Told = dict[str, Any]
Teller = Callable[..., list[Told]]


def view(room: Room) -> bytes:
    """What the service would show everybody."""
    seen = public_view(room.hearing.state)
    fields = {name: getattr(seen, name) for name in seen.__struct_fields__}
    return msgspec.json.encode(PublicHearing(**fields, names={room.voters[1].id: "张*"}))


@pytest.fixture
def tell(tmp_path: Path, built: object) -> Teller:
    """Ask the client what it makes of these views."""

    def ask(*views: bytes, page: str = "console", lang: str = "zh") -> list[Told]:
        (tmp_path / "states.json").write_bytes(b"[" + b",".join(views) + b"]")
        (tmp_path / "texts.json").write_text(json.dumps(texts(lang)[page]["script"]))  # type: ignore[arg-type]
        code = texts(lang)["pages"]["lang"]  # type: ignore[arg-type]
        told: list[Told] = json.loads(
            node.node("test/hall.mjs", str(tmp_path / "states.json"), str(tmp_path / "texts.json"), code)
        )
        return told

    return ask


def whole_meeting() -> list[tuple[str, str, bytes]]:
    """Stages of a meeting of 61 with two questions: the step that the chair is to take, the scene, the view."""
    room = Room(voters=61, questions=[motion(), motion("q2", visibility="live")])
    stages = []

    def stage(step: str, scene: str) -> None:
        stages.append((step, scene, view(room)))

    room.convene()
    for person in (room.chair, room.supervisor, room.desk, *room.voters):
        room.enrol(person)
    stage("open", "waiting")
    room.do(room.chair, acts.Open)
    stage("call", "checkin")
    for person in room.voters[:40]:
        room.come_in(person)
    room.do(room.chair, acts.CallItem, item="gate")
    stage("poll!", "item")
    request = room.do(room.voters[1], acts.RequestFloor, item="gate")
    stage("give", "item")
    room.do(room.chair, acts.GiveFloor, request=request, seconds=120)
    stage("end", "item")
    room.do(room.chair, acts.EndFloor, request=request)
    room.come_in(room.voters[40])
    stage("poll", "item")
    poll = room.open_poll(closes="2026-11-21T09:00:00.000Z")
    stage("close!", "poll")
    for person in room.voters[:41]:
        room.vote(person, poll, "for")
    stage("close", "poll")
    room.close(poll)
    stage("publish", "closed")
    room.publish(poll)
    stage("poll", "result")
    live = room.open_poll(1)
    stage("close", "poll")
    room.do(room.chair, acts.VoidPoll, poll=live, reason="The lights went out.")
    stage("poll", "void")
    again = room.open_poll(1)
    room.close(again)
    room.publish(again)
    stage("call", "result")
    room.do(room.chair, acts.CallItem, item="lift")
    stage("minutes", "item")
    room.minutes("Nothing to add.")
    stage("adjourn", "item")
    room.do(room.chair, acts.Adjourn)
    stage("done", "adjourned")
    return stages


MEETING = whole_meeting()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_has_one_obvious_next_step_and_one_scene(tell: Teller, lang: str) -> None:
    told = tell(*(seen for _, _, seen in MEETING), lang=lang)
    steps = [one["chair"]["name"] + ("!" if "blocked" in one["chair"] else "") for one in told]
    assert list(zip(steps, (one["scene"] for one in told), strict=True)) == [
        (step, scene) for step, scene, _ in MEETING
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_says_in_words_what_it_does(tell: Teller, lang: str) -> None:
    for one in tell(*(seen for _, _, seen in MEETING), lang=lang):
        for officer in ("chair", "supervisor"):
            step = one[officer]
            words = [step["label"], step["says"], step.get("blocked", ""), step.get("note", "")]
            assert step["says"]
            assert step["label"] or step["name"] in {"done", "wait"}
            assert not any("{" in text or "undefined" in text or "says-" in text for text in words)


def test_the_chair_may_leave_the_rest_of_the_agenda_but_never_an_open_vote_or_a_missing_result(
    tell: Teller,
) -> None:
    told = tell(*(seen for _, _, seen in MEETING))
    assert [one["ending"] for one in told] == [
        *("open", "minutes", "minutes", "minutes", "end", "minutes", "close", "close", "publish"),
        *("minutes", "close", "minutes", "minutes", "minutes", "adjourn", "done"),
    ]


def test_a_missing_quorum_is_a_number_in_a_sentence(tell: Teller) -> None:
    seen = next(seen for step, _, seen in MEETING if step == "poll!")
    (told,) = tell(seen)
    assert "应到 61，实到 40 < 2/3（40⅔）：未达到法定人数" in told["chair"]["blocked"]


def test_a_supervisor_signs_the_oldest_moment_first_and_what_waits_before_it(tell: Teller) -> None:
    room = Room(voters=3)
    room.ready(present=3)
    before = view(room)
    poll = room.open_poll()
    room.close(poll)
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="<b>Counted</b> twice")
    opening, waiting = tell(before, view(room), lang="en")
    assert opening["supervisor"]["label"] == "Cosign: opening"
    assert waiting["supervisor"]["target"] == void
    assert waiting["supervisor"]["note"] == "Reason: <b>Counted</b> twice"
    assert [one["waits"] for one in waiting["signables"]] == [True, False, False]


def test_nothing_waits_for_a_signature_once_the_meeting_is_over(tell: Teller) -> None:
    room = Room(voters=3)
    room.ready(present=3)
    room.do(room.desk, acts.Revoke, device=room.voters[0].device.kid, reason="Lost", reballot=False)
    room.minutes("")
    room.do(room.chair, acts.Adjourn)
    (told,) = tell(view(room))
    assert [one["label"] for one in told["signables"]] == ["散会", "会议记录", "开会"]
    assert not any(one["waits"] for one in told["signables"])


@pytest.mark.parametrize(
    ("lang", "label", "says"),
    [
        ("zh", "更正名册 · 列入 Cy · 移出 Bo · 移出 Bo", "应到人数由 3 人变为 2 人"),
        ("en", "correct the roll · add Cy · remove Bo · remove Bo", "3 due become 2"),
    ],
)
def test_who_cosigns_a_correction_of_the_roll_reads_whom_it_is_about_and_what_follows(
    tell: Teller, lang: str, label: str, says: str
) -> None:
    room = Room(voters=3)
    room.ready(present=3)
    gone = [person.id for person in room.voters[:2]]
    leaf = room.do(
        room.chair, acts.AmendRoll, add=[room.person("representative").member], remove=gone, reason="Moved"
    )
    (told,) = tell(view(room), lang=lang)
    assert told["signables"][0]["label"] == label
    step = told["supervisor"]
    assert (step["target"], says in step["says"]) == (leaf, True)


@pytest.mark.parametrize(
    ("lang", "label", "says"),
    [
        ("zh", "更正名册 · 列入 与社区名册对不上的人（请勿会签）", "请勿会签"),
        ("en", "correct the roll · add somebody who is not in the register: do not sign", "Do not sign"),
    ],
)
def test_who_cosigns_is_told_not_to_where_an_entry_is_not_the_registers(
    tell: Teller, lang: str, label: str, says: str
) -> None:
    room = Room(voters=3)
    room.ready(present=3)
    room.do(
        room.chair, acts.AmendRoll, add=[room.person("representative").member], remove=[], reason="Left out"
    )
    (told,) = tell(view(room), lang=lang)
    strange = told["strange"][0]
    assert strange["label"] == label
    assert strange["says"].startswith(says)
    assert not told["signables"][0]["says"].startswith(says)


def test_the_minutes_can_be_cosigned_as_they_were_published_last(tell: Teller) -> None:
    room = Room(voters=3)
    room.ready(present=3)
    first = room.minutes("A word.")
    before = view(room)
    second = room.minutes("Two words.")
    room.do(room.supervisor, acts.Cosign, target=second)
    once, again = tell(before, view(room), lang="en")
    assert next((one["label"], one["leaf"], one["signed"]) for one in once["signables"]) == (
        "minutes",
        first,
        [],
    )
    assert again["signables"][0]["leaf"] == second
    assert again["signables"][0]["signed"] == ["supervisor"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", "41 人可投，40 人已投，1 人未投"), ("en", "41 may vote: 40 voted, 1 did not")],
)
def test_the_result_says_how_many_did_not_vote(tell: Teller, lang: str, words: str) -> None:
    room = Room(voters=61)
    room.ready(present=41)
    poll = room.open_poll()
    for person in room.voters[:40]:
        room.vote(person, poll, "for")
    room.close(poll)
    room.publish(poll)
    (told,) = tell(view(room), page="screen", lang=lang)
    assert (told["scene"], told["screen"]["turned_out"]) == ("result", words)


@pytest.mark.parametrize(
    ("closes", "countdown", "until"),
    [
        ("2026-11-21T09:00:00.000Z", "59:4", False),
        ("2026-11-21T09:30:00.000Z", False, "17:30"),
        ("2026-11-24T09:00:00.000Z", False, "11月24日"),
    ],
)
def test_a_poll_that_stays_open_says_when_it_closes_and_counts_down_in_its_last_hour(
    tell: Teller, closes: str, countdown: str | bool, until: str | bool
) -> None:
    room = Room(voters=3)
    room.ready(present=3)
    room.open_poll(closes=closes)
    (told,) = tell(view(room), page="screen")
    for shown, wanted in ((told["screen"]["countdown"], countdown), (told["screen"]["until"], until)):
        assert shown == wanted or (wanted and wanted in shown)


def test_the_screen_never_tells_how_a_sealed_poll_stands(tell: Teller) -> None:
    seen = [seen for step, scene, seen in MEETING if scene in {"poll", "closed"} and step != "close!"]
    sealed, closed, live = (one["screen"] for one in tell(*seen, page="screen"))
    for screen in (sealed, closed):
        assert all("heads" not in option for option in screen["options"])
        assert screen["turnout"] == "41 人可投，41 人已投"
    assert [option["heads"] for option in live["options"]] == ["0", "0", "0"]
    assert (sealed["sealed"], live["sealed"]) == (True, False)


def test_fingerprints_on_the_screen_are_those_of_the_signed_checkpoints(tell: Teller) -> None:
    room = Room(voters=3)
    room.ready(present=3)
    room.minutes("")
    room.do(room.chair, acts.Adjourn)
    note = room.note()
    verify_note(note, vkey(room.origin, room.service.public))
    (told,) = tell(view(room))
    assert told["fingerprints"][-1] == fingerprint(note.partition(b"\n\n")[0] + b"\n")
    assert told["screen"]["fingerprint"] == told["fingerprints"][-1]


def test_the_screen_says_who_is_chosen_who_is_tied_and_how_far_each_came(tell: Teller) -> None:
    room = Room(
        voters=4,
        questions=[
            choosing("q", Approval(2), visibility="live"),
            choosing("r", Schulze("margins", "last", 1)),
        ],
    )
    room.ready()
    poll = room.open_poll()
    for voter, marks in zip(room.voters, (["a", "b"], ["a", "c"], ["a"], []), strict=True):
        room.vote(voter, poll, marks)
    seen = [view(room)]
    room.close(poll)
    room.publish(poll)
    seen.append(view(room))
    ranked = room.open_poll(1)
    for voter in room.voters:
        room.vote(voter, ranked, ["b", "a"])
    seen.append(view(room))
    room.close(ranked)
    room.publish(ranked)
    seen.append(view(room))
    live, tied, sealed, chosen = (one["screen"] for one in tell(*seen, page="screen"))
    assert (live["shown"], live["how"], live["choices"]) == (True, "每张票最多选 4 项", False)
    assert [(one["id"], one["amount"], one["bar"]) for one in live["standing"]] == [
        ("a", "3", 750), ("b", "1", 250), ("c", "1", 250), ("d", "0", 0),
    ]  # fmt: skip
    assert (tied["decision"], tied["outcome"], tied["plain"]) == ("✓ 选出", "tied", False)
    assert [one["id"] for one in tied["chosen"]] == ["a"]
    assert tied["more"][0]["text"]["zh"] == "并列，由公开抽签决定先后：b、c。"
    assert [one["marked"] for one in tied["standing"]] == ["选出", "并列", "并列", None]
    assert (sealed["standing"], sealed["shown"], sealed["choices"]) == ([], False, "a、b、c、d")
    assert [one["name"]["zh"] for one in chosen["chosen"]] == ["b"]
    assert chosen["more"] == []
    (told,) = tell(seen[-1], page="console")
    assert told["chair"]["name"] == "lot"  # of the first poll


def test_the_chair_is_told_what_a_ballot_asks_before_it_is_opened(tell: Teller) -> None:
    room = Room(voters=4, questions=[choosing("q", Plurality(2, 1))])
    room.ready()
    (told,) = tell(view(room))
    assert told["chair"]["note"] == "每张票最多选 2 项，共选出 2 个。"
    room = Room(voters=4, questions=[choosing("q", RankedPairs("margins", "last"))])
    room.ready()
    (told,) = tell(view(room))
    assert told["chair"]["note"] == "每张票按先后顺序排列，共选出 1 个。"


def test_once_an_item_is_decided_who_still_wants_to_speak_does_not_hold_up_the_meeting(tell: Teller) -> None:
    room = Room(voters=3)
    room.ready()
    request = room.do(room.voters[1], acts.RequestFloor, item="gate")
    asked = view(room)
    poll = room.open_poll()
    room.close(poll)
    room.publish(poll)
    decided = view(room)
    room.do(room.chair, acts.CallItem, item="lift")
    room.do(room.voters[1], acts.RequestFloor, item="lift")
    heard = view(room)
    before, after, on_heard = tell(asked, decided, heard)
    assert (before["chair"]["name"], before["chair"]["target"]) == ("give", request)
    assert (after["chair"]["name"], after["chair"]["target"]) == ("call", "lift")
    assert [one["request"] for one in json.loads(decided)["queue"]] == [request]
    assert on_heard["chair"]["name"] == "give"  # there is nothing to decide: speaking is what it is for


@pytest.mark.parametrize(
    ("lang", "early", "whole"),
    [
        ("zh", "议程还有 {} 项没有进行完", "议程都已进行完"),
        ("en", "not taken or not decided: {}.", "The agenda is done."),
    ],
)
def test_the_agenda_is_called_done_only_when_it_is(tell: Teller, lang: str, early: str, whole: str) -> None:
    room = Room(voters=3)
    room.ready()
    undecided = view(room)
    poll = room.open_poll()
    room.close(poll)
    room.publish(poll)
    skipped = view(room)
    room.do(room.chair, acts.CallItem, item="lift")
    done = view(room)
    first, second, third = (one["ends"] for one in tell(undecided, skipped, done, lang=lang))
    assert early.format(2) in first
    assert early.format(1) in second
    assert whole in third
    assert whole not in first + second
