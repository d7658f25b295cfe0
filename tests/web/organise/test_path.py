"""From the first start to a record that a stranger verifies, through the organiser's forms."""

import asyncio
import io
import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
import pytest

from ballots import bundle
from ballots.tokens import Token
from deliberation.audit import Expectations, Report, audit
from tests.web.organise.laptop import Laptop, hidden
from tests.web.people.files import xlsx
from tests.web.print.tools import text_of
from web.actors.device import Device, open_card
from web.actors.participants import Officer, Phone

pytestmark = pytest.mark.anyio

ROWS = [
    ["姓名", "身份", "楼号", "户号", "联系方式", "角色"],
    ["顾怀民", "议事会召集人", "", "", "", "主持人"],
    ["严淑贞", "居务监督委员", "3号楼", "3-1", "", "监督员、代表"],
    ["夏雨晴", "社区工作者", "", "", "", "签到员"],
    ["欧阳慧敏", "居民代表", "10号楼", "10-1", "10000000001", "代表"],
    ["王建国", "居民代表", "2号楼", "2-1", "10000000002", "代表"],
    ["Anna Kowalska", "居民代表", "1号楼", "1-1", "10000000003", "代表"],
]
D = TypeVar("D", bound=Device)


@dataclass
class Held:
    """A hearing that was held, and what its organiser has of it."""

    laptop: Laptop
    hearing: str
    anchor: str
    tokens: dict[str, Token]
    poll: str = ""
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def join(self, kind: type[D], name: str, role: str = "representative") -> D:
        http = await self.stack.enter_async_context(self.laptop.stranger())
        seats = await open_card(http, "qinghuai", self.tokens[name], self.anchor)
        device = kind(http, next(seat for seat in seats if seat.role == role))
        await device.enrol(self.tokens[name])
        return device

    async def hold(self) -> None:
        """One item, three speeches of a kind, one poll, cosigned and adjourned."""
        chair = await self.join(Officer, "顾怀民", "chair")
        supervisor = await self.join(Officer, "严淑贞", "supervisor")
        desk = await self.join(Officer, "夏雨晴", "desk")
        phones = [await self.join(Phone, name) for name in ("欧阳慧敏", "王建国", "严淑贞")]
        await chair.open()
        await chair.sign_in()
        code = await chair.screen_code()
        for phone in phones[:2]:
            await phone.check_in(code)
        await desk.check_in(phones[2].seat.member)
        await chair.call("item-1")
        await phones[0].comment("item-1", "早市方便老人买菜。\n<b>盲道</b>要留出来。")
        request = await phones[1].ask_floor("item-1")
        await chair.give_floor(request.leaf, 120)
        await chair.end_floor(request.leaf)
        question = (await chair.state())["items"][0]["questions"][0]["hash"]
        self.poll = (await chair.open_poll("item-1", question)).leaf
        for phone, choice in zip(phones, ("for", "for", "against"), strict=True):
            await phone.vote(self.poll, choice)
        await chair.close_poll(self.poll)
        await chair.publish(self.poll)
        await chair.publish_minutes("会议秩序良好。")
        await supervisor.cosign((await chair.adjourn()).leaf)

    async def public(self, path: str, **params: str) -> httpx.Response:
        """What anybody gets."""
        async with self.laptop.stranger() as http:
            answer = await http.get(f"/h/{self.hearing}/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer

    async def audit(self) -> Report:
        packed = (await self.public(f"{self.hearing}.zip")).content
        openings = await self.laptop.http.get(f"/organise/h/{self.hearing}/openings.json")
        return audit(
            bundle.read_from(io.BytesIO(packed)),
            Expectations(anchor=self.anchor, openings=openings.content, running=not self.poll),
        )


@pytest.fixture
async def published(laptop: Laptop, no_fonts: None) -> AsyncGenerator[Held, None]:
    """Imported, printed, prepared and published through forms alone."""
    broken = [*ROWS, ["没有角色的人", "", "", "", "", "市长"]]
    preview = await laptop.upload(xlsx(broken), "register.xlsx")
    assert "不认识的角色“市长”" in preview.text
    assert "import/commit" not in preview.text
    await laptop.import_register(xlsx(ROWS))
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    await laptop.add_question(draft, item)
    await laptop.add_item(draft, "none", **{"title.zh": "其他事项"})
    tokens = await laptop.print_cards()
    shown = await laptop.get(f"{draft}/publish")
    anchor = re.search(r'class="anchor">([0-9A-Z-]{19})<', shown)
    assert anchor is not None
    assert "6 人，其中有表决权的 4 人" in shown
    await laptop.publish(draft)
    async with AsyncExitStack() as stack:
        yield Held(laptop, draft.rpartition("/")[2], anchor[1].replace("-", ""), tokens, stack=stack)


@pytest.fixture
async def held(published: Held) -> Held:
    await published.hold()
    return published


async def test_the_record_of_a_published_notice_verifies_and_names_its_people(published: Held) -> None:
    report = await published.audit()

    assert list(report.findings) == []
    assert report.tied
    assert sorted(set(report.people.values())) == sorted(row[0] for row in ROWS[1:])


async def test_a_hearing_from_first_start_to_audit(held: Held) -> None:
    report = await held.audit()

    assert list(report.findings) == []
    assert report.finished
    assert "已散会" in await held.laptop.get("/organise")
    page = await held.laptop.get(f"/organise/h/{held.hearing}")
    for paper in ("notice.pdf", "minutes.pdf", f"results/{held.poll}.pdf"):
        assert f'href="/h/{held.hearing}/{paper}"' in page


async def test_the_public_minutes_have_the_result_and_no_full_name(held: Held) -> None:
    page = (await held.public("minutes")).text

    assert "通过" in page
    assert "应到 4，实到 3 ≥ 2/3" in page
    assert "同意 2，反对 1，弃权 0" in page
    assert "欧阳*" in page
    assert "&lt;b&gt;盲道&lt;/b&gt;要留出来。" in page
    assert "会议秩序良好。" in page
    assert "监督员 严*" in page
    assert len(re.findall(r"<code>([0-9A-Z]{5}-){3}[0-9A-Z]{5}</code>", page)) == 4
    assert_public(page)


def assert_public(text: str) -> None:
    """No full name, no telephone, no household."""
    for row in ROWS[1:]:
        assert row[0] not in text
    assert "1000000000" not in text
    assert "10-1" not in text


@pytest.fixture
def with_fonts(held: Held, fonts: None) -> Held:
    """The service finds its fonts again."""
    return held


@pytest.mark.foreign
async def test_the_papers_say_what_the_record_says(with_fonts: Held) -> None:
    minutes = text_of((await with_fonts.public("minutes.pdf")).content)
    result = text_of((await with_fonts.public(f"results/{with_fonts.poll}.pdf")).content)
    notice = text_of((await with_fonts.public("notice.pdf")).content)

    for paper in (minutes, result, notice):
        assert_public(paper)
    assert "会议记录（公开版）" in minutes
    assert "同意 2，反对 1，弃权 0" in minutes
    assert "严*" in minutes
    assert "4 3 – 3 3 0 0 0" in result
    assert "同意 2" in result
    assert "同意在北门试行早市六个月。" in notice
    assert "第 29 条" in notice
    english = text_of((await with_fonts.public("minutes.pdf", lang="en")).content)
    assert "Minutes (public version)" in english
    assert "For 2, Against 1, Abstain 0" in english


@pytest.mark.foreign
async def test_papers_for_the_archive_have_full_names_and_arrivals(with_fonts: Held) -> None:
    at = f"/organise/h/{with_fonts.hearing}"
    sheet = await with_fonts.laptop.http.get(f"{at}/sign-in.pdf")
    record = await with_fonts.laptop.http.get(f"{at}/minutes.pdf")

    assert {sheet.headers["cache-control"], record.headers["cache-control"]} == {"no-store"}
    listed = text_of(sheet.content)
    assert "应到 4 实到 3 缺席 1" in " ".join(listed.split()).replace("　", " ")
    positions = [listed.index(name) for name in ("Anna", "王建国", "严淑贞", "欧阳慧敏", "不计入", "顾怀民")]
    assert positions == sorted(positions)
    assert len(re.findall(r"\d\d:\d\d 扫码", listed)) == 2
    assert len(re.findall(r"\d\d:\d\d 签到台", listed)) == 1
    assert listed.count("严淑贞") == 1
    assert "欧阳慧敏" in text_of(record.content)
    assert "会议记录" in text_of(record.content)


@pytest.mark.foreign
async def test_a_sheet_before_the_meeting_is_blank(published: Held, fonts: None) -> None:
    sheet = await published.laptop.http.get(f"/organise/h/{published.hearing}/sign-in.pdf")

    listed = text_of(sheet.content)
    assert "欧阳慧敏" in listed
    assert "扫码" not in listed
    assert "实到 3" not in listed


async def test_without_fonts_a_page_says_what_to_install(held: Held) -> None:
    async with held.laptop.stranger() as http:
        answer = await http.get(f"/h/{held.hearing}/minutes.pdf")

    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/html")
    assert "fonts-noto-cjk" in answer.text
    assert b"%PDF" not in answer.content


async def test_officers_may_print_the_sheet_and_nobody_else(published: Held) -> None:
    desk = await published.join(Officer, "夏雨晴", "desk")
    phone = await published.join(Phone, "王建国")
    path = f"/organise/h/{published.hearing}/sign-in.pdf"
    statuses = [(await device.http.get(path)).status_code for device in (desk, phone)]
    for device in (desk, phone):
        await device.sign_in()
    statuses += [(await device.http.get(path)).status_code for device in (desk, phone)]

    assert statuses == [401, 401, 503, 403]  # 503: admitted, and no fonts here
    assert (await desk.http.get(path.replace("sign-in.pdf", "openings.json"))).status_code == 401


async def test_who_was_erased_is_on_no_paper(held: Held) -> None:
    register = await held.laptop.get("/organise/register")
    person = re.search(r'register/(\d+)">欧阳慧敏', register)
    assert person is not None

    answer = await held.laptop.send(f"/organise/register/{person[1]}/erase", {"sure": "yes"})

    assert answer.status_code == 303
    page = (await held.public("minutes")).text
    assert "欧阳" not in page
    assert "（已从名册删除）" in page
    assert [finding.code for finding in (await held.audit()).findings] == ["unnamed"]


async def test_publishing_twice_changes_nothing(laptop: Laptop, no_fonts: None) -> None:
    await laptop.import_register(xlsx(ROWS))
    draft = await laptop.prepare()
    await laptop.add_item(draft, "none")
    await laptop.print_cards()
    fields = [*hidden(await laptop.get(f"{draft}/publish")), ("sure", "yes")]

    answers = await asyncio.gather(*(laptop.send(f"{draft}/publish", fields) for _ in range(3)))

    assert {answer.status_code for answer in answers} == {303}
    hearing = draft.rpartition("/")[2]
    packed = await laptop.http.get(f"/h/{hearing}/{hearing}.zip")
    openings = await laptop.http.get(f"/organise/h/{hearing}/openings.json")
    expected = Expectations(openings=openings.content, running=True)
    assert list(audit(bundle.read_from(io.BytesIO(packed.content)), expected).findings) == []
