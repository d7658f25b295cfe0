"""The rules that a question is put under: which are offered, what they say, and a community's own."""

import datetime as dt
import re
from typing import Any

import msgspec
import pytest

from tests.web.organise.forms import form_of
from tests.web.organise.laptop import Laptop
from tests.web.organise.test_questions import OPTIONS, TOLD, fill, stored, words, write_question
from tests.web.people.files import xlsx
from voting.methods import METHODS
from voting.presets import in_force, preset, presets
from voting.questions import FIXED_OPTIONS, QuestionError, encode_question, refusal
from web.pages.organise import rules
from web.people.drafts import frozen
from web.people.ways import Ways, sample
from web.texts import texts

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("method", METHODS)
def test_the_rules_on_offer_are_those_that_go_with_the_method(method: str) -> None:
    offered = rules.offered(method)
    barred = [rule for _, found in rules.elsewhere(method) for rule in found]
    assert offered
    for rule in presets():
        try:
            encode_question(sample(method, rule))
        except QuestionError:
            assert rule not in offered
        else:
            assert rule in offered
        assert (rule in barred) <= (refusal(rule) is not None)
    for kind in ("assembly", "representatives", "hearing", "coordination", "owners"):
        assert preset(rules.usual(kind, method)) in offered  # type: ignore[arg-type]


def test_what_the_law_allows_decides_what_is_offered() -> None:
    def ids(found: Any) -> set[str]:
        return {rule.preset for rule in found}

    def barred(method: str) -> set[str]:
        return {rule.preset for _, found in rules.elsewhere(method) for rule in found}

    assert ids(rules.offered("borda")) == {"hearing.advisory", "preference.advisory"}
    assert ids(rules.offered("agreement")) == {"coordination.agreement", "owners.unanimous"}
    assert "urban.reps" in ids(rules.offered("plurality"))
    assert {"urban.elect.reps", "village.elect"} <= barred("plurality")
    assert barred("grading") == {name for rule in presets() if (name := rule.preset).startswith("appraisal.")}
    assert "urban.elect.reps" not in barred("borda"), "a ranking is no election under the law"
    assert [rules.usual("representatives", m) for m in ("motion", "irv", "positions", "agreement")] == [
        "urban.reps", "preference.advisory", "hearing.advisory", "coordination.agreement",
    ]  # fmt: skip


async def test_what_cannot_be_held_here_is_shown_with_the_reason(laptop: Laptop) -> None:
    draft = await laptop.prepare(starts="2025-12-31T09:00")
    item = await laptop.add_item(draft)

    page = await laptop.get(f"{draft}/items/{item}/questions/new/plurality")

    for barred in ("urban.elect.reps", "village.elect"):
        assert f"<code>{barred}</code>" in page
        assert f'value="{barred}"' not in page
    assert "法律要求用纸质选票无记名投票" in page
    assert "法》（2025年修订）》第19条" in words(page) or "第19条" in words(page)
    out = [rule for rule in rules.offered("plurality") if not in_force(rule, dt.date(2025, 12, 31))]
    assert page.count("不在施行期内") == len(out) > 0
    english = await laptop.get(f"{draft}/items/{item}/questions/new/grading?lang=en")
    assert "This rule asks for a secret ballot" in english


def test_ties_are_told_as_the_rule_has_them() -> None:
    election = preset("urban.elect.reps")
    assert "再次投票" in Ways("zh").how(sample("plurality", election), election)
    assert "当众抽签" in Ways("zh").how(sample("plurality", preset("urban.reps")), preset("urban.reps"))
    quiet = preset("hearing.advisory")
    assert "另行投票" not in Ways("zh").how(sample("plurality", quiet), quiet), "nothing can stay vacant"


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("urban.reps", "须本人投票，不能委托。", "in person: there are no proxies"),
        (
            "urban.elect.voters",
            "可以书面委托名册上的其他投票人，一人最多接受 3 人的委托，候选人不能接受委托。",
            "Another voter on the roll may hold a written proxy; one person for at most 3; a candidate may not.",
        ),
        ("collective.members", "可以书面委托同户的成年家庭成员。", "An adult of the same household"),
        ("owners.special", "可以书面委托代理人，委托书要写明怎么投。", "; the paper must say how to vote."),
    ],
)
def test_who_may_vote_for_others_is_said_of_every_rule(name: str, zh: str, en: str) -> None:
    rule = preset(name)
    assert Ways("zh").proxies(rule) == zh
    assert en in Ways("en").proxies(rule)
    question = sample("motion", rule)
    assert zh in Ways("zh").how(question, rule)
    on_paper = "委托投票由签到台用纸质委托书办理，不在手机上投，也不计入本系统的计票结果。"
    assert (on_paper in Ways("zh").how(question, rule)) is (not isinstance(rule.proxies, msgspec.UnsetType))


async def test_the_chooser_says_each_rules_limit_and_that_proxies_are_on_paper(laptop: Laptop) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    page = words(await laptop.get(f"{draft}/items/{item}/questions/new/motion"))
    assert "也不计入本系统的计票结果" in page
    said = [Ways("zh").proxies(rule) for rule in rules.offered("motion")]
    assert all(page.count(one) >= said.count(one) for one in set(said))
    assert len(set(said)) > 3


OWN = {"own.clause.zh": "议事规则第十二条", "own.quorum": "ge_3_4", "own.majority": "ge_2_3"}


async def test_an_own_rule_is_written_told_frozen_and_comes_back(laptop: Laptop) -> None:
    await laptop.import_register(xlsx([["姓名", "角色"], ["王建国", "主持人、代表"], ["李秀英", "代表"]]))
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    question = await write_question(laptop, draft, item, "motion", **OWN)

    rule = frozen(question).rule
    law = preset("urban.reps")
    assert not isinstance(rule.own, msgspec.UnsetType)
    assert (rule.own.clause.zh, rule.own.quorum, rule.own.majority) == (
        "议事规则第十二条", law.quorum, law.majority,
    )  # fmt: skip
    assert [test.fraction for test in (*rule.quorum, *rule.majority)] == [(3, 4), (2, 3)]
    assert (
        OWN.items() <= form_of(await laptop.get(f"{draft}/items/{item}/questions/{question.id}"))[1].items()
    )
    assert "按本社区议事规则" in await laptop.get(draft)
    await laptop.issue("lacking")
    shown = words(await laptop.get(f"{draft}/publish"))
    told = "按本社区议事规则（议事规则第十二条），法定人数的要求为四分之三以上，通过的要求为三分之二以上"
    assert told in shown
    assert law.text.zh in shown
    await laptop.publish(draft)
    running = await laptop.service.hearings.get(draft.rpartition("/")[2])
    (put,) = await running.ask(lambda state: [question.rule for question in state.questions.values()])
    assert put == rule


@pytest.mark.parametrize(
    ("method", "changes", "slips"),
    [
        ("motion", {"own.majority": "ge_2_3"}, {"own.clause.zh": "missing"}),
        ("motion", {"own.clause.zh": "第十二条"}, {"own.quorum": "own-nothing"}),
        ("motion", OWN | {"own.quorum": "gt_1_2"}, {"own.quorum": "own-laxer"}),
        ("motion", OWN | {"own.quorum": "ge_2_3"}, {"own.quorum": "own-same"}),
        ("motion", OWN | {"own.quorum": "gt_9_9"}, {"own.quorum": "choose"}),
        ("motion", OWN | {"preset": "owners.ordinary", "own.majority": "gt_1_2"}, {"own.majority": "own-same"}),
        ("borda", OWN, {"own.majority": "own-none"}),
        ("agreement", OWN | {"own.quorum": ""}, {"own.majority": "own-cannot"}),
    ],
)  # fmt: skip
async def test_what_an_own_rule_cannot_say_is_said(
    laptop: Laptop, method: str, changes: dict[str, str], slips: dict[str, str]
) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    told = TOLD | (OPTIONS if method not in FIXED_OPTIONS else {}) | changes
    answer = await fill(laptop, f"{draft}/items/{item}/questions/new/{method}", **told)
    assert answer.status_code == 422
    assert set(re.findall(r'id="slip-([\w.]+)"', answer.text)) == set(slips)
    assert all(texts("zh")["organise"]["wrong"][key] in answer.text for key in slips.values())
    assert stored(laptop, draft).agenda[0].questions == ()


async def test_where_no_law_speaks_rules_of_procedure_may_ask_for_less(laptop: Laptop) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    less = OWN | {"preset": "household.decision", "own.quorum": "gt_1_2", "own.majority": ""}
    question = await write_question(laptop, draft, item, "motion", **less)
    assert [test.fraction for test in frozen(question).rule.quorum] == [(1, 2)]


async def test_silence_is_not_offered_and_the_form_says_why(laptop: Laptop) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    page = await laptop.get(f"{draft}/items/{item}/questions/new/motion")
    assert "不提供“未表态的计入多数票”（从众）：是否合法有争议" in page
    assert "silence" not in form_of(page)[1]


async def test_a_rule_chosen_for_a_day_on_which_it_is_not_in_force_is_warned_of(laptop: Laptop) -> None:
    told = "开会那天，这个表决事项所选的规则不在施行期内"
    for starts, warned in (("2025-12-31T23:00", True), ("2026-01-01T00:30", False)):
        draft = await laptop.prepare(starts=starts)
        await write_question(laptop, draft, await laptop.add_item(draft), "motion", preset="urban.reps")
        assert (told in await laptop.get(draft)) is warned, "by the community's own calendar"
