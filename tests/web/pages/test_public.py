"""The notice board and the public page of a hearing: what stands there with nothing but a browser."""

import hashlib
import re
from html.parser import HTMLParser

import httpx
import pytest

from ballots.checkpoint import Checkpoint, fingerprint, sign_checkpoint
from deliberation.acts import VoidPoll
from tests.actors import AGENDA, PEOPLE, DraftItem, Hall, Meeting, Officer, both, gather, question
from web.print.qr import qr_svg
from web.texts import LANGUAGES, texts

pytestmark = pytest.mark.anyio

HOSTILE = "<script>alert(1)</script>\"'<img src=x onerror=alert(2)>"
TRAP = DraftItem(
    "trap",
    both(HOSTILE, HOSTILE),
    both(HOSTILE, HOSTILE),
    "named",
    (question("trap", title=both(HOSTILE, HOSTILE), text=both(HOSTILE, HOSTILE)),),
)


class Page(HTMLParser):
    """What a reader without scripts sees of a page, and what is in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._silent += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words += data

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", self.words)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


async def read(http: httpx.AsyncClient, path: str, lang: str = "zh", status: int = 200) -> Page:
    answer = await http.get(path, headers={"Accept-Language": lang, "Accept": "text/html"})
    assert answer.status_code == status
    return Page(answer.text)


async def decide(meeting: Meeting) -> str:
    """Put the first question to the vote and publish."""
    poll = await meeting.open_poll()
    for phone, choice in zip(meeting.phones, ("for", "for", "for", "against"), strict=True):
        await phone.vote(poll, choice)
    await meeting.chair.close_poll(poll)
    await meeting.chair.publish(poll)
    return poll


@pytest.fixture
async def meeting(hall: Hall) -> Meeting:
    return await gather(hall)


def page_of(hall: Hall) -> str:
    return f"/h/{hall.hearing}"


async def test_before_the_meeting_it_is_the_notice(hall: Hall) -> None:
    await hall.convene()
    zh, en = [await read(hall.client(), page_of(hall), lang) for lang in LANGUAGES]
    for item in AGENDA:
        assert item.title.zh in zh.text
        assert item.title.en in en.text
    assert "居民代表会议" in zh.text
    assert "三分之二以上" in zh.text
    assert "第29条" in zh.text
    assert "article 29" in en.text
    assert "应到 6" in zh.text
    assert hall.community.anchor[:4] in zh.text


async def test_a_result_stands_there_with_its_comparison_written_out(meeting: Meeting) -> None:
    await decide(meeting)
    zh, en = [await read(meeting.hall.client(), page_of(meeting.hall), lang) for lang in LANGUAGES]
    assert "通过" in zh.text
    assert "实到 4，同意 3 > 1/2（2）：达到通过要求" in zh.text
    assert "3 for > 1/2 of 4 present (2): majority reached" in en.text


async def test_an_open_poll_shows_its_turnout_and_nothing_of_its_options(meeting: Meeting) -> None:
    poll = await meeting.open_poll()
    await meeting.phones[0].vote(poll, "against")
    page = await read(meeting.hall.client(), page_of(meeting.hall))
    assert "1 / 4" in page.text
    assert "反对 1" not in page.text
    assert not [table for table in page.all("table") if table.get("class") == "tally"]


async def test_nobody_is_named(meeting: Meeting) -> None:
    await meeting.phones[0].comment("stalls", "早市方便老人买菜。")
    await meeting.phones[1].ask_floor("stalls")
    await decide(meeting)
    http = meeting.hall.client()
    for path in (
        "/",
        page_of(meeting.hall),
        *(page_of(meeting.hall) + end for end in ("/screen", "/console", "/desk")),
    ):
        html = (await http.get(path)).text
        assert not [person.name for person in PEOPLE if person.name in html]


async def test_what_people_wrote_is_text_and_never_markup(hall: Hall) -> None:
    await hall.convene((TRAP,))
    for path in (page_of(hall), "/"):
        html = (await hall.client().get(path)).text
        page = Page(html)
        assert "<script>alert" not in html
        assert not page.all("img")
        assert all(one.get("src", "").startswith("/static/") for one in page.all("script"))  # type: ignore[union-attr]
    assert "<img src=x onerror=alert(2)>" in (await read(hall.client(), page_of(hall))).text


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_rehearsal_says_so_on_every_page(hall: Hall, lang: str) -> None:
    await hall.convene(rehearsal=True)
    mark = texts(lang)["pages"]["rehearsal"]  # type: ignore[arg-type]
    for end in ("", "/screen", "/console", "/desk"):
        page = await read(hall.client(), page_of(hall) + end, lang)
        assert mark in page.text
    assert texts(lang)["public"]["rehearsal"] in (await read(hall.client(), "/", lang)).text  # type: ignore[arg-type]


async def test_a_binding_hearing_has_no_such_mark(hall: Hall) -> None:
    await hall.convene()
    for path in ("/", page_of(hall)):
        assert "演练" not in (await read(hall.client(), path)).text


async def test_the_way_to_verify_is_the_truth(meeting: Meeting) -> None:
    await decide(meeting)
    await meeting.chair.publish_minutes("")
    await meeting.chair.adjourn()
    http = meeting.hall.client()
    page = await read(http, page_of(meeting.hall))
    bundle = await http.get(f"{page_of(meeting.hall)}/{meeting.hall.hearing}.zip")
    head = await meeting.chair.follow()
    assert hashlib.sha256(bundle.content).hexdigest() in page.text.replace(" ", "")
    assert fingerprint(head.text) in page.text
    anchor = meeting.hall.community.anchor
    assert (
        f"hearing verify --anchor {'-'.join(re.findall('....', anchor))} {meeting.hall.hearing}.zip"
        in page.text
    )
    linked = {one["href"] for one in page.all("a")}
    assert {
        f"{page_of(meeting.hall)}/{end}" for end in ("minutes", "minutes.pdf", f"{meeting.hall.hearing}.zip")
    } <= linked


async def test_while_it_goes_on_no_hash_of_the_bundle_is_promised(meeting: Meeting) -> None:
    assert not re.search(
        r"[0-9a-f]{8} ?[0-9a-f]{8}", (await read(meeting.hall.client(), page_of(meeting.hall))).text
    )


async def test_a_void_poll_stays_there_with_its_reason(meeting: Meeting) -> None:
    poll = await meeting.open_poll()
    await meeting.chair.act(VoidPoll, poll=poll, reason="投影中断 <b>")
    page = await read(meeting.hall.client(), page_of(meeting.hall))
    assert "作废理由：投影中断 <b>" in page.text


async def test_a_result_that_was_declared_void_is_not_read_as_a_decision(meeting: Meeting) -> None:
    poll = await decide(meeting)
    void = await meeting.chair.act(VoidPoll, poll=poll, reason="多数了一次")
    await meeting.supervisor.cosign(void.leaf)
    page = await read(meeting.hall.client(), page_of(meeting.hall))
    assert "作废理由：多数了一次" in page.text
    assert "公布过的结果：通过" in page.text
    assert [one["data-outcome"] for one in page.all("p") if "data-outcome" in one] == ["void"]
    assert "通过" not in (await read(meeting.hall.client(), "/")).text


async def test_the_board_shows_what_goes_on_before_what_is_over(meeting: Meeting) -> None:
    await meeting.chair.publish_minutes("")
    await meeting.chair.adjourn()
    over = meeting.hall.hearing
    new = await meeting.hall.convene(rehearsal=True)
    page = await read(meeting.hall.client(), "/")
    listed = [one["href"] for one in page.all("a") if str(one["href"]).startswith("/h/")]
    assert listed == [f"/h/{new}", f"/h/{over}"]


async def test_an_unknown_hearing_is_said_to_be_unknown(hall: Hall) -> None:
    page = await read(hall.client(), "/h/abcdefghjkmn", status=404)
    assert "没有这次会议" in page.text


async def test_a_checkpoint_is_drawn_for_the_moments_and_for_nothing_else(meeting: Meeting) -> None:
    http = meeting.hall.client()
    state = await meeting.chair.state()
    size = state["moments"][0]["size"]
    path = f"{page_of(meeting.hall)}/checkpoint.svg"
    drawn = await http.get(path, params={"size": size})
    assert drawn.headers["content-type"] == "image/svg+xml"
    running = await meeting.hall.service.hearings.get(meeting.hall.hearing)
    checkpoint = Checkpoint(running.record.origin, size, running.record.tree.root(size))
    note = sign_checkpoint(meeting.hall.service.keys.service, checkpoint)
    assert drawn.text == qr_svg(note.decode())
    for wrong, status in ((size + 1, 404), (10**6, 404), (0, 400), ("x", 400)):
        assert (await http.get(path, params={"size": wrong})).status_code == status


async def test_the_outer_code_of_a_card_leads_to_the_desk(hall: Hall) -> None:
    await hall.convene()
    desk = await hall.join(Officer, "郑小燕", "desk")
    await desk.sign_in()
    listed = (await desk.http.get(f"{desk.api}/desk")).json()["members"]
    number = next(one["person"]["card"] for one in listed if one["person"]["name"] == "王建国")
    http = hall.client()
    for typed in (number, f"{number[:3]} {number[3:6]}-{number[6:]}"):
        answer = await http.get(f"/c/{typed}")
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"{page_of(hall)}/desk?card={number}",
        )
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    for typed in (wrong, "000000000", "1", "x" * 40):
        assert "这张卡" in (await read(http, f"/c/{typed}", status=404)).text


async def test_who_has_voted_is_for_officers_and_what_they_voted_for_nobody(meeting: Meeting) -> None:
    poll = await meeting.open_poll()
    await meeting.phones[0].vote(poll, "against")
    for officer in (meeting.chair, meeting.supervisor, meeting.desk):
        await officer.sign_in()
        answer = await officer.http.get(f"{officer.api}/desk")
        mine = {one["id"]: one["polls"] for one in answer.json()["members"]}
        voted, waiting, late = (mine[p.seat.member] for p in (*meeting.phones[:2], meeting.late))
        assert (voted[0]["may_vote"], voted[0]["ballot"] is not None) == (True, True)
        assert (waiting[0]["may_vote"], waiting[0]["ballot"]) == (True, None)
        assert late[0]["may_vote"] is False
        assert "against" not in answer.text
    await meeting.phones[0].sign_in()
    refused = await meeting.phones[0].http.get(f"{meeting.chair.api}/desk")
    assert refused.status_code == 403
