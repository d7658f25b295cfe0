"""A secret poll over HTTP: keys, offers, ballots in batches, the opening, and what is forgotten on the way."""

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import URL, func, select

from ballots import entry, store
from ballots.encoding import b64url, unb64url
from ballots.engine import reading
from ballots.merkle import leaf_hash
from ballots.offers import offered
from ballots.receipt import Receipt
from ballots.secret import ballot
from ballots.signing import sign_act, split, thumbprint
from ballots.submission import Submission
from ballots.tokens import Token
from ballots.waiting import waiting
from deliberation import acts
from deliberation.roll import commitment
from tests.actors import COMMUNITY, Hall, both, eventually, open_hall, question
from voting.questions import Question, decode_question
from voting.secret import fill
from web.actors.device import Declined, Seat, answer
from web.actors.keeper import Keeper
from web.actors.participants import Choice, Officer, Phone
from web.people.drafts import DraftItem
from web.people.register import Entry
from web.records.boxes import Boxes

pytestmark = pytest.mark.anyio

NAMES = ("吴建国", "欧阳慧敏", "王建国", "李秀英", "Ann Smith", "赵晚来")
PEOPLE = (
    Entry(name="周敏", roles=("chair",), capacity="居委会主任"),
    Entry(name="郑小燕", roles=("supervisor",)),
    Entry(name="街道代表", roles=("observer",)),
    *(Entry(name=name, building=f"{number}号楼") for number, name in enumerate(NAMES, 1)),
)
AGENDA = (
    DraftItem(
        "aid",
        both("困难补助", "Hardship allowance"),
        both("", ""),
        "secret",
        (question("aid", visibility="secret"),),
    ),
)


class Meeting:
    """Everybody enrolled, keys made, credentials offered, all present."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.phones: list[Phone] = []

    async def gather(self) -> None:
        await self.hall.convene(AGENDA)
        self.chair = await self.hall.join(Officer, "周敏", "chair")
        self.supervisor = await self.hall.join(Officer, "郑小燕", "supervisor")
        observer = await self.hall.join(Officer, "街道代表", "observer")
        self.keepers = [Keeper(device) for device in (self.chair, self.supervisor, observer)]
        self.phones = [await self.hall.join(Phone, name) for name in NAMES]
        await self.chair.open()
        await self.chair.sign_in()
        code = await self.chair.screen_code()
        election = (await self.asked())["election"]
        for phone in self.phones:
            await phone.check_in(code)
            await phone.offer(election)
        await self.chair.call("aid")

    async def asked(self) -> dict[str, str]:
        found: dict[str, str] = (await self.chair.state())["items"][0]["questions"][0]
        return found

    async def make_keys(self) -> None:
        while any([await keeper.advance() for keeper in self.keepers]):
            pass

    async def open_poll(self) -> str:
        poll = (await self.chair.open_poll("aid", (await self.asked())["hash"])).leaf
        await eventually(lambda: self.is_ready(poll))
        return poll

    async def box(self, poll: str) -> dict[str, object]:
        found: dict[str, object] = (await self.poll(poll))["box"]
        return found

    async def poll(self, poll: str) -> dict[str, dict[str, object]]:
        return next(one for one in (await self.chair.state())["polls"] if one["id"] == poll)  # type: ignore[no-any-return]

    async def is_ready(self, poll: str) -> bool:
        return bool((await self.box(poll))["ready"])

    async def has(self, poll: str, ballots: int) -> bool:
        return (await self.box(poll))["cast"] == ballots

    async def vote(self, phone: Phone, poll: str, choice: Choice) -> str:
        return await phone.vote_secretly(poll, fill(await self.question(), msgspec.json.encode(choice)))

    async def question(self) -> Question:
        running = await self.hall.service.hearings.get(self.hall.hearing)
        raw = running.record.blob((await self.asked())["hash"])
        assert raw is not None
        return decode_question(raw)


POSTGRES = pytest.param("postgresql", marks=pytest.mark.postgres)


@pytest.fixture(params=["sqlite", POSTGRES])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> URL | str:
    """Where the service keeps its tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hearing.db"
    found: URL = request.getfixturevalue("fresh_postgres")
    return found


@pytest.fixture
async def meeting(tmp_path: Path, database: URL | str) -> AsyncGenerator[Meeting, None]:
    async with open_hall(tmp_path, database, entries=PEOPLE) as hall:
        told = Meeting(hall)
        await told.gather()
        yield told


async def test_six_vote_in_secret_and_two_of_three_open_the_box(meeting: Meeting) -> None:
    with pytest.raises(Declined) as why:
        await meeting.open_poll()
    assert why.value.code == "keys-not-ready"
    await meeting.make_keys()
    asked = await meeting.asked()
    assert asked["offers"] == {"asked": 6, "offered": 6, "least": 5}
    desk = (await answer(meeting.chair.http, "GET", f"{meeting.chair.api}/desk")).json()["members"]
    assert {one["role"] for one in desk if one["offered"] == [asked["election"]]} == {"representative"}
    poll = await meeting.open_poll()
    assert (await meeting.asked())["offers"] is None
    await eventually(lambda: offers_are_closed(meeting.hall))

    sent = [await meeting.vote(phone, poll, "for") for phone in meeting.phones[:4]]
    http = meeting.phones[0].http
    path = f"{meeting.chair.api}/polls/{poll}"
    assert (await http.get(f"{path}/ballots/{sent[0]}")).status_code == 202
    assert (await answer(meeting.chair.http, "GET", f"{path}/waiting")).json() == {"waiting": 4}
    assert (await meeting.box(poll))["cast"] == 0
    sent.append(await meeting.vote(meeting.phones[4], poll, "against"))
    await eventually(lambda: meeting.has(poll, 5))
    found = (await http.get(f"{path}/ballots/{sent[0]}")).json()
    assert found["receipt"].startswith("c2sp.org/tlog-proof@v1")

    sent.append(await meeting.vote(meeting.phones[5], poll, "abstain"))
    await eventually(lambda: meeting.has(poll, 6))  # everybody has voted: the last need not wait
    await eventually(lambda: no_ballots_wait(meeting.hall))
    await meeting.chair.close_poll(poll)
    assert (await meeting.poll(poll))["result"] is None
    with pytest.raises(Declined) as why:
        await meeting.chair.publish(poll)
    assert why.value.code == "keys-missing"
    await meeting.keepers[2].decrypt(poll)
    await meeting.keepers[0].decrypt(poll)
    await eventually(lambda: meeting_has_result(meeting, poll))
    result = (await meeting.poll(poll))["result"]
    assert result["decision"] == "passed"
    assert [one["total"]["heads"] for one in result["options"]] == [4, 1, 1]  # type: ignore[attr-defined]
    state = await meeting.keepers[1].record()
    assert state.polls[poll].result is not None


async def test_the_close_takes_in_what_waits_and_nothing_after_it(meeting: Meeting) -> None:
    await meeting.make_keys()
    poll = await meeting.open_poll()
    sent = [await meeting.vote(phone, poll, "for") for phone in meeting.phones[:3]]
    await meeting.chair.close_poll(poll)
    assert (await meeting.box(poll))["cast"] == 3
    with pytest.raises(Declined) as why:
        await meeting.vote(meeting.phones[3], poll, "for")
    assert why.value.code == "poll-closed"
    await eventually(lambda: meeting_has_result(meeting, poll))
    result = (await meeting.poll(poll))["result"]
    assert (result["decision"], result["unopened"]) == ("unopened", 3)
    found = await meeting.phones[0].http.get(f"{meeting.chair.api}/polls/{poll}/ballots/{sent[0]}")
    assert found.status_code == 200


async def test_a_ballot_sent_again_gives_the_same_answer_and_another_one_is_refused(meeting: Meeting) -> None:
    await meeting.make_keys()
    poll = await meeting.open_poll()
    phone = meeting.phones[0]
    path = f"{meeting.chair.api}/polls/{poll}/ballots"
    setup = (await answer(phone.http, "GET", f"{meeting.chair.api}/polls/{poll}/setup")).json()
    (mine,) = phone.credentials.values()
    asked = await meeting.question()
    first, other = (
        mine.cast(setup["election"].encode(), asked, msgspec.json.encode(choice))
        for choice in ("for", "against")
    )
    told = [await phone.http.post(path, content=first) for _ in range(2)]
    assert {found.status_code for found in told} == {202}
    assert {found.json()["ballot"] for found in told} == {hashlib.sha256(first).hexdigest()}
    refused = await phone.http.post(path, content=other)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/already-voted")
    broken = other.replace(b'"response":"', b'"response":"1', 1)
    assert (await phone.http.post(path, content=broken)).json()["type"] == "/problems/bad-secret-ballot"


async def test_a_phone_is_tested_by_a_ballot_that_is_opened_and_never_cast(meeting: Meeting) -> None:
    await meeting.make_keys()
    poll = await meeting.open_poll()
    phone, asked = meeting.phones[0], await meeting.question()
    path = f"{meeting.chair.api}/polls/{poll}"
    election = (await answer(phone.http, "GET", f"{path}/setup")).json()["election"].encode()
    (mine,) = phone.credentials.values()
    made = mine.prepare(election, asked, b'"against"')
    spoiled = mine.spoil(made, asked, b'"against"')
    told = await answer(phone.http, "POST", f"{path}/spoiled", content=spoiled)
    assert told.json()["ballot"] == made.hash
    again = await answer(phone.http, "POST", f"{path}/spoiled", content=spoiled)
    assert again.json() == told.json()
    shown = await answer(meeting.phones[1].http, "GET", f"{path}/spoiled", params={"hash": made.hash})
    assert shown.content == spoiled
    lying = mine.spoil(mine.prepare(election, asked, b'"against"'), asked, b'"for"')
    refused = await phone.http.post(f"{path}/spoiled", content=lying)
    assert refused.json()["type"] == "/problems/bad-spoiled-ballot"
    cast = ballot.sign(made.body, mine.secret)
    refused = await phone.http.post(f"{path}/ballots", content=cast)
    assert refused.json()["type"] == "/problems/ballot-spoiled"


async def no_ballots_wait(hall: Hall) -> bool:
    return ballots_that_wait(hall) == 0


async def test_no_ballot_is_lost_between_the_last_batch_and_the_close(
    meeting: Meeting, tmp_path: Path, database: URL | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was told that their ballot is kept finds it in the record, however close the close was.

    Over PostgreSQL every other ballot comes to another worker than the one that closes the poll.
    """
    await meeting.make_keys()
    poll = await meeting.open_poll()
    async with AsyncExitStack() as workers:
        if isinstance(database, URL):
            other = await workers.enter_async_context(open_hall(tmp_path, database, entries=()))
            for phone in meeting.phones[::2]:
                phone.http = other.client()
        await vote_around_the_close(meeting, poll, monkeypatch)


async def vote_around_the_close(meeting: Meeting, poll: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gather = Boxes._gather

    def gather_and_rest(*told: Any) -> Iterator[Submission]:
        yield from gather(*told)
        time.sleep(0.5)  # what is to enter with the close is known; the close is still to come

    monkeypatch.setattr(Boxes, "_gather", gather_and_rest)

    async def vote(phone: Phone, pause: float) -> tuple[bool, str]:
        await asyncio.sleep(pause)
        try:
            return True, await meeting.vote(phone, poll, "for")
        except Declined as why:
            return False, why.code

    async def close() -> None:
        await asyncio.sleep(0.3)
        await meeting.chair.close_poll(poll)

    *around, last = meeting.phones
    *told, _ = await asyncio.gather(
        *(vote(phone, 0.15 * number) for number, phone in enumerate(around)), close()
    )
    told.append(await vote(last, 0))
    running = await meeting.hall.service.hearings.get(meeting.hall.hearing)
    entered = await running.ask(lambda state: set(state.polls[poll].box.entered))  # type: ignore[union-attr]
    assert entered == {ballot for kept, ballot in told if kept}
    assert {code for kept, code in told if not kept} == {"poll-closed"}


async def test_a_phone_is_shown_what_names_key_holders_and_chair_under_one_checkpoint(
    meeting: Meeting,
) -> None:
    """Keys made anew by others, and a chair whom the community named after the notice."""
    await meeting.make_keys()
    anew = [meeting.supervisor.seat.member, meeting.chair.seat.member]
    restart = await meeting.chair.act(acts.RestartKeys, holders=anew, threshold=2, reason="换人")
    agreed = await meeting.supervisor.cosign(restart.leaf)
    meeting.keepers = [Keeper(device) for device in (meeting.supervisor, meeting.chair)]
    await meeting.make_keys()
    grant, chair = await second_chair(meeting.hall)
    first, meeting.chair = meeting.chair, chair
    await chair.sign_in()
    poll = await meeting.open_poll()
    told = (await answer(chair.http, "GET", f"{chair.api}/polls/{poll}/setup")).json()
    running = await meeting.hall.service.hearings.get(meeting.hall.hearing)
    convene = await running.ask(lambda state: state.convene)
    assert convene is not None
    texts = {part: hashlib.sha256(told[part].encode()).hexdigest() for part in ("notice", "roll")}
    assert texts == {"notice": convene.notice, "roll": convene.roll}

    def read(text: str) -> tuple[str, str, acts.Act]:
        receipt = Receipt.parse(text.encode())
        receipt.verify(running.vkey)
        signed = split(entry.parse(receipt.entry).jws)
        notes.add(receipt.checkpoint)
        return leaf_hash(receipt.entry).hex(), signed.kid, acts.decode(signed.payload)

    def device_of(told: dict[str, str]) -> tuple[str, str, str, acts.Act]:
        """Leaf, act and member; the enrolment is that of the device which has signed."""
        (leaf, kid, act), (_, _, enrol) = read(told["act"]), read(told["device"])
        assert isinstance(enrol, acts.Enrol)
        assert kid == thumbprint(unb64url(enrol.device, 32))
        return leaf, act.act, enrol.member, act

    notes: set[bytes] = set()
    found = [device_of(told[part]) for part in ("opened", "restarted", "cosigned")]
    assert [one[:3] for one in found] == [
        (poll, "poll.open", chair.seat.member),
        (restart.leaf, "key.restart", first.seat.member),
        (agreed.leaf, "act.cosign", meeting.supervisor.seat.member),
    ]
    accepted = [device_of(one)[1:3] for one in told["accepted"]]
    assert accepted == [("key.accept", member) for member in anew]
    assert [read(one)[0] for one in told["granted"]] == [grant]
    assert (read(told["convened"])[2], read(told["setup"])[2].act) == (convene, "poll.setup")
    assert len(notes) == 1


async def second_chair(hall: Hall) -> tuple[str, Officer]:
    """A chair whom the community's root key names during the hearing, and the act that does."""
    running = await hall.service.hearings.get(hall.hearing)
    card, salt, http = Token.new(), bytes(32), hall.client()
    member = acts.Member("m" + "0" * 10, "chair", commitment(salt, card.key.public), {"heads": 0}, "")
    root = hall.service.keys.community(COMMUNITY)
    size, first = running.record.head.size, running.record.entries(0, 1)[0]
    head = acts.Head(size, running.record.tree.root(size).hex())
    act = acts.new(acts.GrantRole, hall.hearing, b64url(bytes(16)), head=head, member=member)
    granted = await asyncio.to_thread(running.record.append, sign_act(root, acts.encode(act)))
    seat = Seat(hall.hearing, member.id, "chair", b64url(salt), running.vkey, leaf_hash(first))
    chair = Officer(http, seat)
    await chair.enrol(card)
    return granted.leaf, chair


async def meeting_has_result(meeting: Meeting, poll: str) -> bool:
    return (await meeting.poll(poll))["result"] is not None


async def offers_are_closed(hall: Hall) -> bool:
    """Nothing tells any more whose an offered credential is: the service sees to it after the setup."""
    return offers_that_can_be_opened(hall) == 0


def offers_that_can_be_opened(hall: Hall) -> int:
    """How many rows still tell whose an offered credential is."""
    with reading(hall.service.hearings.engine) as connection:
        return sum(
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (store.openings, offered)
        )


def ballots_that_wait(hall: Hall) -> int:
    with reading(hall.service.hearings.engine) as connection:
        return connection.scalar(select(func.count()).select_from(waiting)) or 0
