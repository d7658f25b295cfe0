"""The minutes tell what officers changed about who takes part, on the page and on paper."""

import msgspec
import pytest

from deliberation import acts
from tests.actors import Hall, Meeting, gather
from tests.web.pages.test_public import page_of, read

pytestmark = pytest.mark.anyio


@pytest.fixture
async def meeting(hall: Hall) -> Meeting:
    return await gather(hall)


async def change(meeting: Meeting) -> None:
    """Somebody joins and somebody leaves, an officer comes and goes, a phone is lost."""
    chair, supervisor, late = meeting.chair, meeting.supervisor, meeting.late
    await supervisor.sign_in()
    phone = meeting.phones[0]
    lost = await chair.act(acts.Revoke, device=phone.key.kid, reason="手机丢失", reballot=False)
    await supervisor.cosign(lost.leaf)
    found = await chair.http.get(f"{chair.api}/register", params={"find": "王建国"})
    body = {"person": found.json()["people"][0]["person"], "role": "desk"}
    answer = await chair.http.post(
        f"{chair.api}/entries", json=body, headers={"Sec-Fetch-Site": "same-origin"}
    )
    member = msgspec.json.decode(answer.content, type=acts.Member)
    await chair.act(acts.GrantRole, member=member)
    await chair.act(acts.EndRole, member=member.id, reason="换人")
    gone = await chair.act(acts.AmendRoll, add=[], remove=[late.seat.member], reason="已搬走")
    await supervisor.cosign(gone.leaf)


@pytest.mark.parametrize(
    ("lang", "title", "told"),
    [
        (
            "zh",
            "名册、工作人员、手机和钥匙的变动",
            (
                "停用手机：代表 欧阳*",
                "理由：手机丢失",
                "增加工作人员：签到员 王*",
                "工作人员卸任：签到员 王*",
                "更正名册：移出 赵*",
                "应到人数由 6 人变为 5 人。",
                "主持人 周*，监督员 吴*",
            ),
        ),
        (
            "en",
            "Changes of roll, officers, phones and keys",
            (
                "Phone ended: representative 欧阳*",
                "Reason: 手机丢失",
                "Officer added: desk officer 王*",
                "Officer left: desk officer 王*",
                "Roll corrected: removed 赵*",
                "Due to attend: 5, before 6.",
                "chair 周*, supervisor 吴*",
            ),
        ),
    ],
)
async def test_the_minutes_tell_what_officers_changed(
    meeting: Meeting, lang: str, title: str, told: tuple[str, ...]
) -> None:
    path = f"{page_of(meeting.hall)}/minutes"
    assert title not in (await read(meeting.hall.client(), path, lang)).text
    await change(meeting)
    page = await read(meeting.hall.client(), path, lang)
    for words in (title, *told):
        assert words in page.text
