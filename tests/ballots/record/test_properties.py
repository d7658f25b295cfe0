"""Whatever is sent in whatever order, and whatever breaks in between: the log is one clean line of acts."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots import entry
from ballots.checkpoint import verify_note, vkey
from ballots.merkle import Tree, leaf_hash
from ballots.receipt import Receipt
from ballots.record import Record
from ballots.refusal import Refused
from ballots.signing import PrivateKey, split
from ballots.submission import Accepted, Outcome, Unavailable
from tests.ballots.record import toy
from tests.ballots.record.batches import batch
from tests.ballots.record.conftest import House
from tests.ballots.record.test_failures import BrokenLock, break_commit
from tests.ballots.record.toy import SERVICE

KEYS = [toy.FOUNDER, *(PrivateKey.from_seed(bytes([n]) * 32) for n in range(1, 4))]
NONCES = [f"{n:021}A" for n in range(6)]

sends = st.tuples(
    st.sampled_from(range(len(KEYS))), st.sampled_from(NONCES), st.sampled_from([0, 1, 7, 40, 90, 101])
)
steps = st.one_of(
    st.tuples(st.just("batch"), st.sampled_from([0, 1]), st.lists(sends, min_size=1, max_size=6)),
    st.tuples(st.just("join"), st.sampled_from([0, 1]), st.sampled_from([1, 2, 3])),
    st.tuples(st.just("break"), st.sampled_from([0, 1]), st.sampled_from(["commit", "persisted", "lock"])),
    st.tuples(st.just("restart"), st.sampled_from([0, 1]), st.none()),
    st.tuples(st.just("clock"), st.just(0), st.sampled_from([-5, 0, 5])),
)


@dataclass
class World:
    """Two writers over one database, and what their clients were told."""

    house: House
    sides: list[Record] = field(default_factory=list)
    engines: list = field(default_factory=list)
    locks: list = field(default_factory=list)
    told: dict[str, Accepted] = field(default_factory=dict)

    def open(self, side: int) -> None:
        engine = self.house.engine()
        lock = BrokenLock(self.house.folder / "lock.sqlite")
        self.house.closing.callback(lock.close)
        record = self.house.record(self.house.store(engine), lock).start()
        for parts, part in ((self.sides, record), (self.engines, engine), (self.locks, lock)):
            parts[side:] = [part, *parts[side + 1 :]]

    def send(self, side: int, acts: list[str]) -> None:
        record = self.sides[side]
        submissions = []
        for jws in acts:
            try:
                submissions.append(record.receive(jws))
            except (Refused, Unavailable):
                continue
        if submissions:
            for submission, outcome in zip(submissions, batch(record, submissions), strict=True):
                self.hear(submission.signed.jws, outcome)

    def hear(self, jws: str, outcome: Outcome) -> None:
        if isinstance(outcome, Accepted):
            before = self.told.setdefault(jws, outcome)
            assert before._replace(fresh=False) == outcome._replace(fresh=False)

    def step(self, kind: str, side: int, what: object) -> None:
        hearing = self.house.hearing
        if kind == "batch":
            self.send(side, [toy.act(hearing, "add", KEYS[key], nonce, amount=n) for key, nonce, n in what])
        elif kind == "join":
            self.send(side, [toy.join(hearing, KEYS[what])])
        elif kind == "break" and what == "lock":
            self.locks[side].fails = "before"
        elif kind == "break":
            break_commit(self.engines[side], persisted=what == "persisted")
        elif kind == "restart":
            self.sides[side].close()
            self.open(side)
        else:
            self.house.clock.now = self.house.clock.now.replace(minute=30 + what)


@settings(max_examples=40, deadline=None)
@given(st.lists(steps, max_size=14))
def test_any_course_of_events(course: list) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = House(f"sqlite:///{folder}/hearings.sqlite", Path(folder))
        with house.closing:
            world = World(house)
            for side in (0, 1):
                world.open(side)
            world.send(0, [house.act("begin")])
            for step in course:
                world.step(*step)
            check(house, world)


def check(house: House, world: World) -> None:
    record = house.record().start()
    raws = record.entries(0, 10_000)
    found = [entry.parse(raw) for raw in raws]
    acts = [msgspec.json.decode(split(each.jws).payload) for each in found]

    assert [each.seq for each in found] == list(range(len(found)))
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert len({(split(each.jws).kid, act["nonce"]) for each, act in zip(found, acts, strict=True)}) == len(
        found
    )
    assert (
        sum(act.get("amount", 0) for act in acts) == record.look(lambda view: view.judge.total) <= toy.LIMIT
    )

    tree, key = Tree(), vkey(house.origin, SERVICE.public)
    for raw in raws:
        tree.append(leaf_hash(raw))
    assert verify_note(record.checkpoint(), key).root == tree.root()
    for jws, accepted in world.told.items():
        assert found[accepted.seq].jws == jws
        assert found[accepted.seq].at == accepted.at
        signed = Receipt.parse(accepted.receipt.encode()).verify(key)
        assert signed.root == tree.root(signed.size)
