"""RCTab's own test sets, counted to its expected results; those that ask for what is not here are listed by name.

RCTab counts ranked ballots for American authorities; its sets are the data set `rctab`.
It reports a round more than we do in two cases, and these rounds are compared apart:
it drops undeclared written-in names in a round of their own, where we pass them over from the start;
and where it goes on until two remain, it reports the election of the winner as a round, and the threshold stays.
"""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.voting.data import folder
from tests.voting.formats.test_rctab import ABSENT, INVALID, load
from voting.formats.rctab import UNDECLARED, UNDECLARED_NAME, Contest, Rules
from voting.methods import stv
from voting.methods.irv import Irv, IrvSteps, count_papers
from voting.methods.stv import Quota, Stv, StvSteps
from voting.rankings import Strict, StrictPapers

Report = dict[str, Any]

PASSES = ("singleWinnerMajority", "multiPassIrv")
MISSING = {
    "multi_seat_bottoms_up_with_cutoff_eliminate": "bottomsUpUsingPercentageThreshold",
    "multi_seat_bottoms_up_with_dynamic_threshold": "bottomsUpUsingPercentageThreshold",
    "multi_seat_uwi_test": "multiWinnerAllowMultipleWinnersPerRound",  # its quota counts undeclared names
    "nist_xml_cdf_2": "somebody is elected though every ballot is empty",
    "sample_interactive_tiebreak": "stopCountingAndAsk, and no expected result",
    "test_set_allow_only_one_winner_per_round": "multiWinnerAllowOnlyOneWinnerPerRound",
    "test_set_overvote_delimiter": "exhaustIfMultipleContinuing",
}
"""Sets whose option we do not have."""
ONE_SURPLUS = {
    "minneapolis_multi_seat_threshold",
    "test_set_multi_winner_fractional_threshold",
}
"""Sets of several winners. RCTab moves all surpluses of a round at once, and cuts off surplus ÷ total before it
multiplies; where there is one surplus of papers of full value, that is the Scottish transfer."""
DRAWN = {
    "first_round_determines_threshold_test",
    "first_round_determines_threshold_tiebreaker_test",
    "test_set_treat_blank_as_undeclared_write_in",
    "tiebreak_previous_round_counts_then_random_test",
    "tiebreak_seed_test",
    "unisyn_xml_cdf_city_chief_of_police",
    "unisyn_xml_cdf_city_council_member",
    "unisyn_xml_cdf_city_mayor",
    "unisyn_xml_cdf_county_coroner",
    "unisyn_xml_cdf_county_sheriff",
}
"""Sets with a tie that its generator of random numbers decided: the lot is taken from its report."""


def settings(rules: Rules) -> Irv:
    return Irv(
        until="two_remain" if rules.continue_until_two_candidates_remain else "majority",
        majority_of="first_round" if rules.does_first_round_determine_threshold else "continuing",
        batch=rules.batch_elimination,
        ties="earlier_round" if rules.tiebreak_mode == "previousRoundCountsThenRandom" else "lot",
    )


def missing(place: Path, contest: Contest) -> str | None:
    """What the set asks for that we do not have."""
    rules = contest.rules
    assert not rules.minimum_vote_threshold
    assert rules.stop_tabulation_early_after_round is None
    if rules.winner_election_mode not in PASSES and place.name not in ONE_SURPLUS:
        return rules.winner_election_mode
    if not contest.profile.rankings:
        return "somebody is elected though every ballot is empty"
    if contest.profile.ties:
        return "exhaustIfMultipleContinuing"
    if not list(place.glob("*expected_detailed_report.json")):
        return f"{rules.tiebreak_mode}, and no expected result"
    return None


def without(papers: StrictPapers, gone: set[str]) -> StrictPapers:
    """The papers as if some could not be chosen."""
    kept: Counter[Strict] = Counter()
    for ranking, number in papers.items():
        kept[tuple(one for one in ranking if one not in gone)] += number
    del kept[()]
    return kept


def ours(steps: IrvSteps, names: dict[str, str]) -> list[Report]:
    return [
        {
            "tally": {names[one]: str(total) for one, total in row.totals.items()},
            "threshold": str(row.threshold),
            "eliminated": {
                names[one.option]: {names[other]: str(number) for other, number in one.to.items()}
                | ({"exhausted": str(one.exhausted)} if one.exhausted else {})
                for one in row.excluded
            },
            "exhausted": row.exhausted,
        }
        for row in steps.rounds
    ]


def theirs(report: Report, rules: Rules) -> list[Report]:
    """Its rounds without those of its own kind, and how many ballots became inactive since the first of them."""
    rows = list(report["results"])
    dropped = [one.get("eliminated") for one in rows[0]["tallyResults"]]
    if dropped == [UNDECLARED_NAME] and int(rows[0]["tally"][UNDECLARED_NAME]):
        rows = rows[1:]
    elected = next(n for n, row in enumerate(rows) if any("elected" in one for one in row["tallyResults"]))
    if rules.continue_until_two_candidates_remain and rows[elected + 1 :]:
        assert rows[elected]["tally"] == rows[elected + 1]["tally"]
        del rows[elected]
    inactive = [sum(map(int, row["inactiveBallots"].values())) for row in rows]
    return [
        {
            "tally": row["tally"],
            "threshold": row["threshold"] if number <= elected else None,
            "eliminated": {
                one["eliminated"]: one["transfers"] for one in row["tallyResults"] if "eliminated" in one
            },
            "exhausted": inactive[number] - inactive[0],
        }
        for number, row in enumerate(rows)
    ]


def decided(report: Report, kind: str) -> list[str]:
    return [one[kind] for row in report["results"] for one in row["tallyResults"] if kind in one]


def compare(place: Path, contest: Contest) -> bool:
    """Whether every round is RCTab's, and whoever is elected."""
    profile, rules = contest.profile, contest.rules
    papers, names = profile.as_strict(), profile.names
    ids = {name: one for one, name in names.items()}
    gone: set[str] = set()
    for path in sorted(place.glob("*expected_detailed_report.json")):
        report = json.loads(path.read_text(encoding="utf-8"))
        if UNDECLARED in names and int(report["results"][0]["tally"][UNDECLARED_NAME]):
            gone.add(UNDECLARED)
        options = [one for one in profile.ids if one not in gone]
        lot = options if rules.tiebreak_mode == "useCandidateOrder" else None
        found = count_papers(options, without(papers, gone), settings(rules), lot)
        if place.name in DRAWN:
            assert found.tied
            first = [ids[name] for name in decided(report, "elected")]
            last = [ids[name] for name in reversed(decided(report, "eliminated")) if ids[name] not in gone]
            lot = first + [one for one in options if one not in first + last] + last
            found = count_papers(options, without(papers, gone), settings(rules), lot)
        assert isinstance(found.steps, IrvSteps)
        rows, expected = ours(found.steps, names), theirs(report, rules)
        for row, other in zip(rows, expected, strict=False):
            row["threshold"] = row["threshold"] if other["threshold"] else None
        if rows != expected or [names[one] for one in found.chosen] != decided(report, "elected"):
            return False
        gone.update(found.chosen)
    return True


def compare_seats(place: Path, contest: Contest) -> bool:
    """Whether the totals are RCTab's whenever they change, up to the last election."""
    rules, names = contest.rules, contest.profile.names
    report = json.loads(next(place.glob("*expected_detailed_report.json")).read_text(encoding="utf-8"))
    form: Quota = "hagenbach_bischoff" if rules.non_integer_winning_threshold else "droop"
    assert not rules.hare_quota
    assert rules.tiebreak_mode == "useCandidateOrder"
    options = list(contest.profile.ids)
    method = Stv(rules.number_of_winners, form, rules.decimal_places_for_vote_arithmetic)
    found = stv.count_papers(options, contest.profile.as_strict(), method, options)
    assert isinstance(found.steps, StvSteps)
    rows, excluded = list[dict[str, Decimal]](), set[str | None]()
    for stage in found.steps.stages:
        excluded |= {stage.option} if stage.event == "exclusion" else set()
        rows.append({names[one]: Decimal(it) for one, it in stage.totals.items() if one not in excluded})
    expected = list[dict[str, Decimal]]()
    for row in report["results"]:
        tally = {one: Decimal(votes) for one, votes in row["tally"].items()}
        expected += [tally] if expected[-1:] != [tally] else []
    elected = sorted(decided(report, "elected"))
    same = sorted(names[one] for one in found.chosen) == elected
    return same and rows == expected[: len(rows)] and len(expected) - len(rows) in (0, 1)


def test_every_set_counts_to_its_expected_result() -> None:
    places = {place.name: place for place in folder("rctab").iterdir() if list(place.glob("*_config.json"))}
    at_hand = {name: (place, load(place)) for name, place in places.items() if name not in ABSENT | INVALID}
    lacking = {name: missing(*one) for name, one in at_hand.items()}
    assert {name: option for name, option in lacking.items() if option} == MISSING
    counted = {
        name: compare_seats(*one) if name in ONE_SURPLUS else compare(*one)
        for name, one in at_hand.items()
        if name not in MISSING
    }
    assert [name for name, same in counted.items() if not same] == []
    assert len(counted) >= 30
    assert set(counted) >= DRAWN | ONE_SURPLUS


@pytest.mark.parametrize("name", sorted(ABSENT))
def test_a_set_whose_ballots_are_absent(name: str) -> None:
    place = folder("rctab") / name
    with pytest.raises(FileNotFoundError):
        load(place)
    pytest.skip(f"the ballots of {name} are not in the part of rctab at hand")
