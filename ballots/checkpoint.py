"""Checkpoints as signed notes: C2SP signed-note, tlog-checkpoint, tlog-cosignature.

A checkpoint says "the record of this origin has this many entries and this root".
The key's name equals the origin. The name is not under the signature but the origin is,
so a verifier compares the two: one service key signs many hearings.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from ballots.encoding import b64, crockford, groups, unb64
from ballots.merkle import MAX_SIZE
from ballots.signing import PrivateKey, PublicKeyError, load_public, verify

ED25519 = 1
"""Type byte of a signature over the text."""
COSIGNATURE = 4
"""Type byte of a witness's signature, with its time."""
MAX_NOTE = 65_536
"""Bytes of a note at most."""
MAX_SIGNATURES = 64


class NoteError(ValueError):
    """A note that is not to be believed; says why."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a record.

    Attributes:
        origin: which record, `HOST/h/HEARING`.
        size: how many entries.
        root: the tree's root over them, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> bytes:
        """The three lines that are signed (tlog-checkpoint); we write and read no extension lines."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n".encode()


class NoteSignature(NamedTuple):
    """One line under a note: the key's name, its 4-byte id, and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes


class Note(NamedTuple):
    """A signed note taken apart; nothing is verified yet. `text` ends in a line feed."""

    text: bytes
    signatures: tuple[NoteSignature, ...]


class VerifierKey(NamedTuple):
    """A key that notes are verified with: its name, type byte, and 32 public bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name ‖ LF ‖ type ‖ key)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.kind]) + self.public)}"


def vkey(name: str, public: bytes, kind: int = ED25519) -> str:
    """A verifier key as C2SP writes it: `name+hex id+base64(type ‖ key)`. Raises NoteError for a bad name."""
    return str(VerifierKey(_name(name), kind, public))


def parse_vkey(text: str) -> VerifierKey:
    """Read a verifier key of type 01 or 04.

    Raises:
        NoteError: another form or type, an id that does not fit, or a key that is no honest point.
    """
    try:
        name, key_id, data = text.split("+", 2)
        raw = unb64(data, 33)
    except ValueError:
        raise NoteError("not a verifier key") from None
    key = VerifierKey(_name(name), raw[0], raw[1:])
    if key.kind not in {ED25519, COSIGNATURE}:
        raise NoteError(f"a verifier key of unknown type {key.kind:02x}")
    if key.key_id.hex() != key_id:
        raise NoteError("the verifier key's id does not fit it")
    try:
        load_public(key.public)
    except PublicKeyError as why:
        raise NoteError(str(why)) from None
    return key


def parse_note(raw: bytes) -> Note:
    """Take a signed note apart (C2SP signed-note). The text is all before the last empty line.

    Raises:
        NoteError: not UTF-8, control characters, no signature, a signature line of another form, too large.
    """
    if len(raw) > MAX_NOTE:
        raise NoteError("the note is too large")
    try:
        whole = raw.decode()
    except UnicodeDecodeError:
        raise NoteError("the note is not UTF-8") from None
    if any(letter < " " and letter != "\n" for letter in whole):
        raise NoteError("the note has control characters")
    text, gap, lines = whole.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise NoteError("the note has no signatures")
    signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > MAX_SIGNATURES:
        raise NoteError("the note has too many signatures")
    return Note(f"{text}\n".encode(), signatures)


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Read a checkpoint's three lines. Raises NoteError for any other text."""
    try:
        origin, size, root, _ = text.decode().split("\n")
        checkpoint = Checkpoint(_name(origin), int(size[:17]), unb64(root, 32))
    except ValueError:
        raise NoteError("not a checkpoint") from None
    if not 0 <= checkpoint.size <= MAX_SIZE or checkpoint.text != text:
        raise NoteError("not the one way to write this checkpoint")
    return checkpoint


def sign_checkpoint(key: PrivateKey, checkpoint: Checkpoint) -> bytes:
    """The checkpoint as a note signed by the record's key, whose name is the origin."""
    signer = VerifierKey(_name(checkpoint.origin), ED25519, key.public)
    return checkpoint.text + b"\n" + _line(signer, key.sign(checkpoint.text))


def verify_note(note: bytes, vkey: str) -> Checkpoint:
    """The checkpoint in a note that the record's key has signed.

    Signatures by other keys are ignored.

    Raises:
        NoteError: not a note or checkpoint, not signed by this key, a signature of it that fails,
            or a checkpoint of another origin than the key's name.
    """
    parsed = parse_note(note)
    key = parse_vkey(vkey)
    if key.kind != ED25519:
        raise NoteError("a witness's key where the record's belongs")
    for signature in _by(key, parsed):
        if not verify(key.public, parsed.text, signature):
            raise NoteError("the checkpoint's signature is wrong")
    checkpoint = parse_checkpoint(parsed.text)
    if checkpoint.origin != key.name:
        raise NoteError("the checkpoint is of another record than the key")
    return checkpoint


def cosign(key: PrivateKey, name: str, note: bytes, time: int) -> bytes:
    """The line that a witness adds under a note it has checked: cosignature/v1, time in POSIX seconds."""
    witness = VerifierKey(_name(name), COSIGNATURE, key.public)
    message = _cosigned(time, parse_note(note).text)
    return _line(witness, time.to_bytes(8, "big") + key.sign(message))


def verify_cosignature(note: bytes, vkey: str) -> int:
    """When the witness signed the note's text: the latest time, POSIX seconds.

    Raises:
        NoteError: not a note, not signed by this witness, or a signature of it that fails.
    """
    parsed = parse_note(note)
    key = parse_vkey(vkey)
    if key.kind != COSIGNATURE:
        raise NoteError("not a witness's key")
    times = []
    for signature in _by(key, parsed):
        time = int.from_bytes(signature[:8], "big")
        if time >= 2**63 or not verify(key.public, _cosigned(time, parsed.text), signature[8:]):
            raise NoteError("the witness's signature is wrong")
        times.append(time)
    return max(times)


def fingerprint(checkpoint_text: bytes) -> str:
    """What people compare: 100 bits of SHA-256 of the checkpoint's text as `ABCDE-FGHJK-MNPQR-STVWX`."""
    return groups(crockford(sha256(checkpoint_text).digest(), 100), 5)


def _cosigned(time: int, text: bytes) -> bytes:
    return f"cosignature/v1\ntime {time}\n".encode() + text


def _by(key: VerifierKey, note: Note) -> list[bytes]:
    """The signatures that say they are by this key; at least one."""
    found = [line.signature for line in note.signatures if (line.name, line.key_id) == (key.name, key.key_id)]
    if not found:
        raise NoteError(f"not signed by {key.name}")
    return found


def _line(key: VerifierKey, signature: bytes) -> bytes:
    return f"— {key.name} {b64(key.key_id + signature)}\n".encode()


def _signature(line: str) -> NoteSignature:
    dash, _, rest = line.partition(" ")
    name, _, data = rest.partition(" ")
    try:
        raw = unb64(data)
    except ValueError:
        raise NoteError("not a signature line") from None
    if dash != "—" or len(raw) < 5:
        raise NoteError("not a signature line")
    return NoteSignature(_name(name), raw[:4], raw[4:])


def _name(name: str) -> str:
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise NoteError("not a name of a key or a record")
    return name
