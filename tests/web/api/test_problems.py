"""Errors: one form for all, a sentence for each code in both languages, and headers on every answer."""

import ast
import html
import json
import logging
import string
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
import pytest

import web
from deliberation import acts
from tests.actors import COMMUNITY, Hall, Meeting
from web.app import create_app
from web.problems import HANDLERS, codes, problem, sentences
from web.settings import Settings
from web.texts import LANGUAGES, negotiate, texts

pytestmark = pytest.mark.anyio

ROOT = Path(web.__file__).parent.parent
BY_HTTP = {"internal", "method-not-allowed", "not-found", "record-stopped", "unavailable"}
"""Codes that no `Refused` carries: what the framework or a fault says."""


def raised() -> dict[str, set[str]]:
    """Every code that the code base refuses with, and the facts that come with it everywhere."""
    found: dict[str, list[set[str]]] = defaultdict(list)
    for folder in ("voting", "ballots", "deliberation", "web"):
        for path in (ROOT / folder).rglob("*.py"):
            if "node_modules" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
                    for code in _codes(node.args[0]):
                        found[code].append({keyword.arg for keyword in node.keywords if keyword.arg})
    return {code: set.intersection(*facts) for code, facts in found.items()}


def _codes(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _codes(node.body) + _codes(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) else []


def test_every_refusal_has_its_sentences_and_no_sentence_is_left_over() -> None:
    assert set(codes()) == raised().keys() | BY_HTTP


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_are_whole_and_ask_only_for_facts_that_come(lang: Any) -> None:
    facts = raised()
    for code in codes():
        told = sentences(code, lang)
        assert told.keys() >= {"title", "safe", "next"}, code
        asked = {name for _, name, _, _ in string.Formatter().parse(told.get("facts", "")) if name}
        assert asked <= facts.get(code, set()), code
        for text in told.values():
            assert text == text.strip(), code
            assert text.endswith("。" if lang == "zh" else "."), code


def test_both_languages_have_the_same_texts() -> None:
    def shape(node: Any) -> Any:
        return (
            {key: shape(value) for key, value in node.items()}
            if isinstance(node, dict)
            else type(node).__name__
        )

    assert shape(dict(texts("zh"))) == shape(dict(texts("en")))


def test_a_problem_tells_the_numbers() -> None:
    told = problem("quorum-missing", "zh", {"present": 40, "eligible": 61})
    assert told.detail.startswith("应到 61 人，实到 40 人。")
    assert (told.type, told.status) == ("/problems/quorum-missing", 409)


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "zh"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("fr", "zh"),
        ("fr,en;q=0.1", "en"), ("en;q=0.2,zh;q=0.3", "zh"), ("en;q=x", "zh"), ("EN-us", "en"), ("zh;q=0,en;q=0.1", "en"),
    ],
)  # fmt: skip
def test_the_language_is_negotiated(header: str, lang: str) -> None:
    assert negotiate(header) == lang


async def test_errors_are_told_in_the_language_that_was_asked_for(hall: Hall) -> None:
    http = hall.client()
    zh = await http.get("/api/h/nothing")
    en = await http.get("/api/h/nothing", headers={"Accept-Language": "en"})
    asked = await http.get("/api/h/nothing?lang=en", headers={"Accept-Language": "zh"})
    assert (zh.json()["title"], en.json()["title"]) == ("没有这次会议。", "There is no such meeting.")
    assert asked.json() == en.json()

    page = await http.get(f"/j/{COMMUNITY}?lang=en")
    later = await http.get(f"/j/{COMMUNITY}", headers={"Accept-Language": "zh"})
    assert 'lang="en"' in page.text
    assert 'lang="en"' in later.text  # the choice is kept
    assert page.headers["vary"].startswith("Accept-Language, Cookie")


async def test_every_type_leads_to_a_page_that_explains_it(hall: Hall) -> None:
    http = hall.client()
    for code in codes():
        found = await http.get(f"/problems/{code}", headers={"Accept-Language": "en"})
        assert found.status_code == 200
        assert sentences(code, "en")["title"] in html.unescape(found.text)
    assert (await http.get("/problems/no-such-code")).status_code == 404


async def test_whoever_opens_a_page_that_is_not_there_sees_a_page(hall: Hall) -> None:
    found = await hall.client().get("/nothing", headers={"Accept": "text/html,*/*"})
    assert (found.status_code, found.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "没有这个页面" in found.text


async def test_headers_protect_every_answer(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr("web.records.running.Running.shown", broken)
    http, hearing = meeting.phones[0].http, meeting.hall.hearing
    kept = meeting.phones[0].kept[0]
    answers = {
        200: await http.post(f"/api/h/{hearing}/acts", content=kept.body),
        201: (await http.get(f"/h/{hearing}/me")),
        400: await http.post(f"/api/h/{hearing}/acts", content=b"?"),
        404: await http.get("/nope"),
        405: await http.put(f"/api/h/{hearing}"),
        500: await http.get(f"/api/h/{hearing}"),
    }

    assert [found.status_code for found in answers.values()] == [200, 200, 400, 404, 405, 500]
    for found in answers.values():
        assert "script-src 'self'" in found.headers["content-security-policy"]
        assert "unsafe" not in found.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in found.headers["content-security-policy"]
        assert found.headers["referrer-policy"] == "no-referrer"
        assert found.headers["x-content-type-options"] == "nosniff"
    for status in (400, 404, 405, 500):
        assert answers[status].headers["content-type"] == "application/problem+json"
        assert answers[status].json()["status"] == status
    assert "GET" in answers[405].headers["allow"]


@pytest.mark.parametrize(
    ("url", "policy"), [("http://hall.example", None), ("https://hall.example", "same-origin")]
)
async def test_the_opener_policy_is_sent_where_browsers_heed_it(
    tmp_path: Path, url: str, policy: str | None
) -> None:
    app = create_app(Settings(data=tmp_path, url=url, database="sqlite://"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=url) as http:
        found = await http.get("/api/nope")
    assert found.headers.get("cross-origin-opener-policy") == policy
    assert found.headers["x-frame-options"] == "DENY"


async def test_a_fault_is_logged_without_what_was_sent(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError(json.loads(body)["jws"])

    body = meeting.phones[0].signed(acts.RequestFloor, item="stalls")
    monkeypatch.setattr("web.access.limits.Buckets.take", broken)
    found = await meeting.phones[0].http.post(f"{meeting.phones[0].api}/acts", content=body)

    assert (found.status_code, found.json()["code"]) == (500, "internal")
    assert "RuntimeError" in caplog.text
    assert "in broken" in caplog.text
    assert json.loads(body)["jws"][-40:] not in caplog.text
    assert meeting.hall.hearing not in caplog.messages[-1]


def stored(data: Path) -> bytes:
    """Every byte of the database, its write-ahead log, and the checkpoint lock."""
    return b"".join(path.read_bytes() for path in data.glob("*.db*"))


async def test_no_secret_reaches_a_log_or_the_database(
    hall: Hall, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from tests.actors import gather

    caplog.set_level(logging.DEBUG)
    meeting = await gather(hall)
    poll = await meeting.open_poll()
    for phone in meeting.phones:
        await phone.vote(poll, "for")
        await phone.sign_in()
    secrets = [
        form for token in hall.tokens.values() for form in (token.text, token.text.lower(), token.grouped)
    ]
    secrets += [token.secret.hex() for token in hall.tokens.values()]
    secrets += [phone.key.seed.hex() for phone in meeting.phones]
    secrets += [cookie.value or "" for phone in meeting.phones for cookie in phone.http.cookies.jar]
    kept = stored(tmp_path)

    assert len(kept) > 10_000
    assert all(secret and secret not in caplog.text for secret in secrets)
    assert all(secret.encode() not in kept for secret in secrets)
    assert all(token.secret not in kept for token in hall.tokens.values())
    assert not any(record.name == "uvicorn.access" for record in caplog.records)


def test_every_kind_of_fault_has_its_answer() -> None:
    assert {kind.__name__ for kind in HANDLERS} == {
        "Refused",
        "Unavailable",
        "Unsafe",
        "HTTPException",
        "Exception",
    }
