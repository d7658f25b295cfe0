"""A community may get another name; what was published keeps the old one."""

import pytest

from tests.web.organise.laptop import Laptop
from tests.web.organise.test_path import ROWS
from tests.web.people.files import xlsx

pytestmark = pytest.mark.anyio


async def test_the_new_name_is_used_from_now_on(laptop: Laptop, no_fonts: None) -> None:
    await laptop.import_register(xlsx(ROWS))
    await laptop.print_cards()
    drafts = [await laptop.prepare(), await laptop.prepare()]
    for draft in drafts:
        await laptop.add_item(draft, "none")
    await laptop.publish(drafts[0])
    form = await laptop.get("/organise/community")
    assert 'value="青槐社区"' in form
    assert 'value="Qinghuai"' in form

    answer = await laptop.send("/organise/community", {"name.zh": " 槐荫里 社区 ", "name.en": ""})

    assert (answer.status_code, answer.headers["location"]) == (303, "/organise")
    assert "槐荫里 社区" in await laptop.get("/organise")
    await laptop.publish(drafts[1])
    old, new = [await laptop.get(draft.replace("/organise", "")) for draft in drafts]
    assert "青槐社区" in old
    assert "槐荫里 社区" in new
    assert "Qinghuai" not in new


@pytest.mark.parametrize("name", ["", "x" * 41, "a\x07b"])
async def test_a_name_that_cannot_be_is_not_taken(laptop: Laptop, name: str) -> None:
    answer = await laptop.send("/organise/community", {"name.zh": name})

    assert answer.status_code == 422
    assert "还没有保存" in answer.text
    assert "青槐社区" in await laptop.get("/organise")


async def test_there_is_nothing_to_rename_before_there_is_a_community(first_start: Laptop) -> None:
    assert (await first_start.http.get("/organise/community")).status_code == 404
