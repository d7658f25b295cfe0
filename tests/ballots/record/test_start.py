"""What a start finds when database, checkpoint lock and key do not belong together, and what it says then."""

import hashlib
import sqlite3

import pytest
from sqlalchemy import delete, select, update

from ballots.entry import Entry, parse
from ballots.merkle import Tree, leaf_hash
from ballots.record import Record
from ballots.signing import PrivateKey
from ballots.store import entries, heads
from ballots.unsafe import Unsafe
from tests.ballots.record import toy
from tests.ballots.record.conftest import House
from tests.ballots.record.toy import Toy


def write(house: House, *statements: object) -> None:
    """Change the database behind the record's back."""
    with house.engine().begin() as connection:
        for statement in statements:
            connection.execute(statement)


def cut(house: House, size: int) -> None:
    """The database as an older backup has it."""
    with house.engine().begin() as connection:
        wanted = select(entries.c.raw).where(entries.c.hearing == house.hearing).order_by(entries.c.seq)
        tree = Tree()
        for raw in connection.execute(wanted.limit(size)).scalars():
            tree.append(leaf_hash(raw))
        connection.execute(delete(entries).where(entries.c.hearing == house.hearing, entries.c.seq >= size))
        connection.execute(move(house, size, tree))


def move(house: House, size: int, tree: Tree) -> object:
    return update(heads).where(heads.c.hearing == house.hearing).values(size=size, root=tree.root().hex())


def note(house: House, new: bytes | None = None) -> bytes:
    """The locked checkpoint; put another in its place if one is given."""
    lock = house.lock()
    old = lock.read(house.origin)
    assert old is not None
    if new is not None:
        assert lock.swap(house.origin, old, new)
    return old


def unsafe(house: House, **parts: object) -> Unsafe:
    """Why a start is refused; it must have changed nothing."""
    before = note(house), _kept(house)
    with pytest.raises(Unsafe) as caught:
        house.record(**parts).start()
    assert (note(house), _kept(house)) == before
    return caught.value


def _kept(house: House) -> list[object]:
    with house.engine().connect() as connection:
        wanted = (
            select(entries.c.seq, entries.c.raw)
            .where(entries.c.hearing == house.hearing)
            .order_by(entries.c.seq)
        )
        return list(connection.execute(wanted))


@pytest.fixture
def three(house: House, record: Record) -> House:
    """A record of three acts, closed."""
    record.append(house.act("add", amount=1))
    record.append(house.act("add", amount=2))
    record.close()
    return house


@pytest.mark.parametrize("size", [0, 1, 2])
def test_a_database_behind_the_lock_is_refused(three: House, size: int) -> None:
    cut(three, size)
    why = unsafe(three)
    assert (why.code, why.facts) == ("database-behind", {"held": size, "signed": 3})
    for words in (
        three.hearing,
        "holds",
        str(size),
        "backup",
        "nothing was changed",
        "Do not delete the checkpoint lock",
    ):
        assert words in str(why)


def test_another_history_of_the_same_size_is_refused(three: House) -> None:
    cut(three, 0)
    other = three.record(lock=three.lock("other.sqlite")).start()
    for jws in (three.act("begin"), three.act("add", amount=1), three.act("add", amount=2)):
        other.append(jws)
    other.close()

    why = unsafe(three)

    assert (why.code, why.facts) == ("other-history", {"signed": 3})
    assert "evidence" in str(why)


def test_a_longer_history_that_does_not_extend_what_was_signed_is_refused(three: House) -> None:
    cut(three, 1)
    other = three.record(lock=three.lock("other.sqlite")).start()
    for _ in range(5):
        other.append(three.act("add", amount=1))
    other.close()
    assert unsafe(three).code == "other-history"


def test_a_lock_behind_the_database_is_brought_up(house: House, record: Record) -> None:
    """As after a crash between the commit and the signature."""
    record.append(house.act("add", amount=1))
    old = note(house)
    jws = house.act("add", amount=2)
    accepted = record.append(jws)
    record.close()
    newest = note(house, old)

    later = house.record().start()

    assert note(house) == newest == later.checkpoint()
    assert later.append(jws) == accepted._replace(fresh=False)


def test_without_a_lock_every_signature_is_checked(three: House) -> None:
    later = three.record(lock=three.lock("new.sqlite")).start()
    assert later.head.size == 3
    assert later.checkpoint() == note(three)


@pytest.mark.parametrize("lock", ["lock.sqlite", "new.sqlite"])
def test_an_entry_that_nobody_signed_is_never_signed_over(three: House, lock: str) -> None:
    """Somebody who can write to the database adds a well-formed act with a made-up signature."""
    good, other = three.act("add", amount=5), three.act("add", amount=6)
    forged = good.rsplit(".", 1)[0] + "." + other.rsplit(".", 1)[1]
    _add_row(three, forged)
    with pytest.raises(Unsafe) as caught:
        three.record(lock=three.lock(lock)).start()
    assert caught.value.code == "database-damaged"
    assert "bad-signature" in str(caught.value)


@pytest.mark.parametrize(
    ("jws", "why"),
    [
        (lambda house: house.act("add", key=PrivateKey.generate(), amount=1), "unknown-key"),
        (lambda house: house.act("add", amount=98), "over-limit"),
        (lambda house: house.act("sing"), "malformed"),
        (lambda house: "no.jws.atall", "header"),
    ],
)
def test_an_entry_that_the_judge_refuses_is_never_signed_over(three: House, jws: object, why: str) -> None:
    _add_row(three, jws(three))
    found = unsafe(three)
    assert found.code == "database-damaged"
    assert why in str(found)


def _add_row(house: House, jws: str) -> None:
    rows = _kept(house)
    raw = Entry(3, parse(rows[-1].raw).at, jws).raw
    tree = Tree()
    for kept in [*(row.raw for row in rows), raw]:
        tree.append(leaf_hash(kept))
    kid, nonce = toy.names_of(jws)
    row = {"hearing": house.hearing, "seq": 3, "kid": kid, "nonce": nonce, "batch": 4, "raw": raw}
    write(house, entries.insert().values(row), move(house, 4, tree))


@pytest.mark.parametrize("seq", [0, 1, 2])
def test_a_missing_entry_is_named(three: House, seq: int) -> None:
    write(three, delete(entries).where(entries.c.hearing == three.hearing, entries.c.seq == seq))
    why = unsafe(three)
    assert (why.code, why.facts["seq"]) == ("database-damaged", seq)


@pytest.mark.parametrize(
    "change",
    [{"raw": b"{}"}, {"kid": "k" * 43}, {"nonce": "n" * 22}, {"seq": 9}],
    ids=lambda change: next(iter(change)),
)
def test_an_entry_that_was_changed_is_named(three: House, change: dict) -> None:
    row = entries.c.hearing == three.hearing, entries.c.seq == 1
    write(three, update(entries).where(*row).values(change))
    why = unsafe(three)
    assert (why.code, why.facts["seq"]) == ("database-damaged", 1)


def test_an_entry_that_was_changed_well_is_noticed_by_the_signed_root(three: House) -> None:
    raw = _kept(three)[1].raw
    later = raw.replace(b'.002Z"', b'.003Z"')
    assert later != raw
    row = entries.c.hearing == three.hearing, entries.c.seq == 1
    write(three, update(entries).where(*row).values(raw=later))
    assert unsafe(three).code == "other-history"


def test_a_time_that_goes_backwards_is_named(three: House) -> None:
    raw = _kept(three)[1].raw
    row = entries.c.hearing == three.hearing, entries.c.seq == 1
    write(three, update(entries).where(*row).values(raw=raw.replace(b"2026", b"2025")))
    assert "backwards" in str(unsafe(three))


def test_a_head_with_another_root_is_refused(three: House) -> None:
    write(three, move(three, 3, Tree()))
    assert unsafe(three).code == "database-damaged"


def test_a_checkpoint_of_another_key_is_refused(three: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.ballots.record.conftest.SERVICE", PrivateKey.generate())
    why = unsafe(three)
    assert why.code == "lock-unreadable"
    assert "key" in str(why)


def test_a_lock_that_was_altered_is_refused(three: House) -> None:
    good = note(three)
    note(three, good.replace(b"\n3\n", b"\n2\n"))
    assert unsafe(three).code == "lock-unreadable"
    with sqlite3.connect(three.folder / "lock.sqlite") as lock:
        lock.execute("UPDATE checkpoints SET note = ?", (b"\xff",))
    lock.close()
    assert unsafe(three).code == "lock-unreadable"


def test_what_the_lock_covers_is_not_verified_once_more(
    three: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []
    key = Toy.key

    def counted(self: Toy, kid: str, act: dict) -> bytes:
        checked.append(kid)
        return key(self, kid, act)

    monkeypatch.setattr(Toy, "key", counted)
    assert three.record().start().look(lambda view: view.judge.replayed) == 3
    assert checked == []


def test_a_fresh_record_signs_that_it_is_empty(house: House) -> None:
    record = house.record().start()
    assert record.head.size == 0
    assert record.checkpoint().decode().split("\n")[1] == "0"
    assert hashlib.sha256(b"").digest() == record.tree.root()
    assert record.checkpoint() == note(house)
    assert record.entries(0, 9) == []
    assert record.receipt("0" * 64) is None
