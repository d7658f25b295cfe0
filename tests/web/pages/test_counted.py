"""What came of polls of every method, on the public page, on the board, in the minutes and on paper."""

import re
import subprocess
from pathlib import Path

import msgspec
import pytest

from deliberation.acts import AmendRoll, Member
from tests.actors import AGENDA, Hall, both
from tests.actors import question as ask
from tests.programs import missing
from tests.room import motion, text
from tests.web.pages.polls import NAMES, POLLS, hold
from tests.web.pages.test_public import Page, page_of, read
from voting.own import derive
from voting.presets import preset
from voting.questions import Question
from voting.results import Result
from voting.tally import tally
from web.actors.participants import Officer, Phone
from web.pages.counted import count_blocks, counted
from web.people.drafts import DraftOwn
from web.people.register import Entry
from web.print.errors import NoChineseFontError
from web.print.fonts import chosen_fonts
from web.tally.story import Table
from web.texts import LANGUAGES

pytestmark = pytest.mark.anyio

SAYS = {
    "motion": ("通过。", "Passed."),
    "stv": ("选出：王建国、李秀英。", "Chosen: Wang Jianguo, Li Xiuying."),
    "approval": (
        "选出：加装电梯；并列，由公开抽签决定先后：修缮北门和门口的人行道、补种树木、楼道照明。",
        "Chosen: A lift; tied, a public lot decides: Mend the north gate and the pavement before it, Plant trees",
    ),
    "grading": ("评议票已经计数", "The grades are counted"),
    "score": ("选出：加装电梯。", "Chosen: A lift."),
    "positions": ("听证会只听取意见，不作决定", "a hearing hears them and decides nothing"),
}
AMOUNTS = (
    "4.33",
    "好",
    "优秀 3、称职 1、基本称职 0、不称职 0（结论：优秀）",
    "优秀 0、称职 2、基本称职 1、不称职 0、未评 1（结论：称职）",
    "6½",
)


async def test_the_public_page_tells_every_count_to_somebody_without_scripts(hall: Hall) -> None:
    found = await hold(hall)
    zh, en = [await read(hall.client(), page_of(hall), lang) for lang in LANGUAGES]
    for ours, theirs in SAYS.values():
        assert ours in zh.text
        assert theirs in en.text
    for amount in AMOUNTS:
        assert amount in zh.text
    assert "平均分" in zh.text
    assert "中间等次" in zh.text
    assert "第一选择票数" in zh.text
    counts = [one for one in zh.all("details") if one.get("class") == "count"]
    assert len(counts) == len(found) - 2  # of a motion and of positions the totals say all
    assert all("open" not in one for one in counts)
    assert len([one for one in zh.all("svg") if one.get("role") == "img"]) == 5  # flows and matrices
    assert re.search(r"王建国有 [0-9.]+ 票，比当选票数 [0-9.]+ 多 [0-9.]+", zh.text)
    assert "Wang Jianguo has more than the quota" in en.text
    for page in (zh, en):
        assert all(one.get("tabindex") == "0" and one["aria-label"] for one in _of(page, "wide"))
        bars = [one for name, one in page.tags if name == "rect" and one.get("class") == "part"]
        assert all(0 <= int(str(one["width"])) <= 1000 for one in bars)


def _of(page: Page, kind: str) -> list[dict[str, str | None]]:
    return [attributes for attributes in page.all("div") if attributes.get("class") == kind]


async def test_board_and_minutes_say_the_same(hall: Hall) -> None:
    await hold(hall, adjourn=True)
    board = await read(hall.client(), "/")
    minutes = await read(hall.client(), f"{page_of(hall)}/minutes")
    for says, _ in SAYS.values():
        assert says in board.text
        assert says in minutes.text
    assert "平均分：加装电梯 4.33，修缮北门和门口的人行道 4，补种树木 1，楼道照明 —" in minutes.text
    assert (
        "各等次的票数和评议结论：欧阳慧敏 优秀 3、称职 1、基本称职 0、不称职 0（结论：优秀）；"
        "王建国 优秀 0、称职 2、基本称职 1、不称职 0、未评 1（结论：称职）"
    ) in minutes.text


async def test_the_result_form_of_every_method_has_its_count(hall: Hall, tmp_path: Path) -> None:
    try:
        chosen_fonts()
    except NoChineseFontError:
        missing("a Chinese font", "apt-get install fonts-noto-cjk")
    found = await hold(hall)
    for draft, _ in POLLS:
        answer = await hall.client().get(f"{page_of(hall)}/results/{found[draft.id]}.pdf?lang=zh")
        assert answer.status_code == 200, draft.id
        paper = tmp_path / f"{draft.id}.pdf"
        paper.write_bytes(answer.content)
        told = _text(paper)
        if draft.id in SAYS:
            assert re.sub(r"\s", "", SAYS[draft.id][0]) in told
        assert ("附：计票过程" in told) is (draft.method not in ("motion", "positions"))
        assert bool(re.search("（选出）|（并列）", told)) is (
            draft.method not in ("motion", "positions", "grading")
        )
    assert "赵晚来的票最少" in _text(tmp_path / "stv.pdf")
    assert "4.33" in _text(tmp_path / "score.pdf")


def _text(paper: Path) -> str:
    told = subprocess.run(["pdftotext", "-raw", paper, "-"], check=True, capture_output=True, text=True)
    return re.sub(r"\s", "", told.stdout)


def result_of(question: Question) -> Result:
    """Four ballots for and two against from two buildings and from nowhere."""
    weights = {"heads": 1, "area": 1000}
    choice = "for" if question.method == "motion" else [question.options[0].id]
    return tally(
        question,
        poll="p",
        eligible=[weights] * 9,
        present=[weights] * 9 if question.electorate == "present" else None,
        ballots=[(msgspec.json.encode(choice), weights)] * 4,
        units=["3号楼", "3号楼", "<b>4</b>", ""],
    )


async def test_what_the_law_alone_would_say_stands_beside_an_own_rules_result(hall: Hall) -> None:
    own = DraftOwn(both("议事规则第七条", ""), "", "ge_4_5")
    item = msgspec.structs.replace(AGENDA[0], questions=(ask("own", own=own),))
    await hall.convene((item,))
    chair = await hall.join(Officer, "周敏", "chair")
    phones = [await hall.join(Phone, name) for name in NAMES]
    await chair.open()
    await chair.sign_in()
    code = await chair.screen_code()
    for phone in phones:
        await phone.check_in(code)
    await chair.call(item.id)
    (asked,) = (await chair.state())["items"][0]["questions"]
    poll = (await chair.open_poll(item.id, asked["hash"], None)).leaf
    for phone, choice in zip(phones, ("for", "for", "for", "against"), strict=True):
        await phone.vote(poll, choice)
    await chair.close_poll(poll)
    await chair.publish(poll)

    for path in (page_of(hall), f"{page_of(hall)}/minutes"):
        told = (await read(hall.client(), path)).text
        assert "未通过" in told
        assert "议事规则第七条" in told
        assert "按法律本身的规定：通过" in told


def test_constituencies_are_told_each_for_itself() -> None:
    question = msgspec.structs.replace(motion(), breakdown="unit")
    (table,) = count_blocks(question, result_of(question), "zh")
    assert isinstance(table, Table)
    assert table.header == ("楼栋（网格）", "有效票", "同意", "反对", "弃权")
    assert sorted(table.rows) == [
        ("3号楼", "2", "2", "0", "0"), ("<b>4</b>", "1", "1", "0", "0"), ("没有填楼栋", "1", "1", "0", "0"),
    ]  # fmt: skip
    told = counted(question, result_of(question), "en")
    assert "&lt;b&gt;4&lt;/b&gt;" in told.units
    assert not told.steps


async def test_a_result_by_building_is_on_page_and_in_minutes_and_whoever_joins_has_theirs(
    hall: Hall,
) -> None:
    item = msgspec.structs.replace(AGENDA[0], questions=(ask("by-house", breakdown=True),))
    await hall.convene((item,))
    chair, supervisor = (
        await hall.join(Officer, "周敏", "chair"),
        await hall.join(Officer, "吴建国", "supervisor"),
    )
    phones = [await hall.join(Phone, name) for name in NAMES]
    await chair.open()
    await chair.sign_in()
    new = hall.register(Entry(name="孙新来", grid="第二网格", building="12号楼", unit="2单元"))
    asked = {"person": new.id, "role": "representative"}
    made = await chair.http.post(
        f"{chair.api}/entries", json=asked, headers={"Sec-Fetch-Site": "same-origin"}
    )
    member = msgspec.json.decode(made.content, type=Member)
    assert member.unit == "第二网格 12号楼", "and neither its flat nor its floor"
    await supervisor.cosign((await chair.act(AmendRoll, add=[member], remove=[], reason="漏列")).leaf)
    phones.append(await hall.join(Phone, "孙新来"))
    code = await chair.screen_code()
    for phone in phones:
        await phone.check_in(code)
    await chair.call(item.id)
    (asked_now,) = (await chair.state())["items"][0]["questions"]
    poll = (await chair.open_poll(item.id, asked_now["hash"], None)).leaf
    for phone, choice in zip(phones, ("for", "for", "for", "against", "abstain"), strict=True):
        await phone.vote(poll, choice)
    await chair.close_poll(poll)
    await chair.publish(poll)

    lines = [
        "1号楼（1 票）：同意 1、反对 0、弃权 0",
        "2号楼（1 票）：同意 1、反对 0、弃权 0",
        "3号楼（2 票）：同意 1、反对 1、弃权 0",
        "第二网格 12号楼（1 票）：同意 0、反对 0、弃权 1",
    ]
    (shown,) = (await chair.state())["polls"]
    assert [one["zh"] for one in shown["conclusion"]["units"]] == lines
    public = await read(hall.client(), page_of(hall))
    assert "按楼栋（网格）的结果" in public.text
    assert "结果另按楼栋（网格）列出，名册写明每位代表的楼栋。" in public.text
    assert all(one in public.text for one in ("3号楼", "第二网格 12号楼"))
    minutes = await read(hall.client(), f"{page_of(hall)}/minutes")
    assert all(f"其中 {line}" in minutes.text for line in lines)


def test_beside_an_own_rule_stand_its_clause_and_the_law() -> None:
    law = preset("owners.ordinary")
    third = tuple(msgspec.structs.replace(test, fraction=(1, 3)) for test in law.majority)
    rule = derive(law, clause=text("Clause 12"), text=text("A third is enough."), majority=third)
    question = motion(rule="owners.ordinary", breakdown="unit")
    told = counted(msgspec.structs.replace(question, rule=rule), result_of(
        msgspec.structs.replace(question, rule=rule)), "zh")  # fmt: skip
    assert told.clause == text("Clause 12")
    assert told.statutory is not None
    assert told.statutory.decision == "no_quorum"
    plain = counted(question, result_of(question), "zh")
    assert (plain.clause, plain.statutory) == (None, None)
