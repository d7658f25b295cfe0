"""Questions of every method: chosen in plain words, declared in full, under the rules that go with them."""

import re
from typing import Any, get_args

import msgspec
import pytest
from msgspec import UNSET

from ballots.engine import reading
from tests.web.organise.forms import form_of
from tests.web.organise.laptop import Laptop
from tests.web.people.files import xlsx
from voting.methods import METHODS, AnySettings
from voting.methods.grading import BODIES, Grading
from voting.methods.irv import Irv
from voting.questions import FIXED_OPTIONS, MethodName, Option, encode_question
from voting.rules import Text
from web.pages.organise import declare, rules
from web.pages.organise.form import Form
from web.people.drafts import Draft, DraftQuestion, frozen, get_draft, save_draft
from web.people.ways import USUAL, WAYS, Ways, sample, written
from web.texts import LANGUAGES, texts

pytestmark = pytest.mark.anyio

TOLD = {"title.zh": "先修哪一处？", "text.zh": "请把几处按先后排好。"}
OPTIONS = {"options.zh": "东门坡道\n长椅\n路灯", "options.en": "Ramp\nBenches\nLamps"}


def stored(laptop: Laptop, draft: str) -> Draft:
    with reading(laptop.service.hearings.engine) as connection:
        found = get_draft(connection, draft.rpartition("/")[2])
    assert found is not None
    return found


async def fill(laptop: Laptop, path: str, **changes: str) -> Any:
    """Open a form, change some of what it shows, and send it."""
    action, fields = form_of(await laptop.get(path))
    return await laptop.send(action, fields | changes)


async def write_question(laptop: Laptop, draft: str, item: str, method: str, **changes: str) -> DraftQuestion:
    told = TOLD | (OPTIONS if method not in FIXED_OPTIONS else {}) | changes
    answer = await fill(laptop, f"{draft}/items/{item}/questions/new/{method}", **told)
    assert answer.status_code == 303, answer.text
    found = next(one for one in stored(laptop, draft).agenda if one.id == item)
    return found.questions[-1]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_every_method_is_offered_once() -> None:
    methods = [method for first, more in WAYS.values() for method in (*first, *more)]
    assert sorted(methods) == sorted(METHODS) == sorted(get_args(MethodName))
    assert {kind.__struct_config__.tag for kind in get_args(AnySettings)} == set(USUAL)


@pytest.mark.parametrize("method", METHODS)
async def test_a_question_of_any_method_needs_only_its_words_and_options(laptop: Laptop, method: str) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    chooser = await laptop.get(f"{draft}/items/{item}/questions/new")
    assert f'href="{draft}/items/{item}/questions/new/{method}"' in chooser

    question = await write_question(laptop, draft, item, method)

    assert question.method == method
    assert question.settings == USUAL.get(method, UNSET)
    assert encode_question(frozen(question))
    action, fields = form_of(await laptop.get(f"{draft}/items/{item}/questions/{question.id}"))
    assert action.endswith(f"/questions/{question.id}/{method}")
    assert TOLD.items() <= fields.items()
    page = await laptop.get(draft)
    assert Ways("zh").name(method) in page
    assert "必须解决" not in page.partition("北门早市")[0]


async def test_everything_that_is_declared_comes_back(laptop: Laptop) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    chosen = {"until": "two_remain", "majority_of": "first_round", "batch": "yes", "ties": "lot"}

    question = await write_question(laptop, draft, item, "irv", **chosen)

    assert question.settings == Irv("two_remain", "first_round", batch=True, ties="lot")
    _, fields = form_of(await laptop.get(f"{draft}/items/{item}/questions/{question.id}"))
    assert chosen.items() <= fields.items()
    graded = {"scale": "bodies", "verdict": "weighted", "points": "0，50 90", "base": "valid"}
    question = await write_question(laptop, draft, item, "grading", **graded)
    assert question.settings == Grading(BODIES, "weighted", "graded", (0, 50, 90))
    _, fields = form_of(await laptop.get(f"{draft}/items/{item}/questions/{question.id}"))
    assert (fields["scale"], fields["points"]) == ("bodies", "0 50 90")
    half = await write_question(laptop, draft, item, "grading", verdict="fail_half", base="valid", points="7")
    assert half.settings == msgspec.structs.replace(USUAL["grading"], verdict="fail_half", base="valid")


async def test_options_keep_their_ids_when_they_are_changed_moved_and_joined(laptop: Laptop) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    question = await write_question(laptop, draft, item, "borda")
    at = f"{draft}/items/{item}/questions/{question.id}"
    assert [option.id for option in question.options] == ["option-1", "option-2", "option-3"]
    assert question.options[1].text == Text(zh="长椅", en="Benches")

    async def after(zh: str, en: str = "") -> dict[str, str]:
        answer = await fill(laptop, at, **{"options.zh": zh, "options.en": en})
        assert answer.status_code == 303, answer.text
        (kept,) = stored(laptop, draft).agenda[0].questions
        return {option.text.zh: option.id for option in kept.options}

    assert await after("长椅\n东门坡道\n路灯") == {
        "长椅": "option-2", "东门坡道": "option-1", "路灯": "option-3",
    }  # fmt: skip
    assert (await after("长椅\n东门坡道和扶手\n路灯"))["东门坡道和扶手"] == "option-1"
    assert await after("\n 路灯 \r\n\r\n长椅\n健身器材\n花坛") == {
        "路灯": "option-3", "长椅": "option-2", "健身器材": "option-4", "花坛": "option-5",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "changes", "slips"),
    [
        ("plurality", {"options.zh": "", "options.en": ""}, {"options.zh": "few-options"}),
        ("plurality", {"options.zh": "甲\n乙\n甲", "options.en": ""}, {"options.zh": "same-option"}),
        ("plurality", {"options.en": "Ramp\nBenches"}, {"options.en": "lines-differ"}),
        ("plurality", {"seats": "3"}, {"seats": "seats"}),
        ("plurality", {"seats": "2 3"}, {"seats": "number"}),
        ("plurality", {"seats": "一"}, {"seats": "number"}),
        ("plurality", {"spare": "101"}, {"spare": "number"}),
        ("plurality", {"preset": "urban.elect.reps"}, {"preset": "choose"}),
        ("plurality", {"visibility": "none"}, {"visibility": "choose"}),
        ("borda", {"preset": "urban.reps"}, {"preset": "choose"}),
        ("borda", {"truncation": "half"}, {"truncation": "choose"}),
        ("score", {"low": "5", "high": "5"}, {"high": "not-higher"}),
        ("score", {"low": "-1001"}, {"low": "number"}),
        ("grading", {"verdict": "weighted", "points": "0 60 80"}, {"points": "points"}),
        ("grading", {"verdict": "weighted", "points": "0 60 60 80"}, {"points": "points"}),
        ("positions", {"options.zh": "一种", "options.en": ""}, {"options.zh": "few-options"}),
        ("positions", {"options.zh": "字" * 201 + "\n二", "options.en": ""}, {"options.zh": "long-line"}),
        ("positions", {"options.zh": "\n".join(map(str, range(51))), "options.en": ""}, {"options.zh": "many-options"}),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_said_and_nothing_is_kept(
    laptop: Laptop, method: str, changes: dict[str, str], slips: dict[str, str]
) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    path = f"{draft}/items/{item}/questions/new/{method}"

    answer = await fill(laptop, path, **(TOLD | OPTIONS | changes))

    assert answer.status_code == 422
    assert set(re.findall(r'id="slip-([\w.]+)"', answer.text)) == set(slips)
    assert all(texts("zh")["organise"]["wrong"][key] in answer.text for key in slips.values())
    typed = form_of(answer.text)[1]
    kept = {name: value for name, value in changes.items() if name.startswith("options")}
    assert {name: typed[name].strip() for name in kept} == kept
    assert stored(laptop, draft).agenda[0].questions == ()


async def test_votes_that_do_not_count_alike_are_sealed(laptop: Laptop) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)

    ranked = await write_question(laptop, draft, item, "borda", visibility="live")
    marked = await write_question(laptop, draft, item, "approval", visibility="live")

    assert (ranked.visibility, marked.visibility) == ("sealed", "live")


async def test_another_way_of_voting_keeps_words_and_options(laptop: Laptop) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    first = await write_question(laptop, draft, item, "plurality", seats="2", preset="urban.assembly")
    at = f"{draft}/items/{item}/questions/{first.id}"
    assert "现在的方式" in await laptop.get(f"{at}/ways")

    assert (await fill(laptop, f"{at}/schulze")).status_code == 303

    (now,) = stored(laptop, draft).agenda[0].questions
    assert (now.id, now.title, now.options) == (first.id, first.title, first.options)
    assert (now.method, now.preset, now.settings) == ("schulze", "preference.advisory", USUAL["schulze"])
    assert (await laptop.send(f"{at}/guess", TOLD)).status_code == 422


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("method", METHODS)
def test_everything_that_can_be_declared_has_words(lang: Any, method: str) -> None:
    t = texts(lang)["ways"]
    for field in declare.fields(method):
        said = t["settings"][field.name]
        assert said["label"]
        assert set(field.values) <= set(said.get("values", ()))
        assert field.kind == "pick" or "{}" in said["told"]
    rule = rules.offered(method)[0]
    how = Ways(lang).how(sample(method, rule), rule)
    assert "{" not in how
    assert how.startswith(t["methods"][method]["how"])
    for name, value in declare.typed(USUAL.get(method, UNSET)).items():
        values = t["settings"][name].get("values", {})
        if name not in ("base", "points", "scale", "grades") and values:
            assert values[written(value)] in how


async def test_the_notice_says_options_method_rule_and_ties(laptop: Laptop, fonts: None) -> None:
    from tests.web.print.tools import text_of

    await laptop.import_register(xlsx([["姓名", "角色"], ["王建国", "主持人、代表"], ["李秀英", "代表"]]))
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    await write_question(laptop, draft, item, "schulze", seats="2")
    await laptop.issue("lacking")
    shown = words(await laptop.get(f"{draft}/publish"))
    await laptop.publish(draft)
    hearing = draft.rpartition("/")[2]

    for lang, said in (
        ("zh", ("东门坡道、长椅、路灯", "每两项之间都比一次", "选出 2 项", "把它排在前", "意向征集", "当众抽签", "不能委托")),
        ("en", ("Ramp, Benches, Lamps", "Every two are compared", "To be chosen: 2", "binds nobody", "draws a lot")),
    ):  # fmt: skip
        paper = await laptop.http.get(f"/h/{hearing}/notice.pdf?lang={lang}")
        told = re.sub(r"\s+", "", text_of(paper.content))
        assert [one for one in said if re.sub(r"\s+", "", one) not in told] == []
        if lang == "zh":
            assert all(one in shown for one in said[1:])


async def test_a_result_by_building_is_ticked_told_and_frozen_with_the_roll(laptop: Laptop) -> None:
    rows = [["姓名", "网格", "楼号", "单元", "角色"], ["王建国", "第一网格", "1号楼", "2", "主持人、代表"],
            ["李秀英", "", "3号楼", "", "代表"], ["张伟", "", "", "", "代表"]]  # fmt: skip
    await laptop.import_register(xlsx(rows))
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    question = await write_question(laptop, draft, item, "motion")
    assert frozen(question).breakdown is UNSET
    at = f"{draft}/items/{item}/questions/{question.id}"
    page = await laptop.get(at)
    assert "写进会议记录，公告后不能更改或删除" in page
    assert "breakdown" not in form_of(page)[1]

    assert (await fill(laptop, at, breakdown="yes")).status_code == 303

    (kept,) = stored(laptop, draft).agenda[0].questions
    assert frozen(kept).breakdown == "unit"
    assert form_of(await laptop.get(at))[1]["breakdown"] == "yes"
    assert "他们的票将列在“没有填楼栋”一行" in await laptop.get(draft)
    await laptop.issue("lacking")
    assert "结果另按楼栋（网格）列出" in await laptop.get(f"{draft}/publish")
    await laptop.publish(draft)
    running = await laptop.service.hearings.get(draft.rpartition("/")[2])
    seats = await running.ask(lambda state: [seat.member for seat in state.seats.values()])
    assert sorted((one.role, one.unit) for one in seats) == [
        ("chair", ""), ("representative", ""), ("representative", "3号楼"), ("representative", "第一网格 1号楼"),
    ]  # fmt: skip


async def test_a_question_that_cannot_be_put_holds_the_notice_back(laptop: Laptop) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    await write_question(laptop, draft, item, "borda")
    kept = stored(laptop, draft)
    (question,) = kept.agenda[0].questions
    odd = msgspec.structs.replace(question, preset="urban.reps")
    with laptop.service.hearings.engine.begin() as connection:
        agenda = (msgspec.structs.replace(kept.agenda[0], questions=(odd,)),)
        save_draft(connection, msgspec.structs.replace(kept, agenda=agenda))

    page = await laptop.get(draft)

    assert re.search(r'data-blocks="yes"><b>.{1,9}</b> 这个表决事项的计票方法.*“先修哪一处？”', page)
    assert (await fill(laptop, f"{draft}/items/{item}/questions/{question.id}")).status_code == 422


def test_numbers_are_read_strictly() -> None:
    form = Form({"a": ("０ 60，80、100",), "b": ("1.5",), "c": ("",)})
    assert form.numbers("a", 0, 100) == (0, 60, 80, 100)
    assert form.numbers("c", 0, 9) == ()
    assert form.wrong == {}
    assert form.number("b", 1, 9) == 1
    assert form.number("c", 1, 9) == 1
    assert form.wrong == {"b": "number", "c": "number"}


def test_options_in_one_language_are_enough() -> None:
    form = Form({"options.en": ("One\nTwo",)})
    assert declare.read_options(form, (), least=2) == (
        Option("option-1", Text(zh="", en="One")),
        Option("option-2", Text(zh="", en="Two")),
    )
