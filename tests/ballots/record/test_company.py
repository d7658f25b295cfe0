"""Acts in company: those before it enter with an act, or not at all."""

from dataclasses import replace

from ballots import entry
from ballots.record import Record
from ballots.refusal import Refused
from ballots.submission import Accepted, Submission
from tests.ballots.record.batches import batch
from tests.ballots.record.conftest import House
from tests.ballots.record.toy import LIMIT, Toy


def add(house: House, record: Record, amount: int, *company: Submission) -> Submission:
    return replace(record.receive(house.act("add", amount=amount)), company=lambda *_: company)


def total(record: Record) -> int:
    found: int = record.look(lambda view: view.judge.total)
    return found


def test_they_enter_just_before_it(house: House, record: Record) -> None:
    first, second, one = (add(house, record, amount) for amount in (1, 2, 3))
    outcomes = batch(record, [one, add(house, record, 4, first, second), add(house, record, 5)])
    assert [outcome.seq for outcome in outcomes if isinstance(outcome, Accepted)] == [1, 4, 5]
    kept = [entry.parse(raw).jws for raw in record.entries(2, 4)]
    assert kept == [first.signed.jws, second.signed.jws]
    assert total(record) == 15


def test_none_enters_where_it_is_refused_and_all_others_are_decided(house: House, record: Record) -> None:
    before, company, after = (add(house, record, amount) for amount in (1, 2, 3))
    greedy = add(house, record, LIMIT, company, add(house, record, 4))
    outcomes = batch(record, [before, greedy, after, add(house, record, LIMIT, add(house, record, 5))])
    assert [type(outcome) for outcome in outcomes] == [Accepted, Refused, Accepted, Refused]
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refused)} == {"over-limit"}
    assert [outcome.seq for outcome in outcomes if isinstance(outcome, Accepted)] == [1, 2]
    assert (total(record), record.head.size) == (4, 3)
    assert isinstance(batch(record, [company])[0], Accepted), "it may still enter by itself"
    assert total(record) == 6


def test_it_does_not_enter_where_one_of_them_is_refused(house: House, record: Record) -> None:
    for company in ((LIMIT + 1,), (7, LIMIT)):
        (outcome,) = batch(record, [add(house, record, 1, *(add(house, record, one) for one in company))])
        assert isinstance(outcome, Refused)
        assert (total(record), record.head.size) == (0, 1)


def test_sent_again_it_has_its_place_and_brings_nobody(house: House, record: Record) -> None:
    alone = add(house, record, 1)
    (kept,) = batch(record, [alone])
    (again,) = batch(record, [replace(alone, company=lambda *_: (add(house, record, 2),))])
    assert isinstance(kept, Accepted)
    assert again == kept._replace(fresh=False)
    assert total(record) == 1


def test_what_is_kept_is_what_another_process_reads(house: House, record: Record) -> None:
    batch(
        record,
        [add(house, record, LIMIT, add(house, record, 1)), add(house, record, 2, add(house, record, 3))],
    )
    other = house.record(judge=Toy)
    other.start()
    assert (total(other), other.head.size) == (5, record.head.size) == (5, 3)
