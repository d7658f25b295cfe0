"""Many votes with other keys, arrivals and pauses: no order and no time that is kept says who came when.

Orders are held against the exact distribution of chance. Each comparison cries wolf once in ten million runs.
"""

import asyncio
import io
import itertools
import random
import re
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import httpx
import msgspec
import pytest

from ballots.bundle import read_from
from ballots.entry import parse
from ballots.signing import split
from deliberation import acts
from tests.actors import Hall, eventually
from tests.web.api.two_worlds import CHOICES, Past, again, is_scrubbed, past, poll_of
from web.actors.device import Device, answer
from web.actors.participants import Officer, Phone
from web.actors.voter import padded

RUNS = 8
CHANCE = Fraction(1, 10**7)
TIME = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")


@dataclass
class Run:
    """One vote, and all that can be seen of it afterwards.

    Attributes:
        offered, arrived: credentials and ballots (by hash), in the order in which they came.
        phones: the ballots by phone.
        batches: the ballots of each batch as the record lists them.
        listed: the credentials as the setup lists them.
        rows: the ballots in the order of the database's rows.
        zipped: the ballots in the order of the bundle's members.
        dates: the times that the bundle's members have.
        entered: the times of the record's entries.
        public: whatever anybody can ask for, with its headers.
    """

    offered: list[str] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    batches: list[list[str]] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    zipped: list[str] = field(default_factory=list)
    dates: set[tuple[int, ...]] = field(default_factory=set)
    entered: set[bytes] = field(default_factory=set)
    public: list[httpx.Response] = field(default_factory=list)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """The same people vote again and again; in every other run the first two have each other's choices."""
    folder = tmp_path_factory.mktemp("runs")

    async def all_of_them() -> list[Run]:
        before = await past(folder / "past")
        one_by_one = asyncio.Lock()  # no two services of one process may upgrade their databases at once
        votes = (vote(before, folder / str(number), number, one_by_one) for number in range(RUNS))
        return await asyncio.gather(*votes)

    return asyncio.run(all_of_them())


async def vote(before: Past, data: Path, number: int, one_by_one: asyncio.Lock) -> Run:
    """One vote; its keys and ballots are random, who comes when is drawn by its number."""
    draw, run = random.Random(f"run {number}"), Run()
    async with AsyncExitStack() as stack:
        async with one_by_one:
            hall, devices = await stack.enter_async_context(again(before, data))
        await _vote(hall, devices, run, draw, swapped=number % 2 == 1)
        await eventually(lambda: is_scrubbed(data))
        database = sqlite3.connect(data / "hearing.db")
        rows = [name for (name,) in database.execute("SELECT hash FROM blobs ORDER BY rowid")]
        database.close()
    run.rows = [name for name in rows if name in run.arrived]
    return run


async def _vote(hall: Hall, devices: list[Device], run: Run, draw: random.Random, *, swapped: bool) -> None:
    chair = devices[0]
    assert isinstance(chair, Officer)
    phones = [device for device in devices if isinstance(device, Phone)]
    choices = [CHOICES[1], CHOICES[0], *CHOICES[2:]] if swapped else list(CHOICES)
    await chair.sign_in()
    asked = (await chair.state())["items"][0]["questions"][0]
    for phone in draw.sample(phones, len(phones)):
        await phone.offer(asked["election"])
        run.offered.append(phone.credentials[asked["election"]].public)
    poll = (await chair.open_poll("aid", asked["hash"])).leaf

    async def shows(key: str, value: object) -> bool:
        return bool((await poll_of(chair, poll))["box"][key] == value)

    await eventually(lambda: shows("ready", value=True))
    setup = (await answer(chair.http, "GET", f"{chair.api}/polls/{poll}/setup")).json()
    run.listed = msgspec.json.decode(setup["credentials"])
    served = await hall.service.hearings.get(hall.hearing)
    found = await served.ask(lambda state: state.polls[poll].question)
    cast = [
        phone.credentials[asked["election"]].cast(
            setup["election"].encode(), found, msgspec.json.encode(choice)
        )
        for phone, choice in zip(phones, choices, strict=True)
    ]
    run.phones = [sha256(raw).hexdigest() for raw in cast]
    for place in draw.sample(range(len(phones)), len(phones)):
        await answer(
            phones[place].http, "POST", f"{chair.api}/polls/{poll}/ballots", content=padded(cast[place])
        )
        run.arrived.append(run.phones[place])
        await asyncio.sleep(draw.choice([0, 0, 0.1, 0.3]))
    await eventually(lambda: shows("cast", len(phones)))
    await _look(hall, chair.api, poll, run)


async def _look(hall: Hall, api: str, poll: str, run: Run) -> None:
    """Ask for everything that is about the ballots, as anybody can."""
    http = hall.client()
    record = (await hall.service.hearings.get(hall.hearing)).record
    entries = [parse(raw) for raw in record.entries(0, record.head.size)]
    run.entered = {entry.at.encode() for entry in entries}
    told = [acts.decode(split(entry.jws).payload) for entry in entries]
    run.batches = [list(act.ballots) for act in told if isinstance(act, acts.CastBatch)]
    places = [
        api,
        f"{api}/polls/{poll}/setup",
        *(f"{api}/polls/{poll}/ballots/{name}" for name in run.arrived),
        f"/h/{hall.hearing}/log/checkpoint",
        f"/h/{hall.hearing}/log/tile/entries/000.p/{record.head.size}",
        f"/h/{hall.hearing}/{hall.hearing}.zip",
    ]
    run.public = [await answer(http, "GET", place) for place in places]
    with zipfile.ZipFile(io.BytesIO(run.public[-1].content)) as bundle:
        members = bundle.infolist()
    run.zipped = [member.filename.removeprefix("blobs/") for member in members]
    run.zipped = [name for name in run.zipped if name in run.arrived]
    run.dates = {member.date_time for member in members}


# -- orders ----------------------------------------------------------------------------------------------------


def test_the_runs_are_what_they_should_be(runs: list[Run]) -> None:
    """Other keys, other ballots, other orders; every ballot entered, and stands wherever it should."""
    assert len({name for run in runs for name in run.arrived}) == RUNS * len(CHOICES)
    assert len({tuple(map(run.phones.index, run.arrived)) for run in runs}) > RUNS / 2
    for run in runs:
        everything = sorted(run.arrived)
        assert sorted(itertools.chain(*run.batches)) == everything
        assert sorted(run.rows) == everything
        assert sorted(run.zipped) == everything
        assert sorted(run.listed) == sorted(run.offered)


@pytest.mark.parametrize("known", ["arrived", "phones"])
@pytest.mark.parametrize("shown", ["batches", "rows", "zipped"])
def test_no_order_of_ballots_tells_who_came_when(runs: list[Run], shown: str, known: str) -> None:
    """Neither the record's, nor the bundle's, nor that of the database's rows: batch by batch it is chance."""
    orders = []
    for run in runs:
        listed = list(itertools.chain(*run.batches)) if shown == "batches" else getattr(run, shown)
        for batch in run.batches:
            within = [name for name in listed if name in batch]
            orders.append([getattr(run, known).index(name) for name in within])
    assert likelihood(orders) > CHANCE


def test_no_order_of_credentials_tells_who_offered_when(runs: list[Run]) -> None:
    assert likelihood([[run.offered.index(key) for key in run.listed] for run in runs]) > CHANCE
    assert all(run.listed == sorted(run.listed, key=int) for run in runs)


def test_those_tests_would_find_an_order_that_is_kept(runs: list[Run]) -> None:
    """Of arrival, or the contrary, or with two neighbours changed."""
    for changed in (
        lambda batch: batch,
        lambda batch: batch[::-1],
        lambda batch: [*batch[1::-1], *batch[2:]],
    ):
        orders = [
            changed([place for place, name in enumerate(run.arrived) if name in batch])
            for run in runs
            for batch in run.batches
        ]
        assert likelihood(orders) < CHANCE


def likelihood(orders: Sequence[Sequence[int]]) -> Fraction:
    """How likely chance has so few or so many pairs in the wrong order, or fewer or more, in all of these."""
    wrong, ways = 0, [1]
    for order in orders:
        wrong += sum(one > other for one, other in itertools.combinations(order, 2))
        for size in range(1, len(order) + 1):  # a place more: any number of pairs from 0 to below its size
            longer = [0] * (len(ways) + size - 1)
            for count, step in itertools.product(range(len(ways)), range(size)):
                longer[count + step] += ways[count]
            ways = longer
    tail = min(sum(ways[: wrong + 1]), sum(ways[wrong:]))
    return min(Fraction(2 * tail, sum(ways)), Fraction(1))


# -- times -----------------------------------------------------------------------------------------------------


def test_every_time_that_is_shown_is_that_of_an_entry(runs: list[Run]) -> None:
    """And a ballot has no time but that of its batch: five at least have one together, save the last ones."""
    for run in runs:
        found = {time for response in run.public for time in TIME.findall(response.content)}
        starts = {run.public[0].json()["starts"].encode()}  # which the notice says
        assert run.entered & found
        assert found <= run.entered | starts
        assert len(run.dates) == 1
        assert all(len(batch) >= 5 for batch in run.batches[:-1])


def test_no_header_tells_a_time_or_anything_of_one_ballot(runs: list[Run]) -> None:
    """Answers about ballots of one batch have the same headers, to the last byte."""
    for run in runs:
        assert not any("last-modified" in response.headers for response in run.public)
        assert not any(TIME.search(value) for one in run.public for _, value in one.headers.raw)
        sizes = {f'"{run.public[0].json()["size"]}"'}
        assert {one.headers["etag"] for one in run.public if "etag" in one.headers} <= sizes
        asked = dict(zip(run.arrived, run.public[2:], strict=False))
        for batch in run.batches:
            assert len({tuple(asked[name].headers.raw) for name in batch}) == 1
            assert len({asked[name].json()["receipt"] for name in batch}) == 1


def test_the_record_names_a_ballot_in_its_batch_and_nowhere_else(runs: list[Run]) -> None:
    """One line of the log, which the service has signed; and the box, which holds the ballots themselves."""
    for run in runs:
        files = dict(read_from(io.BytesIO(run.public[-1].content)).files)
        signed = [split(parse(line).jws) for line in files["log.jsonl"].splitlines()]
        batches = [one for one in signed if b'"ballot.batch"' in one.payload]
        (service,) = {one.kid for one in batches}
        setups = {one.kid for one in signed if b'"poll.setup"' in one.payload}
        assert setups == {service}
        for name in run.arrived:
            assert sum(name.encode() in one.payload for one in signed) == 1
            assert sum(name.encode() in one.payload for one in batches) == 1
            others = {
                where for where, raw in files.items() if name.encode() in raw and "secret/" not in where
            }
            assert not others
