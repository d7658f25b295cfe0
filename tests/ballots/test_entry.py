"""Entries and receipts: one way to write them, and every small change noticed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import checkpoint as cp
from ballots.checkpoint import Checkpoint
from ballots.encoding import utc
from ballots.entry import MAX_ENTRY, Entry, EntryError, parse
from ballots.merkle import Tree, leaf_hash
from ballots.receipt import Receipt, ReceiptError
from ballots.signing import sign_act
from tests.ballots.changes import changed
from tests.ballots.test_encoding import TIMES
from tests.vectors.signatures import key

ORIGIN = "example.org/h/7h2k9m4n8p3q"
VKEY = cp.vkey(ORIGIN, key("service").public)
JWS = sign_act(key("device"), b'{"v":1}')
ENTRY = Entry(5, "2026-11-21T08:00:00.000Z", JWS)


def receipt(seq: int, size: int) -> Receipt:
    entries = [Entry(number, "2026-11-21T08:00:00.000Z", JWS).raw for number in range(size)]
    tree = Tree()
    for entry in entries:
        tree.append(leaf_hash(entry))
    note = cp.sign_checkpoint(key("service"), Checkpoint(ORIGIN, size, tree.root()))
    return Receipt(entries[seq], seq, tuple(tree.inclusion(seq, size)), note)


RECEIPT = receipt(5, 7)


@given(st.integers(0, 2**53 - 2), TIMES.map(utc), st.binary(max_size=100))
def test_entries_round_trip(seq: int, at: str, payload: bytes) -> None:
    entry = Entry(seq, at, sign_act(key("device"), payload))
    assert parse(entry.raw) == entry


@given(changed(ENTRY.raw))
def test_any_changed_byte_of_an_entry_is_refused_or_another_entry(raw: bytes) -> None:
    try:
        read = parse(raw)
    except EntryError:
        return
    assert read != ENTRY
    assert read.raw == raw


def test_the_largest_entry() -> None:
    room = MAX_ENTRY - len(Entry(0, ENTRY.at, "").raw)
    assert parse(Entry(0, ENTRY.at, "A" * room).raw).jws == "A" * room
    with pytest.raises(EntryError, match="at most"):
        parse(Entry(0, ENTRY.at, "A" * (room + 1)).raw)


def test_a_number_too_long_to_read() -> None:
    with pytest.raises(EntryError, match="not the one way"):
        parse(ENTRY.raw.replace(b"5", b"5" * 5000, 1))


@given(st.data())
def test_receipts_round_trip(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 40))
    made = receipt(data.draw(st.integers(0, size - 1)), size)
    assert Receipt.parse(made.encode()) == made
    assert made.verify(VKEY).size == size


@given(changed(RECEIPT.encode()))
def test_any_changed_byte_of_a_receipt_is_refused(raw: bytes) -> None:
    with pytest.raises(ReceiptError):
        Receipt.parse(raw).verify(VKEY)


def test_every_flipped_bit_of_a_receipt_is_refused() -> None:
    whole = RECEIPT.encode()
    for at in range(len(whole)):
        for bit in range(8):
            with pytest.raises(ReceiptError):
                Receipt.parse(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]).verify(VKEY)


@pytest.mark.parametrize("changes", [{"index": -1}, {"proof": (bytes(32),) * 64}])
def test_receipts_that_are_not_even_read(changes: dict[str, Any]) -> None:
    with pytest.raises(ReceiptError, match="one way"):
        Receipt.parse(replace(RECEIPT, **changes).encode())


def test_an_entry_that_the_record_keeps_in_a_wrong_place() -> None:
    """Its proof holds; but the entry says that it is number 5 and stands at 0."""
    tree = Tree()
    tree.append(leaf_hash(ENTRY.raw))
    note = cp.sign_checkpoint(key("service"), Checkpoint(ORIGIN, 1, tree.root()))
    with pytest.raises(ReceiptError, match="number 5"):
        Receipt(ENTRY.raw, 0, (), note).verify(VKEY)


def test_a_receipt_of_another_service_proves_nothing() -> None:
    with pytest.raises(ReceiptError, match="not signed by"):
        RECEIPT.verify(cp.vkey(ORIGIN, key("other").public))
