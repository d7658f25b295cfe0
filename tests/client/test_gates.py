"""What the phone's pages may weigh and use (docs/decisions/0004-browser-client.md)."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, PackageLoader, StrictUndefined

from tests.client import node
from web.texts import LANGUAGES, texts

Built = dict[str, dict[str, str]]

SOURCES = list((node.CLIENT / "src").rglob("*.ts"))
KB = 1000


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 9))


def weight(built: Built, page: str, kind: str) -> int:
    return packed((node.DIST / built[page][kind]).read_bytes())


@pytest.mark.parametrize(
    ("page", "kind", "most"),
    [
        ("phone", "js", 15),
        ("phone", "css", 4),
        ("join", "js", 30),
        ("join", "css", 4),
        ("voter-worker", "js", 10),
    ],
)
def test_weight(built: Built, page: str, kind: str, most: int) -> None:
    assert 0 < weight(built, page, kind) <= most * KB


def render(template: str, lang: str, **context: Any) -> str:
    environment = Environment(
        loader=PackageLoader("web", "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.globals["asset"] = lambda page, kind: f"/static/dist/{page}.{kind}"
    told = {"lang": lang, "t": texts(lang), "path": "/", "client": template.removesuffix(".html"), **context}  # type: ignore[arg-type]
    return environment.get_template(template).render(told)


PAGES = [("phone.html", {"hearing": "abcdefghjkmn"}), ("join.html", {"community": "qinghuai"})]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("template", "context"), PAGES)
def test_pages_are_light_and_of_our_own_making(template: str, context: dict[str, str], lang: str) -> None:
    page = render(template, lang, **context)
    assert packed(page.encode()) <= 15 * KB
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]*)"', page)
    assert len(loaded) <= 3, "with the page itself that is four requests"
    assert all(address.startswith(("/", "data:")) for address in loaded)
    assert "style=" not in page
    assert "<noscript>" in page


def test_scripts_parse_in_chrome_78(built: Built) -> None:
    scripts = [str(node.DIST / files["js"]) for files in built.values() if "js" in files]
    assert scripts
    node.node("test/syntax.mjs", *scripts)


def test_the_gate_on_syntax_closes(tmp_path: Path, built: Built) -> None:
    for number, source in enumerate(("a?.b", "a ?? b", "class A { b = 1 }", "a ||= b")):
        path = tmp_path / f"{number}.js"
        path.write_text(source)
        with pytest.raises(AssertionError):
            node.node("test/syntax.mjs", str(path))


SECURE_ONLY = (
    r"\bsubtle\b|randomUUID|serviceWorker|navigator\.locks|mediaDevices|\bcaches\b|navigator\.clipboard"
)
TOO_NEW = r"Object\.hasOwn|\.replaceAll\(|\.at\(|\.replaceChildren\(|structuredClone|AbortSignal\.timeout|\.allSettled\(|\(\?<[=!]"
UNSAFE = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"


@pytest.mark.parametrize("forbidden", [SECURE_ONLY, TOO_NEW, UNSAFE])
def test_the_phone_uses_nothing_that_it_may_not_have(forbidden: str) -> None:
    ours = [
        file
        for file in SOURCES
        if file.parent.name in {"core", "page", "phone", "secret", "small"} or file.stem in {"phone", "join"}
    ]
    assert len(ours) > 20
    found = [f"{file.name}: {hit[0]}" for file in ours for hit in re.finditer(forbidden, file.read_text())]
    assert found == []


def placeholders(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: placeholders(inner) for key, inner in value.items()}
    return sorted(re.findall(r"\{\w+\}", value))


def test_both_languages_say_the_same_things() -> None:
    chinese, english = (texts(lang)["phone"] for lang in LANGUAGES)
    assert placeholders(chinese) == placeholders(english)


def test_every_text_that_the_phone_asks_for_is_there() -> None:
    script = texts("zh")["phone"]["script"]
    ours = [
        file.read_text() for file in SOURCES if file.parent.name == "phone" or file.stem in {"phone", "join"}
    ]
    asked = {key for source in ours for key in re.findall(r'\bt\("([^"]+)"', source)}
    whole = {key for key in asked if not key.endswith("-")}
    families = {key for key in asked if key.endswith("-")}
    assert families
    assert whole <= script.keys()
    assert all(any(key.startswith(family) for key in script) for family in families)
    assert all(key in whole or key.startswith(tuple(families)) for key in script), (
        "a text that nobody asks for"
    )


def test_nothing_in_the_lock_file_says_where_it_was_downloaded() -> None:
    lock = json.loads((node.CLIENT / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    wanted = lock["packages"][""]
    pinned = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values())
