"""Writing a hearing: what is typed comes back, what is wrong is said, and the checks hold the notice back."""

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

from ballots.engine import reading
from tests.web.organise.laptop import MATTER, QUESTION, Laptop, hidden, open_laptop
from tests.web.people.files import xlsx
from voting.presets import in_force
from web.pages.organise.rules import offered
from web.people.drafts import Draft, get_draft

pytestmark = pytest.mark.anyio

LONG = "议" * 4000


def stored(laptop: Laptop, draft: str) -> Draft:
    with reading(laptop.service.hearings.engine) as connection:
        found = get_draft(connection, draft.rpartition("/")[2])
    assert found is not None
    return found


async def test_times_are_the_communitys(laptop: Laptop) -> None:
    draft = await laptop.prepare(starts="2026-11-21T14:05", rehearsal="yes")

    kept = stored(laptop, draft)

    assert (kept.starts, kept.rehearsal, kept.kind) == ("2026-11-21T06:05:00.000Z", True, "representatives")
    form = await laptop.get(f"{draft}/matter")
    assert 'value="2026-11-21T14:05"' in form
    assert "2026年11月21日 星期六 14:05" in await laptop.get(draft)
    assert "演练：这里的表决不算数" in await laptop.get(draft)


async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(laptop: Laptop) -> None:
    wrong = {"title.zh": "", "place.zh": "二楼\u0007", "starts": "昨天", "kind": "party", "title.en": " "}

    answer = await laptop.send("/organise/new", MATTER | wrong)

    assert answer.status_code == 422
    assert set(re.findall(r'id="slip-([\w.]+)"', answer.text)) == {"title.zh", "place.zh", "starts", "kind"}
    assert laptop.rows()["drafts"] == 0
    too_long = await laptop.send("/organise/new", MATTER | {"title.zh": "议" * 201})
    assert "太长了" in too_long.text
    assert "社区活动室" in too_long.text


async def test_an_agenda_is_written_changed_and_put_in_order(laptop: Laptop) -> None:
    draft = await laptop.prepare()
    first = await laptop.add_item(draft, **{"text.zh": LONG, "text.en": LONG})
    await laptop.add_question(draft, first, visibility="live", change="none")
    second = await laptop.add_item(draft, "secret", **{"title.zh": "困难补助"})
    third = await laptop.add_item(draft, "none", **{"title.zh": "其他"})

    await laptop.send(f"{draft}/items/{third}/move", {"where": "up"})
    await laptop.send(f"{draft}/items/{first}/move", {"where": "down"})
    await laptop.send(f"{draft}/items/{first}/move", {"where": "up"})
    await laptop.send(f"{draft}/items/{first}/move", {"where": "up"})
    await laptop.send(f"{draft}/items/{second}/move", {"where": "down"})
    kept = stored(laptop, draft)
    assert [item.id for item in kept.agenda] == [first, third, second]
    (question,) = kept.agenda[0].questions
    assert (question.visibility, question.change, question.preset) == ("live", "none", "urban.reps")
    assert len(kept.agenda[0].text.zh) == 4000

    at = f"{draft}/items/{first}/questions/{question.id}"
    assert "是否同意试行北门早市？" in await laptop.get(at)
    await laptop.send(f"{at}/motion", QUESTION | {"title.zh": "改过的问题", "preset": "household.decision"})
    await laptop.add_question(draft, first)
    assert [q.title.zh for q in stored(laptop, draft).agenda[0].questions] == [
        "改过的问题",
        "是否同意试行北门早市？",
    ]
    refused = await laptop.send(f"{draft}/items/{first}", {"title.zh": "北门早市", "ballot": "none"})
    assert "先删去表决事项" in refused.text
    await laptop.send(f"{at}/drop")
    await laptop.send(f"{draft}/items/{second}/move", {"where": "out"})
    kept = stored(laptop, draft)
    assert [(item.id, len(item.questions)) for item in kept.agenda] == [(first, 1), (third, 0)]
    assert kept.agenda[0].questions[0].id == "question-2"


async def test_lines_end_as_they_were_typed(laptop: Laptop) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft, "none", **{"text.zh": "\n第一行 \r\n\r\n  第二行\r\n\r\n"})

    assert stored(laptop, draft).agenda[0].text.zh == "第一行\n\n  第二行"
    page = await laptop.get(f"{draft}/items/{item}")
    assert ">\n第一行\n\n  第二行</textarea>" in page


async def test_a_rule_out_of_force_is_said_on_the_form_and_in_the_checks(laptop: Laptop) -> None:
    draft = await laptop.prepare(starts="2025-12-31T23:00")
    item = await laptop.add_item(draft)
    form = await laptop.get(f"{draft}/items/{item}/questions/new/motion")
    assert form.count("不在施行期内") == out_of_force("2025-12-31") > 0
    assert "应当经到会组成人员的过半数通过" in form
    assert "《中华人民共和国民法典》第278条" in form
    await laptop.add_question(draft, item)

    assert "所选的规则不在施行期内： “是否同意试行北门早市？”" in _words(await laptop.get(draft))
    later = await laptop.prepare(starts="2026-01-01T00:00")
    form = await laptop.get(f"{later}/items/{await laptop.add_item(later)}/questions/new/motion")
    assert form.count("不在施行期内") == out_of_force("2026-01-01") < out_of_force("2025-12-31")


def out_of_force(day: str) -> int:
    """How many of the rules that are shipped are not in force on a day."""
    return sum(not in_force(rule, date.fromisoformat(day)) for rule in offered("motion"))


async def test_the_notice_is_held_back_until_everything_needed_is_there(
    laptop: Laptop, no_fonts: None
) -> None:
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    page = await laptop.get(draft)
    assert "名册是空的" in page
    assert "还没有写表决事项： “北门早市”" in _words(page)
    header = ["姓名", "面积", "角色"]
    await laptop.import_register(xlsx([header, ["王建国", "80.5", "代表"], ["李秀英", "", "代表"]]))
    await laptop.add_question(draft, item, preset="owners.ordinary")
    page = _words(await laptop.get(draft))
    for sentence in ("没有主持人", "有人还没有听证卡", "没有填面积： 李秀英", "没有监督员", "没有签到员"):
        assert sentence in page
    early = await laptop.send(f"{draft}/publish", {"sure": "yes", "seen": ""})
    assert early.status_code == 303
    assert early.headers["location"] == f"{draft}#checks"

    await laptop.import_register(
        xlsx([header, ["王建国", "80.5", "代表、主持人"], ["李秀英", "60", "代表、监督员、签到员"]])
    )
    await laptop.print_cards()
    assert 'class="gaps"' not in await laptop.get(draft)
    assert laptop.service.hearings.ids() == []


async def test_what_changed_after_the_look_is_not_published(laptop: Laptop, no_fonts: None) -> None:
    header = ["姓名", "角色"]
    await laptop.import_register(xlsx([header, ["王建国", "主持人、代表"]]))
    draft = await laptop.prepare()
    item = await laptop.add_item(draft, "none")
    await laptop.print_cards()
    seen = [*hidden(await laptop.get(f"{draft}/publish")), ("sure", "yes")]
    changes = [
        (f"{draft}/items/{item}", {"title.zh": "别的议题", "ballot": "none"}),
        (f"{draft}/matter", MATTER | {"place.zh": "别处"}),
        ("/organise/register/1", {"roles": "representative"}),
    ]

    for path, fields in changes:
        assert (await laptop.send(path, fields)).status_code == 303
        answer = await laptop.send(f"{draft}/publish", seen)
        assert answer.status_code in (303, 422)
        assert answer.status_code == 303 or "还没有公布" in answer.text
        assert laptop.service.hearings.ids() == []
    await laptop.send("/organise/register/1", [("roles", "chair"), ("roles", "representative")])
    without_tick = await laptop.send(f"{draft}/publish", hidden(await laptop.get(f"{draft}/publish")))
    assert "打勾确认" in without_tick.text
    assert laptop.service.hearings.ids() == []


async def test_the_last_look_shows_everything_that_is_frozen(laptop: Laptop, no_fonts: None) -> None:
    await laptop.import_register(xlsx([["姓名", "角色"], ["王建国", "主持人、代表"], ["李秀英", "代表"]]))
    draft = await laptop.prepare()
    item = await laptop.add_item(draft, **{"title.en": "Morning market", "text.en": "On trial."})
    await laptop.add_question(draft, item, **{"text.en": "A market shall be tried."})
    await laptop.print_cards()

    page = _words(await laptop.get(f"{draft}/publish"))

    told = msgspec.to_builtins(stored(laptop, draft))
    texts = [told["title"], told["place"], told["agenda"][0]["title"], told["agenda"][0]["text"]]
    texts += [told["agenda"][0]["questions"][0][name] for name in ("title", "text")]
    for text in texts:
        assert all(one in page for one in text.values())
    for sentence in (
        "2 人，其中有表决权的 2 人",
        "应当有三分之二以上的组成人员参加",
        "密封记名：",
        "可以改票",
        "李秀英",
    ):
        assert sentence in page


async def test_a_published_hearing_is_edited_by_nobody(laptop: Laptop, no_fonts: None) -> None:
    await laptop.import_register(xlsx([["姓名", "角色"], ["王建国", "主持人、代表"]]))
    draft = await laptop.prepare()
    item = await laptop.add_item(draft, "none")
    await laptop.print_cards()
    await laptop.publish(draft)

    for path in (f"{draft}/matter", f"{draft}/items/{item}", f"{draft}/items/new", f"{draft}/drop"):
        answer = await laptop.send(path, {"title.zh": "改", "ballot": "none", "sure": "yes"})
        assert (answer.status_code, answer.json()["code"]) == (409, "already-convened")
    assert laptop.rows()["drafts"] == 0
    assert "公告（PDF）" in await laptop.get(draft)


async def test_giving_up_needs_a_tick(laptop: Laptop) -> None:
    draft = await laptop.prepare()

    await laptop.send(f"{draft}/drop", {})
    assert laptop.rows()["drafts"] == 1
    await laptop.send(f"{draft}/drop", {"sure": "yes"})

    assert laptop.rows()["drafts"] == 0
    assert (await laptop.http.get(draft)).status_code == 404


async def test_both_languages_have_every_page(laptop: Laptop, no_fonts: None) -> None:
    await laptop.import_register(xlsx([["姓名", "角色"], ["王建国", "主持人、代表"]]))
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    await laptop.add_question(draft, item)
    await laptop.print_cards()
    paths = ["/o", "/organise", "/organise/register", "/organise/register/1", "/organise/import", "/organise/cards",
             "/organise/new", draft, f"{draft}/matter", f"{draft}/items/new", f"{draft}/items/{item}",
             f"{draft}/items/{item}/questions/question-1", f"{draft}/publish", f"{draft}/participants",
             "/organise/community"]  # fmt: skip
    for path in paths:
        page = await laptop.get(f"{path}?lang=en")
        assert 'lang="en"' in page
        assert "Organiser" in page


def _words(page: str) -> str:
    """The text of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_an_address_that_phones_cannot_reach_holds_the_notice_back(tmp_path: Path) -> None:
    async with open_laptop(tmp_path, url="http://127.0.0.1:8000") as laptop:
        await laptop.sign_in()
        await laptop.found()
        draft, rehearsal = await laptop.prepare(), await laptop.prepare(rehearsal="yes")

        held, warned = await laptop.get(draft), await laptop.get(rehearsal)
        assert re.search(r'data-blocks="yes"><b>.{1,9}</b> 手机连不到.*“http://127.0.0.1:8000”', held)
        assert re.search(r'data-blocks="no"><b>.{1,9}</b> 手机连不到', warned)
        cards = await laptop.get("/organise/cards")
        assert "手机将打开：<code>http://127.0.0.1:8000</code>" in cards
        assert "现在印的卡扫了打不开" in cards


async def test_the_address_that_phones_open_is_shown(laptop: Laptop) -> None:
    cards = await laptop.get("/organise/cards")
    assert "手机将打开：<code>http://hall.example</code>" in cards
    assert "手机连不到" not in cards + await laptop.get(await laptop.prepare())
