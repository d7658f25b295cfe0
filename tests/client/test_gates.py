"""What the phone's pages may weigh and use (docs/decisions/0004-browser-client.md)."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, PackageLoader, StrictUndefined

from tests.client import node
from web.texts import GAP, LANGUAGES, texts

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
        ("phone-secret", "css", 4),
        ("machine-test", "css", 4),
    ],
)
def test_weight(built: Built, page: str, kind: str, most: int) -> None:
    assert 0 < weight(built, page, kind) <= most * KB


def test_secret_polls_add_little(built: Built) -> None:
    more = {
        kind: weight(built, "phone-secret", kind) - weight(built, "phone", kind) for kind in ("js", "css")
    }
    assert min(more.values()) > 0
    others = weight(built, "voter-worker", "js") + weight(built, "machine-test", "js")
    assert sum(more.values()) + others <= 25 * KB


def render(template: str, lang: str, **context: Any) -> str:
    environment = Environment(
        loader=PackageLoader("web", "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.globals["asset"] = lambda page, kind: f"/static/dist/{page}.{kind}"
    told = {
        "lang": lang,
        "gap": GAP[lang],
        "t": texts(lang),  # type: ignore[arg-type]
        "path": "/",
        "client": template.removesuffix(".html"),
        **context,
    }
    return environment.get_template(template).render(told)


PAGES = [
    ("phone.html", {"hearing": "abcdefghjkmn"}),
    ("phone.html", {"hearing": "abcdefghjkmn", "secret": True}),
    ("machine-test.html", {"hearing": "abcdefghjkmn"}),
    ("join.html", {"community": "qinghuai"}),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("template", "context"), PAGES)
def test_pages_are_light_and_of_our_own_making(template: str, context: dict[str, Any], lang: str) -> None:
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


@pytest.mark.parametrize("name", ["phone", "booth"])
def test_both_languages_say_the_same_things(name: str) -> None:
    chinese, english = (texts(lang)[name] for lang in LANGUAGES)
    assert placeholders(chinese) == placeholders(english)


def asked(*files: Path) -> tuple[set[str], tuple[str, ...]]:
    """The texts that scripts ask for: whole names, and beginnings of names."""
    found = {key for file in files for key in re.findall(r'\bt\("([^"]+)"', file.read_text())}
    return {key for key in found if not key.endswith("-")}, tuple(key for key in found if key.endswith("-"))


def sources(folder: str, *stems: str) -> list[Path]:
    return [file for file in SOURCES if file.parent.name == folder or file.stem in stems]


def test_every_text_that_the_phone_asks_for_is_there() -> None:
    script = texts("zh")["phone"]["script"]
    whole, families = asked(*sources("phone", "phone", "join"))
    assert families
    assert whole <= script.keys()
    assert all(any(key.startswith(family) for key in script) for family in families)
    assert all(key in whole or key.startswith(families) for key in script), "a text that nobody asks for"


def test_every_text_that_secret_polls_ask_for_is_there() -> None:
    script = texts("zh")["booth"]["script"]
    known = script.keys() | texts("zh")["phone"]["script"].keys()
    whole, families = asked(*sources("voter"))
    assert whole <= known
    assert all(any(key.startswith(family) for key in known) for family in families)
    _, shared = asked(*sources("phone"))
    assert all(key in whole or key.startswith(families + shared) for key in script), (
        "a text that nobody asks for"
    )
    (second,) = sources("", "machine-test")
    assert asked(second) == (texts("zh")["booth"]["second_script"].keys(), ())


def test_nothing_in_the_lock_file_says_where_it_was_downloaded() -> None:
    lock = json.loads((node.CLIENT / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    wanted = lock["packages"][""]
    pinned = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values())
