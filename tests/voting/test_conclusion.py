"""What results mean, in words: every method, every outcome, both languages."""

import random
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from tests import methods
from tests.room import choosing, motion, text
from voting.conclusion import Conclusion, conclude
from voting.methods.approval import Approval
from voting.methods.borda import Borda
from voting.methods.grading import PERSONS, Grading
from voting.methods.irv import Irv
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.plurality import Plurality
from voting.methods.schulze import Schulze
from voting.methods.score import Score
from voting.methods.stv import Stv
from voting.own import derive
from voting.presets import preset
from voting.questions import AGREEMENT_OPTIONS, Question
from voting.results import Result
from voting.rules import Text
from voting.standings import LENGTH
from voting.tally import tally

ONE = {"heads": 1}


def concluded(question: Question, choices: Sequence[Any], people: int = 6, **known: Any) -> Conclusion:
    """What a poll means in which these were the ballots."""
    return conclude(question, counted(question, choices, people, **known))


def counted(question: Question, choices: Sequence[Any], people: int = 6, **known: Any) -> Result:
    roll = [ONE] * people
    present = roll[:6] if question.electorate == "present" else None
    ballots = [(msgspec.json.encode(one), ONE) for one in choices]
    return tally(question, poll="p", eligible=roll, present=present, ballots=ballots, **known)


def amounts(told: Conclusion) -> list[tuple[str, str, int, str | None]]:
    return [(one.id, one.amount.en, one.bar, one.mark) for one in told.standings]


def test_a_motion_keeps_its_options_in_order_and_its_bars_are_parts_of_the_valid_ballots() -> None:
    told = concluded(motion(), ["against"] * 3 + ["for"])
    assert (told.says.zh, told.says.en, told.more) == ("未通过。", "Not passed.", ())
    assert amounts(told) == [
        ("for", "1", LENGTH // 4, None), ("against", "3", LENGTH * 3 // 4, None), ("abstain", "0", 0, None),
    ]  # fmt: skip


def test_constituencies_are_told_in_the_order_of_their_numbers() -> None:
    told = concluded(
        motion(breakdown="unit"),
        ["for", "against", "for", "for", "against"],
        units=["10号楼", "2号楼", "", "2号楼", "第一网格 1号楼"],
    )
    assert [one.zh for one in told.units] == [
        "2号楼（2 票）：同意 1、反对 1、弃权 0",
        "10号楼（1 票）：同意 1、反对 0、弃权 0",
        "第一网格 1号楼（1 票）：同意 0、反对 1、弃权 0",
        "没有填楼栋（1 票）：同意 1、反对 0、弃权 0",
    ]
    assert told.units[0].en == "2号楼 (2 ballots): For 1, Against 1, Abstain 0"
    assert told.units[3].en == "No building given (1 ballot): For 1, Against 0, Abstain 0"
    assert concluded(motion(), ["for"]).units == ()


def test_a_result_by_area_says_heads_and_area() -> None:
    owners = motion(rule="owners.ordinary")
    weights = {"heads": 1, "area": 12345}
    told = conclude(
        owners, tally(owners, poll="p", eligible=[weights], present=None, ballots=[(b'"for"', weights)])
    )
    assert told.standings[0].amount.zh == "1 (123.45 m²)"


@pytest.mark.parametrize(
    ("known", "zh"),
    [
        ({"void_reason": "读错了题目"}, "表决作废，没有结果。"),
        ({"unopened": 1}, "无法核实，没有结果。"),
        ({"people": 60}, "未达到法定人数，不作决定。"),
    ],
)
def test_where_there_is_no_result_it_says_so_and_why(known: dict[str, Any], zh: str) -> None:
    told = concluded(motion(), ["for"], **known)
    assert told.says.zh == zh
    assert len(told.more) == ("people" not in known)
    assert all(one.mark is None for one in told.standings)


def test_those_who_are_chosen_come_first_and_who_goes_on_is_said() -> None:
    question = choosing("q", Plurality(2, 1), rule=preset("urban.reps"))
    told = concluded(question, [["a", "b"], ["a", "c"], ["a", "c"], ["a", "b"], ["d"]])
    assert told.says.zh == "选出：a；空缺 1 个名额。"
    assert told.says.en == "Chosen: a; 1 place stays vacant."
    assert told.left is not None
    assert told.left.zh == "空缺 1 个名额。"
    assert [one.zh for one in told.more] == ["b、c进入下一轮投票。"]
    assert amounts(told) == [
        ("a", "4", 800, "chosen"), ("b", "2", 400, "again"), ("c", "2", 400, "again"), ("d", "1", 200, None),
    ]  # fmt: skip


def test_nobody_chosen_is_said_in_so_many_words() -> None:
    told = concluded(choosing("q", Plurality(1, 1), rule=preset("urban.reps")), [["a"], ["b"], ["c"]])
    assert told.says.en == "Nobody is chosen; 1 place stays vacant."


def test_of_a_tie_it_says_who_and_what_decides() -> None:
    question = choosing("q", Approval(2))
    choices = [["a", "b"], ["a", "c"], ["a"]]
    told = concluded(question, choices)
    assert told.says.zh == "选出：a；并列，由公开抽签决定先后：b、c。"
    assert [one.mark for one in told.standings] == ["chosen", "tied", "tied", None]
    drawn = concluded(question, choices, lot=("d", "c", "b", "a"))
    assert told.left is not None
    assert told.left.en == "Tied, a public lot decides: b, c."
    assert drawn.says.en == "Chosen: a, c."
    assert drawn.left is None
    assert drawn.more[0].en == "The order of the public lot: d, c, b, a."
    again = msgspec.structs.replace(question, rule=msgspec.structs.replace(question.rule, tie="revote"))
    assert concluded(again, choices).says.en == "Chosen: a; tied and voted on again: b, c."


def test_points_are_means_and_sums_and_never_people() -> None:
    score = concluded(choosing("q", Score(-2, 4, "excluded", 1)), [{"a": 4, "b": -1}, {"a": 3}, {"a": 3}])
    assert score.amounts.zh == "平均分"
    assert [one[1] for one in amounts(score)] == ["3.33", "−1", "—", "—"]
    assert score.standings[0].bar == 889
    borda = concluded(choosing("q", Borda("average", 1), "abc"), [["a"], ["a"], ["b", "a"]])
    assert borda.amounts.en == "Points"
    assert [(one.id, one.amount.zh) for one in borda.standings] == [("a", "5"), ("b", "3"), ("c", "1")]
    halves = concluded(choosing("q", Borda("average", 1), "ab"), [["a"]])
    assert [(one.amount.zh, one.bar) for one in halves.standings] == [("1", LENGTH), ("0", 0)]


def test_grades_are_words() -> None:
    scale = tuple(text(word) for word in ("poor", "fair", "good"))
    told = concluded(
        choosing("q", MajorityJudgment(scale, "lower", "excluded", 1), "ab"), [{"a": 2}, {"a": 1}]
    )
    assert amounts(told) == [("a", "fair", LENGTH // 2, "chosen"), ("b", "—", 0, None)]
    appraisal = choosing("q", Grading(PERSONS, "modal", "graded"), "abc")
    told = concluded(appraisal, [{"a": 3, "b": 0}, {"a": 3, "b": 2}, {"a": 0}])
    assert told.says == Text(
        zh="评议票已经计数，结论逐行写明。", en="The grades are counted: each line has its own verdict."
    )
    assert [one.zh for one in told.more] == ["这一题本身不作决定；怎样处理，由会议依照规定决定。"]
    assert [one.amount.zh for one in told.standings] == [
        "优秀 2、称职 0、基本称职 0、不称职 1（结论：优秀）",
        "优秀 0、称职 1、基本称职 0、不称职 1、未评 1（结论：称职、不称职票数并列）",
        "优秀 0、称职 0、基本称职 0、不称职 0、未评 3（结论：无）",
    ]
    assert told.standings[1].amount.en == (
        "Excellent 0, Competent 1, Basically competent 0, Incompetent 1, no grade 1"
        " (verdict: tie between Competent and Incompetent)"
    )
    three = concluded(appraisal, [{"a": 3}, {"a": 2}, {"a": 0}]).standings[0].amount
    assert three.en.endswith("(verdict: tie between Excellent, Competent and Incompetent)")
    assert three.zh.endswith("（结论：优秀、称职、不称职票数并列）")
    half = choosing("q", Grading(PERSONS, "fail_half", "graded"), "a")
    assert concluded(half, [{"a": 0}]).standings[0].amount.en.endswith("Incompetent 1 (verdict: Incompetent)")
    assert concluded(half, [{"a": 1}]).standings[0].amount.zh == (
        "优秀 0、称职 0、基本称职 1、不称职 0（结论：合格）"
    )


def test_rankings_show_first_preferences_and_say_that_these_do_not_decide() -> None:
    choices = [["a", "b"], ["a", "b"], ["c", "b"], ["b", "c"], ["c", "b"]]
    schulze = concluded(choosing("q", Schulze("winning_votes", "last", 1)), choices)
    assert schulze.says.en == "Chosen: b."
    assert "两两比较" in schulze.amounts.zh
    assert [one[:2] for one in amounts(schulze)] == [("b", "1"), ("c", "2"), ("a", "2"), ("d", "0")]
    runoff = concluded(choosing("q", Irv("majority", "continuing", batch=False, ties="lot")), choices)
    assert runoff.says.en == "Chosen: c."
    assert "First preferences" in runoff.amounts.en
    stv = concluded(choosing("q", Stv(2, "droop", 5)), [["a"]] * 3 + [["b"]] * 3)
    assert stv.says.zh == "选出：a、b。"


def test_a_hearing_decides_nothing_and_an_agreement_needs_every_party() -> None:
    positions = choosing("q", Approval(1), method="positions")
    told = concluded(msgspec.structs.replace(positions, settings=msgspec.UNSET), ["b", "b", "a"])
    assert "不作决定" in told.says.zh
    assert [one.id for one in told.standings] == ["a", "b", "c", "d"]
    agreement = motion("q", "coordination.agreement", method="agreement", options=AGREEMENT_OPTIONS)
    assert "达成一致" in concluded(agreement, ["for"] * 6).says.zh
    refused = concluded(agreement, ["for"] * 5 + ["against"])
    assert refused.says.zh == "未通过。"
    assert refused.more[0].zh.startswith("未达成一致")


def test_beside_an_own_rule_stands_what_the_law_says_and_how_silence_was_counted() -> None:
    law = preset("owners.ordinary")
    third = tuple(msgspec.structs.replace(test, fraction=(1, 3)) for test in law.majority)
    own = derive(law, clause=text("12"), text=text("A third is enough."), majority=third, silence=True)
    question = motion(rule="owners.ordinary")
    question = msgspec.structs.replace(question, rule=own)
    weights = {"heads": 1, "area": 1000}
    ballots = [(msgspec.json.encode(one), weights) for one in ("for", "against", "against", "for", "for")]
    result = tally(
        question, poll="p", eligible=[weights] * 6, present=None, ballots=ballots, delivered={"m": weights}
    )
    told = conclude(question, result)
    assert told.statutory is not None
    assert told.statutory.zh == "按法律本身的规定：通过。"
    assert told.more[0].zh == "未表态、送达有据的人计入“同意”：1 (10.00 m²)。"
    nobody = concluded(choosing("q", Plurality(1, 0), rule=_own("urban.reps")), [["a"], ["b"], ["a"], ["c"]])
    assert nobody.statutory is not None
    assert nobody.statutory.en == "By the law's own numbers: Nobody is chosen; the other places stay vacant."


def _own(name: str) -> Any:
    law = preset(name)
    return derive(law, clause=text("12"), text=text("All is enough."), majority=())


@pytest.mark.parametrize("method", methods.METHODS)
def test_any_result_of_any_method_is_said_in_both_languages(method: str) -> None:
    rng = random.Random(method)
    for _ in range(60):
        question = methods.question(method, rng)
        weights = {"heads": 1, "area": 5000}
        ballots = [
            (msgspec.json.encode(methods.choice(question, rng)), weights) for _ in range(rng.randint(0, 7))
        ]
        roll = [weights] * 8
        result = tally(
            question,
            poll="p",
            eligible=roll,
            present=roll if question.electorate == "present" else None,
            ballots=ballots,
            units=["x"] * len(ballots) if question.breakdown is not msgspec.UNSET else None,
            unopened=rng.choice((0, 0, 0, 1)),
            lot=rng.choice((None, tuple(option.id for option in question.options))),
        )
        told = conclude(question, result)
        assert sorted(one.id for one in told.standings) == sorted(one.id for one in question.options)
        chosen = result.chosen or ()
        assert tuple(one.id for one in told.standings if one.mark == "chosen") == chosen
        assert [one.mark for one in told.standings][: len(chosen)] == ["chosen"] * len(chosen)
        said = [told.says, told.amounts, *told.more, *told.units, *(one.amount for one in told.standings)]
        assert bool(told.units) is bool(result.units and result.units.groups)
        assert all(one.zh and one.en and "{" not in one.zh + one.en for one in said)
        assert all(0 <= one.bar <= LENGTH for one in told.standings)
