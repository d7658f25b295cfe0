"""What console and screen make of a secret vote, stage by stage: the real fold's view, read by the real client."""

import msgspec

from deliberation import acts
from deliberation.view import public_view
from tests.secret_room import SecretRoom
from tests.web.pages.test_steps import Teller, tell
from web.records.running import PublicHearing

__all__ = ["tell"]

NAMES = ("周*", "吴*", "郑*")


def view(room: SecretRoom) -> bytes:
    """What the service would show everybody."""
    seen = public_view(room.hearing.state)
    fields = {name: getattr(seen, name) for name in seen.__struct_fields__}
    names = dict(zip((one.id for one in room.holders), NAMES, strict=True))
    return msgspec.json.encode(PublicHearing(**fields, names=names))


def test_a_secret_vote_from_its_keys_to_its_opening(tell: Teller) -> None:
    room = SecretRoom(6)
    room.ready()
    room.send_certificate(room.chair, 1)
    unready = view(room)
    room = SecretRoom(6)
    poll = room.opened()
    room.batch(poll, *(room.ballot(one, poll, "for") for one in room.voters[:5]))
    voting = view(room)
    room.close(poll)
    closed = view(room)
    room.decrypt(room.chair, poll)
    half = view(room)
    room.decrypt(room.supervisor, poll)
    opened = view(room)

    waits, open_, asked, one_has, all_have = tell(unready, voting, closed, half, opened, lang="en")
    assert waits["chair"]["name"] == "poll"
    assert "1 of 3 have made keys; waiting for 吴*, 郑*." in waits["chair"]["blocked"]
    assert open_["chair"]["name"] == "close"
    assert open_["chair"]["says"].startswith("5 of 6 have voted")
    assert [one["chair"]["name"] for one in (asked, one_has, all_have)] == ["keys"] * 3
    assert "5 ballots in the box" in asked["chair"]["says"]
    assert "0 have, 2 are needed; asked: 周*, 吴*, 郑*" in asked["chair"]["says"]
    assert "1 have, 2 are needed; asked: 吴*, 郑*" in one_has["chair"]["says"]
    assert all_have["chair"]["says"].startswith("周*, 吴* have opened the box")

    *_, seen, first, done = tell(voting, closed, half, opened, page="screen", lang="en")
    assert seen["scene"] == first["scene"] == "closed"
    assert (seen["screen"]["cast"], seen["screen"]["electorate"]) == ("5", "6")
    assert seen["screen"]["keys"] == "Waiting for the key holders: 0 of 2"
    assert (first["screen"]["keys"], first["screen"]["keys_bar"]) == (
        "Waiting for the key holders: 1 of 2",
        500,
    )
    assert not done["screen"]["keys"]


def test_too_few_ballots_are_said_to_stay_closed(tell: Teller) -> None:
    room = SecretRoom(6)
    poll = room.opened()
    room.batch(poll, *(room.ballot(one, poll, "for") for one in room.voters[:4]))
    room.close(poll)
    (told,) = tell(view(room), lang="en")
    assert "only 4 ballots in the box, fewer than 5" in told["chair"]["says"]
    (shown,) = tell(view(room), page="screen", lang="en")
    assert shown["screen"]["keys"] == "Fewer than 5 ballots: they are not opened"


def test_a_refusal_stops_the_keys_until_they_are_made_anew(tell: Teller) -> None:
    room = SecretRoom(6)
    room.ready()
    for index, holder in enumerate(room.holders, 1):
        room.send_certificate(holder, index)
    room.deal(room.supervisor, 2)
    room.refuse(room.desk, room.supervisor)
    stopped = view(room)
    people = tuple(one.id for one in room.holders)
    asked = room.do(room.chair, acts.RestartKeys, holders=people, threshold=2, reason="again")
    waiting = view(room)
    room.do(room.supervisor, acts.Cosign, target=asked)
    told, waits, again = tell(stopped, waiting, view(room), lang="en")
    assert "郑* says that what 吴* sent does not fit" in told["chair"]["blocked"]
    assert "(周*, 吴*, 郑*; 2 of 3 can open); a supervisor must cosign" in waits["chair"]["blocked"]
    sign = waits["signables"][0]
    assert (sign["leaf"], sign["waits"], sign["reason"]) == (asked, True, "again")
    assert sign["label"] == "make the keys anew · Bo, Bo, Bo · 3 hold a key each; 2 together open it"
    assert "Bo, Bo, Bo make a new key each, and 2 of 3 together can open" in sign["says"]
    assert waits["supervisor"]["target"] == asked
    assert again["signables"][0]["leaf"] != asked
    assert "0 of 3 have made keys" in again["chair"]["blocked"]


def test_a_holder_who_has_left_stops_the_keys_until_they_are_made_anew(tell: Teller) -> None:
    room = SecretRoom()
    room.ready()
    room.make_keys()
    for person in room.voters:
        room.offer(person)
    room.do(room.chair, acts.EndRole, member=room.desk.id, reason="Called away")
    left = view(room)
    room.restart((room.chair, room.supervisor, room.voters[0]), 2)
    told, again = tell(left, view(room), lang="en")
    assert "郑* left the roll and cannot open a box any more" in told["chair"]["blocked"]
    assert "0 of 3 have made keys" in again["chair"]["blocked"]
    (zh,) = tell(left)
    assert "郑* 已不在名册，不能再开箱" in zh["chair"]["blocked"]


def test_a_question_whose_box_was_opened_is_not_put_again(tell: Teller) -> None:
    stages = []
    for holders in range(3):
        room = SecretRoom(6)
        poll = room.opened()
        room.vote_all(poll, ["for"] * 5)
        room.close(poll)
        for holder in room.holders[:holders]:
            room.decrypt(holder, poll)
        void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="Misread")
        room.do(room.supervisor, acts.Cosign, target=void)
        room.publish(poll)
        stages.append(view(room))
    assert [one["chair"]["name"] for one in tell(*stages)] == ["poll", "poll", "call"]


def test_the_chair_sees_how_many_phones_can_take_part_and_what_to_wait_for(tell: Teller) -> None:
    room = SecretRoom(7)
    room.convene()
    for person in (room.chair, room.supervisor, room.desk, *room.voters):
        room.enrol(person)
    room.do(room.chair, acts.Open)
    room.make_keys()
    for person in room.voters[:6]:  # the seventh is not here
        room.come_in(person)
    room.do(room.chair, acts.CallItem, item="gate")
    for person in (*room.voters[:4], room.voters[6]):
        room.offer(person)
    few = view(room)
    room.offer(room.voters[4])
    some = view(room)
    poll = room.open_poll()
    room.set_up(poll)
    voting = view(room)

    blocked, waits, open_ = tell(few, some, voting, lang="en")
    assert blocked["chair"]["blocked"].startswith(
        "A secret vote can begin once at least 5 phones are ready; now there are 4"
    )
    assert "wait" not in blocked["chair"]
    assert "Of the 6 present, 5 have phones that can vote" in waits["chair"]["says"]
    assert waits["chair"]["wait"].startswith("Phones not ready yet: 1. Open now, and they cannot vote")
    assert "0 of 5 have voted" in open_["chair"]["says"]
    assert "1 more have phones that were not ready" in open_["chair"]["note"]
    room = SecretRoom(5)
    room.ready()
    room.make_keys()
    for person in room.voters:
        room.offer(person)
    (ready,) = tell(view(room))
    assert "blocked" not in ready["chair"]
    assert "wait" not in ready["chair"]
