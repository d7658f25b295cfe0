"""How worker processes over one PostgreSQL hear of each other's appends: LISTEN on one held connection.

A notification is a hint to look, never the data, and hints may be lost:
after every new connection each record is told to look.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable

from psycopg import Connection as Psycopg
from psycopg import sql
from sqlalchemy import Engine

CHANNEL = "hearing_record"
"""Payloads are `HEARING SIZE`."""

_POLL = 0.2
"""Seconds between looks at whether to stop."""
_RETRY = 1.0
"""Seconds before a lost connection is tried again."""

_log = logging.getLogger(__name__)


class Listener:
    """Tells records of this process what other processes appended. Starts with the first subscription."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._heard: dict[str, set[Callable[[int], None]]] = defaultdict(set)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def subscribe(self, hearing: str, heard: Callable[[int], None]) -> Callable[[], None]:
        """Call `heard(size)` on the listener's thread; 0 means: look yourself. Returns how to unsubscribe."""
        with self._lock:
            self._heard[hearing].add(heard)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="record-listener", daemon=True)
                self._thread.start()
        return lambda: self._heard[hearing].discard(heard)

    def close(self) -> None:
        """Stop, within a fraction of a second."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except Exception:  # noqa: BLE001 - whatever it was, the others must be heard again
                _log.warning("the database went silent; listening again", exc_info=True)
                self._stop.wait(_RETRY)

    def _listen(self) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as held:
            connection = held.connection.driver_connection
            assert isinstance(connection, Psycopg)
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            for hearing in list(self._heard):
                self._tell(hearing, 0)
            try:
                while not self._stop.is_set():
                    for notice in connection.notifies(timeout=_POLL):
                        hearing, _, size = notice.payload.partition(" ")
                        self._tell(hearing, int(size))
            finally:
                held.invalidate()  # it still listens: never back into the pool

    def _tell(self, hearing: str, size: int) -> None:
        for heard in list(self._heard.get(hearing, ())):
            heard(size)
