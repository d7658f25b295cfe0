"""Server CPU for each encrypted ballot that is accepted over HTTP and enters its record, against its bare check.

SQLite, one worker, 64 clients, ballots of three choices made beforehand; the bare check is
`ballots.secret.ballot.check_ballot` in a loop over the same ballots: form, group, every proof.
`python -m tests.bench.box [--voters N]`
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import msgspec

from ballots.secret import ballot
from deliberation.state import secret_poll
from tests.actors import Hall, both, eventually, open_hall, question
from tests.bench.accept import served
from tests.bench.load import Load, cpu_seconds, fire, http_post
from tests.ports import free_port
from web.access.limits import Buckets
from web.actors.device import answer
from web.actors.keeper import Keeper
from web.actors.participants import Officer, Phone
from web.people.drafts import DraftItem
from web.people.register import Entry

POLLS = 4
BAR = 0.8
HOLDERS = {"chair": "chair", "supervisor": "supervisor", "observer": "observer"}


class Round(NamedTuple):
    """A poll that takes ballots: the texts of its election and credentials, and a ballot of every voter."""

    poll: str
    election: bytes
    credentials: bytes
    ballots: list[bytes]


async def prepare(data: Path, voters: int, count: int = POLLS) -> tuple[str, list[Round]]:
    """A data folder with an open meeting and open secret polls; the hearing, and the polls' ballots."""
    officers = (Entry(name=name, roles=(role,)) for name, role in HOLDERS.items())
    people = (*officers, *(Entry(name=f"voter {number}") for number in range(voters)))
    async with open_hall(data, entries=people) as hall:
        # One officer checks in hundreds of people here, faster than any hand could.
        hall.app.state.service = replace(hall.service, acts=Buckets(burst=1e6, rate=1e6))
        hearing, chair, _, phones, asked = await gather(hall, voters, count)
        return hearing, [await open_poll(hall, chair, phones, each) for each in asked]


class Gathered(NamedTuple):
    """An open meeting with its keys made and all credentials offered, and its secret questions."""

    hearing: str
    chair: Officer
    keepers: list[Keeper]
    phones: list[Phone]
    asked: list[dict[str, Any]]


async def gather(hall: Hall, voters: int, count: int) -> Gathered:
    """Convene, make the keys, and let everybody in; `count` secret questions."""
    questions = tuple(question(f"q{number}", visibility="secret") for number in range(count))
    agenda = (DraftItem("one", both("一", "one"), both("一", "one"), "secret", questions),)
    hearing = await hall.convene(agenda)
    chair, *others = [await hall.join(Officer, name, role) for name, role in HOLDERS.items()]
    phones = [await hall.join(Phone, f"voter {number}") for number in range(voters)]
    keepers = [Keeper(device) for device in (chair, *others)]
    while any([await keeper.advance() for keeper in keepers]):
        pass
    await chair.open()
    asked = (await chair.state())["items"][0]["questions"]
    for phone in phones:
        await chair.check_in(phone.seat.member)
        for each in asked:
            await phone.offer(each["election"])
    await chair.call("one")
    return Gathered(hearing, chair, keepers, phones, asked)


async def open_poll(hall: Hall, chair: Officer, phones: list[Phone], asked: dict[str, str]) -> Round:
    """Open a poll on a question; everybody's ballot, none of them sent."""
    poll = (await chair.open_poll("one", asked["hash"])).leaf
    running = await hall.service.hearings.get(hall.hearing)

    async def ready() -> bool:
        return await running.ask(lambda state: secret_poll(state, poll)[1].setup is not None)

    await eventually(ready)
    setup = (await answer(chair.http, "GET", f"{chair.api}/polls/{poll}/setup")).json()
    election, told = setup["election"].encode(), await running.ask(lambda state: state.polls[poll].question)
    choices = [msgspec.json.encode(choice) for choice in ("for", "against", "abstain")]
    ballots = [
        phone.credentials[asked["election"]].cast(election, told, choices[number % 3])
        for number, phone in enumerate(phones)
    ]
    return Round(poll, election, setup["credentials"].encode(), ballots)


async def accept(port: int, pid: int, hearing: str, asked: Round) -> Load:
    """Send a round's ballots; what it took until every one of them was in the record."""
    path = f"/api/h/{hearing}/polls/{asked.poll}/ballots"
    used = cpu_seconds(pid)
    load = await fire(port, pid, [http_post(path, raw) for raw in asked.ballots])
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        await eventually(lambda: entered(http, hearing, asked))
    return replace(load, cpu=cpu_seconds(pid) - used)


async def entered(http: httpx.AsyncClient, hearing: str, asked: Round) -> bool:
    """Whether all of a round's ballots are in the record."""
    polls = (await http.get(f"/api/h/{hearing}")).json()["polls"]
    (box,) = (poll["box"] for poll in polls if poll["id"] == asked.poll)
    return bool(box["cast"] == len(asked.ballots))


def bare(asked: Round) -> tuple[float, float]:
    """CPU seconds for the full check of a round's ballots, and for its proofs alone."""
    setup = ballot.Setup.read(asked.election, asked.credentials)
    began = time.process_time()
    for raw in asked.ballots:
        ballot.check_ballot(setup, raw)
    middle = time.process_time()
    for raw in asked.ballots:
        ballot.check_proofs(asked.election, raw)
    return middle - began, time.process_time() - middle


def run(voters: int) -> str:
    """The figures as lines of a table; the first round warms both up and is left out."""
    with tempfile.TemporaryDirectory() as folder:
        hearing, rounds = asyncio.run(prepare(Path(folder), voters))
        port = free_port()
        told = {"HEARING_DATA": folder, "HEARING_URL": "http://hall.example", "HEARING_PORT": str(port)}
        loads, checks = [], []
        with served(["-m", "web.cli", "serve"], port, told) as pid:
            for asked in rounds:
                loads.append(asyncio.run(accept(port, pid, hearing, asked)))
                checks.append(bare(asked))
    assert all(set(load.statuses) <= {200, 202} for load in loads)
    ours, full, proofs = (
        [1000 * seconds / voters for seconds in column]
        for column in (
            [load.cpu for load in loads[1:]],
            [check[0] for check in checks[1:]],
            [check[1] for check in checks[1:]],
        )
    )
    ratio = statistics.median(b / o for b, o in zip(full, ours, strict=True))
    rate = statistics.median(len(load.statuses) / load.seconds for load in loads[1:])
    middle = statistics.median
    return (
        f"ours  {middle(ours):5.2f} ms CPU/ballot  {rate:4.0f}/s\n"
        f"bare  {middle(full):5.2f} ms CPU/ballot, of which {middle(proofs):.2f} ms for the proofs\n"
        f"bare ÷ ours = {ratio:.2f} (bar: {BAR})"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=200)
    print(run(parser.parse_args().voters))


if __name__ == "__main__":
    main()
