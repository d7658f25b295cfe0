"""What a secret poll shows: two worlds, in which two voters' choices are swapped, cannot be told apart.

Nothing published, logged, measured or on the wire separates them, and nothing links an entry to a device;
what the operator's database could link is what docs/threats.md says, and no more.
"""

import asyncio
import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import insert

from ballots import entry, store
from ballots.engine import open_engine
from ballots.secret import archive, ballot
from ballots.signing import split
from ballots.waiting import Kept, Waiting
from tests.web.api.two_worlds import CHOICES, World, past, plain, play, shape
from web.database import upgrade


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, World]:
    folder = tmp_path_factory.mktemp("worlds")

    async def both() -> tuple[World, World]:
        before = await past(folder / "past")
        here = await play(before, folder / "here", swapped=False)
        return here, await play(before, folder / "there", swapped=True)

    return asyncio.run(both())


def test_the_worlds_are_what_they_should_be(worlds: tuple[World, World]) -> None:
    """The first two phones have sent each other's ballots."""
    here, there = worlds
    assert here.sent != there.sent
    assert here.sent == [there.sent[1], there.sent[0], *there.sent[2:]]
    assert CHOICES[0] != CHOICES[1]


def test_everything_about_the_ballots_is_the_same_to_the_last_byte(worlds: tuple[World, World]) -> None:
    assert worlds[0].state is not None
    assert worlds[1].state is not None
    boxes = [next(iter(world.state.polls.values())).box for world in worlds if world.state]
    told = [
        (box.raw, box.credentials, list(box.ballots.items()), box.tally, box.totals) for box in boxes if box
    ]
    assert told[0] == told[1]
    assert told[0][4] == ((3, 2, 1),)
    assert list(boxes[0].offers) == list(boxes[1].offers)  # type: ignore[union-attr]


def test_the_bundle_has_the_same_form(worlds: tuple[World, World]) -> None:
    """Every entry has the same signer and the same members; ids, times and signatures are as long."""
    files = [{plain(name): len(raw) for name, raw in world.bundle.items()} for world in worlds]
    assert set(files[0]) == set(files[1])
    logs = [list(acts(world)) for world in worlds]
    assert logs[0] == logs[1]
    kinds = [act["act"] for _, act in logs[0]]
    assert kinds.count("ballot.batch") == 2


def test_the_archives_differ_in_nothing_but_the_openings_own_randomness(
    worlds: tuple[World, World],
) -> None:
    told = []
    for world in worlds:
        (raw,) = (raw for name, raw in world.bundle.items() if name.startswith("secret/"))
        steps = list(archive.read(raw))
        told.append([(step.kind, step.parts) for step in steps if step.kind != "PartialDecryption"])
        assert len(steps) == len(told[-1]) + 2
    assert told[0] == told[1]


def test_every_view_has_the_same_form(worlds: tuple[World, World]) -> None:
    """The public state, the setup, and what officers see, refused attempts among it."""
    here, there = worlds
    assert len(here.views) == 3
    assert [shape(view) for view in here.views] == [shape(view) for view in there.views]


def test_the_wire_is_the_same_for_every_phone(worlds: tuple[World, World]) -> None:
    here, there = worlds
    for number in range(len(CHOICES)):
        assert here.wire[number] == there.wire[number]


def test_no_request_of_a_phone_tells_by_its_length_which_ballot_it_brings(
    worlds: tuple[World, World],
) -> None:
    """The ballots are not equally long, and they are public."""
    assert len({len(raw) for raw in worlds[0].sent}) > 1
    for kind in ("POST", "GET"):
        lengths = {
            (request.line, request.sent)
            for world in worlds
            for number, seen in world.wire.items()
            for request in seen
            if number is not None and request.line.startswith(kind)
        }
        assert len(lengths) == len({line for line, _ in lengths}), lengths


def test_nobody_who_listens_hears_of_a_ballot_before_its_batch(worlds: tuple[World, World]) -> None:
    """Bystander, chair and phones: the same few bytes, with each batch and at no other time."""
    for world in worlds:
        sizes = [
            seq + 1
            for seq, (_, act) in enumerate(acts(world))
            if act["act"] in {"poll.setup", "ballot.batch"}
        ]
        hints = [[b'event: head\ndata: {"size":%d}\n\n' % size] for size in sizes]
        nothing: list[bytes] = []
        after = [hints[0], *[nothing] * 4, hints[1], hints[2]]
        assert world.live == [[due] * (2 + len(CHOICES)) for due in after]
    assert worlds[0].live == worlds[1].live


def test_no_cookie_and_no_key_comes_with_a_ballot(worlds: tuple[World, World]) -> None:
    lines = [request.line for seen in worlds[0].wire.values() for request in seen]
    posted = [line for line in lines if line.startswith("POST") and line.split()[1].endswith("/ballots")]
    assert len(posted) == 2 * len(CHOICES)
    assert not any("cookie" in line or "authorization" in line for line in posted)


def test_nothing_logged_names_a_ballot_a_credential_or_a_device(worlds: tuple[World, World]) -> None:
    for world in worlds:
        hashes = [hashlib.sha256(raw).hexdigest() for raw in world.sent]
        credentials = [ballot.decode(raw).credential for raw in world.sent]
        text = "\n".join(world.log)
        assert "sqlalchemy" in text  # everything is listened to
        assert not any(secret in text for secret in (*hashes, *credentials, *world.devices))
    kinds = [{plain(line) for line in world.log if line.startswith(OURS)} for world in worlds]
    assert kinds[0] == kinds[1]


OURS = ("web", "ballots", "deliberation", "voting")


def test_a_batch_is_in_the_order_of_hashes_and_large_enough(worlds: tuple[World, World]) -> None:
    for world in worlds:
        batches = [act["ballots"] for _, act in acts(world, exact=True) if act["act"] == "ballot.batch"]
        assert [len(batch) for batch in batches] == [5, 1]  # the last one was all that remained
        assert all(batch == sorted(batch) for batch in batches)
        assert batches[0] == sorted(hashlib.sha256(raw).hexdigest() for raw in world.sent[:5])


# -- the operator's database ----------------------------------------------------------------------------------


def test_until_the_setup_the_database_ties_credentials_to_devices_and_then_no_more(
    worlds: tuple[World, World],
) -> None:
    """As docs/threats.md says: what opens the offers is in the database until the poll is set up."""
    for world in worlds:
        before, middle, end = world.files
        assert len(world.salts) == len(CHOICES)
        assert all(stands_in(before, salt) for salt in world.salts)
        assert not any(stands_in(later, salt) for later in (middle, end) for salt in world.salts)


def test_the_tables_of_the_worlds_have_the_same_rows_in_the_same_order(
    worlds: tuple[World, World], tmp_path: Path
) -> None:
    """At every step; in the end three tables are empty, and those are all that ever tied anything together."""
    for step in range(3):
        here, there = (
            tables(world.files[step], tmp_path / f"{step} {number}") for number, world in enumerate(worlds)
        )
        assert here == there
    emptied = {name for name, rows in here.items() if not rows}
    assert emptied == {"openings", "offered_credentials", "waiting_ballots"}


def tables(files: dict[str, bytes], folder: Path) -> dict[str, list[str]]:
    """Every row that SQLite has, in the order of its file, by its form."""
    folder.mkdir()
    for name in ("hearing.db", "hearing.db-wal"):
        (folder / name).write_bytes(files.get(name, b""))
    database = sqlite3.connect(folder / "hearing.db")
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {
        name: [
            shape([readable(one) if isinstance(one, bytes) else one for one in row])
            for row in database.execute(f"SELECT * FROM {name} ORDER BY rowid")
        ]
        for name in names
    }
    database.close()
    return found


def readable(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.hex()


def test_the_files_keep_of_a_ballot_what_is_public_and_no_more(worlds: tuple[World, World]) -> None:
    """Once a batch has entered, a ballot stands in one place: among the blobs that anybody can read."""
    for world in worlds:
        middle, end = world.files[1:]
        for number, raw in enumerate(world.sent):
            piece = raw[100:200]
            assert stands_in(middle, piece) == (number < 5)
            assert stands_in(end, piece) == 1
            marked = hashlib.sha256(ballot.decode(raw).credential.encode()).hexdigest().encode()
            assert not stands_in(end, marked)


def test_no_file_of_the_service_tells_in_which_order_ballots_came(tmp_path: Path) -> None:
    """SQLite's file is the same, byte for byte, whatever the order was in which they waited."""
    draw = random.Random(2026)
    ballots = [draw.randbytes(6115 + draw.randrange(12)) for _ in range(12)]
    orders = [list(range(12)), list(range(11, -1, -1)), *(draw.sample(range(12), 12) for _ in range(4))]
    empty = tmp_path / "empty.db"
    engine = open_engine(f"sqlite:///{empty}")
    upgrade(engine)
    engine.dispose()
    left = {
        tuple(left_by(empty, tmp_path / str(number), [ballots[place] for place in order]))
        for number, order in enumerate(orders)
    }
    assert len(left) == 1


def left_by(empty: Path, folder: Path, arrived: Sequence[bytes]) -> list[bytes]:
    """The files after these ballots have waited, in this order, and entered; another one waits on."""
    folder.mkdir()
    engine = open_engine(f"sqlite:///{shutil.copy(empty, folder)}")
    waiting = Waiting(engine)
    for raw in arrived:
        assert waiting.add("h", [kept(raw)]) == [True]
    found = waiting.of("h", "p")
    with engine.begin() as connection:
        rows = [{"hearing": "h", "hash": name, "bytes": raw} for name, raw in found.items()]
        connection.execute(insert(store.blobs), rows)
    assert waiting.add("h", [kept(b"late")]) == [True]
    waiting.drop("h", "p", list(found))
    assert waiting.count("h", "p") == 1
    engine.dispose()
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def kept(raw: bytes) -> Kept:
    name = hashlib.sha256(raw).hexdigest()
    return Kept("p", name, hashlib.sha256(name.encode()).hexdigest(), raw)


def stands_in(files: dict[str, bytes], piece: bytes) -> int:
    """How often bytes stand in the files, as they are."""
    return sum(raw.count(piece) for raw in files.values())


def acts(world: World, *, exact: bool = False) -> Iterator[tuple[str, dict[str, object]]]:
    """Who has signed each entry, and what."""
    for line in world.bundle["log.jsonl"].splitlines():
        signed = split(entry.parse(line).jws)
        told = json.loads(signed.payload)
        yield signed.kid, told if exact else json.loads(shape(told))
