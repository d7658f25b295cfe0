"""Which proxies are good under a rule, and why the others are not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.presets import preset, presets
from voting.proxies import Found, Proxy, Roll, judge
from voting.rules import Rule

VOTERS = frozenset("abcdefx")
HOMES = {"a": "1-101", "son": "1-101", "b": "1-102", "x": "1-102"}


def papers(*pairs: str, written: bool = True, instructed: bool = False) -> list[Proxy]:
    """`ax`: a is the principal, x the holder."""
    return [Proxy(pair[0], pair[1:], written, instructed) for pair in pairs]


def codes(found: Found) -> list[str]:
    return [one.code for one in found.refused]


def test_three_for_each_holder_and_no_more() -> None:
    found = judge(preset("urban.elect.voters"), papers("ax", "bx", "cx", "dx", "dy"), Roll(VOTERS | {"y"}))
    assert [(one.principal, one.holder) for one in found.good] == [
        ("a", "x"),
        ("b", "x"),
        ("c", "x"),
        ("d", "y"),
    ]
    assert codes(found) == ["too-many"]
    assert "3 人" in found.refused[0].text.zh
    assert "3 people" in found.refused[0].text.en


@pytest.mark.parametrize(
    ("paper", "roll", "code"),
    [
        (Proxy("a", "x", written=False), Roll(VOTERS), "not-written"),
        (Proxy("q", "x", written=True), Roll(VOTERS), "not-on-roll"),
        (Proxy("a", "x", written=True), Roll(VOTERS, in_person={"a"}), "votes-in-person"),
        (Proxy("a", "a", written=True), Roll(VOTERS), "self"),
        (Proxy("a", "x", written=True), Roll(VOTERS, candidates={"x"}), "candidate"),
        (Proxy("a", "q", written=True), Roll(VOTERS), "not-a-voter"),
    ],
)
def test_bars_of_an_election(paper: Proxy, roll: Roll, code: str) -> None:
    found = judge(preset("village.elect"), [paper], roll)
    assert (found.good, codes(found)) == ((), [code])
    assert found.refused[0].text.zh
    assert found.refused[0].text.en


def test_a_candidate_may_give_a_proxy_but_not_hold_one() -> None:
    roll = Roll(VOTERS, candidates={"a"})
    assert len(judge(preset("village.elect"), papers("ax"), roll).good) == 1


@pytest.mark.parametrize(
    "name", ["urban.elect.reps", "urban.recall.reps", "urban.reps", "village.reps", "owners.committee"]
)
def test_representatives_have_none(name: str) -> None:
    assert codes(judge(preset(name), papers("ax"), Roll(VOTERS))) == ["no-proxies"]


def test_only_of_the_same_household_where_the_law_says_so() -> None:
    rule = preset("collective.members")
    found = judge(rule, papers("ason", "bson", "cx"), Roll(VOTERS, households=HOMES))
    assert [one.principal for one in found.good] == ["a"]
    assert codes(found) == ["other-household"] * 2  # that of c is not known
    assert codes(judge(rule, papers("ason"), Roll(VOTERS))) == ["other-household"]


def test_an_owner_instructs_an_agent() -> None:
    rule = preset("owners.special")
    assert codes(judge(rule, papers("alawyer"), Roll(VOTERS))) == ["not-instructed"]
    assert len(judge(rule, papers("alawyer", "blawyer", instructed=True), Roll(VOTERS)).good) == 2


def test_a_refused_paper_takes_no_place() -> None:
    found = judge(
        preset("urban.elect.voters"),
        [*papers("ax", written=False), *papers("ax", "ax", "bx", "cx")],
        Roll(VOTERS),
    )
    assert codes(found) == ["not-written", "repeated"]
    assert [one.principal for one in found.good] == ["a", "b", "c"]


names = st.sampled_from("abcdefxyz")


@given(
    given_papers=st.lists(st.builds(Proxy, names, names, st.booleans(), st.booleans()), max_size=20),
    rule=st.sampled_from(presets()),
)
def test_one_vote_for_each_principal_and_no_holder_above_the_limit(
    given_papers: list[Proxy], rule: Rule
) -> None:
    found = judge(rule, given_papers, Roll(VOTERS, candidates={"x"}, households=HOMES))
    assert len(found.good) + len(found.refused) == len(given_papers)
    principals = [one.principal for one in found.good]
    assert len(set(principals)) == len(principals)
    assert set(principals) <= VOTERS
    if rule.proxies is msgspec.UNSET:
        assert found.good == ()
    elif rule.proxies.most is not None:
        holders = [one.holder for one in found.good]
        assert all(holders.count(one) <= rule.proxies.most for one in holders)
