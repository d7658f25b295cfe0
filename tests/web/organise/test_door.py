"""Who comes in, from where, and that looking changes nothing."""

import pytest

from tests.web.organise.laptop import MATTER, SAME_ORIGIN, Laptop
from web.app import Application
from web.pages.organise import HANDLERS

pytestmark = pytest.mark.anyio

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 * 7 }}"


def routes(app: Application, method: str) -> list[str]:
    """Every path of the organiser's that takes this method, with something in the place of its parameters."""
    found = []
    for route in app.routes:
        path = route.path_format
        if path.startswith("/organise") and method in getattr(route, "methods", ()):
            for name in ("hearing", "item", "question"):
                path = path.replace(f"{{{name}}}", "new")
            found.append(path.replace("{person}", "1"))
    return sorted(found)


async def test_every_page_asks_strangers_to_sign_in(laptop: Laptop) -> None:
    paths = routes(laptop.app, "GET")
    async with laptop.stranger() as http:
        answers = {path: await http.get(path) for path in paths}
        home = await http.get("/organise/register", headers={"Accept": "text/html"})

    assert len(paths) > 12
    for path, answer in answers.items():
        assert answer.status_code in ((401, 404) if path.endswith((".pdf", ".json")) else (401,)), path
        assert "qinghuai" not in answer.text
    assert 'data-then="/organise/register"' in home.text


async def test_no_write_without_the_cookie_or_from_another_site(laptop: Laptop) -> None:
    paths = routes(laptop.app, "POST")
    before = laptop.rows()
    async with laptop.stranger() as http:
        stranger = [await http.post(path, content="", headers=SAME_ORIGIN) for path in paths]
    elsewhere = []
    for headers in (
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {},
    ):
        elsewhere += [
            await laptop.http.post(path, content="sure=yes&who=all", headers=headers) for path in paths
        ]

    assert len(paths) > 12
    assert {answer.status_code for answer in stranger} == {401}
    assert {answer.status_code for answer in elsewhere} == {403}
    assert {answer.json()["code"] for answer in elsewhere} == {"wrong-origin"}
    assert laptop.rows() == before


async def test_looking_changes_nothing(laptop: Laptop) -> None:
    await laptop.import_register()
    draft = await laptop.prepare()
    item = await laptop.add_item(draft)
    await laptop.add_question(draft, item)
    before = laptop.rows()
    hearing = draft.rpartition("/")[2]
    for path in routes(laptop.app, "GET"):
        filled = path.replace("/h/new", f"/h/{hearing}")
        for query in ("", "?sure=yes&who=all&seen=x"):
            await laptop.http.get(filled + query)
            await laptop.http.head(filled + query)

    assert laptop.rows() == before
    assert draft in await laptop.get("/organise")


async def test_an_expired_sign_in_says_that_nothing_was_saved(laptop: Laptop) -> None:
    laptop.service.keys.issue_organiser()

    answer = await laptop.send("/organise/new", MATTER)

    assert answer.status_code == 401
    assert "没有保存" in answer.text
    assert 'data-then="/organise"' in answer.text
    assert laptop.rows()["drafts"] == 0


async def test_pages_are_kept_by_nobody_and_say_where_their_forms_come_from(laptop: Laptop) -> None:
    for path in ("/organise", "/organise/register", "/organise/cards", "/organise/import", "/organise/new"):
        answer = await laptop.http.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert '<meta name="referrer" content="same-origin">' in answer.text
        assert "unsafe-inline" not in answer.headers["content-security-policy"]


async def test_hostile_texts_are_shown_as_typed(laptop: Laptop) -> None:
    table = f'姓名,身份,楼号,角色\n"{HOSTILE.replace(chr(34), chr(34) * 2)}",a,<u>1</u>,主持人\n'.encode()
    await laptop.import_register(table)
    draft = await laptop.prepare(**{"title.zh": HOSTILE, "place.zh": HOSTILE})
    item = await laptop.add_item(draft, **{"title.zh": HOSTILE, "text.zh": HOSTILE})
    await laptop.add_question(draft, item, **{"title.zh": HOSTILE, "text.zh": HOSTILE})
    search = await laptop.send("/organise/register", {"find": HOSTILE})
    preview = await laptop.upload(table)
    question = f"{draft}/items/{item}/questions/question-1"
    person = "/organise/register/1"
    paths = ("/organise", "/organise/register", person, draft, f"{draft}/items/{item}", question)
    pages = [search.text, preview.text, *[await laptop.get(path) for path in paths]]

    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<u>1</u>" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "{{ 7 * 7 }}" in page


async def test_a_form_that_is_no_form_is_refused_kindly(laptop: Laptop) -> None:
    headers = {**SAME_ORIGIN, "Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"\xff\xfe", b"%zz=%", b"&" * 300, b"=" * 100, b"title.zh=%00", b"kind=" + b"a=&a=" * 150):
        answer = await laptop.http.post("/organise/new", content=body, headers=headers)
        assert answer.status_code == 422
    huge = await laptop.http.post("/organise/new", content=b"a=" + b"x" * 300_000, headers=headers)
    assert huge.status_code == 413
    for path in (
        "/organise/register/99999999999999999999",
        "/organise/h/nothing",
        "/organise/h/..%2f..%2fetc",
    ):
        assert (await laptop.http.get(path)).status_code == 404


async def test_the_community_is_founded_once(first_start: Laptop) -> None:
    empty = await first_start.get("/organise")
    assert 'value="Asia/Shanghai"' in empty
    fields = {"name.zh": "", "id": "../keys", "zone": "Mars/Olympus"}
    wrong = await first_start.send("/organise", fields)
    assert wrong.status_code == 422
    assert wrong.text.count('class="slip"') == 3
    assert sorted(path.name for path in (first_start.data / "keys").iterdir()) == [
        "organiser",
        "secret",
        "service",
    ]

    await first_start.found()
    again = await first_start.send("/organise", {"name.zh": "别处", "id": "other", "zone": "Asia/Shanghai"})

    assert again.status_code == 303
    assert first_start.rows()["communities"] == 1
    assert not (first_start.data / "keys" / "community-other").exists()
    page = await first_start.get("/organise")
    assert "青槐社区" in page
    assert "/organise/import" in page


def test_no_handler_is_left_without_a_guard() -> None:
    behind, *outside = (HANDLERS[1], *HANDLERS[:1], *HANDLERS[2:])

    assert behind.guards
    assert {handler.fn.__name__ for handler in outside} == {
        "get_sign_in", "get_sign_in_sheet", "get_archive_minutes", "get_roll_openings",
    }  # fmt: skip
