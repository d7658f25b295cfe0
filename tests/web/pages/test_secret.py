"""Secret votes on the public page and on paper: who holds the keys, who would have to collude, the archive."""

import asyncio
import io
import re
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from ballots.bundle import read_from
from deliberation import acts
from deliberation.notice import KeyHolders
from tests.actors import Hall, both, eventually, question
from tests.programs import require
from tests.web.pages.test_public import page_of, read
from voting.secret import fill
from web.actors.keeper import Keeper
from web.actors.participants import Officer, Phone
from web.pages.box import explained
from web.pages.paper.notice import notice
from web.pages.paper.source import source
from web.pages.paper.teller import Teller
from web.people.drafts import DraftItem
from web.texts import LANGUAGES, texts

pytestmark = pytest.mark.anyio

NAMES = ("吴建国", "欧阳慧敏", "王建国", "李秀英", "Ann Smith")
AGENDA = (
    DraftItem(
        "aid",
        both("困难补助", "Hardship allowance"),
        both("", ""),
        "secret",
        (question("aid", visibility="secret", change="none"),),
    ),
)
HOLDERS = {
    "zh": "周*（主持人），吴*（监督员），郑*（签到员）；其中 2 位一起才能打开票箱",
    "en": "周* (chair), 吴* (supervisor), 郑* (desk officer); 2 of them together open the box",
}
NOTICED = "2026-11-21T08:00:00.000Z"
IN_MINUTES = {
    "zh": "重做票箱钥匙，保管人改为：吴*（监督员），周*（主持人）；其中 2 位一起才能打开票箱",
    "en": "Keys made anew, now held by: 吴* (supervisor), 周* (chair); 2 of them together open the box",
}
SIGNERS = {"zh": "主持人 周*，监督员 吴*", "en": "chair 周*, supervisor 吴*"}
"""Who asked for it, then who cosigned."""
ON_PAGE = {
    "zh": "周*提出重做钥匙，吴*会签。此后由 吴*、周* 各保管一把，2 位里 2 位一起才能打开票箱",
    "en": "周* asked for new keys and 吴* cosigned. Since then 吴*, 周* hold a key each, and 2 of the 2 together open a box",
}


async def voted(hall: Hall) -> str:
    """A meeting whose five representatives have voted in secret; its poll, opened."""
    await hall.convene(AGENDA)
    chair = await hall.join(Officer, "周敏", "chair")
    supervisor = await hall.join(Officer, "吴建国", "supervisor")
    keepers = [Keeper(one) for one in (chair, supervisor, await hall.join(Officer, "郑小燕", "desk"))]
    phones = [await hall.join(Phone, name) for name in NAMES]
    await chair.open()
    await chair.sign_in()
    code = await chair.screen_code()
    asked = (await chair.state())["items"][0]["questions"][0]
    for phone in phones:
        await phone.check_in(code)
        await phone.offer(asked["election"])
    while any([await keeper.advance() for keeper in keepers]):
        pass
    await chair.call("aid")
    poll = (await chair.open_poll("aid", asked["hash"])).leaf

    async def box() -> dict[str, object]:
        found: dict[str, object] = (await chair.state())["polls"][0]
        return found

    async def is_ready() -> bool:
        return bool((await box())["box"]["ready"])  # type: ignore[index]

    async def is_published() -> bool:
        return (await box())["result"] is not None

    await eventually(is_ready)
    running = await hall.service.hearings.get(hall.hearing)
    wording = await running.ask(lambda state: state.polls[poll].question)
    for phone, choice in zip(phones, (b'"for"', b'"for"', b'"for"', b'"for"', b'"against"'), strict=True):
        await phone.vote_secretly(poll, fill(wording, choice))
    await chair.close_poll(poll)
    for keeper in keepers[:2]:
        await keeper.decrypt(poll)
    await eventually(is_published)
    return poll


async def test_the_public_page_says_who_would_have_to_collude_and_gives_the_archive(
    hall: Hall, tmp_path: Path
) -> None:
    poll = await voted(hall)
    http = hall.client()
    for lang in LANGUAGES:
        answer = await http.get(page_of(hall), headers={"Accept-Language": lang, "Accept": "text/html"})
        page = answer.text
        told = texts(lang)["public"]["box"]
        assert told["title"] in page
        assert told["collude"].format(holders=3, threshold=2) in page
        assert told["listed"].format(issued=5, cast=5) in page
        assert page.count('<svg viewBox="0 0 260 130"') == 3
        assert all(name not in page for name in ("周敏", "吴建国", "郑小燕"))
        assert f'href="/h/{hall.hearing}/secret/{poll}.bel"' in page
    found = await http.get(f"{page_of(hall)}/secret/{poll}.bel")
    bundle = await http.get(f"{page_of(hall)}/{hall.hearing}.zip")
    for lang in LANGUAGES:
        page = (await read(http, f"{page_of(hall)}/minutes", lang)).text
        told = texts(lang)["paper"]["minutes"]["box"]
        assert told["archive"].format(sha256(found.content).hexdigest()) in page
        assert told["tests"].format(0) in page
        assert re.search(told["opened"].format(r"周\*.{,40}\d:\d\d.{,3}吴\*.{,40}\d:\d\d"), page)
    assert found.content == read_from(io.BytesIO(bundle.content)).files[f"secret/{poll}.bel"]
    assert (await http.get(f"{page_of(hall)}/secret/{'0' * 64}.bel")).status_code == 404

    # The command on the page is all that a stranger needs.
    tool = require("belenios-tool")
    (tmp_path / f"{poll}.bel").write_bytes(found.content)
    done = await asyncio.to_thread(
        subprocess.run,
        [tool, "election", "verify", "--dir", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


async def test_page_minutes_and_notice_name_the_key_holders_and_who_had_keys_made_anew(hall: Hall) -> None:
    await hall.convene(AGENDA)
    running = await hall.service.hearings.get(hall.hearing)
    for lang in LANGUAGES:
        minutes = await read(hall.client(), f"{page_of(hall)}/minutes", lang)
        assert HOLDERS[lang] in minutes.text
        assert (
            texts(lang)["public"]["anew"]["title"]
            not in (await read(hall.client(), page_of(hall), lang)).text
        )
    found = await running.ask(source)
    assert isinstance(found.announced, KeyHolders)
    first, second, third = found.announced.holders
    names = dict(zip(found.announced.holders, ("周*", "吴*", "郑*"), strict=True))
    chair = await hall.join(Officer, "周敏", "chair")
    supervisor = await hall.join(Officer, "吴建国", "supervisor")
    for holders in ((third, first), (second, first)):
        asked = await chair.act(acts.RestartKeys, holders=holders, threshold=2, reason="郑小燕的手机丢了")
    await supervisor.cosign(asked.leaf)
    changed = await running.ask(source)
    (change,) = changed.draft.changes
    for lang in LANGUAGES:
        assert notice(Teller(found, lang, names), NOTICED).later == ""
        told = notice(Teller(changed, lang, names), NOTICED)
        assert HOLDERS[lang] in dict(told.facts).values()  # as published
        assert IN_MINUTES[lang].split("改为：" if lang == "zh" else "held by: ")[1] in told.later
        assert found.address in told.later
        assert texts(lang)["paper"]["notice"]["secret_vote"] in told.agenda[0]
        for path, words in ((f"{page_of(hall)}/minutes", IN_MINUTES), (page_of(hall), ON_PAGE)):
            page = (await read(hall.client(), path, lang)).text
            assert words[lang] in page
            assert "郑小燕的手机丢了" in page
            if words is IN_MINUTES:
                when = Teller(changed, lang, names).words.when(change.at)
                assert f"{SIGNERS[lang]} {when}" in page


@pytest.mark.parametrize(("holders", "threshold"), [(1, 1), (3, 2), (9, 5)])
def test_the_picture_has_a_lock_for_each_holder_and_as_many_dark_ones_as_are_needed(
    holders: int, threshold: int
) -> None:
    people = [f"m{number}" for number in range(holders)]
    box = {"holders": people, "threshold": threshold, "least": 5}
    names = {one: f"<{one}>" for one in people}
    ballots, locked, totals = explained(box, names, "en")
    assert str(locked.drawing).count('width="26"') == holders
    assert str(locked.drawing).count('class="full"') == threshold
    assert f"{holders} locks" in locked.says
    assert "<m0>" in locked.says  # escaped where the page says it
    assert ballots.drawing != totals.drawing
