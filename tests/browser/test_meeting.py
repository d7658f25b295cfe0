"""A whole meeting in real browsers against the real service: from the card to a record that a stranger verifies."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Download

from ballots import entry
from ballots.bundle import read
from ballots.encoding import b64url
from ballots.signing import split
from ballots.tokens import Token
from deliberation import acts
from tests.actors import HOST
from tests.browser.hall import Hall, large_print, open_doors
from tests.browser.inspector import Inspector
from tests.browser.meeting import MAJORITY, RUDE, Meeting
from tests.browser.people import Stranger
from tests.browser.service import Service
from web.actors.device import answer

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.timeout(1500)]


async def test_a_meeting_from_card_to_verified_record(
    service: Service, browser: Browser, tmp_path: Path
) -> None:
    inspector = Inspector("meeting")
    async with large_print() as magnified, open_doors(browser, service) as hall:
        meeting = Meeting(hall, magnified, inspector)
        await meeting.officers_arrive()
        await meeting.people_check_in()
        await meeting.item_is_discussed()
        await meeting.floor_is_given()
        await meeting.poll_opens()
        await meeting.people_vote()
        await meeting.result_is_published()
        await meeting.lost_phone_is_replaced()
        await meeting.hands_are_shown()
        shown = await meeting.meeting_ends()

        receipts = [await one.newest_receipt() for one in meeting.phones]
        await meeting.show("10-acts", meeting.first, meeting.large)
        bundle = tmp_path / f"{service.prepared.hearing}.zip"
        await stranger_verifies(hall, inspector, bundle, receipts, shown)
        await one_ballot_each(meeting, bundle)
        assert hall.errors == []
        assert hall.hosts == {f"127.0.0.1:{service.wire.port}", f"{HOST}:{service.wire.port}"}
    assert inspector.findings == []
    nothing_tells_a_token(service, bundle)


async def stranger_verifies(
    hall: Hall, inspector: Inspector, bundle: Path, receipts: list[str], shown: str
) -> None:
    """Somebody who was not there finds the result, downloads the record, and checks it twice."""
    prepared = hall.service.prepared
    one = Stranger(await (await hall.desktop()).new_page())
    await one.page.goto(hall.service.base)
    await one.expects("通过")
    await inspector.look(one.page, "11-board-zh")
    await one.follow("秋季代表会议")
    await one.expects(MAJORITY["zh"], shown)
    await inspector.look(one.page, "11-public-zh")
    async with one.page.expect_download() as started:
        await one.follow(f"{prepared.hearing}.zip")
    download: Download = await started.value
    await download.save_as(bundle)
    await one.follow("阅读会议记录")
    await one.expects("会议由居务监督委员会全程监督。")
    await inspector.look(one.page, "11-minutes-zh")
    await one.page.go_back()
    await one.follow("核验页")
    await one.verifies(bundle, prepared.anchor, receipts)
    await one.expects(one.says["verdict-clean"], shown)
    await inspector.look(one.page, "11-verify-zh")
    for name, path in (("board", "/"), ("public", f"/h/{prepared.hearing}"), ("verify", "/verify")):
        await one.page.goto(f"{hall.service.base}{path}?lang=en")
        await inspector.look(one.page, f"11-{name}-en")

    kept = [bundle.with_name(f"{number}.tlog-proof") for number in range(len(receipts))]
    for proof, receipt in zip(kept, receipts, strict=True):
        proof.write_text(receipt)
    options = [word for proof in kept for word in ("--receipt", str(proof))]
    done = await asyncio.to_thread(verify, str(bundle), "--anchor", prepared.anchor, "--lang", "zh", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert shown in done.stdout


def verify(*words: str) -> subprocess.CompletedProcess[str]:
    """`hearing verify`, as anybody runs it."""
    command = [sys.executable, "-m", "web.cli", "verify", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


async def one_ballot_each(meeting: Meeting, bundle: Path) -> None:
    """Loss, a reload and a second tab gave one act; the receipt on the phone is the one of the service."""
    poll = (await meeting.poll())["id"]
    signers = []
    for line in read(bundle).files["log.jsonl"].splitlines():
        jws = entry.parse(line).jws
        act = acts.decode(split(jws).payload)
        if isinstance(act, acts.CastBallot) and act.poll == poll:
            signers.append((split(jws).kid, act.replaces))
    assert len(signers) == 6
    assert len({kid for kid, _ in signers}) == 5
    assert sum(replaces is not None for _, replaces in signers) == 1
    stored = "JSON.parse(Object.values(localStorage).find(one => one.includes('ballot.cast')))"
    kept = await meeting.poor.page.evaluate(stored)
    http = meeting.script[0].http
    again = await answer(http, "GET", f"/api/h/{meeting.service.prepared.hearing}/receipts/{kept['leaf']}")
    assert again.text == kept["receipt"]
    body = kept["body"].encode()
    resent = await answer(http, "POST", f"/api/h/{meeting.service.prepared.hearing}/acts", content=body)
    assert (resent.status_code, msgspec.json.decode(resent.content)["receipt"]) == (200, kept["receipt"])


def nothing_tells_a_token(service: Service, bundle: Path) -> None:
    """No token was ever sent, printed, or stored: not as text, not as bytes."""
    sent = [bytes(heard) for heard in service.wire.sent]
    stored = [path.read_bytes() for path in service.prepared.data.rglob("*") if path.is_file()]
    places = [*sent, *stored, service.output.read_bytes(), bundle.read_bytes()]
    assert sum(map(len, sent)) > 100_000
    for token in service.prepared.tokens.values():
        for form in forms(token):
            assert not any(form in place for place in places)
    public = b64url(service.prepared.tokens["李秀英"].key.public).encode()
    assert any(public in place for place in sent), "the search finds what was sent"
    assert any(RUDE.encode() in place for place in stored), "the search finds what is stored"


def forms(token: Token) -> Iterator[bytes]:
    """How a token might be written."""
    for text in (token.text, token.grouped, token.secret.hex(), b64url(token.secret)):
        yield from (text.encode(), text.lower().encode(), text.upper().encode())
    yield token.secret
