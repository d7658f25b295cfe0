"""What holds of every count by transferable vote, whatever the papers."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from voting.methods import irv, meek, stv
from voting.methods.protocol import Count
from voting.rankings import Strict

OPTIONS = ["a", "b", "c", "d", "e"]
PLAIN = irv.Irv("majority", "continuing", batch=False, ties="earlier_round")

Papers = dict[Strict, int]
Counting = Callable[[list[str], Papers, list[str] | None], Count]

rankings = st.permutations(OPTIONS).flatmap(
    lambda order: st.integers(1, len(OPTIONS)).map(lambda length: tuple(order[:length]))
)
papers_of = st.dictionaries(rankings, st.integers(1, 40), min_size=1, max_size=12)
lots = st.permutations(OPTIONS)
quotas = st.sampled_from(["droop", "hagenbach_bischoff", "hare"])
rules = st.builds(stv.Stv, st.integers(1, 5), quotas, st.integers(0, 9))
runoffs = st.builds(
    irv.Irv,
    st.sampled_from(["majority", "two_remain"]),
    st.sampled_from(["continuing", "first_round"]),
    st.booleans(),
    st.sampled_from(["earlier_round", "lot"]),
)


def bind(settings: stv.Stv | irv.Irv | meek.Meek) -> Counting:
    """The count that goes with the settings."""
    match settings:
        case stv.Stv():
            return lambda options, papers, lot: stv.count_papers(options, papers, settings, lot)
        case irv.Irv():
            return lambda options, papers, lot: irv.count_papers(options, papers, settings, lot)
        case meek.Meek():
            return lambda options, papers, lot: meek.count_papers(options, papers, settings, lot)


counts = st.one_of(rules, runoffs, st.builds(meek.Meek, st.integers(1, 5))).map(bind)


@given(counts, papers_of, st.none() | lots, st.randoms())
def test_the_order_of_papers_does_not_matter(
    count: Counting, papers: Papers, lot: Strict, shuffle: Random
) -> None:
    ballots = [ranking for ranking, number in papers.items() for _ in range(number)]
    shuffle.shuffle(ballots)
    assert count(OPTIONS, Counter(ballots), lot) == count(OPTIONS, papers, lot)


@given(counts, papers_of, lots)
def test_names_do_not_matter_before_the_lot(count: Counting, papers: Papers, order: list[str]) -> None:
    other = dict(zip(OPTIONS, order, strict=True))
    renamed = {tuple(other[one] for one in ranking): number for ranking, number in papers.items()}
    found, mirrored = count(OPTIONS, papers, None), count(OPTIONS, renamed, None)
    assert {other[one] for one in found.chosen} == set(mirrored.chosen)
    assert {other[one] for one in found.tied} == set(mirrored.tied)
    assert {other[one]: total for one, total in found.totals.items()} == mirrored.totals


@given(counts, papers_of, lots, lots)
def test_names_do_not_matter_beside_the_lot(
    count: Counting, papers: Papers, lot: list[str], order: list[str]
) -> None:
    other = dict(zip(OPTIONS, order, strict=True))
    renamed = {tuple(other[one] for one in ranking): number for ranking, number in papers.items()}
    chosen = count(OPTIONS, papers, lot).chosen
    assert tuple(other[one] for one in chosen) == count(order, renamed, [other[one] for one in lot]).chosen


@given(counts, papers_of, lots)
def test_a_lot_ends_every_tie_and_changes_nothing_else(
    count: Counting, papers: Papers, lot: list[str]
) -> None:
    without, drawn = count(OPTIONS, papers, None), count(OPTIONS, papers, lot)
    assert drawn.tied == ()
    assert set(without.chosen) <= set(drawn.chosen)
    if not without.tied:
        assert set(without.chosen) == set(drawn.chosen)
        assert without.vacant == drawn.vacant


@given(rules, papers_of, st.none() | lots)
def test_seats_are_filled_or_vacant_or_tied(rule: stv.Stv, papers: Papers, lot: list[str] | None) -> None:
    for found in (
        stv.count_papers(OPTIONS, papers, rule, lot),
        meek.count_papers(OPTIONS, papers, meek.Meek(rule.seats), lot),
    ):
        assert len(set(found.chosen)) == len(found.chosen)
        assert len(found.chosen) + found.vacant <= rule.seats
        assert (len(found.chosen) + found.vacant < rule.seats) == bool(found.tied)


@given(rules, papers_of, st.none() | lots)
def test_an_stv_table_can_be_followed(rule: stv.Stv, papers: Papers, lot: list[str] | None) -> None:
    steps = stv.count_papers(OPTIONS, papers, rule, lot).steps
    assert isinstance(steps, stv.StvSteps)
    assert steps.valid == sum(papers.values())
    continuing, before = set(OPTIONS), dict.fromkeys(OPTIONS, Decimal(0))
    nobody = Decimal(0)
    for number, stage in enumerate(steps.stages):
        totals = {option: Decimal(total) for option, total in stage.totals.items()}
        assert sum(totals.values()) + Decimal(stage.non_transferable) == steps.valid
        assert all(totals[option] >= before[option] for option in continuing - {stage.option})
        if number:
            assert stage.option
            expected = before | {stage.option: Decimal(0)}
            if stage.event == "surplus":
                expected[stage.option] = Decimal(steps.quota)
            for parcel in stage.parcels:
                for option, received in parcel.to.items():
                    assert option in continuing - {stage.option}
                    expected[option] += received * Decimal(parcel.passed_on)
            assert totals == expected
            assert Decimal(stage.non_transferable) >= nobody
        quota = Decimal(steps.quota)
        assert set(stage.elected) == {one for one in continuing - {stage.option} if totals[one] >= quota}
        assert not set(stage.deemed) & set(stage.elected)
        continuing -= {stage.option, *stage.elected, *stage.deemed}
        before, nobody = totals, Decimal(stage.non_transferable)


@given(runoffs, papers_of, st.none() | lots)
def test_a_runoff_can_be_followed(rule: irv.Irv, papers: Papers, lot: list[str] | None) -> None:
    found = irv.count_papers(OPTIONS, papers, rule, lot)
    assert isinstance(found.steps, irv.IrvSteps)
    rounds = found.steps.rounds
    for one in rounds:
        assert sum(one.totals.values()) + one.exhausted == found.steps.valid
    for one, after in pairwise(rounds):
        expected, exhausted = one.totals.copy(), one.exhausted
        for leaving in one.excluded:
            assert expected.pop(leaving.option) == sum(leaving.to.values()) + leaving.exhausted
            exhausted += leaving.exhausted
        for leaving in one.excluded:
            for option, number in leaving.to.items():
                expected[option] += number
        assert (expected, exhausted) == (after.totals, after.exhausted)
    assert len(found.chosen) == (0 if found.tied else 1)


@given(st.integers(1, 4), papers_of, st.none() | lots)
def test_a_meek_table_sums_up(seats: int, papers: Papers, lot: list[str] | None) -> None:
    steps = meek.count_papers(OPTIONS, papers, meek.Meek(seats), lot).steps
    assert isinstance(steps, meek.MeekSteps)
    gone: set[str] = set()
    for one in steps.rounds:
        assert sum(map(Decimal, one.totals.values())) + Decimal(one.excess) == steps.valid
        assert Decimal(one.excess) >= 0
        assert all(Decimal(one.totals[option]) == 0 for option in gone)
        gone |= {one.excluded} - {None}


@given(runoffs, papers_of, st.none() | lots, st.integers(2, 1000))
def test_a_runoff_does_not_change_with_the_scale(
    rule: irv.Irv, papers: Papers, lot: list[str] | None, scale: int
) -> None:
    found = irv.count_papers(OPTIONS, papers, rule, lot)
    scaled = irv.count_papers(OPTIONS, {one: number * scale for one, number in papers.items()}, rule, lot)
    assert (found.chosen, found.tied) == (scaled.chosen, scaled.tied)


@given(papers_of, lots)
def test_one_seat_by_stv_is_the_runoff(papers: Papers, lot: list[str]) -> None:
    scottish = stv.count_papers(OPTIONS, papers, stv.Stv(1, "droop", 5), lot)
    assert scottish.chosen == irv.count_papers(OPTIONS, papers, PLAIN, lot).chosen


@given(counts, papers_of, st.sampled_from(OPTIONS), lots)
def test_whom_more_than_half_name_first_is_elected(
    count: Counting, papers: Papers, favourite: str, lot: list[str]
) -> None:
    more = papers.get((favourite,), 0) + sum(papers.values()) + 1
    assert favourite in count(OPTIONS, papers | {(favourite,): more}, lot).chosen
