"""Views out: the public state, comments, the live stream, the log, and what only some may read."""

import asyncio
import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ballots.encoding import new_id
from ballots.merkle import leaf_hash
from ballots.tokens import Token
from deliberation import acts
from tests.actors import COMMUNITY, PATIENT, Hall, Meeting, eventually, gather
from tests.web.api.listening import listening
from web.access import checkin
from web.actors.device import Declined, ForkError, answer, open_card
from web.actors.participants import Officer, Phone
from web.records.live import Hub
from web.records.running import Running

pytestmark = pytest.mark.anyio


async def test_the_state_has_an_etag_and_is_sent_again_only_when_it_changed(meeting: Meeting) -> None:
    http, path = meeting.phones[0].http, meeting.phones[0].api
    first = await http.get(path)
    again = await http.get(path, headers={"If-None-Match": first.headers["etag"]})
    weak = await http.get(path, headers={"If-None-Match": "W/" + first.headers["etag"]})
    await meeting.phones[0].ask_floor("stalls")
    later = await http.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["etag"] == f'"{first.json()["size"]}"'
    assert (again.status_code, again.content, weak.status_code) == (304, b"", 304)
    assert again.headers["etag"] == first.headers["etag"]
    assert (later.status_code, later.json()["size"]) == (200, first.json()["size"] + 1)


async def test_whoever_acts_sees_the_act_at_once(meeting: Meeting) -> None:
    for phone in meeting.phones:
        kept = await phone.ask_floor("stalls")
        assert kept.leaf in [one["request"] for one in (await phone.state())["queue"]]


async def test_the_state_names_only_whom_it_mentions_and_masks_them(meeting: Meeting) -> None:
    await meeting.phones[0].ask_floor("stalls")
    await meeting.phones[3].ask_floor("stalls")
    state = await meeting.chair.state()

    members = [phone.seat.member for phone in (meeting.phones[0], meeting.phones[3])]
    assert state["names"] == dict(zip(members, ("欧阳*", "A. S.*"), strict=True))
    assert "慧敏" not in json.dumps(state, ensure_ascii=False)


async def test_the_state_is_packed_once_for_all_who_can_unpack_it(meeting: Meeting) -> None:
    plain = await meeting.chair.http.get(meeting.chair.api, headers={"Accept-Encoding": "identity"})
    async with meeting.chair.http.stream(
        "GET", meeting.chair.api, headers={"Accept-Encoding": "gzip"}
    ) as packed:
        raw = b"".join([chunk async for chunk in packed.aiter_raw()])

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content


async def test_nothing_tells_how_a_sealed_poll_stands(meeting: Meeting) -> None:
    poll = await meeting.open_poll()
    for phone, choice in zip(meeting.phones, ("for", "against", "for", "abstain"), strict=True):
        await phone.vote(poll, choice)
    http, hearing = meeting.chair.http, meeting.hall.hearing
    state = await meeting.poll(poll)
    tile = (
        await answer(
            http, "GET", f"/h/{hearing}/log/tile/entries/000.p/{(await meeting.chair.state())['size']}"
        )
    ).content
    packed = (await answer(http, "GET", f"/h/{hearing}/{hearing}.zip")).content

    assert (state["cast"], state["live"], state["result"], state["openings"]) == (4, None, None, None)
    for phone in meeting.phones:
        (opening,) = phone.sealed.values()
        assert opening.salt not in tile + packed


async def gone(running: Running, blob: str) -> bool:
    return running.record.blob(blob) is None


async def test_comments_can_be_hidden_and_their_text_destroyed(meeting: Meeting) -> None:
    phone, chair = meeting.phones[0], meeting.chair
    first = await phone.comment("stalls", "第一条意见。")
    second = await phone.comment("stalls", "Second.\nWith two lines.")
    await meeting.phones[1].comment("hardship", "On another item.")
    await chair.act(acts.HideComment, comment=first.leaf, reason="骂人")

    told = (await phone.http.get(f"{phone.api}/comments", params={"item": "stalls"})).json()["comments"]
    everything = (await phone.http.get(f"{phone.api}/comments")).json()["comments"]
    assert [(one["comment"], one["text"], one["hidden"]) for one in told] == [
        (first.leaf, None, "骂人"),
        (second.leaf, "Second.\nWith two lines.", None),
    ]
    assert told[0]["name"] == "欧阳*"
    assert len(everything) == 3

    running = await meeting.hall.service.hearings.get(meeting.hall.hearing)
    assert running.record.blob(told[0]["blob"]) is not None
    await chair.act(acts.EraseBlob, blob=told[0]["blob"], reason="本人要求")
    await eventually(lambda: gone(running, told[0]["blob"]))
    assert (await phone.http.get(f"{phone.api}/comments")).json()["comments"][0]["erased"]


async def test_a_listener_hears_the_size_and_then_of_growth(meeting: Meeting) -> None:
    size = (await meeting.chair.state())["size"]
    running = await meeting.hall.service.hearings.get(meeting.hall.hearing)
    async with listening(meeting.hall) as chunks, asyncio.timeout(PATIENT):
        assert await chunks.get() == b'event: head\ndata: {"size":%d}\n\n' % size
        kept = await meeting.phones[0].ask_floor("stalls")
        assert await chunks.get() == b'event: head\ndata: {"size":%d}\n\n' % (kept.seq + 1)
        assert running.live.listeners == 1
    assert running.live.listeners == 0


async def test_a_silent_stream_shows_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.records.live.HEARTBEAT", 0.01)
    stream = Hub().stream()

    assert [await anext(stream) for _ in range(3)] == [
        b'event: head\ndata: {"size":0}\n\n',
        b":\n\n",
        b":\n\n",
    ]
    await stream.aclose()


async def test_many_listeners_hear_of_a_burst_once_and_of_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.records.live.PAUSE", 0.02)
    hub, heard = Hub(), []

    async def listen() -> None:
        heard.append([chunk async for chunk in hub.stream()])

    listeners = [asyncio.create_task(listen()) for _ in range(1000)]
    await asyncio.sleep(0.05)
    hub.tell(1)
    await asyncio.sleep(0.05)
    for size in range(2, 101):
        hub.tell(size)
    await asyncio.sleep(1.2)  # a thousand listeners are told once a second
    hub.close()
    await asyncio.gather(*listeners)

    assert len(heard) == 1000
    assert {len(chunks) for chunks in heard} == {3}
    assert {chunks[-1] for chunks in heard} == {b'event: head\ndata: {"size":100}\n\n'}


async def test_tiles_and_checkpoints_are_those_of_the_record(meeting: Meeting) -> None:
    http, log = meeting.chair.http, f"/h/{meeting.hall.hearing}/log"
    head = await meeting.phones[0].follow()
    hashes = await answer(http, "GET", f"{log}/tile/0/000.p/{head.size}")
    bundle = await answer(http, "GET", f"{log}/tile/entries/000.p/{head.size}")

    entries, rest = [], bundle.content
    while rest:
        length = int.from_bytes(rest[:2], "big")
        entries.append(rest[2 : 2 + length])
        rest = rest[2 + length :]
    assert hashes.content == b"".join(map(leaf_hash, entries))
    assert "immutable" in hashes.headers["cache-control"]
    for missing in (f"0/000.p/{head.size + 1}", "0/000", "9/000.p/1", "0/0", "entries/000.p/0", "x"):
        assert (await http.get(f"{log}/tile/{missing}")).status_code == 404


async def test_a_device_refuses_a_record_that_does_not_continue_its_own(meeting: Meeting) -> None:
    phone = meeting.phones[0]
    other = await gather(meeting.hall)
    forged = other.phones[0].head
    with pytest.raises(ForkError):
        await phone.accept(forged)


async def test_there_is_no_proof_about_a_record_that_is_not_there(meeting: Meeting) -> None:
    for old, new, status in ((1, 10_000, 404), (5, 2, 404), (0, 2, 400), ("x", 2, 400)):
        found = await meeting.chair.http.get(
            f"{meeting.chair.api}/consistency", params={"from": old, "to": new}
        )
        assert found.status_code == status
    assert (await meeting.chair.http.get(f"{meeting.chair.api}/receipts/{'0' * 64}")).json()[
        "code"
    ] == "unknown-entry"


async def test_private_reads_need_the_device_and_the_role(meeting: Meeting) -> None:
    phone, chair = meeting.phones[0], meeting.chair
    assert (await phone.http.get(f"{phone.api}/me")).json()["code"] == "not-signed-in"
    await phone.sign_in()
    me = (await phone.http.get(f"{phone.api}/me")).json()
    assert (me["name"], me["id"], me["present_by"], me["screen_key"]) == (
        "欧阳慧敏",
        phone.seat.member,
        "code",
        None,
    )
    assert (await phone.http.get(f"{phone.api}/desk")).json()["code"] == "not-permitted"

    desk = (await chair.http.get(f"{chair.api}/desk")).json()
    names = {
        one["person"]["name"]: one["present_by"] for one in desk["members"] if one["role"] == "representative"
    }
    assert names == {
        "吴建国": None, "欧阳慧敏": "code", "王建国": "code", "李秀英": "desk", "Ann Smith": "desk", "赵晚来": None,
    }  # fmt: skip

    await phone.act(acts.Revoke, device=phone.key.kid, reason="lost", reballot=False)
    assert (await phone.http.get(f"{phone.api}/me")).json()["code"] == "not-signed-in"


async def test_a_session_is_for_one_hearing_and_a_challenge_for_one_answer(meeting: Meeting) -> None:
    phone = meeting.phones[0]
    requests = []

    async def note(request: Any) -> None:
        requests.append(request)

    phone.http.event_hooks["request"].append(note)
    await phone.sign_in()
    again = await phone.http.post(f"{phone.api}/session", content=requests[-1].content)
    assert again.json()["code"] == "bad-challenge"

    (cookie,) = phone.http.cookies.jar
    assert cookie.name == f"hearing-{meeting.hall.hearing}"
    other = await meeting.hall.convene()
    stolen = {f"hearing-{other}": str(cookie.value)}
    assert (await meeting.hall.client(cookies=stolen).get(f"/api/h/{other}/me")).json()[
        "code"
    ] == "not-signed-in"


async def test_the_cookie_is_for_this_site_and_no_script(meeting: Meeting) -> None:
    phone = meeting.phones[0]
    challenge = (await phone.http.get(f"{phone.api}/challenge")).json()["challenge"]
    wrong = {"kid": phone.key.kid, "challenge": challenge, "signature": "A" * 85 + "A"}
    assert (await phone.http.post(f"{phone.api}/session", json=wrong)).json()["code"] == "bad-signature"

    found = []
    phone.http.event_hooks["response"].append(lambda one: _keep(found, one))
    await phone.sign_in()
    (cookie,) = [one.headers["set-cookie"] for one in found if "set-cookie" in one.headers]
    assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))


async def _keep(found: list[Any], response: Any) -> None:
    found.append(response)


async def test_only_the_screen_is_given_the_code(meeting: Meeting) -> None:
    chair = meeting.chair
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}):
        assert (await chair.http.get(f"{chair.api}/code", headers=headers)).status_code == 401
    now = datetime.now(UTC)
    good = {checkin.code(meeting.hall.service.keys, meeting.hall.hearing, now, back=back) for back in (0, -1)}
    assert await chair.screen_code() in good


async def test_a_card_shows_its_bearer_the_way_and_nobody_else(meeting: Meeting) -> None:
    hall = meeting.hall
    http = hall.client()
    seats = await open_card(http, COMMUNITY, hall.tokens["吴建国"], hall.community.anchor)
    assert sorted(seat.role for seat in seats) == ["representative", "supervisor"]
    with pytest.raises(Declined) as refused:
        await open_card(http, COMMUNITY, Token.new(), hall.community.anchor)
    assert refused.value.code == "unknown-card"
    with pytest.raises(ForkError):
        await open_card(http, COMMUNITY, hall.tokens["吴建国"], "0" * 16)


async def test_looking_consumes_nothing(meeting: Meeting) -> None:
    http, hearing = meeting.hall.client(), meeting.hall.hearing
    before = (await meeting.chair.state())["size"]
    paths = (f"/j/{COMMUNITY}", f"/h/{hearing}/me", f"/api/h/{hearing}", f"/h/{hearing}/log/checkpoint")
    for path in paths:
        for method in ("GET", "HEAD"):
            assert (await http.request(method, path)).status_code == 200
    late = await meeting.hall.join(Officer, "吴建国", "representative")
    assert isinstance(late, Officer)
    assert (await meeting.chair.state())["size"] == before + 1


async def test_phones_of_two_hearings_do_not_mix(meeting: Meeting) -> None:
    first = meeting.hall.hearing
    other = await gather(meeting.hall)
    assert other.hall.hearing != first
    body = other.phones[0].signed(acts.RequestFloor, item="stalls")
    found = await meeting.phones[0].http.post(f"/api/h/{first}/acts", content=body)
    assert found.json()["code"] == "wrong-hearing"
    assert isinstance(other.phones[0], Phone)


async def test_a_hearing_that_is_about_to_be_convened_is_not_there_yet(hall: Hall) -> None:
    hearing = new_id()
    await hall.service.hearings.create(hearing, f"hall.example/h/{hearing}")
    for path in (f"/api/h/{hearing}", f"/h/{hearing}/me", f"/h/{hearing}/log/checkpoint"):
        assert (await hall.client().get(path)).json()["code"] == "unknown-hearing"
