"""What must hold of every count of rankings by pairs."""

from collections import Counter
from itertools import pairwise, permutations
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from voting.methods import ranked_pairs, schulze
from voting.methods.protocol import Count
from voting.methods.ranked_pairs import RankedPairs, RankedPairsSteps
from voting.methods.schulze import Schulze, SchulzeSteps
from voting.pairwise import Strength, Unranked, condorcet_winner, matrix, restrict, smith_set, wins
from voting.rankings import Papers, Ranking

OPTIONS = ("a", "b", "c", "d", "e")
strengths = st.sampled_from(["winning_votes", "margins"])
unranked = st.sampled_from(["last", "ignored"])


@st.composite
def rankings(draw: Any, options: tuple[str, ...] = OPTIONS) -> Ranking:
    """Some options at some ranks, at least one."""
    ranks = draw(st.dictionaries(st.sampled_from(options), st.integers(1, 4), min_size=1))
    return tuple(tuple(o for o in options if ranks.get(o) == rank) for rank in sorted(set(ranks.values())))


papers_of = st.dictionaries(rankings(), st.integers(1, 5), min_size=1, max_size=8)
lots = st.permutations(OPTIONS)


def by_schulze(
    papers: Papers, strength: Strength = "winning_votes", among: Any = OPTIONS, **more: Any
) -> Count:
    settings = Schulze(strength, more.get("unranked", "last"), more.get("seats", 1))
    return schulze.count_papers(among, papers, settings, more.get("lot"))


def by_pairs(
    papers: Papers, strength: Strength = "winning_votes", among: Any = OPTIONS, **more: Any
) -> Count:
    settings = RankedPairs(strength, more.get("unranked", "last"))
    return ranked_pairs.count_papers(among, papers, settings, more.get("lot"))


def winners(count: Count) -> set[str]:
    return set(count.chosen or count.tied)


@given(rankings(), st.integers(1, 9))
def test_one_paper_puts_what_it_ranks_before_what_it_does_not(ranking: Ranking, times: int) -> None:
    rank = {option: place for place, group in enumerate(ranking) for option in group}
    last, ignored = (matrix(OPTIONS, {ranking: times}, how) for how in ("last", "ignored"))
    for one, other in permutations(OPTIONS, 2):
        before = one in rank and other in rank and rank[one] < rank[other]
        assert ignored[one][other] == times * before
        assert last[one][other] == times * (before or (one in rank and other not in rank))


@given(papers_of)
def test_what_papers_say_of_two_options_does_not_depend_on_a_third(papers: Papers) -> None:
    fewer = Counter[Ranking]()
    for ranking, times in papers.items():
        fewer[tuple(group for full in ranking if (group := tuple(o for o in full if o != "e")))] += times
    assert restrict(matrix(OPTIONS, papers, "ignored"), OPTIONS[:4]) == matrix(OPTIONS[:4], fewer, "ignored")


@given(papers_of, st.data())
def test_who_cast_which_paper_and_when_does_not_matter(papers: Papers, data: Any) -> None:
    shuffled = dict(data.draw(st.permutations(list(papers.items()))))
    assert by_schulze(papers) == by_schulze(shuffled)
    assert by_pairs(papers) == by_pairs(shuffled)


@given(papers_of, strengths, unranked, st.permutations(OPTIONS), st.none() | lots)
def test_no_option_is_treated_differently_for_its_name_or_place(
    papers: Papers, strength: Strength, unranked: Unranked, names: list[str], lot: list[str] | None
) -> None:
    renamed = dict(zip(OPTIONS, names, strict=True))
    other_papers = {tuple(tuple(renamed[o] for o in g) for g in r): n for r, n in papers.items()}
    other_lot = None if lot is None else [renamed[o] for o in lot]
    for method in (by_schulze, by_pairs):
        one = method(papers, strength, unranked=unranked, lot=lot)
        other = method(other_papers, strength, tuple(sorted(names)), unranked=unranked, lot=other_lot)
        assert tuple(renamed[o] for o in one.chosen) == other.chosen
        assert {renamed[o] for o in one.tied} == set(other.tied)


@given(papers_of, strengths, st.integers(1, 10**9), st.none() | lots)
def test_every_paper_times_the_same_number_chooses_the_same(
    papers: Papers, strength: Strength, factor: int, lot: list[str] | None
) -> None:
    many = {ranking: times * factor for ranking, times in papers.items()}
    for method in (by_schulze, by_pairs):
        one, other = method(papers, strength, lot=lot), method(many, strength, lot=lot)
        assert (one.chosen, one.tied) == (other.chosen, other.tied)


@given(papers_of, strengths, unranked)
def test_who_wins_against_everyone_is_chosen(papers: Papers, strength: Strength, unranked: Unranked) -> None:
    best = condorcet_winner(matrix(OPTIONS, papers, unranked))
    assume(best is not None)
    assert by_schulze(papers, strength, unranked=unranked).chosen == (best,)
    assert by_pairs(papers, strength, unranked=unranked).chosen == (best,)


@given(papers_of, strengths)
def test_winners_are_in_the_smith_set(papers: Papers, strength: Strength) -> None:
    smith = set(smith_set(matrix(OPTIONS, papers, "last")))
    assert winners(by_schulze(papers, strength)) <= smith
    assert winners(by_pairs(papers, strength)) <= smith


@given(papers_of)
def test_the_smith_set_is_the_smallest_that_wins_against_the_rest(papers: Papers) -> None:
    pairs = matrix(OPTIONS, papers, "last")
    won = wins(pairs, "margins")

    def dominates(members: tuple[str, ...]) -> bool:
        return all(o in won[m] for m in members for o in OPTIONS if o not in members)

    assert smith_set(pairs) == next(
        members
        for size in range(1, 6)
        for members in permutations(OPTIONS, size)
        if members == tuple(sorted(members)) and dominates(members)
    )


@given(papers_of, strengths, unranked)
def test_an_option_outside_the_smith_set_never_changes_who_wins_by_schulze(
    papers: Papers, strength: Strength, unranked: Unranked
) -> None:
    pairs = matrix(OPTIONS, papers, unranked)
    outside = [option for option in OPTIONS if option not in smith_set(pairs)]
    assume(outside)
    before = schulze.schulze_order(schulze.strongest_paths(wins(pairs, strength)))[0]
    for gone in outside:
        left = restrict(pairs, [option for option in OPTIONS if option != gone])
        assert schulze.schulze_order(schulze.strongest_paths(wins(left, strength)))[0] == before


@given(papers_of, strengths, st.sampled_from(OPTIONS), st.data())
def test_a_clone_does_not_change_who_wins_by_schulze(
    papers: Papers, strength: Strength, cloned: str, data: Any
) -> None:
    """Some put the clone right before its twin, some right behind, some beside it."""
    copied: dict[Ranking, int] = {}
    for ranking, times in papers.items():
        with_clone: list[tuple[str, ...]] = []
        for group in ranking:
            if cloned not in group:
                with_clone.append(group)
                continue
            rest = tuple(o for o in group if o != cloned)
            kind = "equal" if rest else data.draw(st.sampled_from(["before", "behind", "equal"]))
            if kind == "equal":
                with_clone.append((*group, "z"))
            else:
                with_clone += [("z",), (cloned,)] if kind == "before" else [(cloned,), ("z",)]
        copied[tuple(with_clone)] = copied.get(tuple(with_clone), 0) + times
    before, after = (
        winners(by_schulze(papers, strength)),
        winners(by_schulze(copied, strength, (*OPTIONS, "z"))),
    )
    assert before - {cloned} == after - {cloned, "z"}
    assert (cloned in before) == bool({cloned, "z"} & after)


@given(papers_of, strengths, unranked)
def test_strongest_paths_are_what_trying_every_path_finds(
    papers: Papers, strength: Strength, unranked: Unranked
) -> None:
    won = wins(matrix(OPTIONS, papers, unranked), strength)
    found = schulze.strongest_paths(won)
    for one, other in permutations(OPTIONS, 2):
        between = [o for o in OPTIONS if o not in (one, other)]
        best = 0
        for size in range(len(between) + 1):
            for middle in permutations(between, size):
                way = (one, *middle, other)
                best = max(best, min(won[x].get(y, 0) for x, y in pairwise(way)))
        path = found[one][other]
        assert path.strength == best
        if best:
            assert (path.over[0], path.over[-1]) == (one, other)
            assert min(won[x][y] for x, y in pairwise(path.over)) == best
        else:
            assert path.over == ()


@given(papers_of, strengths, st.integers(1, 4), lots)
def test_a_lot_fills_every_seat_and_takes_nobody_who_was_not_tied(
    papers: Papers, strength: Strength, seats: int, lot: list[str]
) -> None:
    without, drawn = (by_schulze(papers, strength, seats=seats, lot=one) for one in (None, lot))
    assert len(drawn.chosen) == seats
    assert not drawn.tied
    assert set(without.chosen) <= set(drawn.chosen) <= set(without.chosen) | set(without.tied)
    chosen_by_lot = [option for option in lot if option in drawn.chosen and option in without.tied]
    assert chosen_by_lot == [option for option in lot if option in without.tied][: len(chosen_by_lot)]


@given(papers_of, strengths, lots)
def test_ranked_pairs_by_lot_choose_one_that_was_possible(
    papers: Papers, strength: Strength, lot: list[str]
) -> None:
    without, drawn = by_pairs(papers, strength), by_pairs(papers, strength, lot=lot)
    assert len(drawn.chosen) == 1
    assert set(drawn.chosen) <= winners(without)
    steps = drawn.steps
    assert isinstance(steps, RankedPairsSteps)
    assert all(turn.verdict != "open" for turn in steps.turns)


def in_every_order(papers: Papers, strength: Strength) -> set[str]:
    """Who wins in some order of equal wins: by trying them all."""
    won = [
        (votes, x, y)
        for x, row in wins(matrix(OPTIONS[:4], papers, "last"), strength).items()
        for y, votes in row.items()
    ]
    found = set()
    for order in permutations(won):
        if all(one[0] >= other[0] for one, other in pairwise(order)):
            turns = ranked_pairs.lock([win] for win in order)
            beaten = {turn.loser for turn in turns if turn.verdict == "locked"}
            found |= set(OPTIONS[:4]) - beaten
    return found


@given(st.dictionaries(rankings(OPTIONS[:4]), st.integers(1, 3), min_size=1, max_size=4), strengths)
def test_without_a_lot_everyone_who_may_win_in_some_order_is_named(
    papers: Papers, strength: Strength
) -> None:
    assert in_every_order(papers, strength) <= winners(by_pairs(papers, strength, OPTIONS[:4]))


def test_steps_tell_every_comparison() -> None:
    # The example of Schulze's paper of 2011 (section 3.1): 45 voters, E wins over paths.
    said = {"acbed": 5, "adecb": 5, "bedac": 8, "cabed": 3, "caebd": 7, "cbade": 2, "dceba": 7, "ebadc": 8}
    papers = {tuple((o,) for o in ranking): times for ranking, times in said.items()}
    count = by_schulze(papers, seats=2)
    assert count.chosen == ("e", "a")
    steps = count.steps
    assert isinstance(steps, SchulzeSteps)
    assert steps.pairs == (
        (0, 20, 26, 30, 22),
        (25, 0, 16, 33, 18),
        (19, 29, 0, 17, 24),
        (15, 12, 28, 0, 14),
        (23, 27, 21, 31, 0),
    )
    assert steps.places == (("e",), ("a",), ("c",), ("b",), ("d",))
    assert [(duel.one, duel.other, duel.forth.strength, duel.back.strength) for duel in steps.duels] == [
        ("a", "b", 28, 25),
        ("a", "c", 28, 25),
        ("a", "d", 30, 25),
        ("a", "e", 24, 25),
        ("b", "c", 28, 29),
        ("b", "d", 33, 28),
        ("b", "e", 24, 28),
        ("c", "d", 29, 28),
        ("c", "e", 24, 28),
        ("d", "e", 24, 31),
    ]
    assert steps.duels[0].forth.over == ("a", "d", "c", "b")
    assert steps.duels[0].back.over in [("b", "a"), ("b", "d", "c", "e", "a")]
