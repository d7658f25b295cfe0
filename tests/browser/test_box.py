"""A secret vote in real browsers against the real service: three key holders, eight phones, and a box that anyone checks.

One key holder loses the phone, one voter tests theirs; two locks of three open the box.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from ballots.bundle import read
from tests.actors import open_hall
from tests.browser.box_meeting import AGENDA, MAJORITY, PEOPLE, STANDINGS, TESTER, VOTES, BoxMeeting
from tests.browser.hall import open_doors
from tests.browser.people import Stranger
from tests.browser.service import Prepared, Service, serving
from tests.browser.test_meeting import verify
from tests.client.secret.tool import Tool
from web.texts import LANGUAGES, texts

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.timeout(1200)]

KEYS, THRESHOLD = 3, 2


@pytest.fixture
async def service(tmp_path: Path, built: object) -> AsyncGenerator[Service, None]:
    """The service over a hearing with one secret vote; chair, supervisor and desk hold its keys, two open it."""
    data = tmp_path / "data"
    data.mkdir()
    async with open_hall(data, entries=PEOPLE) as hall:
        hearing = await hall.convene(AGENDA)
        prepared = Prepared(data, hearing, hall.community.anchor, hall.tokens)
    async with serving(prepared) as found:
        yield found


async def test_three_keys_eight_phones_and_a_box_that_anyone_checks(
    service: Service, browser: Browser, tmp_path: Path
) -> None:
    async with open_doors(browser, service) as hall:
        meeting = BoxMeeting(hall)
        await meeting.gather()
        await meeting.make_keys()
        await meeting.people_check_in()
        await meeting.people_vote()
        await meeting.box_is_opened()
        await meeting.result_is_seen()
        await meeting.strangers_read()
        await meeting.meeting_ends()

        bundle = tmp_path / f"{service.prepared.hearing}.zip"
        cast = [await one.kept("ballots") for one in meeting.voters.values()]
        receipts = [one["receipt"] for one in cast]
        await page_verifies(meeting, bundle, receipts)
        await command_verifies(service, bundle, receipts)
        archive = read(bundle).files[f"secret/{(await meeting.poll())['id']}.bel"]
        assert "all checks passed" in await asyncio.to_thread(Tool(tmp_path / "secret").verified, archive)
        holds_what_phones_have_cast(archive, cast)
        await lacks_what_was_tested(meeting, archive)
        await no_seed_has_left(meeting, [*read(bundle).files.values()])
        assert hall.errors == []
    assert meeting.inspector.findings == []


async def page_verifies(meeting: BoxMeeting, bundle: Path, receipts: list[str]) -> None:
    """Somebody who was not there downloads the record, and their browser checks it, in either language.

    It finds the ballots of all whose phones have kept a receipt.
    """
    prepared = meeting.service.prepared
    for lang in LANGUAGES:
        one = Stranger(await (await meeting.hall.desktop(lang=lang)).new_page(), lang)
        await one.page.goto(meeting.service.page())
        async with one.page.expect_download() as started:
            await one.follow(f"{prepared.hearing}.zip")
        await (await started.value).save_as(bundle)
        await one.page.goto(f"{meeting.service.base}/verify")
        await one.verifies(bundle, prepared.anchor, receipts)
        told = texts(lang)["verify"]["script"]["box"].format(**counts())
        await one.expects(told)
        await expect(one.page.locator(".outcome")).to_have_attribute("data-outcome", "passed")
        counted = one.page.locator(".card .options b")
        await expect(counted).to_have_text([str(heads) for heads in STANDINGS])
        await meeting.inspector.look(one.page, f"12-verify-{lang}")


async def command_verifies(service: Service, bundle: Path, receipts: list[str]) -> None:
    """`hearing verify` says the same, and that the secret poll was checked."""
    kept = [bundle.with_name(f"{number}.tlog-proof") for number in range(len(receipts))]
    for proof, receipt in zip(kept, receipts, strict=True):
        proof.write_text(receipt)
    brought = [word for proof in kept for word in ("--receipt", str(proof))]
    for lang in LANGUAGES:
        words = ("--anchor", service.prepared.anchor, "--lang", lang, *brought)
        done = await asyncio.to_thread(verify, str(bundle), *words)
        assert done.returncode == 0, done.stdout + done.stderr
        assert texts(lang)["verify"]["command"]["secret"].format(**counts()) in done.stdout
        assert MAJORITY[lang] in done.stdout


def counts() -> dict[str, int]:
    """What both verifiers say of the box."""
    votes = len(VOTES)
    keys = {"holders": KEYS, "threshold": THRESHOLD, "decrypted": THRESHOLD}
    return {"issued": votes, "cast": votes, "spoiled": 1, **keys}


def holds_what_phones_have_cast(archive: bytes, cast: list[dict[str, Any]]) -> None:
    """Every phone's ballot as it was made there, and nothing else."""
    for one in cast:
        assert one["body"].encode() in archive
        assert one["hash"].encode() in archive
    assert all(one["id"].encode() in archive for one in cast)  # the number on the phone names the ballot
    assert len({one["id"] for one in cast}) == archive.count(b'"type":"Ballot"') == len(VOTES)


async def lacks_what_was_tested(meeting: BoxMeeting, archive: bytes) -> None:
    """The ballot that was opened to test a phone is not in the box."""
    tested = await meeting.voters[TESTER].kept("spoiled")
    assert tested["hash"] == "".join(meeting.tested.split())
    assert tested["hash"].encode() not in archive


async def no_seed_has_left(meeting: BoxMeeting, published: Sequence[bytes]) -> None:
    """What a key grows from is on its device, and in nothing that was sent or published."""
    kept = "() => Object.keys(localStorage).filter(k => /holder\\/m/.test(k)).map(k => localStorage[k])"
    seeds = {
        one["seed"]
        for holder in meeting.holders
        for row in await holder.page.evaluate(kept)
        for one in json.loads(row)
    }
    assert len(seeds) == len(meeting.holders)
    assert len(meeting.sent) > 10
    for seed in seeds:
        assert not any(seed.encode() in file for file in published)
        assert not any(seed in sent for sent in meeting.sent)
