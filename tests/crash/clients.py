"""The process that is killed: a record with many clients, each of which sends, waits, and sends again.

Standard output is the history, one line an event, each written at once:
`ready`, `sent N`, and `kept N SEQ SHA256-OF-RECEIPT`.
"""

import hashlib
import itertools
import os
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from queue import SimpleQueue

from ballots.engine import open_engine
from ballots.judge import Aside
from ballots.lock import LockStore
from ballots.record import Record
from ballots.refusal import Refused
from ballots.store import Store
from ballots.submission import Accepted, Unavailable
from tests.ballots.record import toy
from web.database import upgrade

CLIENTS = 24


def open_record(url: str, folder: Path, hearing: str) -> tuple[Record, Store]:
    """The record as the service opens it."""
    engine = open_engine(url)
    upgrade(engine)
    store, lock = Store(engine), LockStore(folder / "lock.sqlite")
    origin = f"hearing.example/h/{hearing}"
    return Record(store, hearing, origin, key=toy.SERVICE, judge=toy.Toy, lock=lock), store


def make(hearing: str, number: int) -> tuple[str, Aside]:
    """Act `number` of a hearing: always the same bytes, so that a restart can send it again."""
    nonce = f"{number:021}A"
    if number == 0:
        return toy.act(hearing, "begin", nonce=nonce), Aside()
    if number % 3 == 0:
        return toy.sealed(hearing, choice=b'"%d"' % number, nonce=nonce)
    if number % 5 == 0:
        return toy.with_blob(hearing, b"comment %d" % number, nonce=nonce)
    return toy.act(hearing, "add", nonce=nonce, amount=0), Aside()


def say(line: str) -> None:
    """Short enough to be written as a whole, whatever happens to the process."""
    os.write(1, f"{line}\n".encode())


def client(record: Record, hearing: str, numbers: Iterable[int]) -> None:
    """Send act after act; after a failure the same again."""
    answers: SimpleQueue[list[tuple[None, object]]] = SimpleQueue()
    for number in numbers:
        jws, aside = make(hearing, number)
        say(f"sent {number}")
        outcome: object = Unavailable()
        while isinstance(outcome, Unavailable):
            try:
                record.submit(record.receive(jws, aside), answers.put, None)
                ((_, outcome),) = answers.get()
            except (Unavailable, Refused) as why:
                outcome = why
        assert isinstance(outcome, Accepted), outcome
        say(f"kept {number} {outcome.seq} {hashlib.sha256(outcome.receipt.encode()).hexdigest()}")


def main(url: str, folder: str, hearing: str, first: int) -> None:
    """Serve until killed. Act 0 comes alone, because nothing may come before it."""
    record, _ = open_record(url, Path(folder), hearing)
    record.start()
    say("ready")
    numbers = itertools.count(first)
    if first == 0:
        client(record, hearing, [next(numbers)])
    for _ in range(CLIENTS):
        threading.Thread(target=client, args=(record, hearing, numbers), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
