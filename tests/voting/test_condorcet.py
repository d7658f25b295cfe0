"""Real elections counted by pairs, and two other programs that count them."""

import json
from fractions import Fraction
from typing import Any

import pytest

from tests.voting import profiles
from tests.voting.data import folder
from voting.methods import borda, ranked_pairs, schulze
from voting.methods.borda import Borda
from voting.methods.protocol import Count
from voting.methods.ranked_pairs import RankedPairs
from voting.methods.schulze import Schulze, count_debian
from voting.pairwise import Unranked, condorcet_winner, matrix

pytestmark = pytest.mark.timeout(300)

SCHULZE = Schulze("winning_votes", "last", 1)
PAIRS = RankedPairs("winning_votes", "last")


def winners(count: Count) -> list[str]:
    return list(count.chosen or count.tied)


def every() -> dict[str, profiles.Profile]:
    return profiles.strict() | profiles.debian()


# Debian's constitution. The official winners, and what the project's secretary published.

DEVELOPERS_2006 = 972
QUORUM_2006 = 47  # 3 × √972 ÷ 2 = 46.77, to the next whole number (lists.debian.org, debian-vote, April 2006)


def official(year: int) -> Any:
    contests = json.loads((folder("debian_schulze") / "contests.json").read_text(encoding="utf-8"))
    return next(one for one in contests if one["id"] == f"debian-dpl-{year}")


def elect(year: int, quorum: int, unranked: Unranked = "last") -> tuple[list[str], list[str]]:
    """The names of winners and dropped options."""
    contest = official(year)
    options, papers = profiles.debian()[contest["id"]]
    pairs = matrix(options, papers, unranked)
    won, dropped = count_debian(pairs, str(contest["default_option"]), quorum, {})
    names = contest["candidates"]
    return [names[one] for one in won], [names[one.option] for one in dropped]


@pytest.mark.parametrize(("year", "quorum"), [(2002, 46), (2006, QUORUM_2006), (2010, 45)])
def test_debian_elects_whom_debian_elected(year: int, quorum: int) -> None:
    """The quorum was about 45 in these years, and every candidate's figure is far from it."""
    assert elect(year, quorum)[0] == [official(year)["official"]["winner"]]


def test_debian_2006_drops_the_two_that_do_not_beat_the_default() -> None:
    """Test case 11."""
    assert elect(2006, QUORUM_2006)[1] == ["Ari Pollak", "Jonathan aka Ted Walther"]


def test_debian_2006_turns_when_unranked_options_are_ignored() -> None:
    """Test case 9: the official rule is that unranked options are last."""
    assert elect(2006, QUORUM_2006)[0] == ["Anthony Towns"]
    assert elect(2006, QUORUM_2006, "ignored")[0] == ["Steve McIntyre"]


def test_debian_2003_cannot_be_counted_from_a_file_without_equal_ranks() -> None:
    """The negative test. Michlmayr was elected; the file at hand has no equal ranks, which the sheet had.

    Where a voter ranked Michlmayr and Garbee equal, it says that Garbee stood first: with the true ballots
    Michlmayr won against Garbee 228 : 224, with these Garbee wins 252 or more against the same 228.
    So a correct count of this file must find Garbee, and equal ranks must survive an import.
    """
    contest = official(2003)
    options, papers = profiles.debian()["debian-dpl-2003"]
    assert all(len(group) == 1 for ranking in papers for group in ranking)
    pairs = matrix(options, papers, "last")
    names = {name: option for option, name in contest["candidates"].items()}
    garbee, michlmayr = names["Bdale Garbee"], names["Martin Michlmayr"]
    assert (pairs[michlmayr][garbee], pairs[garbee][michlmayr]) == (228, 252)
    assert contest["official"]["winner"] == "Martin Michlmayr"
    assert elect(2003, 44)[0] == ["Bdale Garbee"]


def test_debian_matrices() -> None:
    for contest_id, (options, papers) in profiles.debian().items():
        pairs = matrix(options, papers, "last")
        for pair, votes in official(int(contest_id[-4:]))["pairwise"].items():
            one, other = pair.split(">")
            assert pairs[one][other] == votes


def test_quorum_and_ratio_against_the_default_option() -> None:
    """Test case 11 at its edges: quorum reached exactly, ratio met exactly; and nobody left but the default."""
    pairs = {"a": {"b": 9, "none": 6}, "b": {"a": 1, "none": 8}, "none": {"a": 3, "b": 4}}
    two = Fraction(2)
    assert count_debian(pairs, "none", 6, {})[0] == ("a",)
    won, dropped = count_debian(pairs, "none", 7, {})
    assert (won, [(one.option, one.votes, one.against, one.quorate) for one in dropped]) == (
        ("b",),
        [("a", 6, 3, False)],
    )
    won, dropped = count_debian(
        pairs, "none", 6, {"a": two, "b": two}
    )  # twice as many is not more than twice
    assert (won, [one.quorate for one in dropped]) == (("none",), [True, True])
    # 2004, as published: 911 developers, quorum 45.27; Nagy 144 : 258 is dropped, the others pass.
    published = {"Nagy": (144, 258), "Robinson": (394, 70), "Michlmayr": (442, 26)}
    for name, (votes, against) in published.items():
        alone = {name: {"none": votes}, "none": {name: against}}
        won, dropped = count_debian(alone, "none", 46, {})
        assert (won == ("none",)) == (name == "Nagy")
        assert all(one.quorate for one in dropped)


# The cross-check: what four other libraries find.


def cross_check() -> dict[str, Any]:
    text = (folder("condorcet_crosscheck") / "schulze_rp.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_every_profile_of_the_cross_check() -> None:
    """Schulze, Condorcet winner, smallest margin, ranked pairs; and what the libraries did not agree on."""
    expected, counted = cross_check(), every()
    assert set(expected) == set(counted)
    apart = {}
    for contest_id, said in expected.items():
        options, papers = counted[contest_id]
        pairs = matrix(options, papers, "last")
        best = condorcet_winner(pairs)
        assert said["condorcet_winner"] == (None if best is None else int(best))
        margins = [
            abs(votes - pairs[other][one]) for one, row in pairs.items() for other, votes in row.items()
        ]
        assert said["min_pairwise_margin"] == min(margins)
        assert [int(one) for one in winners(schulze.count_papers(options, papers, SCHULZE))] == said[
            "schulze"
        ]
        assert len(said["schulze_agree"]) == 4
        ours = [int(one) for one in winners(ranked_pairs.count_papers(options, papers, PAIRS))]
        if differing := {name: found for name, found in said["ranked_pairs"].items() if found != ours}:
            apart[contest_id] = differing
    assert apart == {
        # 2 and 5 have 5 : 5 in pairs of equal votes, so both are unbeaten. votelib orders them by chance.
        "glasgow-city/S13002987": {"vl": [2]},
        # The npm library runs out of stack.
        "west-lothian/S13002822": {"npm": "RangeError: Maximum call stack size exceeded"},
        "us/SanFran_2007_Mayor": {"npm": "RangeError: Maximum call stack size exceeded"},
    }


def test_the_one_profile_without_a_condorcet_winner() -> None:
    """Test case 10: Glasgow, ward S13002987. Two candidates have exactly as many voters each against the other."""
    options, papers = profiles.strict()["glasgow-city/S13002987"]
    pairs = matrix(options, papers, "last")
    assert pairs["2"]["5"] == pairs["5"]["2"]
    count = schulze.count_papers(options, papers, SCHULZE)
    assert (count.chosen, count.tied) == ((), ("2", "5"))
    for lot, winner in ((options, "2"), (options[::-1], "5")):
        assert schulze.count_papers(options, papers, SCHULZE, lot).chosen == (winner,)
        assert ranked_pairs.count_papers(options, papers, PAIRS, lot).chosen == (winner,)


def test_margins_elect_the_same_in_every_one_of_them() -> None:
    for options, papers in every().values():
        for method, by_votes in ((schulze, SCHULZE), (ranked_pairs, PAIRS)):
            by_margin = type(by_votes)(**{**_members(by_votes), "strength": "margins"})
            one, other = (
                method.count_papers(options, papers, settings) for settings in (by_votes, by_margin)
            )
            assert winners(one) == winners(other)


def _members(settings: Any) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.__struct_fields__}


def test_what_truncated_papers_give_changes_the_winner_by_borda() -> None:
    """Test case 13: 43 of the 267, by three rules that are all in use.

    In one more, Debian 2006, the rules differ because of equal ranks, for which there is no common rule at all:
    ours gives an option what those behind it are worth, and half of its equals only under `average`.
    """
    turned = []
    for contest_id, (options, papers) in every().items():
        found = {
            tuple(winners(borda.count_papers(options, papers, Borda(truncation, 1))))
            for truncation in ("zero", "average", "modified")
        }
        if len(found) > 1:
            turned.append(contest_id)
    assert len(turned) == 44
    assert [one for one in turned if one.startswith("debian")] == ["debian-dpl-2006"]


# Other programs.

SAMPLE = (
    "glasgow-city/S13002987",
    "us/Aspen_2009_CityCouncil",
    "us/Aspen_2009_Mayor",
    "us/Berkeley_2010_D7CityCouncil",
    "aberdeen-city/S13002835",
)


@pytest.mark.foreign
@pytest.mark.parametrize(
    "contest_id", [*SAMPLE, *(f"debian-dpl-{year}" for year in (2002, 2003, 2006, 2010))]
)
def test_belenios_finds_the_same_matrix_and_the_same_order(contest_id: str) -> None:
    options, papers = every()[contest_id]
    profiles.same_as_belenios(options, papers)


@pytest.mark.foreign
def test_votelib_finds_the_same() -> None:
    """Every profile; one difference: by ranked pairs votelib takes one of two equals, without saying so."""
    votelib = pytest.importorskip("votelib.evaluate.condorcet", reason="votelib is not installed: make dev")
    apart: dict[str, Any] = {}
    for contest_id, (options, papers) in every().items():
        pairs = {(x, y): n for x, row in matrix(options, papers, "last").items() for y, n in row.items()}
        for method, ours in ((votelib.Schulze(), schulze), (votelib.RankedPairs(), ranked_pairs)):
            settings: Any = SCHULZE if ours is schulze else PAIRS
            mine = winners(ours.count_papers(options, papers, settings))
            (its,) = method.evaluate(pairs)
            its_set = [its] if isinstance(its, str) else sorted(its)
            if its_set != mine:
                apart[f"{contest_id} {type(method).__name__}"] = (mine, its_set)
    assert apart == {"glasgow-city/S13002987 RankedPairs": (["2", "5"], ["2"])}


@pytest.mark.foreign
def test_votelib_makes_the_same_matrix() -> None:
    convert = pytest.importorskip("votelib.convert", reason="votelib is not installed: make dev")
    for options, papers in [every()[one] for one in SAMPLE] + list(profiles.debian().values()):
        ballots = {
            tuple(group[0] if len(group) == 1 else frozenset(group) for group in ranking): times
            for ranking, times in papers.items()
        }
        for unranked in ("last", "ignored"):
            found = convert.RankedToCondorcetVotes(unranked_at_bottom=unranked == "last").convert(ballots)
            ours = matrix(options, papers, unranked)  # type: ignore[arg-type]
            assert found == {(x, y): n for x, row in ours.items() for y, n in row.items() if n}
