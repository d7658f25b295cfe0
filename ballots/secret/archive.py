"""Archives (`.bel`): an election as a chain of events with their data, in old tar members without an end.

Bytes are compared, not interpreted: what is read must be exactly what this would write.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from ballots.secret import form
from ballots.secret.ballot import decode as read_ballot
from ballots.secret.credentials import parse as parse_credentials
from ballots.secret.form import FormError, digest
from ballots.secret.tally import Sized, Totals, encode_result, sized

BLOCK = 512
FIRST = "BELENIOS"
PARTS = {
    "Setup": ("election", "trustees", "credentials", "setup"),
    "Ballot": ("ballot",),
    "EndBallots": (),
    "EncryptedTally": ("tally", "sized"),
    "PartialDecryption": ("decryption", "owned"),
    "Result": ("result",),
}
"""The kinds of events, and the data members that stand before each: the last one is its payload."""
NAMED = {
    "setup": {"election": "election", "trustees": "trustees", "credentials": "credentials"},
    "sized": {"encrypted_tally": "tally"},
    "owned": {"payload": "decryption"},
}
"""The members that name others by their hash: field → member."""


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """The first member. The timestamp (seconds since 1970, as a string) is that of every member."""

    version: int
    timestamp: str


class Event(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One event as it is written; `parent` is the hash of the one before, `payload` that of its data."""

    parent: str | None = None
    height: int
    type: str
    payload: str | None = None


class SetupData(Struct, frozen=True, forbid_unknown_fields=True):
    """The hashes of what an election begins with."""

    election: str
    trustees: str
    credentials: str


class Owned(Struct, frozen=True, forbid_unknown_fields=True):
    """A decryption, and whose it is: numbered from 1 over all trustees."""

    owner: int
    payload: str


class Step(NamedTuple):
    """An event with its data.

    Attributes:
        height: which event it is, from 0.
        kind: a key of `PARTS`.
        parts: the exact bytes of its data, named as in `PARTS`.
        end: how long the archive is with it.
    """

    height: int
    kind: str
    parts: Mapping[str, bytes]
    end: int


class Writer:
    """Writes an archive step by step; `raw` is what there is so far, and stays a prefix of what will be."""

    def __init__(self, timestamp: int) -> None:
        """Begin. The timestamp is in seconds since 1970."""
        self.raw = bytearray()
        self._timestamp = timestamp
        self._parent: str | None = None
        self._height = 0
        self._add(FIRST, form.encode(Header(1, str(timestamp))))

    def setup(self, election: bytes, trustees: bytes, credentials: bytes) -> None:
        """The election, its keys and its credentials."""
        data = SetupData(digest(election), digest(trustees), digest(credentials))
        self.event("Setup", [election, trustees, credentials, form.encode(data)])

    def ballot(self, raw: bytes) -> None:
        """One ballot."""
        self.event("Ballot", [raw])

    def end_ballots(self) -> None:
        """No ballot comes after this."""
        self.event("EndBallots", [])

    def encrypted_tally(self, tally: bytes, tallied: int, weight: int) -> None:
        """The sum of so many ballots, which weigh so much together."""
        self.event("EncryptedTally", [tally, sized(tallied, weight, tally)])

    def partial_decryption(self, owner: int, raw: bytes) -> None:
        """What an owner, numbered from 1, has made of the tally."""
        self.event("PartialDecryption", [raw, form.encode(Owned(owner, digest(raw)))])

    def result(self, raw: bytes) -> None:
        """The totals."""
        self.event("Result", [raw])

    def event(self, kind: str, parts: Sequence[bytes]) -> None:
        """Any event with its data; the last of them is the payload."""
        for part in parts:
            self._add(f"{digest(part)}.data.json", part)
        payload = digest(parts[-1]) if parts else None
        raw = form.encode(Event(parent=self._parent, height=self._height, type=kind, payload=payload))
        self._add(f"{digest(raw)}.event.json", raw)
        self._parent = digest(raw)
        self._height += 1

    def _add(self, name: str, body: bytes) -> None:
        self.raw += _head(name, len(body), self._timestamp) + body + bytes(-len(body) % BLOCK)


def write(
    *,
    timestamp: int,
    election: bytes,
    trustees: bytes,
    credentials: bytes,
    ballots: Iterable[bytes] = (),
    closed: bool = False,
    tally: bytes | None = None,
    decryptions: Mapping[int, bytes] | None = None,
    totals: Totals | None = None,
) -> bytes:
    """A whole archive, as far as the election has come.

    Args:
        timestamp: of every member, seconds since 1970.
        election: what is asked, and under which key.
        trustees: whose keys those are.
        credentials: of all that may vote.
        ballots: in their order.
        closed: whether no more may come.
        tally: the encrypted tally; only where `closed`.
        decryptions: of the tally, by owner, numbered from 1.
        totals: the result.
    """
    made = Writer(timestamp)
    made.setup(election, trustees, credentials)
    weights, voted = parse_credentials(credentials), set[str]()
    for raw in ballots:
        made.ballot(raw)
        voted.add(read_ballot(raw).credential)
    if closed:
        made.end_ballots()
    if tally is not None:
        made.encrypted_tally(tally, len(voted), sum(weights[credential] for credential in voted))
    for owner, raw in sorted((decryptions or {}).items()):
        made.partial_decryption(owner, raw)
    if totals is not None:
        made.result(encode_result(totals))
    return bytes(made.raw)


def read(raw: bytes) -> Iterator[Step]:
    """The events of an archive, one after the other; whether their order makes sense is another question.

    Raises:
        FormError: at the first byte that does not belong; `where` names the event and its member or field.
            `no-archive`, `bad-member` (its frame), `wrong-name` (not the hash of its bytes), `wrong-members`
            (not those of its kind), `wrong-parent`, `wrong-height`, `wrong-payload`, `unknown-event`,
            `malformed`, `not-canonical`, `unfinished` (data without an event at the end).
    """
    offset, timestamp = _first(raw)
    parent: str | None = None
    height, data = 0, list[bytes]()
    while offset < len(raw):
        where = f"event {height}"
        name, body, offset = _member(raw, offset, timestamp, f"{where}, member {len(data)}")
        if name == f"{digest(body)}.data.json":
            data.append(body)
            continue
        if name != f"{digest(body)}.event.json":
            raise FormError(
                "wrong-name", f"{where}, member {len(data)}", "not named by the hash of its bytes"
            )
        yield _step(height, parent, data, body, offset)
        parent, height, data = digest(body), height + 1, []
    if data:
        raise FormError("unfinished", f"event {height}", "data that no event follows")


def _first(raw: bytes) -> tuple[int, int]:
    """The end of the first member, and the timestamp of all."""
    if not raw.startswith(FIRST.encode() + b"\0"):
        raise FormError("no-archive", FIRST, "no archive of an election begins like this")
    size = _size(raw, 0, FIRST)
    try:
        header = form.decode(raw[BLOCK : BLOCK + size], Header)
    except FormError as error:
        raise FormError(error.code, f"{FIRST} {error.where}", str(error)) from None
    stamp = header.timestamp
    if header.version != 1:
        raise FormError("unknown-version", FIRST, "only version 1 is known")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 10 and str(int(stamp)) == stamp):
        raise FormError("bad-timestamp", FIRST, "not seconds since 1970")
    _, _, offset = _member(raw, 0, int(stamp), FIRST)
    return offset, int(stamp)


def _member(raw: bytes, offset: int, timestamp: int, where: str) -> tuple[str, bytes, int]:
    """Name, bytes and end of a member whose frame is right."""
    size = _size(raw, offset, where)
    start, end = offset + BLOCK, offset + BLOCK + size
    after = end + -size % BLOCK
    name = raw[offset : offset + 100].rstrip(b"\0").decode("latin-1")
    if raw[offset:start] != _head(name, size, timestamp):
        raise FormError("bad-member", where, "a frame with another name, time, size or checksum than is due")
    if after > len(raw) or raw[end:after].strip(b"\0"):
        raise FormError("bad-member", where, "cut off, or filled up with something else than zeros")
    return name, raw[start:end], after


def _size(raw: bytes, offset: int, where: str) -> int:
    field = raw[offset + 124 : offset + 135]
    if len(raw) < offset + BLOCK or not (field.isdigit() and max(field) < ord("8")):
        raise FormError("bad-member", where, "no frame of a member")
    return int(field, 8)


def _head(name: str, size: int, timestamp: int) -> bytes:
    """A member's frame: 512 bytes of the old tar format."""
    owner = b"0000000\0"
    before = name.encode("latin-1").ljust(100, b"\0") + b"0000644\0" + owner + owner
    before += b"%011o\0%011o\0" % (size, timestamp)
    total = sum(before) + 8 * ord(" ") + ord("0")
    return (before + b"%06o\0 0" % total).ljust(BLOCK, b"\0")


def _step(height: int, parent: str | None, data: list[bytes], raw: bytes, end: int) -> Step:
    where = f"event {height}"
    try:
        event = form.decode(raw, Event)
    except FormError as error:
        raise FormError(error.code, where, str(error)) from None
    where = f"event {height} {event.type}"
    if event.type not in PARTS:
        raise FormError("unknown-event", where, "no event of an election without a mixnet")
    if event.parent != parent:
        raise FormError("wrong-parent", where, "it does not follow the event before it")
    if event.height != height:
        raise FormError("wrong-height", where, f"it says that it is event {event.height}")
    names = PARTS[event.type]
    if len(names) != len(data):
        raise FormError("wrong-members", where, f"{len(data)} members before it where {len(names)} belong")
    if event.payload != (digest(data[-1]) if data else None):
        raise FormError("wrong-payload", where, "its payload is not the member before it")
    parts = dict(zip(names, data, strict=True))
    _check_links(where, parts)
    return Step(height, event.type, parts, end)


def _check_links(where: str, parts: Mapping[str, bytes]) -> None:
    """Data that name other data name those that stand there. Raises FormError: `wrong-members`."""
    for part, kind in (("setup", SetupData), ("sized", Sized), ("owned", Owned)):
        if part not in parts:
            continue
        try:
            found = form.decode(parts[part], kind)
        except FormError as error:
            raise FormError(error.code, f"{where} {part} {error.where}", str(error)) from None
        for field, named in NAMED[part].items():
            if getattr(found, field) != digest(parts[named]):
                raise FormError(
                    "wrong-members", f"{where} {part} $.{field}", "not the hash of what stands there"
                )
