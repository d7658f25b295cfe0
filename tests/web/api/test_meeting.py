"""A hearing over HTTP from notice to adjournment, as the parties live it."""

import io

import pytest

from ballots import bundle
from deliberation.audit import Expectations, audit
from tests.actors import Meeting

pytestmark = pytest.mark.anyio


async def test_from_check_in_to_an_audited_bundle(meeting: Meeting) -> None:
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
