"""What a record promises, over both stores."""

import hashlib
import threading
from collections import Counter
from datetime import timedelta

import pytest

from ballots import entry
from ballots.checkpoint import verify_note, vkey
from ballots.encoding import new_id, new_nonce, utc
from ballots.judge import Aside, Opening
from ballots.merkle import Tree, leaf_hash, verify_consistency
from ballots.receipt import Receipt
from ballots.record import MAX_JWS, Record
from ballots.refusal import Refused
from ballots.signing import PrivateKey
from ballots.submission import Accepted
from tests.ballots.record import toy
from tests.ballots.record.conftest import House
from tests.ballots.record.toy import SERVICE


def refusal(record: Record, jws: str, aside: Aside | None = None) -> str:
    with pytest.raises(Refused) as caught:
        record.append(jws, aside or Aside())
    return caught.value.code


def total(record: Record) -> int:
    return record.look(lambda view: view.judge.total)


def test_acts_stand_in_the_order_in_which_they_were_decided(house: House, record: Record) -> None:
    acts = [house.act("add", amount=1) for _ in range(5)]
    kept = [record.append(jws) for jws in acts]

    assert [accepted.seq for accepted in kept] == [1, 2, 3, 4, 5]
    entries = [entry.parse(raw) for raw in record.entries(0, 99)]
    assert [found.seq for found in entries] == [0, 1, 2, 3, 4, 5]
    assert [found.jws for found in entries[1:]] == acts
    assert [found.at for found in entries[1:]] == [accepted.at for accepted in kept]
    assert total(record) == 5


def test_the_receipt_proves_the_entry_and_every_checkpoint_extends_the_one_before(
    house: House, record: Record
) -> None:
    key = vkey(house.origin, SERVICE.public)
    before = verify_note(record.checkpoint(), key)
    for _ in range(20):
        accepted = record.append(house.act("add", amount=1))
        receipt = Receipt.parse(accepted.receipt.encode())
        now = receipt.verify(key)
        assert leaf_hash(receipt.entry).hex() == accepted.leaf
        proof = record.consistency(before.size, now.size)
        assert verify_consistency(before.size, now.size, before.root, now.root, proof)
        before = now
    assert verify_note(record.checkpoint(), key) == before
    with pytest.raises(IndexError):
        record.consistency(1, before.size + 1)


def test_the_same_act_again_has_the_same_receipt_whatever_happened_since(
    house: House, record: Record
) -> None:
    member = PrivateKey.generate()
    record.append(toy.join(house.hearing, member))
    jws = toy.act(house.hearing, "add", member, amount=60)
    first = record.append(jws)
    record.append(house.act("add", amount=40))
    record.append(house.act("leave", kid=member.kid))

    again = record.append(jws)

    assert first.fresh
    assert again == first._replace(fresh=False)
    assert record.receipt(first.leaf) == first.receipt
    assert (total(record), record.head.size) == (100, 5)


def test_a_receipt_is_the_same_after_a_restart(house: House, record: Record) -> None:
    jws = house.act("add", amount=1)
    first = record.append(jws)
    record.append(house.act("add", amount=1))
    record.close()

    later = house.record().start()

    assert later.append(jws) == first._replace(fresh=False)
    assert later.receipt(first.leaf) == first.receipt
    assert later.checkpoint() == record.checkpoint()
    assert later.head == record.head


def test_a_nonce_is_good_for_one_act_of_its_key(house: House, record: Record) -> None:
    nonce, member = new_nonce(), PrivateKey.generate()
    record.append(toy.join(house.hearing, member))
    record.append(house.act("add", nonce=nonce, amount=1))

    assert refusal(record, house.act("add", nonce=nonce, amount=2)) == "nonce-reused"
    assert refusal(record, house.act("add", nonce=nonce, amount=1, note="")) == "nonce-reused"
    record.append(house.act("add", key=member, nonce=nonce, amount=4))

    assert total(record) == 5


def test_a_refusal_changes_nothing(house: House, record: Record) -> None:
    record.append(house.act("add", amount=99))
    head = record.head
    over = house.act("add", amount=2)

    assert refusal(record, over) == "over-limit"
    assert refusal(record, over) == "over-limit"

    assert record.head == head
    assert total(record) == 99
    record.append(house.act("add", amount=1))
    assert total(record) == 100
    assert house.record().start().head == record.head


def test_what_is_not_an_act_of_this_hearing_never_reaches_the_queue(house: House, record: Record) -> None:
    stranger = PrivateKey.generate()
    good = house.act("add", amount=1)
    head, payload, _ = good.split(".")
    other = house.act("add", amount=2).split(".")
    named = "a" * 64
    for jws, aside, code in [
        ("", Aside(), "malformed"),
        ("a.b.c", Aside(), "malformed"),
        (good + "=", Aside(), "malformed"),
        (house.act("sing"), Aside(), "malformed"),
        ("x" * 65_535, Aside(), "too-large"),
        (f"{head}.{payload}.{other[2]}", Aside(), "bad-signature"),
        (toy.act(new_id(), "add", amount=1), Aside(), "wrong-hearing"),
        (good, Aside(blobs={named: b"other bytes"}), "blob-mismatch"),
    ]:
        with pytest.raises(Refused) as caught:
            record.receive(jws, aside)
        assert caught.value.code == code
    assert refusal(record, house.act("add", key=stranger, amount=1)) == "unknown-key"
    assert record.head.size == 1


def test_the_largest_act_fits_its_entry(house: House, record: Record) -> None:
    def padded(length: int) -> str:
        return house.act("add", amount=1, pad="x" * length)

    largest = max(n for n in range(48_600, 48_900) if len(padded(n)) <= MAX_JWS)
    assert refusal(record, padded(largest + 1)) == "too-large"
    record.append(padded(largest))
    (raw,) = record.entries(1, 2)
    assert entry.MAX_ENTRY - 20 < len(raw) <= entry.MAX_ENTRY


def test_blobs_are_kept_with_their_act_and_only_then(house: House, record: Record) -> None:
    jws, aside = toy.with_blob(house.hearing, b"a comment")
    unwanted, beside = toy.with_blob(house.hearing, b"not wanted", refuse=True)
    (kept,), (refused,) = aside.blobs, beside.blobs
    record.append(jws, aside)

    assert refusal(record, unwanted, beside) == "not-wanted"
    assert refusal(record, toy.with_blob(house.hearing, b"elsewhere")[0]) == "blob-missing"

    assert record.blob(kept) == b"a comment"
    assert record.blob(refused) is None
    record.append(house.act("recall", blob=kept))
    assert refusal(record, house.act("recall", blob=refused)) == "blob-missing"
    record.append(*toy.with_blob(house.hearing, b"a comment"))
    record.erase(kept)
    assert record.blob(kept) is None
    assert refusal(record, house.act("recall", blob=kept)) == "blob-missing"


def test_a_blob_of_another_hearing_is_not_found(house: House, record: Record) -> None:
    jws, aside = toy.with_blob(house.hearing, b"ours")
    record.append(jws, aside)
    house.hearing = new_id()  # a hearing beside it, in the same database
    other = house.record().start()
    assert other.blob(next(iter(aside.blobs))) is None


def test_openings_are_kept_apart_from_everything_that_is_shown(house: House, record: Record) -> None:
    salt, choice = b"\x07" * 32, b'"against"'
    jws, aside = toy.sealed(house.hearing, choice, salt)
    accepted = record.append(jws, aside)

    assert refusal(record, toy.sealed(house.hearing)[0]) == "opening-missing"

    shown = b"".join([*record.entries(0, 9), accepted.receipt.encode(), record.checkpoint()])
    assert choice not in shown
    assert salt not in shown
    assert record.blob(hashlib.sha256(salt + choice).hexdigest()) is None
    assert record.openings([accepted.leaf, "0" * 64]) == {accepted.leaf: Opening(salt, choice)}
    assert record.openings([]) == {}


def test_openings_are_deleted_by_ballot_and_twice_does_no_harm(house: House, record: Record) -> None:
    kept, gone = (record.append(*toy.sealed(house.hearing)).leaf for _ in range(2))
    ours = house.hearing
    house.hearing = new_id()  # a hearing beside it, in the same database
    other = house.record().start()
    other.append(house.act("begin"))
    theirs = other.append(*toy.sealed(house.hearing)).leaf

    for _ in range(2):
        record.forget_openings([gone, "0" * 64])
    assert set(record.openings([kept, gone])) == {kept}
    house.store().forget_openings(ours)
    assert record.openings([kept, gone]) == {}
    assert set(other.openings([theirs])) == {theirs}


def test_the_judge_may_look_up_earlier_roots(house: House, record: Record) -> None:
    tree = Tree()
    for raw in record.entries(0, 9):
        tree.append(leaf_hash(raw))
    record.append(house.act("vouch", size=1, root=tree.root().hex()))
    assert refusal(record, house.act("vouch", size=1, root="0" * 64)) == "head-unknown"
    assert refusal(record, house.act("vouch", size=5, root=tree.root().hex())) == "head-unknown"


def test_time_never_goes_backwards(house: House, record: Record) -> None:
    first = record.append(house.act("add", amount=1))
    house.clock.now -= timedelta(hours=1)
    second = record.append(house.act("add", amount=1))
    assert second.at == first.at
    assert utc(house.clock.now) < second.at
    record.close()
    record = house.record().start()
    assert record.append(house.act("add", amount=1)).at == first.at
    house.clock.now += timedelta(hours=2)
    assert record.append(house.act("add", amount=1)).at == utc(house.clock.now)


def test_many_threads_one_order(house: House, record: Record) -> None:
    """Acknowledged numbers are unique and without gaps, whoever was refused, and each thread's own are in order."""
    kept: dict[int, list[Accepted]] = {}
    refused: Counter[str] = Counter()

    def client(number: int) -> None:
        kept[number] = []
        for _ in range(20):
            try:
                kept[number].append(record.append(house.act("add", amount=1)))
            except Refused as why:
                refused[why.code] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = [accepted.seq for mine in kept.values() for accepted in mine]
    assert sorted(numbers) == list(range(1, 101))
    assert refused == {"over-limit": 60}
    assert all(sorted(mine) == mine for mine in kept.values())
    assert total(record) == 100
    key = vkey(house.origin, SERVICE.public)
    for mine in kept.values():
        for accepted in mine:
            assert Receipt.parse(accepted.receipt.encode()).verify(key).size <= 101


def test_listeners_hear_of_growth_once_it_is_durable(house: House, record: Record) -> None:
    heard: list[tuple[int, int]] = []
    grown = threading.Event()

    def listener(size: int) -> None:
        if size > 1:  # word of what stood there before one listened may still be on its way
            heard.append((size, record.head.size))
            grown.set()

    stop = record.listen(listener)
    record.append(house.act("add", amount=1))
    assert grown.wait(5)
    assert refusal(record, house.act("add", amount=200)) == "over-limit"
    assert total(record) == 1
    assert heard == [(2, 2)]
    stop()
    record.append(house.act("add", amount=1))
    assert total(record) == 2
    assert len(heard) == 1


def test_what_a_look_raises_reaches_the_one_who_asked(record: Record) -> None:
    with pytest.raises(ZeroDivisionError):
        record.look(lambda view: 1 // (view.judge.total * 0))
    assert total(record) == 0
