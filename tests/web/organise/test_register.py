"""Importing, searching, changing roles, erasing."""

import re

import pytest

from tests.web.organise.laptop import SAMPLE, Laptop, hidden
from tests.web.people.files import xlsx

pytestmark = pytest.mark.anyio

HEADER = ["姓名", "身份", "楼号", "面积", "角色"]
FIRST = [HEADER, ["王建国", "代表", "1号楼", "89.5", "代表"], ["李秀英", "代表", "2号楼", "60", "代表"]]


def rows_of(page: str, status: str) -> list[str]:
    """The text of the rows that have this status."""
    found = re.findall(rf'<tr data-status="{status}">(.*?)</tr>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


async def test_a_preview_says_of_every_row_what_would_happen(laptop: Laptop) -> None:
    await laptop.import_register(xlsx(FIRST))
    again = xlsx([HEADER, ["王建国", "楼组长", "1号楼", "90", "代表"], ["李秀英", "代表", "2号楼", "60", "代表"],
                  ["新来的", "代表", "3号楼", "", ""], ["写错的", "代表", "3号楼", "很大", "市长"]])  # fmt: skip

    page = (await laptop.upload(again, "register.xlsx")).text

    assert rows_of(page, "changed") == ["2 王建国 1号楼 身份： 代表 → 楼组长 面积（m²）： 89.50 → 90.00"]
    assert rows_of(page, "unchanged") == ["3 李秀英 2号楼 代表 60.00 代表"]
    assert rows_of(page, "new") == ["4 新来的 3号楼 代表 – 代表"]
    (wrong,) = rows_of(page, "wrong")
    assert wrong.startswith("5 写错的 3号楼 面积请填平方米数")
    assert "不认识的角色“市长”" in wrong
    assert hidden(page) == []
    assert laptop.rows()["persons"] == 2


async def test_what_is_committed_is_what_was_looked_at(laptop: Laptop) -> None:
    preview = await laptop.upload(xlsx(FIRST))
    fields = dict(hidden(preview.text))
    other = dict(hidden((await laptop.upload(SAMPLE)).text))

    exchanged = await laptop.send("/organise/import/commit", fields | {"file": other["file"]})
    damaged = await laptop.send("/organise/import/commit", fields | {"file": "not base64!"})
    bare = await laptop.send("/organise/import/commit", {})

    assert exchanged.status_code == 409
    assert "预览之后名册已有变动" in exchanged.text
    assert {damaged.status_code, bare.status_code} == {422}
    assert laptop.rows()["persons"] == 0
    assert (await laptop.send("/organise/import/commit", fields)).status_code == 303
    assert laptop.rows()["persons"] == 2


async def test_a_register_that_changed_meanwhile_is_shown_anew(laptop: Laptop) -> None:
    first = hidden((await laptop.upload(xlsx(FIRST))).text)
    await laptop.import_register(xlsx([HEADER, ["王建国", "业主", "1号楼", "89.5", "代表"]]))

    answer = await laptop.send("/organise/import/commit", first)

    assert answer.status_code == 409
    assert "一行也没有导入" in answer.text
    assert rows_of(answer.text, "changed") == ["2 王建国 1号楼 身份： 业主 → 代表"]
    assert (await laptop.send("/organise/import/commit", hidden(answer.text))).status_code == 303
    assert laptop.rows()["persons"] == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的"),
        (b"\xd0\xcf\x11\xe0 old", "旧版 Excel"),
        (b"PK\x03\x04 broken", "已损坏"),
        ("名字都没有\n1\n".encode(), "没有找到表头"),
        ("姓名\n".encode(), "表头下面没有人"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    laptop: Laptop, data: bytes, sentence: str
) -> None:
    answer = await laptop.upload(data)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert laptop.rows()["persons"] == 0


async def test_a_file_beyond_the_limit_is_not_taken(laptop: Laptop) -> None:
    page = await laptop.upload(b"x" * (5 * 2**20 + 100))
    too_much = await laptop.upload(b"x" * (6 * 2**20))

    assert (page.status_code, too_much.status_code) == (422, 413)
    assert "超过 5 MB" in page.text


async def test_people_are_found_without_a_name_in_any_address(laptop: Laptop) -> None:
    await laptop.import_register()

    everyone = await laptop.get("/organise/register")
    found = await laptop.send("/organise/register", {"find": "欧阳 1号楼"})
    nobody = await laptop.send("/organise/register", {"find": "欧阳 9号楼"})

    assert everyone.count('scope="row"') > 60
    assert found.text.count('scope="row"') == 1
    assert "欧阳慧敏" in found.text
    assert nobody.text.count('scope="row"') == 0
    assert "?find" not in everyone


async def test_roles_are_changed_and_never_left_empty(laptop: Laptop) -> None:
    await laptop.import_register(xlsx(FIRST))

    answer = await laptop.send("/organise/register/1", [("roles", "representative"), ("roles", "chair")])
    empty = await laptop.send("/organise/register/1", {"roles": "mayor"})

    assert (answer.status_code, empty.status_code) == (303, 422)
    assert "主持人、代表" in await laptop.get("/organise/register")


async def test_erasing_needs_a_tick_and_takes_everything(laptop: Laptop, no_fonts: None) -> None:
    await laptop.import_register(xlsx(FIRST))
    await laptop.print_cards()

    careless = await laptop.send("/organise/register/1/erase", {})
    assert careless.status_code == 422
    assert laptop.rows()["persons"] == 2
    assert written(laptop, "王建国")
    await laptop.send("/organise/register/1/erase", {"sure": "yes"})

    assert (laptop.rows()["persons"], laptop.rows()["cards"]) == (1, 1)
    assert "王建国" not in await laptop.get("/organise/register")
    assert (await laptop.http.get("/organise/register/1")).status_code == 404
    assert not written(laptop, "王建国"), "no file of the database holds the name any more"


def written(laptop: Laptop, name: str) -> bool:
    """Whether a name stands in any file of the service's folder."""
    files = laptop.data.rglob("*")
    return any(name.encode() in path.read_bytes() for path in files if path.is_file())
