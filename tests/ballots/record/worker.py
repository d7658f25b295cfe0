"""A worker process of the tests: opens the record and adds as fast as it can. Prints what was acknowledged."""

import json
import sys
from pathlib import Path

from ballots.engine import open_engine
from ballots.lock import LockStore
from ballots.record import Record
from ballots.refusal import Refused
from ballots.store import Store
from tests.ballots.record.toy import SERVICE, Toy, act


def main(url: str, hearing: str, lock: str, count: int) -> None:
    """Add one `count` times, from one thread."""
    store, locks = Store(open_engine(url)), LockStore(Path(lock))
    record = Record(store, hearing, f"hearing.example/h/{hearing}", key=SERVICE, judge=Toy, lock=locks)
    with record:
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(count):
            jws = act(hearing, "add", amount=1)
            try:
                accepted = record.append(jws)
            except Refused as why:
                print(json.dumps({"refused": why.code}))
            else:
                print(json.dumps({"seq": accepted.seq, "jws": jws, "receipt": accepted.receipt}))
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
