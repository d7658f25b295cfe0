import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.print.conftest import AT, sample_cards
from tests.web.print.tools import pages_of, text_of
from web.print import forms
from web.print.errors import NoChineseFontError
from web.print.forms import (
    Attendee,
    Figures,
    Heading,
    Minutes,
    MinutesItem,
    Notice,
    OptionCount,
    ResultForm,
    Said,
    SignInSheet,
    Voted,
)

HEADING = Heading(
    lang="zh",
    community="青槐社区",
    meeting="2026年第三次居民代表会议",
    hearing="7k3m9q2x4b8d",
    anchor="YP9Z-9Q6V-QGDB-BKR1",
    fingerprint="3F7KQ-9ZD2M-X5TTA-81BRE",
    address="hall.example.org/h/7k3m9q2x4b8d",
    rehearsal=True,
)
REASONS = ("应到 61，实到 43 ≥ 2/3（40⅔）：达到法定人数", "实到 43，同意 28 > 1/2（21½）：达到通过要求")
SHEET = SignInSheet(
    heading=HEADING,
    when="2026年11月21日 14:00",
    place="社区礼堂",
    people=tuple(
        Attendee(name=card.person.name, group=card.person.building, capacity=card.person.capacity)
        for card in sample_cards()
    ),
)
RESULT = ResultForm(
    heading=HEADING,
    question="是否同意试行北门早市六个月？",
    wording="同意在北门东侧空地设12个便民摊位。",
    opened="14:31",
    closed="14:36",
    rule="所作决定，应当经到会组成人员的过半数通过。",
    figures=Figures(due=61, present=43, issued=43, returned=42, valid=41, partly=0, abstain=3, invalid=1),
    measures=("人数", "面积（m²）"),
    options=(OptionCount("同意", ("28", "2517.35")), OptionCount("反对", ("10", "804.10"))),
    reasons=REASONS,
    decision="通过",
    signers=("主持人", "监票人", "计票人"),
)
MINUTES = Minutes(
    heading=HEADING,
    form="record",
    number="2026年第3次",
    when="14:00–15:40",
    place="社区礼堂",
    chair="顾怀民",
    recorder="由记录自动起草",
    due=61,
    present=43,
    items=(
        MinutesItem(
            title="北门早市",
            text="说明。",
            notes=("本项先听取意见。",),
            speeches=(Said("欧阳*", "14:10"),),
            comments=(Said("张*", "14:12", "支持。\n建议早些收摊。"),),
            polls=(Voted(question="是否同意？", wording="同意试行。", lines=REASONS, decision="通过"),),
        ),
    ),
    changes=(
        Said("主持人 顾怀民，监督员 李四", "14:20", "更正名册：移出 赵晚来\n理由：已搬走"),
        Said(
            "主持人 顾怀民，监督员 李四", "14:25", "重做票箱钥匙，保管人改为：顾怀民（主持人）\n理由：换手机"
        ),
    ),
    remarks="谢谢大家。",
    signers=("主持人", "记录人"),
)
NOTICE = Notice(
    heading=HEADING,
    title="结果公示",
    basis="依据城市居民委员会组织法第三十四条公示如下。",
    matter=("会议通过了北门早市试行方案。",),
    facts=(("实到", "43"), ("结果", "通过")),
    agenda=("北门早市", "3号楼电梯"),
    period="2026年11月22日至12月6日",
    objections="居务监督委员会，电话 100 0000 0000",
    issuer="青槐社区居民委员会",
    date="2026年11月22日",
    later="附注：钥匙保管人有变更。",
)
Render = Callable[[Any, datetime], bytes]
ALL: list[tuple[Render, Any]] = [
    (forms.sign_in_pdf, SHEET),
    (forms.result_pdf, RESULT),
    (forms.minutes_pdf, MINUTES),
    (forms.notice_pdf, NOTICE),
]


def said_by(content: object) -> list[str]:
    """Every text that somebody supplied."""
    match content:
        case str():
            return [content]
        case dict():
            return [text for value in content.values() for text in said_by(value)]
        case list() | tuple():
            return [text for value in content for text in said_by(value)]
    return []


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("render", "content"), ALL)
def test_everything_said_is_on_the_paper_in_both_languages(
    render: Render, content: Any, lang: Literal["zh", "en"]
) -> None:
    heading = msgspec.structs.replace(content.heading, lang=lang)

    printed = squeezed(text_of(render(msgspec.structs.replace(content, heading=heading), AT)))

    supplied = msgspec.to_builtins(content)
    supplied.pop("form", None)
    supplied["heading"].pop("lang")
    for text in said_by(supplied):
        for line in text.splitlines():
            assert squeezed(line) in printed


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize(("render", "content"), ALL)
def test_every_page_names_its_hearing_and_says_when_it_is_a_rehearsal(render: Render, content: Any) -> None:
    earnest = msgspec.structs.replace(
        content, heading=msgspec.structs.replace(content.heading, rehearsal=False)
    )

    for page in pages_of(render(content, AT)):
        assert "演练，结果不作数" in page
        assert HEADING.hearing in page
        assert HEADING.anchor in page
    assert "演练" not in text_of(render(earnest, AT))


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize(("render", "content"), ALL)
def test_forms_are_reproducible_and_archivable(render: Render, content: Any) -> None:
    pdf = render(content, AT)

    assert pdf == render(content, AT)
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf


@pytest.mark.parametrize(("render", "content"), ALL)
def test_without_a_chinese_font_there_is_no_form(
    render: Render, content: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARING_FONT_DIR", str(tmp_path))

    with pytest.raises(NoChineseFontError):
        render(content, AT)


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
def test_a_sheet_filled_in_afterwards_shows_who_came_how_and_who_did_not() -> None:
    first, second, *rest = SHEET.people
    people = (
        msgspec.structs.replace(first, arrived="14:02 扫码"),
        msgspec.structs.replace(second, absent="外出就医"),
        *rest,
    )

    pages = pages_of(forms.sign_in_pdf(msgspec.structs.replace(SHEET, people=people, present=1), AT))

    due = len(SHEET.people)
    assert f"应到{due}实到1缺席{due - 1}" in squeezed(pages[0])
    assert "14:02扫码" in squeezed(pages[0])
    assert "外出就医" in squeezed(pages[0])
    assert all("签名" in page for page in pages[:3])


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
def test_the_public_version_is_called_so() -> None:
    summary = msgspec.structs.replace(MINUTES, form="summary", signers=())

    assert "会议记录（公开版）" in text_of(forms.minutes_pdf(summary, AT))
    assert "公开版" not in text_of(forms.minutes_pdf(MINUTES, AT))


COUNT = st.integers(-1, 6)


@given(st.tuples(*[COUNT] * 9))
def test_a_result_form_has_figures_that_fit(counts: tuple[int, ...]) -> None:
    names = ("due", "present", "issued", "returned", "valid", "partly", "abstain", "invalid", "unopened")
    n = dict(zip(names, counts, strict=True))
    fits = (
        all(count >= 0 for count in counts)
        and n["present"] <= n["due"]
        and n["returned"] <= n["issued"]
        and n["returned"] == n["valid"] + n["invalid"] + n["unopened"]
        and n["partly"] <= n["valid"]
        and n["abstain"] <= n["valid"]
    )

    if fits:
        assert msgspec.structs.asdict(Figures(**n)) == n
    else:
        with pytest.raises(ValueError, match="contradict"):
            Figures(**n)


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
def test_a_poll_without_a_meeting_has_no_figures_for_presence_and_paper() -> None:
    figures = Figures(
        due=90, present=None, issued=None, returned=60, valid=57, partly=0, abstain=2, invalid=1, unopened=2
    )

    printed = squeezed(text_of(forms.result_pdf(msgspec.structs.replace(RESULT, figures=figures), AT)))

    assert "90––605702" in printed
    assert "收回60=有效57+无效1+未能打开2" in printed


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
def test_officers_without_a_vote_are_listed_and_not_due() -> None:
    officer = Attendee(name="顾怀民", group="5号楼", capacity="主持人")
    sheet = msgspec.structs.replace(SHEET, others=(officer,))

    printed = squeezed(text_of(forms.sign_in_pdf(sheet, AT)))

    assert f"应到{len(SHEET.people)}" in printed
    assert "不计入应到人数" in printed
    assert printed.rindex("顾怀民") > printed.index("不计入应到人数")


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
def test_minutes_say_when_they_are_a_draft_and_how_to_check_them() -> None:
    draft = msgspec.structs.replace(
        MINUTES, status="草稿：会议还没有结束。", evidence=(("散会", "3F7KQ-9ZD2M-X5TTA-81BRE"),)
    )

    printed = squeezed(text_of(forms.minutes_pdf(draft, AT)))

    assert "草稿：会议还没有结束。" in printed
    assert "怎样核对散会3F7KQ-9ZD2M-X5TTA-81BRE" in printed


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_long_label_leaves_room_for_its_value(lang: Literal["zh", "en"]) -> None:
    label = (
        "Close of the vote cosigned (Shall the stalls at the north gate move to the east lot from May on?)"
    )
    value = "supervisor Li Si, Saturday, 21 November 2026"
    content = msgspec.structs.replace(
        MINUTES,
        heading=msgspec.structs.replace(HEADING, lang=lang),
        evidence=((label, value), ("Adjourned", "X")),
    )

    assert value in text_of(forms.minutes_pdf(content, AT)).splitlines()


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
def test_a_notice_says_below_each_item_what_will_be_decided() -> None:
    notice = msgspec.structs.replace(NOTICE, agenda=("北门早市\n表决：同意试行六个月。",))

    assert "1.北门早市表决：同意试行六个月。" in squeezed(text_of(forms.notice_pdf(notice, AT)))


def test_an_option_has_an_amount_for_each_measure() -> None:
    with pytest.raises(ValueError, match="each measure"):
        msgspec.structs.replace(RESULT, measures=("人数",))
