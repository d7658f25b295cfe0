"""Attacks on the box of a secret poll over HTTP: no ballot is lost, none enters alone, none blocks another."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import event

from ballots.encoding import new_nonce, utc
from ballots.secret import ballot
from ballots.signing import sign_act
from ballots.submission import Accepted, Submission
from deliberation import acts
from tests.actors import eventually, open_hall
from tests.crash.later import move
from tests.web.api.test_secret import PEOPLE, Meeting, meeting_has_result, offers_that_can_be_opened
from voting.secret import fill
from web.actors.device import Declined, answer, request_body
from web.actors.participants import Officer, Phone
from web.actors.voter import Credential
from web.records.running import Running
from web.records.steward import Steward

pytestmark = pytest.mark.anyio


@pytest.fixture
async def meeting(tmp_path: Path) -> AsyncGenerator[Meeting, None]:
    async with open_hall(tmp_path, entries=PEOPLE) as hall:
        told = Meeting(hall)
        await told.gather()
        yield told


async def cast(meeting: Meeting, number: int, poll: str, choice: str = "for") -> str:
    return await meeting.vote(meeting.phones[number], poll, choice)


async def test_a_refused_close_lets_no_ballot_enter_alone(meeting: Meeting) -> None:
    await meeting.make_keys()
    poll = await meeting.open_poll()
    await cast(meeting, 0, poll)
    head = acts.Head(meeting.chair.head.size, "0" * 64)
    act = acts.new(acts.ClosePoll, meeting.hall.hearing, "A" * 22, head=head, poll=poll)
    body = msgspec.json.encode({"jws": sign(meeting, act), "blobs": [], "opening": None, "pad": ""})
    refused = await meeting.chair.http.post(f"{meeting.chair.api}/acts", content=body)
    assert refused.json()["code"] == "head-unknown"
    assert (await meeting.box(poll))["cast"] == 0


async def test_a_chair_cannot_have_ballots_enter_one_by_one(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a close that another act of the same number overtakes: no ballot enters unless the close does."""
    await meeting.make_keys()
    poll = await meeting.open_poll()
    await cast(meeting, 0, poll)
    holders = tuple(keeper.device.seat.member for keeper in meeting.keepers)
    submit = Running.submit

    async def overtake(running: Running, submission: Submission) -> Accepted:
        act = submission.act
        if isinstance(act, acts.ClosePoll):
            told = {"hearing": act.hearing, "nonce": act.nonce, "head": act.head}
            twin = acts.new(acts.RestartKeys, **told, holders=holders, threshold=2, reason="x")
            assert (await submit(running, running.receive(sign(meeting, twin)))).fresh
        return await submit(running, submission)

    with monkeypatch.context() as patched:
        patched.setattr(Running, "submit", overtake)
        with pytest.raises(Declined, match="nonce-reused"):
            await meeting.chair.close_poll(poll)
    assert ((await meeting.box(poll))["cast"], (await meeting.poll(poll))["stage"]) == (0, "open")
    await meeting.chair.close_poll(poll)
    assert (await meeting.box(poll))["cast"] == 1


def sign(meeting: Meeting, act: acts.Act) -> str:
    return sign_act(meeting.chair.key, acts.encode(act))


async def test_a_chair_who_closes_a_timed_poll_on_the_stroke_loses_no_ballot(meeting: Meeting) -> None:
    await meeting.make_keys()
    end = datetime.now(UTC) + timedelta(seconds=6)
    asked = (await meeting.asked())["hash"]
    poll = (await meeting.chair.open_poll("aid", asked, utc(end))).leaf
    await eventually(lambda: meeting.is_ready(poll))
    for number in range(4):
        await cast(meeting, number, poll)
    await asyncio.sleep(max((end - datetime.now(UTC)).total_seconds(), 0))
    with suppress(Declined):  # the service may be quicker
        await meeting.chair.close_poll(poll)
    await eventually(lambda: meeting_has_result(meeting, poll))
    assert (await meeting.box(poll))["cast"] == 4


async def test_a_close_sent_before_the_time_and_decided_after_it_takes_all_ballots_along(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may wait for the record while the time comes: whether it is due is asked where it is decided."""
    submit = Running.submit
    end = datetime.now(UTC) + timedelta(hours=1)

    async def rest_and_submit(running: Running, submission: Submission) -> Accepted:
        if isinstance(submission.act, acts.ClosePoll):
            move(timedelta(hours=1), monkeypatch.setattr)
        return await submit(running, submission)

    async def late(_steward: Steward, _poll: str) -> None:
        """The service itself is late."""

    monkeypatch.setattr(Steward, "_close", late)
    await meeting.make_keys()
    asked = (await meeting.asked())["hash"]
    poll = (await meeting.chair.open_poll("aid", asked, utc(end))).leaf
    await eventually(lambda: meeting.is_ready(poll))
    for number in range(3):
        await cast(meeting, number, poll)
    with pytest.raises(Declined, match="not-yet-due"):
        await meeting.chair.close_poll(poll)
    assert (await meeting.box(poll))["cast"] == 0, "a close that is refused lets nothing in"
    monkeypatch.setattr(Running, "submit", rest_and_submit)
    await meeting.chair.close_poll(poll)
    assert (await meeting.box(poll))["cast"] == 3


async def test_nobody_who_holds_a_connection_waits_for_a_second_one(meeting: Meeting) -> None:
    """Or as many records as the pool has connections, closing polls at one time, would wait for each other."""
    held: Counter[int] = Counter()
    most: Counter[int] = Counter()

    def out(*_: object) -> None:
        mine = threading.get_ident()
        held[mine] += 1
        most[mine] = max(most[mine], held[mine])

    def back(*_: object) -> None:
        held[threading.get_ident()] -= 1

    engine = meeting.hall.service.hearings.engine
    event.listen(engine, "checkout", out)
    event.listen(engine, "checkin", back)
    await meeting.make_keys()
    poll = await meeting.open_poll()
    for number in range(6):
        await cast(meeting, number, poll)
    await meeting.chair.close_poll(poll)
    assert (await meeting.box(poll))["cast"] == 6
    assert set(most.values()) == {1}


async def test_names_that_are_no_hashes_harm_nobody(meeting: Meeting) -> None:
    await meeting.make_keys()
    poll = await meeting.open_poll()
    http, api = meeting.phones[0].http, meeting.chair.api
    bad = await asyncio.gather(
        http.post(f"{api}/polls/%00/ballots", content=b"{}"),
        http.post(f"{api}/polls/{poll}/ballots", content=b"{}"),
        http.get(f"{api}/polls/{poll}/ballots/%00"),
    )
    assert [found.json()["code"] for found in bad] == ["unknown-poll", "bad-secret-ballot", "unknown-ballot"]
    deep = b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    bad = await asyncio.gather(
        *(http.post(f"{api}/polls/{poll}/{door}", content=deep) for door in ("ballots", "spoiled"))
    )
    assert [found.json()["code"] for found in bad] == ["bad-secret-ballot", "bad-spoiled-ballot"]
    await cast(meeting, 0, poll)


async def test_an_outsider_does_not_learn_whose_ballot_has_just_come(meeting: Meeting) -> None:
    """Nor makes the service check more than a signature: what waits is told to a credential's holder only."""
    await meeting.make_keys()
    poll = await meeting.open_poll()
    path, http, asked = f"{meeting.chair.api}/polls/{poll}", meeting.hall.client(), await meeting.question()
    setup = (await answer(http, "GET", f"{path}/setup")).json()
    stranger = Credential.new(msgspec.json.decode(setup["election"])["uuid"])
    forged = []
    for listed in msgspec.json.decode(setup["credentials"]):
        made = ballot.prepare(setup["election"].encode(), listed, fill(asked, b'"for"'))
        forged += [
            ("ballots", ballot.sign(made.body, stranger.secret)),
            ("spoiled", msgspec.json.encode({"body": made.body.decode()})),
            ("spoiled", stranger.spoil(made, asked, b'"for"')),
        ]

    async def look() -> list[str]:
        tried = [await http.post(f"{path}/{door}", content=raw) for door, raw in forged]
        return [str(found.json()["code"]) for found in tried]

    before = await look()
    assert before == ["bad-secret-ballot", "bad-spoiled-ballot", "bad-spoiled-ballot"] * len(meeting.phones)
    for number in range(3):
        await cast(meeting, number, poll)
    assert await look() == before
    assert (await meeting.box(poll))["cast"] == 0


async def test_a_ballot_that_waits_can_neither_be_spoiled_nor_replaced(meeting: Meeting) -> None:
    await meeting.make_keys()
    poll = await meeting.open_poll()
    phone, asked = meeting.phones[0], await meeting.question()
    path = f"{meeting.chair.api}/polls/{poll}"
    election = (await answer(phone.http, "GET", f"{path}/setup")).json()["election"].encode()
    (mine,) = phone.credentials.values()
    made = ballot.prepare(election, mine.public, fill(asked, b'"for"'))
    await answer(phone.http, "POST", f"{path}/ballots", content=ballot.sign(made.body, mine.secret))
    refused = await phone.http.post(f"{path}/spoiled", content=mine.spoil(made, asked, b'"for"'))
    assert refused.json()["code"] == "already-voted"
    again = await phone.http.post(f"{path}/ballots", content=mine.cast(election, asked, b'"against"'))
    assert again.json()["code"] == "already-voted"


async def test_strangers_and_voters_without_end_test_nothing(meeting: Meeting) -> None:
    await meeting.make_keys()
    poll = await meeting.open_poll()
    phone, asked = meeting.phones[0], await meeting.question()
    path = f"{meeting.chair.api}/polls/{poll}"
    election = (await answer(phone.http, "GET", f"{path}/setup")).json()["election"].encode()
    (mine,) = phone.credentials.values()

    async def test(whose: Credential) -> str:
        made = whose.prepare(election, asked, b'"for"')
        found = await phone.http.post(f"{path}/spoiled", content=whose.spoil(made, asked, b'"for"'))
        return "kept" if found.status_code == 200 else str(found.json()["code"])

    assert await test(Credential.new(mine.election)) == "unknown-credential"
    assert [await test(mine) for _ in range(6)] == [*["kept"] * 5, "too-many-tests"]


async def test_two_phones_cannot_offer_one_credential_at_once(meeting: Meeting) -> None:
    election = (await meeting.asked())["election"]
    code = Credential.new(election).code
    both = [phone.offer(election, code) for phone in meeting.phones[:2]]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    refused = [one.code for one in outcomes if isinstance(one, Declined)]
    assert refused == ["credential-taken"]


async def test_an_offer_that_is_refused_leaves_nothing(meeting: Meeting) -> None:
    """Or anybody with a phone of the hearing could fill the table of who has offered what."""
    election = (await meeting.asked())["election"]
    stays, phone = offers_that_can_be_opened(meeting.hall), meeting.phones[0]

    async def offer(device: Phone | Officer, head: acts.Head) -> str:
        opening = Credential.new(election).offer(meeting.hall.hearing, device.key.kid)
        members = {"election": election, "commitment": opening.commitment}
        act = acts.new(acts.OfferCredential, meeting.hall.hearing, new_nonce(), head=head, **members)
        body = request_body(sign_act(device.key, acts.encode(act)), (), opening)
        return str((await device.http.post(f"{device.api}/acts", content=body)).json()["code"])

    newest = acts.Head(phone.head.size, phone.head.root.hex())
    assert await offer(phone, acts.Head(newest.size, "0" * 64)) == "head-unknown"
    assert await offer(phone, acts.Head(10_000, newest.root)) == "head-unknown"
    running = await meeting.hall.service.hearings.get(meeting.hall.hearing)
    assert await offer(phone, acts.Head(1, running.record.tree.root(1).hex())) == "head-too-old"
    assert await offer(meeting.chair, newest) == "not-permitted"
    sold = meeting.phones[1]
    await sold.act(acts.Revoke, device=sold.key.kid, reason="Sold", reballot=False)
    assert await offer(sold, newest) == "device-revoked"
    await meeting.chair.act(acts.Adjourn)
    assert await offer(phone, newest) == "hearing-adjourned"
    assert offers_that_can_be_opened(meeting.hall) == stays
