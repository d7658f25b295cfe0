"""Who takes part is chosen, counted, and frozen with the notice."""

import re
from html import unescape

import pytest

from tests.web.organise.laptop import Laptop, hidden
from tests.web.people.files import xlsx
from tests.web.print.tools import text_of as drawn

pytestmark = pytest.mark.anyio

ROWS = [
    ["姓名", "网格", "楼号", "户号", "面积", "角色"],
    ["顾怀民", "第一网格", "1号楼", "1-1", "100", "主持人、代表"],
    ["李秀英", "第二网格", "3号楼", "3-1", "89.5", "代表"],
    ["王建国", "第二网格", "10号楼", "10-1", "70", "代表"],
    ["王建国", "第二网格", "3号楼", "10-1", "60.25", ""],
    ["夏雨晴", "", "", "", "", "签到员"],
]
BUILDING_3 = '["第二网格", "3号楼"]'


@pytest.fixture
async def draft(laptop: Laptop, no_fonts: None) -> str:
    await laptop.import_register(xlsx(ROWS))
    await laptop.print_cards()
    found = await laptop.prepare()
    await laptop.add_question(found, await laptop.add_item(found))
    return found


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def choose(laptop: Laptop, draft: str, *fields: tuple[str, str], status: int = 303) -> str:
    answer = await laptop.send(f"{draft}/participants", fields)
    assert answer.status_code == status
    return text_of(answer.text)


async def voters(laptop: Laptop, hearing: str) -> list[dict[str, int]]:
    """The weights of those who may vote, as the record has them."""
    running = await laptop.service.hearings.get(hearing)
    return await running.ask(lambda state: [dict(seat.member.weights) for seat in state.voters()])


async def test_everybody_takes_part_unless_chosen_otherwise(laptop: Laptop, draft: str) -> None:
    page = text_of(await laptop.get(draft))
    assert "社区名册里的 4 人全部参加" in page

    choice = text_of(await laptop.get(f"{draft}/participants"))

    assert "所有人 现在的选择" in choice
    assert "第二网格 2 位代表 3号楼 2 位代表 10号楼 1 位代表" in choice
    await laptop.publish(draft)
    assert len(await voters(laptop, draft.rpartition("/")[2])) == 3


async def test_a_building_is_chosen_shown_and_frozen(laptop: Laptop, draft: str) -> None:
    await choose(laptop, draft, ("by", "places"), ("places", BUILDING_3))

    page = text_of(await laptop.get(draft))
    assert "社区名册的 4 人里，有 4 人参加。公告时固定下来。 第二网格 · 3号楼" in page
    assert "2 代表" in page
    shown = text_of(await laptop.get(f"{draft}/publish"))
    assert "4 人，其中有表决权的 2 人" in shown
    assert 'value="[&#34;第二网格&#34;, &#34;3号楼&#34;]" checked' in await laptop.get(
        f"{draft}/participants"
    )
    await laptop.publish(draft)
    assert len(await voters(laptop, draft.rpartition("/")[2])) == 2


async def test_area_counts_only_what_lies_in_the_places_chosen(laptop: Laptop, draft: str) -> None:
    await laptop.add_question(draft, "item-1", preset="owners.ordinary")
    await choose(laptop, draft, ("by", "places"), ("places", BUILDING_3))

    await laptop.publish(draft)

    weights = await voters(laptop, draft.rpartition("/")[2])
    assert sorted(weight["area"] for weight in weights) == [6025, 8950]


async def test_a_law_that_counts_all_members_is_said_where_some_are_left_out(
    laptop: Laptop, draft: str
) -> None:
    told = "名册里有 1 位代表不参加。法律按这个会议的全体成员计算应到和通过人数"
    assert told not in await laptop.get(draft)
    await choose(laptop, draft, ("by", "places"), ("places", BUILDING_3))

    for path in (draft, f"{draft}/publish"):
        page = text_of(await laptop.get(path))
        assert told in page
        assert "“是否同意试行北门早市？”" in page
    assert "可以公告了" in await laptop.get(draft)

    everywhere = [("places", f'["{grid}"]') for grid in ("第一网格", "第二网格")]
    await choose(laptop, draft, ("by", "places"), *everywhere)
    assert told not in await laptop.get(draft)


@pytest.mark.parametrize("preset", ["owners.ordinary", "council.simple"])
async def test_owners_of_a_house_and_a_rule_of_ones_own_may_be_of_a_part(
    laptop: Laptop, no_fonts: None, preset: str
) -> None:
    await laptop.import_register(xlsx(ROWS))
    await laptop.print_cards()
    found = await laptop.prepare()
    await laptop.add_question(found, await laptop.add_item(found), preset=preset)
    await choose(laptop, found, ("by", "places"), ("places", BUILDING_3))
    assert "位代表不参加" not in await laptop.get(found)


async def test_who_must_be_among_the_members_is_shown_acknowledged_and_in_the_archive_only(
    laptop: Laptop, fonts: None
) -> None:
    rows = [
        ["姓名", "性别", "身份", "角色"],
        ["顾怀民", "男", "居委会主任", "主持人、代表"],
        ["李秀英", "女", "居民代表", "代表"],
        ["王建国", "", "居民代表", "代表"],
        ["张伟", "男", "居民代表", "代表"],
    ]
    await laptop.import_register(xlsx(rows))
    await laptop.issue("lacking")
    found = await laptop.prepare()
    item = await laptop.add_item(found)
    await laptop.add_question(found, item)
    told = "组成人员 4 人，代表 3 人 < 4/5（4 人）：不符合要求"
    for page in (found, f"{found}/participants", f"{found}/publish"):
        shown = unescape(text_of(await laptop.get(page)))
        assert told in shown
        assert "（2025年修订）》第28条" in shown
        assert "妇女" not in shown
    assert "决定可能因此无效" in await laptop.get(found)

    seen = hidden(await laptop.get(f"{found}/publish"))
    answer = await laptop.send(f"{found}/publish", [*seen, ("sure", "yes")])
    assert answer.status_code == 422
    assert 'id="slip-composition"' in answer.text
    answer = await laptop.send(f"{found}/publish", [*seen, ("sure", "yes"), ("composition", "yes")])
    assert answer.status_code == 303

    hearing = found.rpartition("/")[2]
    paper = await laptop.http.get(f"{found}/minutes.pdf?lang=zh")
    assert re.sub(r"\s", "", told) in re.sub(r"\s", "", drawn(paper.content))
    for public in (f"/h/{hearing}", f"/h/{hearing}/minutes"):
        assert "代表 3 人" not in await laptop.get(public)
    bundle = (await laptop.http.get(f"/h/{hearing}/{hearing}.zip")).content
    assert not any(word.encode() in bundle for word in ("居委会主任", "居民代表,", "female", "顾怀民"))


async def test_women_representatives_are_counted_and_who_cannot_be_is_said(
    laptop: Laptop, no_fonts: None
) -> None:
    rows = [["姓名", "性别", "身份", "角色"], ["顾怀民", "男", "村民代表", "主持人、代表"],
            ["李秀英", "女", "村民代表", "代表"], ["王建国", "", "村民代表", "代表"]]  # fmt: skip
    await laptop.import_register(xlsx(rows))
    draft = await laptop.prepare()
    await laptop.add_question(draft, await laptop.add_item(draft), preset="village.reps")
    shown = text_of(await laptop.get(draft))
    assert "✓ 组成人员 3 人，妇女代表 1 人 ≥ 1/3（1 人）：符合要求" in shown
    assert "有 1 人没有填性别，不计作妇女代表" in shown
    assert "决定可能因此无效" not in shown


async def test_roles_are_chosen_and_what_is_missing_then_is_said(laptop: Laptop, draft: str) -> None:
    await choose(laptop, draft, ("by", "roles"), ("roles", "representative"))
    page = text_of(await laptop.get(draft))
    assert "有 3 人参加。公告时固定下来。 代表" in page
    assert "必须解决 没有主持人" in page

    await choose(laptop, draft, ("by", "roles"), ("roles", "representative"), ("roles", "chair"))
    assert "可以公告了" in await laptop.get(draft)
    await choose(laptop, draft, ("by", "all"))
    assert "4 人全部参加" in await laptop.get(draft)


@pytest.mark.parametrize(
    "fields",
    [
        (("by", "places"),),
        (("by", "places"), ("places", '["火星"]')),
        (("by", "roles"), ("roles", "mayor")),
        (("by", "nobody"),),
        (),
    ],
)
async def test_a_choice_of_nobody_changes_nothing(
    laptop: Laptop, draft: str, fields: tuple[tuple[str, str], ...]
) -> None:
    assert "还没有保存" in await choose(laptop, draft, *fields, status=422)
    assert "4 人全部参加" in await laptop.get(draft)


async def test_a_choice_outlives_changes_of_the_matter_and_of_the_agenda(laptop: Laptop, draft: str) -> None:
    await choose(laptop, draft, ("by", "places"), ("places", BUILDING_3))
    told = {
        "title.zh": "三号楼电梯", "kind": "hearing", "place.zh": "楼下", "starts": "2027-03-01T15:00",
    }  # fmt: skip
    assert (await laptop.send(f"{draft}/matter", told)).status_code == 303
    await laptop.add_item(draft, "none")

    assert "第二网格 · 3号楼" in text_of(await laptop.get(draft))


async def test_a_choice_that_changed_since_it_was_looked_at_is_not_frozen(laptop: Laptop, draft: str) -> None:
    seen = hidden(await laptop.get(f"{draft}/publish"))
    await choose(laptop, draft, ("by", "places"), ("places", BUILDING_3))

    answer = await laptop.send(f"{draft}/publish", [*seen, ("sure", "yes")])

    assert answer.status_code == 422
    assert "还没有公布" in answer.text


async def test_a_household_has_one_vote_or_the_notice_waits(laptop: Laptop, no_fonts: None) -> None:
    rows = [
        ["姓名", "户号", "角色"],
        ["顾怀民", "", "主持人"],
        ["张伟", "3-1", ""],
        ["李娜", "3-1", ""],
        ["王芳", "", ""],
    ]
    preview = text_of((await laptop.upload(xlsx(rows))).text)
    assert "有几个人都有表决权：1 户" in preview
    assert "3-1：张伟、李娜" in preview
    await laptop.import_register(xlsx(rows))
    await laptop.print_cards()
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    await laptop.add_question(draft, item, preset="household.decision")

    page = text_of(await laptop.get(draft))
    assert "必须解决 按户表决，一户一票，但有代表没有填户号： 王芳" in page
    assert (
        "必须解决 一户（或一个业主编号）只有一票，下面这些人却同号，都有表决权。请只留一位作代表，其他人改为列席： 张伟、李娜"
        in page
    )

    rows[2][2], rows[4][1] = "户代表", "3-2"
    await laptop.import_register(xlsx(rows))
    assert "可以公告了" in await laptop.get(draft)


async def test_an_owner_of_several_flats_is_shown_as_one_head(laptop: Laptop) -> None:
    rows = [
        ["姓名", "业主编号", "楼号", "面积"],
        ["张伟", "A7", "3号楼", "89.50"],
        ["张伟", "A7", "5号楼", "88"],
        ["张伟", "A7", "地下车库", "90"],
        ["李娜", "A8", "3号楼", "60"],
    ]

    preview = text_of((await laptop.upload(xlsx(rows))).text)
    assert "2、3、4 张伟 3 套房，计 1 人，共 267.50 m² 3号楼 · 89.50 m² 5号楼 · 88.00 m²" in preview
    assert "导入这 2 人" in preview
    await laptop.import_register(xlsx(rows))

    assert "3 套房，计 1 人，共 267.50 m²" in text_of(await laptop.get("/organise/register/1"))
    assert "等 3 套" in text_of(await laptop.get("/organise/register"))
    found = await laptop.send("/organise/register", {"find": "地下车库"})
    assert found.text.count('scope="row"') == 1
    rows[2][3] = "88.01"
    changed = text_of((await laptop.upload(xlsx(rows))).text)
    assert "面积（m²）： 267.50 → 267.51" in changed
    rows.append(["王芳", "A7", "9号楼", "1"])
    assert "业主编号“A7”在第 2 行是“张伟”" in (await laptop.upload(xlsx(rows))).text
