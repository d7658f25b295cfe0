"""Instant runoff by hand, at its edges, and on 70 real contests (test cases 4, 6, 7, 8)."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.voting.wards import Contest, contests, options_of, papers_of
from voting.methods import stv
from voting.methods.irv import Exclusion, Irv, IrvSteps, count_papers
from voting.methods.protocol import Count
from voting.questions import Option, Question, Text
from voting.tally import tally
from voting.ties import Tie

PLAIN = Irv(until="majority", majority_of="continuing", batch=False, ties="earlier_round")


def counted(
    options: str, papers: dict[str, int], lot: str | None = None, **settings: Any
) -> tuple[Count, IrvSteps]:
    found = count_papers(
        list(options),
        {tuple(ranking): number for ranking, number in papers.items()},
        msgspec.structs.replace(PLAIN, **settings),
        lot and list(lot),
    )
    assert isinstance(found.steps, IrvSteps)
    return found, found.steps


PAPERS = {"A": 8, "BC": 7, "CB": 4, "DC": 2, "ED": 1}
"""22 papers; E goes to D, then D's three to C (2) and nowhere (1), and C's six to B (4) and nowhere (2)."""


def test_a_count_by_hand() -> None:
    found, steps = counted("ABCDE", PAPERS)
    assert [(one.totals, one.exhausted, one.threshold) for one in steps.rounds] == [
        ({"A": 8, "B": 7, "C": 4, "D": 2, "E": 1}, 0, 12),
        ({"A": 8, "B": 7, "C": 4, "D": 3}, 0, 12),
        ({"A": 8, "B": 7, "C": 6}, 1, 11),
        ({"A": 8, "B": 11}, 3, 10),
    ]
    assert [one.excluded for one in steps.rounds] == [
        (Exclusion("E", {"D": 1}, 0),),
        (Exclusion("D", {"C": 2}, 1),),
        (Exclusion("C", {"B": 4}, 2),),
        (),
    ]
    assert (found.chosen, found.tied, found.vacant) == (("B",), (), 0)
    assert found.totals["E"] == {"heads": 1}


def test_case_6_the_base_of_the_threshold() -> None:
    _, steps = counted("ABCDE", PAPERS, majority_of="first_round")
    assert [one.threshold for one in steps.rounds] == [12] * 4
    assert steps.rounds[3].totals == {"A": 8, "B": 11}
    assert [one.elected for one in steps.rounds] == [None, None, None, "B"]  # below half of the papers cast
    found, steps = counted("ABC", {"A": 3, "B": 2}, majority_of="first_round")
    assert (found.chosen, len(steps.rounds)) == (("A",), 1)


def test_the_count_may_go_on_until_two_remain() -> None:
    papers = {"A": 9, "B": 4, "CB": 2, "D": 1}
    found, steps = counted("ABCD", papers)
    assert (found.chosen, len(steps.rounds)) == (("A",), 1)
    found, steps = counted("ABCD", papers, until="two_remain")
    assert (found.chosen, steps.rounds[-1].totals) == (("A",), {"A": 9, "B": 6})


def test_all_without_hope_are_excluded_at_once() -> None:
    # E, D and C have 7 together, as many as B: only E and D (3) have fewer than the next, C (4).
    _, steps = counted("ABCDE", PAPERS, batch=True)
    assert [[one.option for one in row.excluded] for row in steps.rounds] == [["E", "D"], ["C"], []]
    assert steps.rounds[0].excluded == (Exclusion("E", {}, 1), Exclusion("D", {"C": 2}, 0))
    _, steps = counted("ABC", {"A": 9, "B": 2, "C": 1}, batch=True, until="two_remain")
    assert [[one.option for one in row.excluded] for row in steps.rounds] == [["C"], []]


def test_case_4_the_round_before_decides_or_at_once_the_lot() -> None:
    papers = {"A": 9, "B": 6, "C": 4, "DC": 2}  # after D, B and C both have 6
    found, steps = counted("ABCD", papers)
    assert steps.rounds[1].ties == (Tie(("B", "C"), ("C",), 1),)
    assert found.tied == ()
    found, steps = counted("ABCD", papers, ties="lot")
    assert (found.chosen, found.tied) == ((), ("B", "C"))
    assert steps.rounds[1].ties == (Tie(("B", "C"), ("B", "C"), None),)
    found, steps = counted("ABCD", papers, lot="DCBA", ties="lot")
    assert steps.rounds[1].excluded[0].option == "B"


@pytest.mark.parametrize(
    ("papers", "chosen", "tied", "vacant"),
    [
        pytest.param({"A": 1}, ("A",), (), 0, id="one paper"),
        pytest.param({}, (), (), 1, id="no ballots"),
        pytest.param({"A": 2, "B": 2, "C": 2}, (), ("A", "B", "C"), 0, id="all tied"),
        pytest.param({"AB": 3, "CB": 4}, ("C",), (), 0, id="nobody names B first"),
        pytest.param({"A": 3, "B": 3}, (), ("A", "B"), 0, id="two tied at the end"),
    ],
)
def test_case_8_edges(
    papers: dict[str, int], chosen: tuple[str, ...], tied: tuple[str, ...], vacant: int
) -> None:
    found = count_papers(list("ABC"), {tuple(ranking): number for ranking, number in papers.items()}, PLAIN)
    assert (found.chosen, found.tied, found.vacant) == (chosen, tied, vacant)


def test_case_8_a_single_option() -> None:
    assert counted("A", {"A": 1})[0].chosen == ("A",)


def test_a_poll_counts_blank_ballots_as_abstentions(ask: Callable[..., Question]) -> None:
    rule = msgspec.structs.replace(ask("urban.reps").rule, majority=())
    options = tuple(Option(one, Text(zh=one, en=one)) for one in ("li", "wang", "zhao"))
    question = ask(rule, method="irv", options=options, settings=PLAIN)
    ballots = [b'["li"]'] * 3 + [b'["wang","zhao"]'] * 2 + [b'["zhao","wang"]'] * 2 + [b"[]", b'["li","li"]']
    people = [{"heads": 1} for _ in ballots]
    result = tally(
        question,
        poll="p",
        eligible=people,
        present=people,
        ballots=[(raw, {"heads": 1}) for raw in ballots],
        lot=["li", "wang", "zhao"],
    )
    assert (result.decision, result.chosen) == ("decided", ("wang",))
    assert (result.valid.heads, result.abstain.heads, result.invalid.heads) == (8, 1, 1)


# New South Wales 2015, and American cities and counties


@pytest.fixture(scope="module")
def elections() -> dict[str, Contest]:
    return {contest["id"]: contest for contest in contests("irv_us_nsw")}


def count_contest(contest: Contest, lot: list[str] | None = None, **settings: Any) -> tuple[Count, IrvSteps]:
    found = count_papers(
        options_of(contest), papers_of(contest), msgspec.structs.replace(PLAIN, **settings), lot
    )
    assert isinstance(found.steps, IrvSteps)
    return found, found.steps


ASPEN = "us/Aspen_2009_CityCouncil"
"""Candidates 10 and 11 have no first preference and never differ: a lot must say who is excluded first."""
OFFICIAL = {
    "us/Aspen_2009_Mayor",
    "us/Oakland_2010_Mayor",
    "us/Pierce_2008_CountyExecutive",
    "us/SanFran_2007_Mayor",
}
NSW_SEATS = {"LIB": 37, "LAB": 34, "NAT": 17, "GRN": 3, "IND": 2}
"""Of all 93 districts; the Nationals stand as NP or NLT, Country Labor as CLP."""
PARTIES = {"NP": "NAT", "NLT": "NAT", "CLP": "LAB"}


def test_every_election_ends_as_recounted(elections: dict[str, Contest]) -> None:
    wrong = []
    for place, contest in elections.items():
        lot = options_of(contest) if place == ASPEN else None
        found, steps = count_contest(contest, lot, until="two_remain")
        computed = contest["computed"]
        if found.chosen != (computed["winner"],) or steps.rounds[-1].totals != computed["final"]:
            wrong.append(place)
        assert any(one.ties for one in steps.rounds) == computed["elimination_tie"]
        for settings in ({}, {"batch": True}, {"majority_of": "first_round"}):
            assert count_contest(contest, lot, **settings)[0].chosen == found.chosen
    assert wrong == []


def test_official_winners(elections: dict[str, Contest]) -> None:
    told = {place: one["official"]["candidate_id"] for place, one in elections.items() if one.get("official")}
    assert set(told) == OFFICIAL & set(elections)
    assert told == {place: count_contest(elections[place])[0].chosen[0] for place in told}


def test_no_party_has_more_seats_than_it_won(elections: dict[str, Contest]) -> None:
    districts = [one for place, one in elections.items() if place.startswith("nsw2015/")]
    seats: Counter[str] = Counter()
    for contest in districts:
        party = contest["party"][options_of(contest).index(count_contest(contest)[0].chosen[0])]
        seats[PARTIES.get(party, party)] += 1
    assert all(seats[party] <= NSW_SEATS[party] for party in seats)
    if len(districts) == sum(NSW_SEATS.values()):
        assert seats == NSW_SEATS


def test_aspen_2009_is_the_same_whatever_the_lot(elections: dict[str, Contest]) -> None:
    contest = elections[ASPEN]
    found, steps = count_contest(contest)
    assert found.tied == ("10", "11")
    assert steps.rounds[0].totals["10"] == steps.rounds[0].totals["11"] == 0
    options = options_of(contest)
    for lot in (options, options[::-1]):
        found, steps = count_contest(contest, lot)
        assert [tie.among for one in steps.rounds for tie in one.ties] == [("10", "11")]
        assert found.chosen == (contest["computed"]["winner"],)
    assert count_contest(contest, batch=True)[0].chosen == (contest["computed"]["winner"],)  # both at once


def test_case_7_empty_papers_are_invalid_and_not_exhausted(elections: dict[str, Contest]) -> None:
    contest = elections["nsw2015/Albury"]
    empty = sum(number for number, ranking in contest["ballots"] if not ranking)
    cast = sum(number for number, _ in contest["ballots"])
    _, steps = count_contest(contest)
    assert empty > 0
    assert (steps.valid, steps.rounds[0].exhausted) == (cast - empty, 0)


def test_the_scottish_form_is_stv_for_one_seat(elections: dict[str, Contest]) -> None:
    for place, contest in elections.items():
        lot = options_of(contest) if place == ASPEN else None
        scottish = stv.count_papers(options_of(contest), papers_of(contest), stv.Stv(1, "droop", 5), lot)
        assert scottish.chosen == count_contest(contest, lot)[0].chosen
