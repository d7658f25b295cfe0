"""A service that cheats, and the devices that talk to it."""

import io
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from ballots.bundle import Finding, read_from, write
from ballots.checkpoint import Checkpoint, vkey
from ballots.encoding import utc
from ballots.entry import Entry
from ballots.merkle import leaf_hash
from ballots.signing import PrivateKey, sign_act
from deliberation import acts
from deliberation.audit import Expectations, audit
from deliberation.export import bundle_files
from deliberation.notice import name
from tests.room import Person
from tests.secret_room import SecretRoom
from web.actors.device import Device, Seat
from web.actors.keeper import Keeper

Files = dict[str, bytes]


class Liar(SecretRoom):
    """A service that can put into its record whatever it signs, and serve whatever it likes.

    Attributes:
        forced: blobs of acts that the rules refuse.
        serves: what it makes of the files of its bundle.
        asked: the acts that reached it from holders' devices.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.forced: Files = {}
        self.serves: Callable[[Files], Mapping[str, bytes]] = lambda files: files
        self.asked: list[str] = []

    def files(self) -> Files:
        found = bundle_files(self.hearing.state, self.entries, self.note())
        return found | {f"blobs/{name(raw)}": raw for raw in self.forced.values()}

    def served(self) -> bytes:
        out = io.BytesIO()
        write(self.serves(self.files()), out)
        return out.getvalue()

    def force(
        self, kind: type[acts.Act], *blobs: bytes, key: PrivateKey | None = None, **members: Any
    ) -> int:
        """Write an act into the record without asking the rules; its number."""
        jws = sign_act(key or self.service, acts.encode(self.act(kind, **members)))
        raw = Entry(self.tree.size, utc(self.clock), jws).raw
        self.tree.append(leaf_hash(raw))
        self.entries.append(raw)
        self.forced |= {name(blob): blob for blob in blobs}
        return self.tree.size - 1

    def batch_by_force(self, poll: str, *ballots: bytes, key: PrivateKey | None = None) -> int:
        named = tuple(sorted(map(name, ballots)))
        return self.force(acts.CastBatch, *ballots, key=key, poll=poll, ballots=named)

    def client(self) -> httpx.AsyncClient:
        def respond(request: httpx.Request) -> httpx.Response:
            if request.method == "POST":
                self.asked.append(request.url.path)
                return httpx.Response(
                    409,
                    json={"type": "/problems/enough-keys", "code": "enough-keys", "title": "", "detail": ""},
                )
            return httpx.Response(200, content=self.served())

        return httpx.AsyncClient(transport=httpx.MockTransport(respond), base_url="http://liar.example")

    def keeper(self, person: Person, size: int = 1) -> Keeper:
        """A holder's device, which has verified the record up to a size."""
        key = vkey(self.origin, self.service.public)
        seat = Seat(self.id, person.id, person.role, "", key, leaf_hash(self.entries[0]))
        device = Device(self.client(), seat, person.device)
        device.head = Checkpoint(self.origin, size, self.tree.root(size))
        return Keeper(device, self.seeds.get(person.id))

    def findings(self) -> list[Finding]:
        return audit(read_from(io.BytesIO(self.served())), Expectations(running=True)).findings
