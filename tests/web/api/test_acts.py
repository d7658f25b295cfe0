"""Acts in: what is refused leaves the record as it was, and what is sent again counts once."""

import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import replace

import httpx
import msgspec
import pytest

from ballots.encoding import b64url, new_id, new_nonce
from ballots.judge import Opening
from ballots.signing import PrivateKey, sign_act
from deliberation import acts, notice
from tests.actors import Meeting
from web.access.limits import Buckets
from web.actors.device import Declined, Device, answer, request_body, seal
from web.actors.participants import Phone
from web.api.acts import BODY_BYTES

pytestmark = pytest.mark.anyio


async def post(device: Device, body: bytes) -> httpx.Response:
    return await device.http.post(f"{device.api}/acts", content=body)


def stand_still(monkeypatch: pytest.MonkeyPatch, buckets: Buckets) -> None:
    """Time stands still for a limit: a slow machine would let it fill again meanwhile."""
    now = time.monotonic()
    monkeypatch.setattr(buckets, "_clock", lambda: now)


async def checkpoint(device: Device) -> bytes:
    return (await answer(device.http, "GET", f"/h/{device.seat.hearing}/log/checkpoint")).content


def ballot(phone: Phone, poll: str, choice: object = "for", **changes: object) -> bytes:
    opening = seal(choice)
    told = {"poll": poll, "replaces": None, "commitment": opening.commitment, "opening": opening} | changes
    return phone.signed(acts.CastBallot, **told)  # type: ignore[arg-type]


def forged(body: bytes) -> bytes:
    told = msgspec.json.decode(body)
    signed, _, signature = told["jws"].rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
    raw[3] ^= 1
    return msgspec.json.encode(told | {"jws": f"{signed}.{b64url(bytes(raw))}"})


def elsewhere(phone: Phone) -> bytes:
    head = acts.Head(phone.head.size, phone.head.root.hex())
    act = acts.new(acts.RequestFloor, new_id(), new_nonce(), head=head, item="stalls")
    return request_body(sign_act(phone.key, acts.encode(act)))


def from_another_record(phone: Phone) -> bytes:
    seen = phone.head
    phone.head = replace(seen, root=secrets.token_bytes(32))
    body = phone.signed(acts.RequestFloor, item="stalls")
    phone.head = seen
    return body


def comment(phone: Phone, blobs: tuple[bytes, ...], words: bytes) -> bytes:
    return phone.signed(acts.PostComment, item="stalls", text=notice.name(words), blobs=blobs)


WORDS = bytes(32) + b"A word."

REFUSED: dict[str, tuple[int, Callable[[Meeting, str], bytes]]] = {
    "bad-request": (400, lambda _m, _poll: b'{"jws":'),
    "malformed": (400, lambda _m, _poll: b'{"jws":"a.b.c"}'),
    "too-large": (413, lambda _m, _poll: b" " * (BODY_BYTES + 1)),
    "bad-signature": (400, lambda m, poll: forged(ballot(m.phones[0], poll))),
    "wrong-hearing": (400, lambda m, _poll: elsewhere(m.phones[0])),
    "unknown-key": (403, lambda m, poll: ballot(Phone(m.phones[0].http, m.phones[0].seat), poll)),
    "head-unknown": (409, lambda m, _poll: from_another_record(m.phones[0])),
    "not-permitted": (403, lambda m, _poll: m.phones[0].signed(acts.CallItem, item="hardship")),
    "not-present-at-opening": (403, lambda m, poll: ballot(m.late, poll)),
    "superseded": (409, lambda m, poll: ballot(m.phones[0], poll, replaces="0" * 64)),
    "opening-missing": (400, lambda m, poll: ballot(m.phones[0], poll, opening=None)),
    "commitment-mismatch": (400, lambda m, poll: ballot(m.phones[0], poll, opening=seal("for"))),
    "invalid-choice": (400, lambda m, poll: ballot(m.phones[0], poll, "maybe")),
    "unknown-poll": (404, lambda m, _poll: ballot(m.phones[0], "0" * 64)),
    "blob-missing": (400, lambda m, _poll: comment(m.phones[0], (), WORDS)),
    "blob-unexpected": (400, lambda m, _poll: comment(m.phones[0], (WORDS, b"more"), WORDS)),
    "wrong-ballot-form": (
        400,
        lambda m, _poll: m.phones[0].signed(acts.GoOut, member="m" + "0" * 10, opening=seal("x")),
    ),
    "code-needed": (403, lambda m, _poll: m.late.signed(acts.ComeIn, member=m.late.seat.member, code=None)),
    "wrong-code": (
        403,
        lambda m, _poll: m.late.signed(acts.ComeIn, member=m.late.seat.member, code="000000"),
    ),
}


async def test_a_refused_act_leaves_the_record_as_it_was(meeting: Meeting) -> None:
    poll = await meeting.open_poll()
    before = await checkpoint(meeting.chair)
    found = {}
    for code, (_, make) in REFUSED.items():
        answered = await post(meeting.phones[0], make(meeting, poll))
        told = answered.json()
        found[code] = (answered.status_code, told["code"], told["status"], answered.headers["content-type"])
        assert await checkpoint(meeting.chair) == before, code

    problem = "application/problem+json"
    assert found == {code: (status, code, status, problem) for code, (status, _) in REFUSED.items()}
    refused = (await meeting.chair.http.get(f"{meeting.chair.api}/desk")).json()["refused"]
    assert refused == dict.fromkeys(REFUSED.keys() - {"too-large", "bad-request"}, 1)  # those are no acts


async def test_sending_again_gives_the_same_bytes_whatever_happened_since(meeting: Meeting) -> None:
    poll = await meeting.open_poll()
    phone = meeting.phones[0]
    kept = await phone.vote(poll, "for")
    again = await post(phone, kept.body)
    await meeting.chair.close_poll(poll)
    await phone.act(acts.Revoke, device=phone.key.kid, reason="lost", reballot=False)
    later = await post(phone, kept.body)

    assert (again.status_code, later.status_code) == (200, 200)
    assert again.content == later.content
    assert again.json()["receipt"] == kept.receipt
    assert (await phone.http.get(f"{phone.api}/receipts/{kept.leaf}")).text == kept.receipt
    assert len((await meeting.poll(poll))["openings"] or "") == 0


async def test_a_check_in_that_was_received_can_be_sent_again_when_its_code_has_expired(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = await meeting.late.check_in(await meeting.chair.screen_code())
    monkeypatch.setattr("web.access.checkin.is_current", lambda *_: False)

    assert (await post(meeting.late, kept.body)).status_code == 200


async def test_the_same_nonce_with_other_words_is_refused(meeting: Meeting) -> None:
    phone, nonce = meeting.phones[0], new_nonce()
    await phone.send(phone.signed(acts.GoOut, nonce=nonce, member=phone.seat.member))

    with pytest.raises(Declined) as refused:
        await phone.send(phone.signed(acts.RequestFloor, nonce=nonce, item="stalls"))
    assert refused.value.code == "nonce-reused"


async def test_a_card_opens_one_device(meeting: Meeting) -> None:
    token = meeting.hall.tokens["欧阳慧敏"]
    second = Phone(meeting.hall.client(), meeting.phones[0].seat)
    with pytest.raises(Declined) as refused:
        await second.enrol(token)
    assert refused.value.code == "already-enrolled"

    await second.enrol(token, consent=meeting.phones[0].key)
    with pytest.raises(Declined) as revoked:
        await meeting.phones[0].ask_floor("stalls")
    assert revoked.value.code == "device-revoked"


async def test_a_device_that_loops_is_slowed_down(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, meeting.hall.service.acts)
    phone = meeting.phones[0]
    body = phone.signed(acts.CallItem, item="hardship")
    codes = [(await post(phone, body)).json()["code"] for _ in range(80)]

    slowed = await post(phone, body)
    assert codes[0] == "not-permitted"
    assert slowed.json()["code"] == "slow-down"
    assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "1")
    assert (await meeting.phones[1].ask_floor("stalls")).fresh


async def test_guessing_check_in_codes_is_slowed_down(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_still(monkeypatch, meeting.hall.service.codes)
    codes = []
    for _ in range(7):
        body = meeting.late.signed(acts.ComeIn, member=meeting.late.seat.member, code="000000")
        codes.append((await post(meeting.late, body)).json()["code"])

    assert codes == ["wrong-code"] * 5 + ["slow-down"] * 2


class LossyTransport(httpx.AsyncBaseTransport):
    """Loses three of five requests: some before the service has them, some of its answers."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.sent = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent += 1
        if self.sent % 5 in (1, 3):
            raise httpx.ConnectError("lost on the way", request=request)
        found = await self.inner.handle_async_request(request)
        if self.sent % 5 == 2:
            await found.aread()
            raise httpx.ReadError("the answer was lost", request=request)
        return found


async def test_on_a_bad_line_every_act_is_kept_once(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.actors.device._PAUSE", 0.001)
    poll = await meeting.open_poll()
    size = (await meeting.chair.state())["size"]
    for phone in meeting.phones:
        phone.http = httpx.AsyncClient(
            transport=LossyTransport(httpx.ASGITransport(meeting.hall.app)), base_url=meeting.hall.base
        )
        first = await phone.vote(poll, "against")
        await phone.vote(poll, "for", replaces=first.leaf)
        await phone.http.aclose()

    state = await meeting.chair.state()
    assert state["size"] == size + 2 * len(meeting.phones)
    assert (await meeting.poll(poll))["cast"] == len(meeting.phones)


async def test_all_ballots_of_a_poll_are_requests_of_one_length(meeting: Meeting) -> None:
    poll = await meeting.open_poll()
    lengths = {
        len(ballot(phone, poll, choice))
        for phone in meeting.phones
        for choice in ("for", "against", "abstain")
    }

    assert len(lengths) == 1


async def test_an_opening_that_is_not_text_is_refused(meeting: Meeting) -> None:
    poll = await meeting.open_poll()
    body = ballot(meeting.phones[0], poll, opening=Opening(secrets.token_bytes(32), b'"for"'))
    odd = body.replace(b'"\\"for\\""', b'"\\ud800"')

    assert odd != body
    assert (await post(meeting.phones[0], odd)).json()["code"] == "bad-request"


async def test_anybody_may_be_told_that_an_unknown_hearing_has_no_acts(meeting: Meeting) -> None:
    found = await meeting.chair.http.post(f"/api/h/{new_id()}/acts", content=meeting.phones[0].kept[0].body)

    assert (found.status_code, found.json()["code"]) == (404, "unknown-hearing")
    assert PrivateKey.generate().kid not in found.text
