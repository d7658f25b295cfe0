"""The checkpoint lock: compare-and-swap that survives the process, and a signer that never signs a fork."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ballots.checkpoint import Checkpoint, sign_checkpoint
from ballots.lock import LockStore, Signer
from ballots.merkle import Tree, leaf_hash
from ballots.unsafe import Unsafe
from tests.ballots.record.toy import FOUNDER, SERVICE

ORIGIN = "hearing.example/h/0123456789ab"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lock.sqlite"


@pytest.fixture
def lock(path: Path) -> LockStore:
    return LockStore(path)


def tree(*entries: bytes) -> Tree:
    grown = Tree()
    for entry in entries:
        grown.append(leaf_hash(entry))
    return grown


def test_a_swap_happens_only_over_what_was_expected(lock: LockStore, path: Path) -> None:
    assert lock.read(ORIGIN) is None
    assert not lock.swap(ORIGIN, b"old", b"new")
    assert lock.swap(ORIGIN, None, b"one")
    assert not lock.swap(ORIGIN, None, b"two")
    assert not lock.swap(ORIGIN, b"two", b"three")
    assert lock.swap(ORIGIN, b"one", b"two")
    assert lock.read("elsewhere/h/0123456789ab") is None
    assert lock.origins() == [ORIGIN]
    lock.close()
    other = LockStore(path)
    assert other.read(ORIGIN) == b"two"
    other.close()


def test_of_many_swaps_over_the_same_note_one_wins(lock: LockStore, path: Path) -> None:
    lock.swap(ORIGIN, None, b"0")
    wins: list[int] = []
    others = [LockStore(path) for _ in range(4)]

    def race(number: int) -> None:
        swap = others[number].swap
        wins.extend(step for step in range(50) if swap(ORIGIN, b"%d" % step, b"%d" % (step + 1)))

    threads = [threading.Thread(target=race, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wins) == len(set(wins))
    assert lock.read(ORIGIN) == b"%d" % len(wins)
    for other in (*others, lock):
        other.close()


def test_what_was_swapped_survives_a_kill(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from ballots.lock import LockStore\n"
        "lock, n = LockStore(Path(sys.argv[1])), 0\n"
        "while lock.swap('o', b'%d' % n if n else None, b'%d' % (n + 1)): n += 1; print(n, flush=True)"
    )
    child = subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE)
    for _ in range(20):
        child.stdout.readline()
    os.kill(child.pid, signal.SIGKILL)
    said = child.communicate()[0].split()
    lock = LockStore(path)
    assert int(lock.read("o")) in {int(said[-1]) if said else 20, (int(said[-1]) if said else 20) + 1}
    lock.close()


def test_a_signer_signs_only_what_extends_the_last(lock: LockStore) -> None:
    signer = Signer(ORIGIN, SERVICE, lock)
    assert signer.last() is None
    assert signer.advance(tree())
    assert signer.advance(tree(b"a"))
    assert signer.advance(tree(b"a", b"b"))
    assert signer.advance(tree(b"a", b"b"))
    assert signer.last() == Checkpoint(ORIGIN, 2, tree(b"a", b"b").root())
    for fork in (tree(b"a", b"x"), tree(b"x", b"b", b"c")):
        with pytest.raises(Unsafe) as caught:
            Signer(ORIGIN, SERVICE, lock).advance(fork)
        assert caught.value.code == "other-history"
    assert signer.last().size == 2
    lock.close()


def test_a_signer_behind_another_says_so(lock: LockStore, path: Path) -> None:
    here, there = Signer(ORIGIN, SERVICE, lock), Signer(ORIGIN, SERVICE, LockStore(path))
    assert here.advance(tree(b"a"))
    assert there.advance(tree(b"a", b"b", b"c"))
    assert not here.advance(tree(b"a", b"b"))
    assert here.advance(tree(b"a", b"b", b"c", b"d"))
    with pytest.raises(Unsafe):
        there.advance(tree(b"a", b"b", b"c", b"x", b"y"))
    there._lock.close()
    lock.close()


def test_equal_trees_give_equal_notes(lock: LockStore, path: Path) -> None:
    grown = tree(b"a", b"b")
    signers = Signer(ORIGIN, SERVICE, lock), Signer(ORIGIN, SERVICE, LockStore(path))
    notes = {signer.note(grown, size) for size in (1, 2, 1) for signer in signers}
    assert notes == {sign_checkpoint(SERVICE, Checkpoint(ORIGIN, n, grown.root(n))) for n in (1, 2)}
    for signer in signers:
        signer._lock.close()


def test_a_note_of_another_key_or_record_is_not_believed(lock: LockStore) -> None:
    Signer(ORIGIN, FOUNDER, lock).advance(tree(b"a"))
    with pytest.raises(Unsafe) as caught:
        Signer(ORIGIN, SERVICE, lock).last()
    assert caught.value.code == "lock-unreadable"
    lock.close()
