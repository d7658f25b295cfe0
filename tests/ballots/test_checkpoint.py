"""Signed notes: C2SP's own example, round trips, and every small change refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import checkpoint as cp
from ballots.checkpoint import Checkpoint, NoteError
from ballots.encoding import unb64
from ballots.signing import verify
from tests.ballots.changes import changed
from tests.vectors.signatures import key

ORIGIN = "example.org/h/7h2k9m4n8p3q"
SERVICE, WITNESS = key("service"), key("witness")
VKEY = cp.vkey(ORIGIN, SERVICE.public)
WITNESS_VKEY = cp.vkey("witness.example/w1", WITNESS.public, cp.COSIGNATURE)
NOTE = cp.sign_checkpoint(SERVICE, Checkpoint(ORIGIN, 7, bytes(range(32))))
NAMES = st.text(
    st.characters(min_codepoint=33, exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=30
).filter(lambda name: "+" not in name)


def test_the_example_of_the_specification() -> None:
    """C2SP signed-note: this key signed this text."""
    example = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    line = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    note = cp.parse_note(f"This is an example message.\n\n— example.com/foo {line}\n".encode())
    known = cp.parse_vkey(example)
    assert str(known) == example
    [signature] = note.signatures
    assert (signature.name, signature.key_id) == (known.name, known.key_id)
    assert verify(known.public, note.text, signature.signature)
    assert unb64(line)[:4] == known.key_id


@given(NAMES, st.integers(0, 2**53 - 1), st.binary(min_size=32, max_size=32))
def test_checkpoints_round_trip(origin: str, size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root)
    assert cp.parse_checkpoint(checkpoint.text) == checkpoint
    note = cp.sign_checkpoint(SERVICE, checkpoint)
    assert cp.verify_note(note, cp.vkey(origin, SERVICE.public)) == checkpoint


@given(changed(NOTE))
def test_any_changed_byte_of_a_note_is_refused(raw: bytes) -> None:
    with pytest.raises(NoteError):
        cp.verify_note(raw, VKEY)


def test_every_flipped_bit_of_a_note_is_refused() -> None:
    for at in range(len(NOTE)):
        for bit in range(8):
            raw = NOTE[:at] + bytes([NOTE[at] ^ 1 << bit]) + NOTE[at + 1 :]
            with pytest.raises(NoteError):
                cp.verify_note(raw, VKEY)


@given(changed(VKEY.encode()))
def test_any_changed_byte_of_a_verifier_key_is_refused(raw: bytes) -> None:
    with pytest.raises(NoteError):
        cp.parse_vkey(raw.decode("latin-1"))


@given(changed(Checkpoint(ORIGIN, 7, bytes(32)).text))
def test_there_is_one_text_for_a_checkpoint(text: bytes) -> None:
    try:
        read = cp.parse_checkpoint(text)
    except NoteError:
        return
    assert read.text == text
    assert read != Checkpoint(ORIGIN, 7, bytes(32))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\u00a0b", "a\nb"])
def test_names_that_notes_cannot_have(name: str) -> None:
    with pytest.raises(NoteError):
        cp.vkey(name, SERVICE.public)
    with pytest.raises(NoteError):
        cp.sign_checkpoint(SERVICE, Checkpoint(name, 0, bytes(32)))


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(NoteError, match="order"):
        cp.parse_vkey(cp.vkey(ORIGIN, (1).to_bytes(32, "little")))
    with pytest.raises(NoteError, match="type 02"):
        cp.parse_vkey(cp.vkey(ORIGIN, SERVICE.public, 2))


@pytest.mark.parametrize(
    "raw",
    [
        NOTE.replace(b"7", b"\xff", 1),
        b"\xff" + NOTE,
        NOTE.replace(b"\n", b"\n\t", 1),
        NOTE.partition(b"\n\n")[0] + b"\n\n" + NOTE.partition(b"\n\n")[2] * 65,
        b"a" * 66_000 + NOTE,
        b"",
    ],
)
def test_notes_that_are_none(raw: bytes) -> None:
    with pytest.raises(NoteError):
        cp.parse_note(raw)


def test_a_text_may_have_empty_lines() -> None:
    line = NOTE.partition(b"\n\n")[2]
    note = cp.parse_note(b"one\n\ntwo\n\n" + line)
    assert note.text == b"one\n\ntwo\n"


@given(st.integers(0, 2**63 - 1))
def test_cosignatures_round_trip(time: int) -> None:
    note = NOTE + cp.cosign(WITNESS, "witness.example/w1", NOTE, time)
    assert cp.verify_cosignature(note, WITNESS_VKEY) == time
    assert cp.verify_note(note, VKEY).size == 7


def test_of_two_cosignatures_the_later_counts_and_a_wrong_one_spoils_both() -> None:
    lines = [cp.cosign(WITNESS, "witness.example/w1", NOTE, time) for time in (20, 10)]
    assert cp.verify_cosignature(NOTE + b"".join(lines), WITNESS_VKEY) == 20
    other = cp.sign_checkpoint(SERVICE, Checkpoint(ORIGIN, 8, bytes(32)))
    with pytest.raises(NoteError, match="wrong"):
        cp.verify_cosignature(other + b"".join(lines), WITNESS_VKEY)
    with pytest.raises(NoteError, match="not a witness"):
        cp.verify_cosignature(NOTE, VKEY)
    with pytest.raises(NoteError, match="witness's key"):
        cp.verify_note(NOTE + lines[0], WITNESS_VKEY)


def test_a_cosignature_from_beyond_time() -> None:
    note = NOTE + cp.cosign(WITNESS, "witness.example/w1", NOTE, 2**63)
    with pytest.raises(NoteError, match="wrong"):
        cp.verify_cosignature(note, WITNESS_VKEY)


def test_fingerprints_are_short_and_differ() -> None:
    texts = [Checkpoint(ORIGIN, size, bytes(32)).text for size in range(50)]
    prints = {cp.fingerprint(text) for text in texts}
    assert len(prints) == 50
    assert all(len(fingerprint) == 23 and fingerprint.count("-") == 3 for fingerprint in prints)
