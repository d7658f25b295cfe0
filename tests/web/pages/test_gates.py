"""What the pages of the hall may weigh and use, and that no text is missing or idle."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, PackageLoader, StrictUndefined

from tests.client import node
from web.texts import GAP, LANGUAGES, Language, texts

Built = dict[str, dict[str, str]]

KB = 1000
CLIENTS = ("screen", "console", "desk", "keys")
SOURCES = node.CLIENT / "src"
TEMPLATES = Path(__file__).parents[3] / "web" / "templates"


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 9))


@pytest.mark.parametrize(
    ("page", "kind", "most"),
    [
        ("screen", "js", 20),
        ("console", "js", 60),
        ("desk", "js", 60),
        ("keys", "js", 30),
        ("keys-worker", "js", 70),
        ("screen", "css", 6),
        ("console", "css", 6),
        ("desk", "css", 6),
        ("public", "css", 6),
    ],
)
def test_weight(built: Built, page: str, kind: str, most: int) -> None:
    assert 0 < packed((node.DIST / built[page][kind]).read_bytes()) <= most * KB


def test_the_public_pages_have_no_script(built: Built) -> None:
    assert "js" not in built["public"]


def shell(client: str, lang: Language) -> str:
    environment = Environment(
        loader=PackageLoader("web", "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.globals["asset"] = lambda page, kind: f"/static/dist/{page}.{kind}"
    told = {
        "client": client,
        "hearing": "abcdefghjkmn",
        "community": "qinghuai",
        "address": "hall.example/h/x",
        "worker": "/static/dist/keys-worker.js",
        "script": texts(lang)[client]["script"],
    }
    return environment.get_template(f"{client}.html").render(
        told,
        lang=lang,
        gap=GAP[lang],
        t=texts(lang),
        path="/",
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("client", CLIENTS)
def test_shells_are_light_and_of_our_own_making(client: str, lang: Language) -> None:
    page = shell(client, lang)
    assert packed(page.encode()) <= 15 * KB
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]*)"', page)
    assert loaded
    assert all(address.startswith(("/", "data:")) for address in loaded)
    assert "style=" not in page
    assert "<noscript>" in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "built-in method" not in page, "a text that hides behind a method of the mapping"


UNSAFE = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
TOO_NEW = r"Object\.hasOwn|\.replaceAll\(|\.at\(|\.replaceChildren\(|structuredClone|\.allSettled\(|\(\?<[=!]"


@pytest.mark.parametrize("forbidden", [UNSAFE, TOO_NEW])
def test_scripts_use_nothing_that_they_may_not(forbidden: str) -> None:
    ours = [file for name in ("hall", *CLIENTS) for file in (SOURCES / name).glob("*.ts")]
    ours += [SOURCES / f"{name}.ts" for name in CLIENTS]
    assert len(ours) > 12
    found = [f"{file.name}: {hit[0]}" for file in ours for hit in re.finditer(forbidden, file.read_text())]
    assert found == []


def placeholders(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: placeholders(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [placeholders(inner) for inner in value]
    return sorted(re.findall(r"\{\w+\}", value))


@pytest.mark.parametrize("name", [*CLIENTS, "public"])
def test_both_languages_say_the_same_things(name: str) -> None:
    chinese, english = (texts(lang)[name] for lang in LANGUAGES)
    assert placeholders(chinese) == placeholders(english)


def script_of(client: str) -> str:
    files = [SOURCES / f"{client}.ts", *(SOURCES / client).glob("*.ts")]
    if client in {"console", "desk"}:
        files += (SOURCES / "hall").glob("*.ts")
    return "\n".join(file.read_text() for file in files)


@pytest.mark.parametrize("client", CLIENTS)
def test_every_text_that_a_script_asks_for_is_there_and_no_other(client: str) -> None:
    script, source = texts("zh")[client]["script"], script_of(client)
    whole = set(re.findall(r'\bt\("([^"]+)"[,)]', source))
    families = set(re.findall(r"\bt\(`([^`$]+)\$\{", source)) | set(re.findall(r'\bt\("([^"]+)" \+', source))
    assert len(whole) > 3
    assert whole <= script.keys()
    assert all(any(key.startswith(family) for key in script) for family in families)
    idle = [key for key in script if f'"{key}"' not in source and not key.startswith(tuple(families))]
    assert idle == []


def test_every_text_of_a_template_is_there_and_no_other() -> None:
    for client, letter in (("screen", "s"), ("console", "c"), ("desk", "d")):
        source = (TEMPLATES / f"{client}.html").read_text()
        parts = (TEMPLATES / "hall" / "parts.html").read_text() if client != "screen" else ""
        used = set(re.findall(rf"\b{letter}\.(\w+)", source)) | set(re.findall(r"\bwords\.(\w+)", parts))
        used |= {"all", "away", "here", "no-phone"} if client == "desk" else set()
        assert used == texts("en")[client]["page"].keys(), client


def test_what_scripts_bind_to_is_there() -> None:
    for client in ("console", "desk"):
        page = shell(client, "en")
        source = script_of(client)
        wanted = set(re.findall(r'getElementById\("([^"]+)"\)', source))
        wanted |= {f"ask-{part}" for part in re.findall(r'part(?:<\w+>)?\("(\w+)"\)', source)}
        assert wanted <= set(re.findall(r'\bid="([^"]+)"', page))
        actions = set(re.findall(r'data-do="([^"]+)"', page))
        assert len(actions) > 4
        assert all(
            re.search(rf'^  (?:async )?"?{re.escape(name)}"?[:(]', source, re.MULTILINE) for name in actions
        )
