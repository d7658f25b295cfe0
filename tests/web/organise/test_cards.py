"""Cards: issued and printed in one answer; their secrets are there and nowhere else."""

import asyncio
import logging
import re
from pathlib import Path

import pytest

from ballots.encoding import b64url
from ballots.tokens import Token
from tests.web.organise.laptop import Laptop, hidden, tokens_on
from tests.web.people.files import xlsx
from tests.web.print.tools import codes_in, text_of

pytestmark = pytest.mark.anyio

PEOPLE = xlsx([["姓名", "角色"], ["顾怀民", "主持人"], ["王建国", "代表"], ["李秀英", "代表"]])


@pytest.mark.foreign
async def test_the_pdf_has_a_working_card_for_everybody(laptop: Laptop, fonts: None, tmp_path: Path) -> None:
    await laptop.import_register(PEOPLE)

    answer = await laptop.issue("lacking")

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    text = text_of(answer.content)
    assert all(name in text for name in ("顾怀民", "王建国", "李秀英"))
    folder = tmp_path / "pages"
    folder.mkdir()
    inner = [code for page in codes_in(answer.content, folder) for code in page if "/j/" in code]
    assert len(inner) == 3
    for code in inner:
        token = Token.parse(re.fullmatch(r"http://hall\.example/j/qinghuai#(\w{28})\.\w{16}", code)[1])  # type: ignore[index]
        opened = await laptop.http.post("/api/cards", json={"token": b64url(token.key.public)})
        assert opened.json()["community"]["id"] == "qinghuai"


async def test_secrets_are_in_the_one_answer_and_nowhere_else(
    laptop: Laptop, no_fonts: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await laptop.import_register(PEOPLE)
    draft = await laptop.prepare()
    await laptop.add_item(draft, "none")
    tokens = await laptop.print_cards()
    await laptop.publish(draft)
    hearing = draft.rpartition("/")[2]
    pages = [
        await laptop.get(path)
        for path in ("/organise", "/organise/register", "/organise/register/1", "/organise/cards", draft,
                     f"/organise/h/{hearing}/openings.json", f"/api/h/{hearing}", f"/h/{hearing}/minutes")
    ]  # fmt: skip
    bundle = (await laptop.http.get(f"/h/{hearing}/{hearing}.zip")).content
    files = b"".join(path.read_bytes() for path in laptop.data.rglob("*") if path.is_file())

    assert len(tokens) == 3
    for token in tokens.values():
        shapes = [token.text, token.grouped, token.text.lower()]
        for shape in shapes:
            assert shape not in caplog.text
            assert all(shape not in page for page in pages)
            assert shape.encode() not in files + bundle
        for raw in (token.secret, token.key.seed, token.secret.hex().encode()):
            assert raw not in files + bundle


async def test_printing_again_is_re_issuing_and_needs_a_tick(laptop: Laptop, no_fonts: None) -> None:
    await laptop.import_register(PEOPLE)
    first = await laptop.print_cards()

    nobody = await laptop.issue("lacking")
    careless = await laptop.issue("all")
    assert (nobody.status_code, careless.status_code) == (422, 422)
    assert laptop.rows()["cards"] == 3
    again = tokens_on((await laptop.issue("all", sure="yes")).text)
    one = tokens_on((await laptop.issue("2", sure="yes")).text)

    assert again.keys() == first.keys()
    assert not {token.text for token in first.values()} & {token.text for token in again.values()}
    assert one.keys() == {"王建国"}
    assert laptop.rows()["cards"] == 7


async def test_what_a_new_card_cannot_open_is_said(laptop: Laptop, no_fonts: None) -> None:
    await laptop.import_register(PEOPLE)
    draft = await laptop.prepare()
    await laptop.add_item(draft, "none")
    await laptop.print_cards()
    assert "仍要用旧卡" not in await laptop.get("/organise/cards")
    await laptop.publish(draft)

    everybody, one = await laptop.get("/organise/cards"), await laptop.get("/organise/cards?person=2")

    assert "仍要用旧卡" in everybody
    assert "新卡进不了下面已经公告的会议" in one
    for page in (everybody, one):
        assert "秋季居民代表会议" in page
    assert "王建国" in one


async def test_the_page_to_print_runs_no_script_and_is_not_kept(laptop: Laptop, no_fonts: None) -> None:
    await laptop.import_register(PEOPLE)

    answer = await laptop.issue("lacking")

    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text
    assert "fonts-noto-cjk" in answer.text


async def test_a_form_that_was_shown_once_issues_once(laptop: Laptop, no_fonts: None) -> None:
    await laptop.import_register(PEOPLE)
    fields = {"who": "lacking", "seen": dict(hidden(await laptop.get("/organise/cards")))["seen"]}
    everybody = {"who": "all", "sure": "yes"}

    first, second = await asyncio.gather(*(laptop.send("/organise/cards", fields) for _ in range(2)))
    unseen = await laptop.send("/organise/cards", everybody)

    assert sorted((first.status_code, second.status_code)) == [200, 422]
    refused, made = sorted((first, second), key=lambda answer: answer.status_code, reverse=True)
    assert "这一次没有再发" in refused.text
    assert f"hearing-cards={fields['seen']}" in made.headers["set-cookie"]
    assert "hearing-cards" not in refused.headers.get("set-cookie", "")
    assert (unseen.status_code, laptop.rows()["cards"]) == (422, 3)
    stale = {**everybody, "seen": dict(hidden(refused.text))["seen"]}
    assert (await laptop.issue("2", sure="yes")).status_code == 200
    assert "这一次没有再发" in (await laptop.send("/organise/cards", stale)).text
    assert laptop.rows()["cards"] == 4


async def test_the_page_says_which_card_is_good_now_and_what_becomes_of_it(
    laptop: Laptop, no_fonts: None
) -> None:
    await laptop.import_register(PEOPLE)
    assert "此人还没有卡" in await laptop.get("/organise/cards?person=2")
    await laptop.print_cards()
    number = re.compile(r"现在有效的卡：<b>([\d ]{11})</b>")

    before = await laptop.get("/organise/cards?person=2")
    await laptop.issue("2", sure="yes")
    after = await laptop.get("/organise/cards?person=2")

    assert number.search(before)[1] != number.search(after)[1]  # type: ignore[index]
    for page in (before, after, await laptop.get("/organise/cards")):
        assert "失效" not in page
        assert "以后公告的会议只认新卡" in page
