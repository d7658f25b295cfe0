"""A hearing over HTTP from notice to adjournment, as the parties live it."""

import io
from pathlib import Path

import pytest
from sqlalchemy import URL

from ballots import bundle
from deliberation.audit import Expectations, audit
from tests.actors import Meeting, eventually, gather, open_hall

pytestmark = pytest.mark.anyio


async def test_from_check_in_to_an_audited_bundle(meeting: Meeting) -> None:
    await hold(meeting)


@pytest.mark.postgres
async def test_the_same_over_postgresql(tmp_path: Path, fresh_postgres: URL) -> None:
    async with open_hall(tmp_path, fresh_postgres) as hall:
        await hold(await gather(hall))


async def hold(meeting: Meeting) -> None:
    """The meeting from the first comment on, and the audit of what is left of it."""
    chair, phones = meeting.chair, meeting.phones
    comment = await phones[0].comment("stalls", "早市方便老人买菜。")
    request = await phones[1].ask_floor("stalls")
    await chair.give_floor(request.leaf, 120)
    await chair.end_floor(request.leaf)

    poll = await meeting.open_poll()
    ballots = [
        await phone.vote(poll, choice)
        for phone, choice in zip(phones, ("for", "for", "for", "against"), strict=True)
    ]
    changed = await phones[3].vote(poll, "for", replaces=ballots[3].leaf)
    await chair.close_poll(poll)
    published = await chair.publish(poll)

    assert published == {"stage": "published", "missing": 0, "seconds": 0.0}
    result = (await meeting.poll(poll))["result"]
    assert (result["decision"], result["options"][0]["total"]) == ("passed", {"heads": 4})
    assert changed.seq > ballots[3].seq

    live = await meeting.open_poll(1)
    await phones[0].vote_openly(live, "against")
    assert (await meeting.poll(live))["live"] == {"for": 0, "against": 1, "abstain": 0}
    await chair.close_poll(live)
    assert (await chair.publish(live))["stage"] == "published"

    await chair.publish_minutes("会议秩序良好。")
    await meeting.supervisor.cosign((await chair.adjourn()).leaf)
    await phones[0].follow()

    packed = await phones[0].http.get(f"/h/{meeting.hall.hearing}/{meeting.hall.hearing}.zip")
    found = bundle.read_from(io.BytesIO(packed.content))
    receipts = [kept.receipt.encode() for kept in (comment, *ballots, changed)]
    report = audit(found, Expectations(anchor=meeting.hall.community.anchor, receipts=receipts))
    assert list(report.findings) == []


@pytest.mark.postgres
async def test_two_workers_serve_one_hearing(tmp_path: Path, fresh_postgres: URL) -> None:
    async with (
        open_hall(tmp_path, fresh_postgres) as one,
        open_hall(tmp_path, fresh_postgres, entries=()) as other,
    ):
        meeting = await gather(one)
        late, phones = meeting.late, meeting.phones
        late.http = phones[0].http = other.client()
        await late.check_in(await meeting.chair.screen_code())
        poll = await meeting.open_poll()
        first = await phones[0].vote(poll, "against")
        phones[0].http = one.client()
        second = await phones[0].vote(poll, "for", replaces=first.leaf)
        await phones[1].vote(poll, "for")
        await late.vote(poll, "for")
        resent = await late.http.post(f"{late.api}/acts", content=second.body)
        await meeting.chair.close_poll(poll)

        assert resent.json()["receipt"] == second.receipt
        assert (await meeting.chair.publish(poll))["stage"] == "published"

        async def told() -> bool:
            return (await late.state())["polls"][0]["stage"] == "published"

        await eventually(told)
        assert (await late.state())["polls"][0]["result"]["options"][0]["total"] == {"heads": 3}
