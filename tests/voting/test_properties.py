"""What must hold for every rule and every poll."""

from typing import Any

import msgspec
from hypothesis import assume, example, given
from hypothesis import strategies as st

from voting.presets import preset, presets
from voting.questions import Rule
from voting.rules import Requirement, decide
from voting.tally import Weights, encode_result, tally

CHOICES = [b'"for"', b'"against"', b'"abstain"', b'"spoiled"']
rules = st.sampled_from(presets())
voters = st.fixed_dictionaries({"heads": st.just(1), "area": st.integers(0, 300_00)})
slips = st.lists(st.tuples(st.sampled_from([*CHOICES, None]), voters), max_size=12)
"""A voter each, with the ballot or None for one who cast none."""


def hold(ask: Any, rule: Rule, people: list[tuple[bytes | None, Weights]], absent: int = 0) -> Any:
    present = [weights for _, weights in people]
    return tally(
        ask(rule),
        poll="p",
        eligible=present + [{"heads": 1, "area": 0}] * absent,
        present=present if rule.needs_presence else None,
        ballots=[(raw, weights) for raw, weights in people if raw is not None],
    )


@given(rule=rules, people=slips, absent=st.integers(0, 6), data=st.data())
def test_one_more_for_never_hurts(ask: Any, rule: Rule, people: Any, absent: int, data: Any) -> None:
    assume(people)
    before = hold(ask, rule, people, absent).decision
    i = data.draw(st.integers(0, len(people) - 1))
    after = hold(ask, rule, [*people[:i], (b'"for"', people[i][1]), *people[i + 1 :]], absent).decision
    order = ["no_quorum", "rejected", "passed"]
    assert order.index(after) >= order.index(before)


@given(rule=rules, people=slips, absent=st.integers(0, 6), data=st.data())
def test_the_order_of_ballots_does_not_show(
    ask: Any, rule: Rule, people: Any, absent: int, data: Any
) -> None:
    shuffled = data.draw(st.permutations(people))
    assert encode_result(hold(ask, rule, people, absent)) == encode_result(hold(ask, rule, shuffled, absent))


@given(people=slips, absent=st.integers(0, 6), factor=st.integers(1, 10**6))
def test_the_unit_of_area_does_not_matter(ask: Any, people: Any, absent: int, factor: int) -> None:
    rule = preset("owners.ordinary")
    larger = [(raw, {"heads": 1, "area": weights["area"] * factor}) for raw, weights in people]
    one, other = hold(ask, rule, people, absent), hold(ask, rule, larger, absent)
    assert one.decision == other.decision
    assert [made.ok for made in one.comparisons] == [made.ok for made in other.comparisons]


counts = st.fixed_dictionaries(
    {name: st.integers(0, 10**12) for name in ("eligible", "present", "cast", "valid", "for")}
)


@given(rule=rules, heads=counts, area=counts, factor=st.integers(1, 10**6))
def test_every_count_times_the_same_number_decides_the_same(
    rule: Rule, heads: Any, area: Any, factor: int
) -> None:
    def outcome(times: int) -> str:
        figures = {
            measure: {name: value * times for name, value in sums.items()}
            for measure, sums in (("heads", heads), ("area", area))
        }
        return decide(rule, figures).outcome

    assert outcome(1) == outcome(factor)


@given(heads=counts, one=counts, other=counts)
def test_a_rule_on_heads_never_looks_at_area(heads: Any, one: Any, other: Any) -> None:
    for rule in presets():
        if rule.measures == ("heads",):
            assert decide(rule, {"heads": heads, "area": one}) == decide(
                rule, {"heads": heads, "area": other}
            )


@given(heads=counts, area=counts)
def test_owners_pass_exactly_if_each_measure_passes_alone(heads: Any, area: Any) -> None:
    rule = preset("owners.ordinary")

    def alone(measure: str) -> str:
        narrowed = msgspec.structs.replace(
            rule,
            quorum=tuple(one for one in rule.quorum if one.measure == measure),
            majority=tuple(one for one in rule.majority if one.measure == measure),
        )
        return decide(narrowed, {"heads": heads, "area": area}).outcome

    each = {alone("heads"), alone("area")}
    both = decide(rule, {"heads": heads, "area": area}).outcome
    assert both == next(outcome for outcome in ("no_quorum", "rejected", "passed") if outcome in each)


@given(half=st.integers(1, 10**15))
def test_half_is_never_more_than_half(half: int) -> None:
    figures = {"heads": {"eligible": 2 * half, "present": 2 * half, "for": half}}
    assert decide(preset("urban.reps"), figures).outcome == "rejected"
    figures["heads"]["for"] += 1
    assert decide(preset("urban.reps"), figures).outcome == "passed"


@given(
    measure=st.sampled_from(["heads", "area"]),
    comparison=st.sampled_from(["gt", "ge"]),
    fraction=st.tuples(st.integers(1, 1000), st.integers(1, 1000)).filter(lambda pair: pair[0] < pair[1]),
    base=st.integers(1, 10**12),
)
@example(measure="area", comparison="gt", fraction=(1, 2), base=66_666_67)
def test_needed_is_the_smallest_amount_that_is_enough(
    measure: Any, comparison: Any, fraction: tuple[int, int], base: int
) -> None:
    requirement = Requirement(measure, "for", comparison, fraction, "present")
    rule = msgspec.structs.replace(preset("urban.reps"), quorum=(), majority=(requirement,))

    def ask_for(votes: int) -> Any:
        empty = {"heads": {"for": 0, "present": 1}}
        return decide(rule, empty | {measure: {"for": votes, "present": base}})

    needed = int(str(ask_for(0).comparisons[0].needed).replace(".", ""))
    assert ask_for(needed).outcome == "passed"
    if needed:
        assert ask_for(needed - 1).outcome == "rejected"


@given(people=slips, absent=st.integers(0, 3), data=st.data())
def test_among_those_present_all_but_for_is_the_same(ask: Any, people: Any, absent: int, data: Any) -> None:
    for rule in (preset("urban.reps"), preset("urban.assembly")):
        others = [
            (raw if raw == b'"for"' else data.draw(st.sampled_from([*CHOICES[1:], None])), weights)
            for raw, weights in people
        ]
        assert hold(ask, rule, people, absent).decision == hold(ask, rule, others, absent).decision


@given(rule=rules, people=slips, absent=st.integers(0, 6))
def test_the_sums_of_a_result_agree(ask: Any, rule: Rule, people: Any, absent: int) -> None:
    result = hold(ask, rule, people, absent)
    assert result.cast.heads == result.valid.heads + result.invalid.heads
    assert result.valid.heads == sum(option.total.heads for option in result.options)
    if rule.measures == ("heads", "area"):
        areas = [int(option.total.area.replace(".", "")) for option in result.options]
        assert int(result.valid.area.replace(".", "")) == sum(areas)
