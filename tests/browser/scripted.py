"""A meeting that scripts have brought to the point where a browser has something to do."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from tests.browser.hall import player
from tests.browser.service import Service
from web.actors.participants import Officer, Phone

OTHERS = ("欧阳慧敏", "赵晚来", "Ann Smith")


@dataclass
class Scripted:
    """The officers' devices and three voters, all played by scripts; 李秀英 and 王建国 are free."""

    chair: Officer
    desk: Officer
    voters: list[Phone]

    async def open_poll(self) -> str:
        """Put the first question; the poll's id."""
        question = (await self.chair.state())["items"][0]["questions"][0]["hash"]
        return (await self.chair.open_poll("stalls", question)).leaf


async def begun(service: Service, stack: AsyncExitStack) -> Scripted:
    """Opened, three voters checked in, the first item called."""
    chair = await player(service, stack, Officer, "周敏", "chair")
    desk = await player(service, stack, Officer, "郑小燕", "desk")
    voters = [await player(service, stack, Phone, name, "representative") for name in OTHERS]
    await chair.open()
    await chair.sign_in()
    for one in voters:
        await desk.check_in(one.seat.member)
    await chair.call("stalls")
    return Scripted(chair, desk, voters)
