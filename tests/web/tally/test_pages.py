"""Every method's count in words, tables and diagrams, in both languages, with hostile names."""

import io
import re
from html.parser import HTMLParser
from itertools import product
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from voting.formats import Profile
from voting.formats.profile import Box, candidates
from voting.methods import METHODS
from voting.methods.grading import Grading, GradingSteps
from voting.methods.majority_judgment import MajorityJudgment
from voting.presets import preset
from web.commands.count import refusal, told
from web.tally import page, svg, workbook
from web.tally.counting import COUNTED, DEFAULTS, LAYOUTS, Asked, CannotCountError, Counted, count
from web.tally.story import Paragraph, Table, Words
from web.texts import LANGUAGES, Language

NAMES = ["张三 <script>alert(1)</script>", "Ben & “Co”", "=1+1", "Dora"]
VOID = {"meta", "br", "rect"}


def papers(method: str) -> Profile:
    names = ["同意", "反对", "弃权"] if method == "motion" else NAMES
    box = Box(candidates(names))
    kind = LAYOUTS.get(method, "ranks")
    for place, times in enumerate([9, 7, 6][: len(names)]):
        order = [str((place + step) % 3 + 1) for step in range(3)]
        if kind == "ranks":
            box.rank([[one] for one in order[: 3 - place % 2]], times)
        elif kind == "marks":
            box.mark(order[:1], times)
        else:
            box.number({one: step for step, one in enumerate(order)}, times)
    box.spoil(2)
    return box.profile("rankings" if kind == "ranks" else kind, "Committee")  # type: ignore[arg-type]


def counted(method: str) -> Counted:
    rule = preset("urban.reps") if method == "motion" else None
    known = {"eligible": 30, "present": 25} if method == "motion" else {}
    return count(papers(method), Asked(method, rule=rule, known=known))


ALL = list(product(COUNTED, LANGUAGES))


def words(found: Counted, lang: Language) -> Words:
    return Words(lang, found.profile.names)


def test_every_method_that_chooses_is_counted_from_files() -> None:
    assert set(COUNTED) == set(METHODS) - {
        "agreement",
        "positions",
    }  # those are of named parties, not of papers
    assert set(DEFAULTS) == set(COUNTED) - {"motion"}


@pytest.mark.parametrize(("method", "lang"), ALL)
def test_a_count_is_told_with_every_name_and_total(method: str, lang: Language) -> None:
    found = counted(method)
    blocks = told(method, found, None, words(found, lang))
    text = page.as_text(blocks)
    for option, weights in found.count.totals.items():
        assert found.profile.names[option] in text
        if method not in ("grading", "majority_judgment"):
            assert re.search(rf"\b{weights['heads']}\b", text), (option, weights)
    assert any(isinstance(one, Table) for one in blocks)
    assert not re.search(r"\{\w+\}", text)
    if found.count.chosen:
        last = blocks[-1]
        assert isinstance(last, Paragraph)
        assert found.profile.names[found.count.chosen[0]] in last.text


class Checked(HTMLParser):
    """Every tag that opens closes in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(("method", "lang"), ALL)
def test_a_page_is_well_formed_and_runs_nothing(method: str, lang: Language) -> None:
    found = counted(method)
    says = words(found, lang)
    html = page.document(
        "<Committee>", told(method, found, None, says), svg.diagrams(found.count, says), says
    )
    checked = Checked()
    checked.feed(html)
    assert checked.open == []
    assert {"caption", "h1", "svg", "desc", "th"} <= checked.seen
    assert "script" not in checked.seen
    assert ("zh-Hans" in html) is (lang == "zh")


@pytest.mark.parametrize(("method", "lang"), ALL)
def test_a_diagram_has_title_and_description_and_says_everything_without_colour(
    method: str, lang: Language
) -> None:
    found = counted(method)
    for drawn in svg.diagrams(found.count, words(found, lang)):
        root = ET.fromstring(drawn)
        children = [child.tag.rpartition("}")[2] for child in root]
        assert children[:2] == ["title", "desc"]
        assert root.get("role") == "img"
        description = root[1].text or ""
        assert all(name in description for name in found.profile.names.values())
        shown = "".join(root.itertext())
        for option in found.count.chosen:
            assert found.profile.names[option][:5] in shown
    bars = svg.diagrams(found.count, words(found, lang))[0]
    assert bars.count("✓") == len(found.count.chosen)


def test_more_marks_than_seats_are_invalid_papers() -> None:
    box = Box(candidates(["Ann", "Ben", "Cid"]))
    box.mark(["1", "2"], 5)
    box.mark(["3"], 1)
    found = count(box.profile("marks"), Asked("plurality", 1))
    assert (found.profile.invalid, found.count.chosen, found.count.totals["1"]) == (5, ("3",), {"heads": 0})
    assert count(box.profile("marks"), Asked("approval", 1)).count.tied == ("1", "2")


def test_a_rule_decides_a_motion_and_bars_marks_below_its_share() -> None:
    found = counted("motion")
    assert found.decision is not None
    assert (found.decision.outcome, len(found.decision.comparisons)) == ("rejected", 2)
    with pytest.raises(CannotCountError) as caught:
        count(papers("motion"), Asked("motion", rule=preset("urban.reps")))
    assert (caught.value.key, caught.value.values) == ("figure", {"name": "present"})
    box = Box(candidates(["Ann", "Ben", "Cid"]))
    box.mark(["1"], 5)
    box.mark(["2"], 4)
    known = {"eligible": 12, "present": 10}
    rule = preset("urban.reps")
    few = count(box.profile("marks"), Asked("approval", 1, rule=rule, known=known))
    assert (few.count.chosen, few.count.vacant) == ((), 1)
    box.mark(["1"], 1)
    assert count(box.profile("marks"), Asked("approval", 1, rule=rule, known=known)).count.chosen == ("1",)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        (Asked("schulze", settings={"strenght": "margins"}), "no_setting"),
        (Asked("schulze", settings={"strength": "brute"}), "setting"),
        (Asked("stv", seats=0), "setting"),
        (Asked("irv", seats=2), "one_seat"),
        (Asked("score"), "method"),
        (Asked("plurality"), "method"),
        (Asked("stv", rule=preset("urban.reps")), "rule_not_here"),
    ],
)
def test_what_does_not_fit_is_told(asked: Asked, key: str) -> None:
    with pytest.raises(CannotCountError) as caught:
        count(papers("stv"), asked)
    assert caught.value.key == key


def test_a_workbook_of_results_computes_nothing() -> None:
    found = counted("stv")
    raw = workbook.write(page.rows(found.count, words(found, "zh")), "a/b[c]" * 9)
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    cells = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2)}
    assert cells == {
        NAMES[number]: weights["heads"] for number, weights in enumerate(found.count.totals.values())
    }
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert workbook.read(raw)[3][1][0] == "=1+1"


def marked(for_it: int, against: int, blank: int = 0) -> Profile:
    box = Box(candidates(["同意", "反对", "弃权"]))
    box.mark(["1"], for_it)
    box.mark(["2"], against)
    box.mark([], blank)
    return box.profile("marks")


@pytest.mark.parametrize(
    ("preset_id", "key"),
    [
        ("hearing.advisory", "no_majority"),
        ("preference.advisory", "no_majority"),
        ("urban.elect.voters", "elects"),
        ("village.elect.rerun", "elects"),
    ],
)
def test_a_motion_needs_a_rule_that_decides_motions(preset_id: str, key: str) -> None:
    known = {"eligible": 9, "present": 9}
    with pytest.raises(CannotCountError) as caught:
        count(marked(0, 9), Asked("motion", rule=preset(preset_id), known=known))
    assert caught.value.key == key
    recall = count(marked(5, 4), Asked("motion", rule=preset("urban.recall.voters"), known=known))
    assert recall.decision is not None
    assert recall.decision.outcome == "passed"


@pytest.mark.parametrize("method", COUNTED)
def test_more_ballots_than_people_are_void(method: str) -> None:
    rule = preset("urban.reps") if method == "motion" else None
    profile = papers(method)
    cast = profile.valid + profile.empty + profile.invalid
    for known in ({"eligible": cast - 1, "present": cast - 1}, {"eligible": cast, "present": cast - 1}):
        found = count(profile, Asked(method, rule=rule, known=known))
        assert found.decision is not None
        assert (found.decision.outcome, found.count.chosen, found.count.tied) == ("void", (), ())
        assert "表决无效" in page.as_text(told(method, found, None, words(found, "zh")))
    fits = count(profile, Asked(method, rule=rule, known={"eligible": cast, "present": cast}))
    assert fits.decision is None or fits.decision.outcome != "void"


@pytest.mark.parametrize(
    ("known", "key"),
    [
        ({"eligible": -65, "present": 0}, "negative"),
        ({"eligible": 9, "present": -1}, "negative"),
        ({"eligible": 9, "present": 10}, "present"),
    ],
)
def test_impossible_attendance_is_told(known: dict[str, int], key: str) -> None:
    with pytest.raises(CannotCountError) as caught:
        count(marked(3, 1), Asked("motion", rule=preset("urban.reps"), known=known))
    assert caught.value.key == key


def test_a_blank_row_of_a_workbook_is_a_blank_paper_and_no_row_is_none() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = "Ann", "Ben"
    book.active["A2"] = "1"
    book.active["B3"].font = openpyxl.styles.Font(bold=True)  # a cell, with nothing in it
    book.active["B5"] = "1"
    out = io.BytesIO()
    book.save(out)
    assert workbook.read(out.getvalue()) == [
        (1, ["Ann", "Ben"]), (2, ["1"]), (3, ["", ""]), (5, ["", "1"]),
    ]  # fmt: skip


def graded() -> Profile:
    box = Box(candidates(["Ann", "Ben"]))
    box.number({"1": 3, "2": 0}, 3)
    box.number({"1": 1}, 2)
    return box.profile("numbers")


def test_weighted_grades_have_points_typed_as_a_list() -> None:
    found = count(graded(), Asked("grading", settings={"verdict": "weighted", "points": "0, 60，80,100"}))
    assert isinstance(found.settings, Grading)
    assert found.settings.points == (0, 60, 80, 100)
    assert isinstance(found.count.steps, GradingSteps)
    assert [one.grade for one in found.count.steps.options] == [2, 0]
    words_of_them = count(graded(), Asked("majority_judgment", settings={"grades": "差,中,好,优"})).settings
    assert isinstance(words_of_them, MajorityJudgment)
    assert [grade.zh for grade in words_of_them.grades] == ["差", "中", "好", "优"]


@pytest.mark.parametrize(
    ("method", "settings", "key"),
    [
        ("grading", {"verdict": "weighted"}, "declared.grading"),
        ("grading", {"verdict": "weighted", "points": "0,1"}, "declared.grading"),
        ("grading", {"verdict": "weighted", "points": "0,3,2,1"}, "declared.grading"),
        ("grading", {"points": "0,1,2,3"}, "declared.grading"),
        ("grading", {"base": "valid"}, "declared.grading"),
        ("grading", {"verdict": "weighted", "points": "0,1,2,x"}, "setting"),
        ("score", {"low": "5", "high": "5"}, "declared.score"),
        ("majority_judgment", {"grades": "a,,b,c"}, "declared.majority_judgment"),
    ],
)
def test_settings_that_do_not_fit_each_other_are_told(
    method: str, settings: dict[str, str], key: str
) -> None:
    with pytest.raises(CannotCountError) as caught:
        count(graded(), Asked(method, settings=settings))
    assert caught.value.key == key
    for lang in LANGUAGES:
        assert "{" not in refusal(caught.value, Words(lang, {}))


def test_an_error_names_the_setting_that_is_wrong_and_no_other() -> None:
    with pytest.raises(CannotCountError) as caught:
        count(papers("stv"), Asked("schulze", settings={"strength": "brute"}))
    said = refusal(caught.value, Words("zh", {}))
    assert said == "--set strength：应是下列之一：margins, winning_votes"
    with pytest.raises(CannotCountError) as caught:
        count(papers("stv"), Asked("stv", seats=2, settings={"seats": "1"}))
    assert caught.value.key == "seats_twice"


def test_no_name_breaks_a_diagram_or_is_computed() -> None:
    box = Box(candidates(["A\ufffeb", "=1+1", "-3", "@x"]))
    box.rank([["1"], ["2"]], 3)
    found = count(box.profile(), Asked("stv"))
    for drawn in svg.diagrams(found.count, words(found, "en")):
        ET.fromstring(drawn)
    table = workbook.write_csv(page.rows(found.count, words(found, "en"))).decode()
    assert table.splitlines()[1:] == ['A b,3,"chosen, 1"', "'=1+1,0,", "-3,0,", "'@x,0,"]


def elected(votes: tuple[int, ...], seats: int, known: dict[str, int], **asked: Any) -> tuple[Counted, str]:
    """A count of papers with one mark each under the rule of an election, and what is said of it."""
    box = Box(candidates(["甲", "乙", "丙"]))
    for number, times in enumerate(votes, 1):
        box.mark([str(number)], times)
    rule = preset("urban.elect.voters")
    found = count(box.profile("marks"), Asked("plurality", seats, rule=rule, known=known, **asked))
    return found, page.as_text(told("plurality", found, None, words(found, "zh")))


def test_candidates_who_tie_are_voted_on_again_and_no_lot_is_told() -> None:
    known = {"eligible": 100}
    found, said = elected((40, 40, 0), 1, known | {"eligible": 81})
    assert (found.count.chosen, found.count.vacant) == ((), 1)  # neither has more than half
    third = preset("urban.elect.voters.rerun")
    box = Box(candidates(["甲", "乙", "丙"]))
    box.mark(["1"], 40)
    box.mark(["2"], 40)
    found = count(box.profile("marks"), Asked("plurality", 1, rule=third, known=known))
    said = page.as_text(told("plurality", found, None, words(found, "zh")))
    assert found.count.tied == ("1", "2")
    assert "再次投票" in said
    assert "只有公开抽签能决定" not in said
    with pytest.raises(CannotCountError) as caught:
        count(box.profile("marks"), Asked("plurality", 1, rule=third, known=known, lot=("1", "2", "3")))
    assert caught.value.key == "revote"


def test_a_further_round_is_told_only_where_the_vote_was_valid() -> None:
    found, said = elected((30, 25, 10), 1, {"eligible": 1000})
    assert found.decision is not None
    assert found.decision.outcome == "no_quorum"
    assert "下一轮" not in said
    found, said = elected((30, 25, 10), 1, {"eligible": 60})
    assert "表决无效" in said
    assert "下一轮" not in said
    found, said = elected((30, 25, 10), 1, {"eligible": 100})
    assert (found.count.vacant, "进入下一轮投票的候选人：甲、乙。" in said) == (1, True)


def test_a_quorum_that_was_met_is_told() -> None:
    found, said = elected((50, 10, 5), 1, {"eligible": 100})
    assert found.count.chosen == ("1",)
    assert "收回票 65 > 1/2（50）：达到法定人数" in said


@pytest.mark.parametrize(
    "method", ["schulze", "borda", "stv", "meek", "score", "majority_judgment", "approval"]
)
def test_more_seats_than_options_are_told_as_vacant(method: str) -> None:
    found = count(papers(method), Asked(method, 9))
    assert found.count.vacant == 9 - len(found.count.chosen) > 0
