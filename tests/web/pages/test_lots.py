"""A tie that a public lot decides, as a whole service holds it, and as everybody may read and repeat it."""

import subprocess
from typing import Any

import msgspec
import pytest

from deliberation import acts
from tests.actors import Hall, both, eventually
from tests.docs.sources import ROOT
from tests.programs import require
from tests.web.pages.polls import NAMES, PLANS, choose
from tests.web.pages.test_public import read
from voting import lot
from voting.methods.approval import Approval
from web.actors.participants import Officer, Phone
from web.pages.lots import DRAW, recipe
from web.people.drafts import DraftItem

pytestmark = pytest.mark.anyio

ROLLED = "3 6 1 1 5 2 4 6 6 3"
OPTIONS = [option.id for option in PLANS]
MARKS = (["lift", "gate"], ["lift", "trees"], ["lift"], ["lift", "light"])
"""The lift is chosen; of the other three, with a vote each, only a lot can tell which one is."""


def test_the_lines_are_those_of_the_document() -> None:
    assert DRAW in (ROOT / "docs" / "counting.md").read_text(encoding="utf-8")


def drawn_in_a_shell(lines: str) -> list[str]:
    done = subprocess.run(
        [require("bash"), "-c", lines], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.split()


def test_the_lines_draw_the_lot() -> None:
    root = bytes(range(32))
    seed = lot.seed(root, ROLLED)
    assert drawn_in_a_shell(recipe(root.hex(), ROLLED, OPTIONS)) == [seed.hex(), *lot.draw(seed, OPTIONS)]


async def tied(hall: Hall, visibility: str) -> tuple[Officer, Officer, str]:
    asked = msgspec.structs.replace(
        choose("first", Approval(2), "先办哪两件事", "Which two first"), visibility=visibility
    )
    await hall.convene((DraftItem("plans", both("项目", "Plans"), both("", ""), "named", (asked,)),))
    chair = await hall.join(Officer, "周敏", "chair")
    supervisor = await hall.join(Officer, "吴建国", "supervisor")
    phones = [await hall.join(Phone, name) for name in NAMES]
    await chair.open()
    await chair.sign_in()
    code = await chair.screen_code()
    for phone in phones:
        await phone.check_in(code)
    await chair.call("plans")
    question = (await chair.state())["items"][0]["questions"][0]
    poll = (await chair.open_poll("plans", question["hash"])).leaf
    for phone, marks in zip(phones, MARKS, strict=True):
        if visibility == "live":
            await phone.vote_openly(poll, marks)
        else:
            await phone.vote(poll, marks, options=len(PLANS))
    await chair.close_poll(poll)
    await chair.publish(poll)
    return chair, supervisor, poll


@pytest.mark.parametrize("visibility", ["live", "sealed"])
async def test_the_service_counts_again_by_itself(hall: Hall, visibility: str) -> None:
    chair, supervisor, poll = await tied(hall, visibility)

    async def shown() -> dict[str, Any]:
        found: dict[str, Any] = (await chair.state())["polls"][0]
        return found

    assert (await shown())["tied"] == ["gate", "trees", "light"]
    assert "公开抽签：自己重算一遍" not in (await read(chair.http, f"/h/{hall.hearing}")).text
    roll = await chair.act(acts.DrawLot, poll=poll, rolled=ROLLED)
    assert (await chair.state())["pending"][0]["rolled"] == ROLLED
    await supervisor.cosign(roll.leaf)

    async def published() -> bool:
        return (await shown())["result"] is not None

    await eventually(published)
    found = await shown()
    order = [step["option"] for step in found["lot"]["steps"]]
    assert found["result"]["lot"] == order
    assert found["result"]["decision"] == "decided"
    assert found["result"]["chosen"] == ["lift", next(one for one in order if one != "lift")]
    assert drawn_in_a_shell(recipe(found["lot"]["root"], ROLLED, OPTIONS))[1:] == order

    page = await read(chair.http, f"/h/{hall.hearing}")
    assert ROLLED in page.text
    for step in found["lot"]["steps"]:
        assert step["digest"] in page.text
    assert f"root={found['lot']['root']}" in page.text
    assert "The public lot: draw it again" in (await read(chair.http, f"/h/{hall.hearing}", "en")).text

    await chair.publish_minutes("")
    await chair.adjourn()
    minutes = await read(chair.http, f"/h/{hall.hearing}/minutes")
    assert f"公开抽签，掷出的点数：{ROLLED}" in minutes.text


async def test_minutes_say_that_a_tie_was_left(hall: Hall) -> None:
    chair, _, _ = await tied(hall, "live")
    left = "没有抽签，这次表决尚未决定"
    await chair.publish_minutes("")
    assert left not in (await read(chair.http, f"/h/{hall.hearing}/minutes")).text
    await chair.adjourn()
    assert left in (await read(chair.http, f"/h/{hall.hearing}/minutes")).text
