"""Kill a serving process at a random moment, start again, and hold the record against what was acknowledged."""

import hashlib
import random
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from ballots import entry
from ballots.checkpoint import verify_note, vkey
from ballots.encoding import new_id
from ballots.merkle import Tree, leaf_hash
from ballots.record import Record
from tests.ballots.record.toy import SERVICE
from tests.crash.clients import make, open_record


@dataclass
class History:
    """What the clients of one hearing saw, over all its rounds.

    Attributes:
        sent: by act, the highest number that was acknowledged before it was sent.
        kept: by act, its number in the record and the hash of its receipt.
    """

    hearing: str = field(default_factory=new_id)
    sent: dict[int, int] = field(default_factory=dict)
    kept: dict[int, tuple[int, str]] = field(default_factory=dict)
    highest: int = -1

    def hear(self, line: str) -> None:
        match line.split():
            case ["sent", number]:
                self.sent.setdefault(int(number), self.highest)
            case ["kept", number, seq, receipt]:
                assert self.kept.setdefault(int(number), (int(seq), receipt)) == (int(seq), receipt)
                self.highest = max(self.highest, int(seq))


def round_of(history: History, url: str, folder: Path, chance: random.Random) -> None:
    """One life of the service: start, serve, kill; then everything must be there."""
    first = max(history.sent, default=-1) + 1
    command = [sys.executable, "-m", "tests.crash.clients", url, folder, history.hearing, str(first)]
    ready = threading.Event()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:

        def read() -> None:
            for line in child.stdout:
                history.hear(line.strip()) if line.endswith("\n") else None
                ready.set()

        reader = threading.Thread(target=read)
        reader.start()
        try:
            if chance.random() < 0.1:
                ready.wait(chance.uniform(0.1, 1.5))  # a start is a moment too
            else:
                assert ready.wait(60), "the service did not start"
                child.wait(chance.uniform(0.0, 0.5))
        except subprocess.TimeoutExpired:
            pass
        finally:
            child.send_signal(signal.SIGKILL)
            reader.join()
    assert child.returncode == -signal.SIGKILL
    check(history, url, folder)


def check(history: History, url: str, folder: Path) -> None:
    record, store = open_record(url, folder, history.hearing)
    try:
        with record:
            in_the_log(history, record)
            if history.sent:
                sent_again(history, record)
    finally:
        store.close()


def in_the_log(history: History, record: Record) -> None:
    """No acknowledged act lost, none twice, order as it was seen, and the log verifies."""
    raws = record.entries(0, record.head.size)
    tree, found, numbers = Tree(), [entry.parse(raw) for raw in raws], {}
    for raw in raws:
        tree.append(leaf_hash(raw))
    assert [each.seq for each in found] == list(range(len(found)))
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert len({each.jws for each in found}) == len(found)
    for each in found:
        numbers[each.jws] = each.seq
    for number, (seq, _) in history.kept.items():
        jws, aside = make(history.hearing, number)
        assert numbers.get(jws) == seq > history.sent[number]
        for name, raw in aside.blobs.items():
            assert record.blob(name) == raw
        if aside.opening:
            leaf = leaf_hash(raws[seq]).hex()
            assert record.openings([leaf]) == {leaf: aside.opening}
    signed = verify_note(record.checkpoint(), vkey(record.origin, SERVICE.public))
    assert (signed.size, signed.root) == (len(raws), tree.root())


def sent_again(history: History, record: Record) -> None:
    """Who has no answer sends again; who has one gets the same."""
    for number in sorted(set(history.sent) - set(history.kept)):
        accepted = record.append(*make(history.hearing, number))
        assert not accepted.fresh or accepted.seq == record.head.size - 1
        history.hear(f"kept {number} {accepted.seq} {hashlib.sha256(accepted.receipt.encode()).hexdigest()}")
    for number in list(history.kept)[-50:]:
        accepted = record.append(*make(history.hearing, number))
        receipt = hashlib.sha256(accepted.receipt.encode()).hexdigest()
        assert (accepted.seq, receipt, accepted.fresh) == (*history.kept[number], False)


def rounds(url: str, folder: Path, count: int, seed: int) -> int:
    """Run that many rounds, a new hearing every tenth. Returns how many acts were acknowledged and found again."""
    chance, acknowledged, history = random.Random(seed), 0, History()
    for number in range(count):
        if number % 10 == 9:
            acknowledged, history = acknowledged + len(history.kept), History()
        round_of(history, url, folder, chance)
    return acknowledged + len(history.kept)
