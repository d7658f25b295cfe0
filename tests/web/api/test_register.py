"""Joining a hearing that is under way: the service makes the entry, an officer signs it, and nobody else can ask."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete

from ballots.encoding import utc
from ballots.signing import PrivateKey
from deliberation import acts
from deliberation.roll import commitment
from tests.actors import COMMUNITY, Meeting, both
from web.actors.device import Declined, open_card
from web.actors.participants import Officer, Phone
from web.pages.organise.papers import openings
from web.people.cards import issue_cards
from web.people.register import Community, Entry, add_community, add_persons
from web.people.tables import members

pytestmark = pytest.mark.anyio

OURS = {"Sec-Fetch-Site": "same-origin"}
NEW = Entry(name="孙新来", building="5号楼", unit="2单元")


async def find(officer: Officer, typed: str) -> list[dict[str, Any]]:
    found = await officer.http.get(f"{officer.api}/register", params={"find": typed})
    assert found.status_code == 200, found.text
    people: list[dict[str, Any]] = found.json()["people"]
    return people


async def ask(officer: Officer, person: int, role: str, **headers: str) -> Any:
    body = {"person": person, "role": role}
    return await officer.http.post(f"{officer.api}/entries", json=body, headers=headers or OURS)


async def entry(officer: Officer, person: int, role: str) -> acts.Member:
    answer = await ask(officer, person, role)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=acts.Member)


@pytest.fixture
async def signed_in(meeting: Meeting) -> Meeting:
    await meeting.supervisor.sign_in()
    await meeting.desk.sign_in()
    return meeting


async def test_somebody_joins_with_two_signatures_and_votes(signed_in: Meeting) -> None:
    hall, chair, supervisor = signed_in.hall, signed_in.chair, signed_in.supervisor
    person = hall.register(NEW)
    (found,) = await find(chair, "5号楼")
    assert (found["person"], found["name"], found["card"], found["seats"]) == (person.id, "孙新来", True, [])
    member = await entry(chair, person.id, "representative")
    assert (member.weights, member.unit) == ({"heads": 1}, "")
    assert await entry(chair, person.id, "representative") == member, "asked again, the same"
    http = hall.client()
    token = hall.tokens["孙新来"]
    assert await open_card(http, COMMUNITY, token, hall.community.anchor) == []

    waiting = await chair.act(acts.AmendRoll, add=[member], remove=[], reason="名册漏列")
    (pending,) = (await chair.state())["pending"]
    assert (pending["added"], pending["removed"]) == ([member.id], [])
    assert (await chair.state())["names"][member.id] == "孙*"
    told = (await supervisor.http.get(f"{supervisor.api}/desk")).json()
    assert ([one["name"] for one in told["joining"]], told["unknown"]) == (["孙新来"], [])
    (found,) = await find(supervisor, "孙")
    assert found["seats"] == [{"member": member.id, "role": "representative", "waits": True}]
    assert (await ask(chair, person.id, "representative")).json()["code"] == "already-on-roll"

    await supervisor.cosign(waiting.leaf)
    assert (await chair.state())["attendance"]["eligible"] == 7
    phone = await hall.join(Phone, "孙新来")
    await phone.check_in(await chair.screen_code())
    poll = await signed_in.open_poll()
    await phone.vote(poll, "for")
    assert (await signed_in.poll(poll))["cast"] == 1


def under_own_key(member: acts.Member) -> acts.Member:
    """The entry, but for a card that whoever asks holds."""
    return msgspec.structs.replace(
        member, commitment=commitment(secrets.token_bytes(32), PrivateKey.generate().public)
    )


async def test_nobody_joins_but_by_an_entry_that_the_service_has_made(signed_in: Meeting) -> None:
    hall, chair = signed_in.hall, signed_in.chair
    person = hall.register(NEW)
    voter = await entry(chair, person.id, "representative")
    helper = await entry(chair, person.id, "desk")
    before = (await chair.state())["size"]
    changes: list[dict[str, Any]] = [{"id": "m0000000009"}, {"weights": {"heads": 2}}, {"unit": "5-2"}]
    for wrong in (
        under_own_key(voter),
        *(msgspec.structs.replace(voter, **change) for change in changes),
        msgspec.structs.replace(helper, role="representative", weights={"heads": 1}),
    ):
        with pytest.raises(Declined, match="not-our-entry"):
            await chair.act(acts.AmendRoll, add=[voter, wrong], remove=[], reason="名册漏列")
    for wrong in (under_own_key(helper), msgspec.structs.replace(helper, role="observer")):
        with pytest.raises(Declined, match="not-our-entry"):
            await chair.act(acts.GrantRole, member=wrong)
    assert (await chair.state())["size"] == before
    sent = chair.signed(acts.AmendRoll, add=[voter], remove=[], reason="名册漏列")
    kept = await chair.send(sent)
    with hall.service.hearings.engine.begin() as connection:
        connection.execute(delete(members).where(members.c.member == voter.id))
    again = await chair.send(sent)
    assert (again.fresh, again.receipt) == (False, kept.receipt), "what is kept is not asked for again"


async def test_officers_are_told_of_an_entry_that_came_into_the_record_past_the_service(
    signed_in: Meeting,
) -> None:
    hall, chair, supervisor = signed_in.hall, signed_in.chair, signed_in.supervisor
    person = hall.register(NEW)
    wrong = under_own_key(await entry(chair, person.id, "representative"))
    running = await hall.service.hearings.get(hall.hearing)
    body = chair.signed(acts.AmendRoll, add=[wrong], remove=[], reason="名册漏列")
    await running.submit(running.receive(msgspec.json.decode(body)["jws"]))
    told = (await supervisor.http.get(f"{supervisor.api}/desk")).json()
    assert (told["joining"], told["unknown"]) == ([], [wrong.id])


async def test_who_was_removed_by_mistake_comes_back_as_a_new_entry(signed_in: Meeting) -> None:
    hall, chair, supervisor, late = signed_in.hall, signed_in.chair, signed_in.supervisor, signed_in.late
    gone = late.seat.member
    leaf = (await supervisor.act(acts.AmendRoll, add=[], remove=[gone], reason="已搬走")).leaf
    await chair.cosign(leaf)
    with pytest.raises(Declined, match=r"device-revoked|unknown-key|not-on-roll"):
        await late.check_in(await chair.screen_code())
    (found,) = await find(chair, "赵晚来")
    assert found["seats"] == []
    member = await entry(chair, found["person"], "representative")
    assert member.id != gone
    await supervisor.cosign((await chair.act(acts.AmendRoll, add=[member], remove=[], reason="有误")).leaf)
    again = await hall.join(Phone, "赵晚来")
    assert again.seat.member == member.id


async def test_the_chair_appoints_somebody_for_the_desk_ends_it_and_appoints_them_again(
    signed_in: Meeting,
) -> None:
    hall, chair = signed_in.hall, signed_in.chair
    (found,) = await find(chair, "赵晚来")
    for guest in (signed_in.late, await hall.join(Phone, "吴建国")):
        member = await entry(chair, found["person"], "desk")
        assert member.weights == {"heads": 0}
        await chair.act(acts.GrantRole, member=member)
        desk = await hall.join(Officer, "赵晚来", "desk")
        await desk.check_in(guest.seat.member)
        await chair.act(acts.EndRole, member=member.id, reason="换人")
        with pytest.raises(Declined):
            await desk.check_in(guest.seat.member)


async def test_only_officers_and_only_from_our_page(signed_in: Meeting) -> None:
    hall, chair, supervisor, desk = signed_in.hall, signed_in.chair, signed_in.supervisor, signed_in.desk
    person = hall.register(NEW)
    path = f"{chair.api}/register?find=a"
    assert (await signed_in.phones[0].http.get(path)).json()["code"] == "not-signed-in"
    assert (await desk.http.get(path)).json()["code"] == "not-permitted"
    assert (await ask(desk, person.id, "observer")).json()["code"] == "not-permitted"
    assert (await ask(supervisor, person.id, "desk")).json()["code"] == "not-permitted"
    assert (await ask(chair, person.id, "chair")).json()["code"] == "bad-request"
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await ask(chair, person.id, "desk", **foreign)).json()["code"] == "wrong-origin"
    assert (await chair.http.get(f"{chair.api}/register?find=")).json()["code"] == "bad-request"


async def test_what_stands_in_the_way_is_said(signed_in: Meeting) -> None:
    hall, chair = signed_in.hall, signed_in.chair
    assert (await ask(chair, 10**6, "desk")).json()["code"] == "unknown-person"
    bare = hall.register(NEW, card=False)
    assert (await ask(chair, bare.id, "representative")).json()["code"] == "no-card"
    (found,) = await find(chair, "王建国")
    assert (await ask(chair, found["person"], "representative")).json()["code"] == "already-on-roll"
    root = hall.service.keys.community("west").public
    with hall.service.hearings.engine.begin() as connection:
        add_community(connection, Community("west", both("西", "West"), "Asia/Shanghai", root))
        (stranger,) = add_persons(connection, "west", [replace(NEW, name="外人")])
    assert (await ask(chair, stranger.id, "desk")).json()["code"] == "unknown-person"
    assert await find(chair, "外人") == []


async def test_an_entry_that_nobody_signed_is_in_no_file_of_openings(signed_in: Meeting) -> None:
    hall = signed_in.hall
    made = await entry(signed_in.chair, hall.register(NEW).id, "representative")
    running = await hall.service.hearings.get(hall.hearing)
    kept = await running.ask(lambda state: set(state.seats))
    with hall.service.hearings.engine.connect() as connection:
        told = openings(connection, hall.hearing, kept)
    assert {one.id for one in told.members} == kept
    assert made.id not in kept


async def test_a_new_card_makes_a_new_entry(signed_in: Meeting) -> None:
    hall, chair = signed_in.hall, signed_in.chair
    person = hall.register(NEW)
    first = await entry(chair, person.id, "observer")
    with hall.service.hearings.engine.begin() as connection:
        issue_cards(connection, [person], utc(datetime.now(UTC)))
    assert (await entry(chair, person.id, "observer")).id != first.id


async def test_nobody_joins_after_the_end(signed_in: Meeting) -> None:
    chair = signed_in.chair
    await chair.publish_minutes("")
    await chair.adjourn()
    assert (await ask(chair, 1, "desk")).json()["code"] == "hearing-adjourned"


async def test_of_many_some_are_shown(signed_in: Meeting) -> None:
    chair = signed_in.chair
    signed_in.hall.register(*(Entry(name=f"住户{number}") for number in range(25)), card=False)
    told = (await chair.http.get(f"{chair.api}/register", params={"find": "住户"})).json()
    assert (len(told["people"]), told["more"]) == (20, True)
