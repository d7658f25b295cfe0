"""Meek's transferable vote: by hand, by an independent reckoning with exact fractions, and at its edges."""

from fractions import Fraction
from math import ceil, floor

import pytest

from tests.voting.wards import contests, options_of, papers_of
from voting.methods.meek import Meek, MeekSteps, count_papers
from voting.methods.protocol import Count
from voting.rankings import StrictPapers


def counted(
    options: str, papers: dict[str, int], seats: int, lot: str | None = None
) -> tuple[Count, MeekSteps]:
    found = count_papers(
        list(options),
        {tuple(ranking): number for ranking, number in papers.items()},
        Meek(seats),
        lot and list(lot),
    )
    assert isinstance(found.steps, MeekSteps)
    return found, found.steps


def test_a_count_by_hand() -> None:
    # 108 votes, quota 108 ÷ 3 = 36 and one unit. A keeps 36.000000001 ÷ 60 = 0.600000000017 ↑ 0.600000001 of each:
    # A has 60 × 0.600000001, its 50 papers for B give 0.399999999 each, its 10 for C as much.
    papers = {"AB": 50, "AC": 10, "B": 20, "CD": 19, "DC": 9}
    found, steps = counted("ABCD", papers, seats=2)
    first, second = steps.rounds
    assert (first.iterations, first.quota, first.elected) == (1, "36.000000001", ("A",))
    assert first.surplus == "23.999999999"
    assert second.keep == {"A": "0.600000001", "B": "1.000000000", "C": "1.000000000", "D": "1.000000000"}
    assert second.totals == {
        "A": "36.000000060",
        "B": "39.999999950",
        "C": "22.999999990",
        "D": "9.000000000",
    }
    assert (second.iterations, second.excess, second.elected) == (2, "0.000000000", ("B",))
    assert (found.chosen, found.tied, found.vacant) == (("A", "B"), (), 0)
    assert found.totals["A"] == {"heads": 60}


def test_the_quota_falls_with_the_votes_that_nobody_has() -> None:
    # 60 of 100 say A alone. With A's share k all is settled when 60 k = q = (60 k + 40) ÷ 3, that is 60 k = 20.
    found, steps = counted("ABC", {"A": 60, "B": 21, "C": 19}, seats=2)
    assert found.chosen == ("A", "B")
    assert steps.rounds[0].quota == "33.333333334"
    last = steps.rounds[-1]
    assert last.elected == ("B",)  # 21 is enough as soon as the quota has fallen to 21
    assert 20 < float(last.quota) <= 21
    assert float(last.excess) == pytest.approx(100 - 40 - float(last.totals["A"]))


def up(number: Fraction) -> Fraction:
    return Fraction(ceil(number * 10**9), 10**9)


def reference(options: list[str], papers: StrictPapers, seats: int) -> tuple[list[str], list[Fraction]]:
    """The rule once more, in fractions; nothing may tie. Who is elected, and the quota of each round."""
    keep, hopeful, chosen = dict.fromkeys(options, Fraction(1)), set(options), list[str]()
    quotas = []
    while len(chosen) < seats and len(chosen) + len(hopeful) > seats:
        before = None
        while True:
            votes = dict.fromkeys(options, Fraction(0))
            for ranking, number in papers.items():
                weight = Fraction(1)
                for option in ranking:
                    share = up(weight * keep[option])
                    votes[option] += number * share
                    weight -= share
            quota = Fraction(floor(sum(votes.values()) / (seats + 1) * 10**9) + 1, 10**9)
            new = sorted((one for one in hopeful if votes[one] >= quota), key=lambda one: -votes[one])
            surplus = max(Fraction(0), sum((votes[one] - quota for one in chosen + new), Fraction(0)))
            if new or surplus < Fraction(1, 10**6) or (before is not None and surplus >= before):
                break
            before = surplus
            for one in chosen:
                keep[one] = up(up(keep[one] * quota) / votes[one])
        quotas.append(quota)
        chosen += new
        hopeful -= set(new)
        if not new:
            low = min(hopeful, key=lambda one: votes[one])
            assert sum(votes[one] <= votes[low] + surplus for one in hopeful) == 1
            keep[low] = Fraction(0)
            hopeful.remove(low)
    if len(chosen) < seats:
        chosen += sorted(hopeful, key=lambda one: -votes[one])
    return chosen, quotas


@pytest.mark.parametrize(
    "place",
    [
        "north-lanarkshire/S13003052",
        "highland/S13002991",
        "eilean-siar/S13002600",
        "orkney-islands/S13002736",
    ],
)
def test_an_independent_reckoning_finds_the_same(place: str) -> None:
    ward = next((one for one in contests("scot_stv_2017") if one["id"] == place), None)
    if ward is None:
        pytest.skip(f"ward {place} is not in the part of scot_stv_2017 at hand")
    options, papers = options_of(ward), papers_of(ward)
    found = count_papers(options, papers, Meek(ward["seats"]))
    chosen, quotas = reference(options, papers, ward["seats"])
    assert found.chosen == tuple(chosen)
    assert isinstance(found.steps, MeekSteps)
    assert [Fraction(one.quota) for one in found.steps.rounds[: len(quotas)]] == quotas


def test_a_tie_waits_for_the_lot() -> None:
    papers = {"A": 5, "B": 3, "C": 3, "D": 3}
    found, steps = counted("ABCD", papers, seats=2)
    assert (found.chosen, found.tied) == (("A",), ("B", "C", "D"))
    assert steps.rounds[-1].excluded is None
    found, steps = counted("ABCD", papers, seats=2, lot="CBDA")
    assert [one.excluded for one in steps.rounds if one.excluded] == ["D", "B"]
    assert found.chosen == ("A", "C")


@pytest.mark.parametrize(
    ("papers", "seats", "chosen", "tied", "vacant"),
    [
        pytest.param({"AB": 3, "B": 1}, 4, ("A", "B", "C"), (), 1, id="more winners than candidates"),
        pytest.param({"A": 3}, 1, ("A",), (), 0, id="one paper says all"),
        pytest.param({}, 2, (), (), 2, id="no ballots"),
        pytest.param({"A": 2, "B": 2, "C": 2}, 1, (), ("A", "B", "C"), 0, id="all tied"),
        pytest.param({"A": 2, "B": 2, "C": 2}, 3, ("A", "B", "C"), (), 0, id="all tied, and seats for all"),
        pytest.param({"AB": 9, "CB": 3}, 2, ("A", "B"), (), 0, id="nobody names B first"),
    ],
)
def test_case_8_edges(
    papers: dict[str, int], seats: int, chosen: tuple[str, ...], tied: tuple[str, ...], vacant: int
) -> None:
    found = count_papers(
        list("ABC"), {tuple(ranking): number for ranking, number in papers.items()}, Meek(seats)
    )
    assert (found.chosen, found.tied, found.vacant) == (chosen, tied, vacant)


def test_who_is_deemed_elected_stands_in_the_order_of_the_votes_before_the_exclusion() -> None:
    papers = {("a",): 40, ("b",): 9, ("c",): 9, ("d", "b"): 9}
    found = count_papers("abcd", papers, Meek(3), "acbd")
    assert isinstance(found.steps, MeekSteps)
    last = found.steps.rounds[-1]
    # b and c are equal, so the lot gives their order; with the papers of d, b would have had twice as many
    assert (last.excluded, last.deemed, last.totals["b"]) == ("d", ("c", "b"), last.totals["c"])
    assert float(last.surplus) < 0.000001  # surpluses were spread before
