"""Texts for people, in Chinese and English, and which of the two a request wants.

`locale/NAME.LANG.json` is read as `texts(LANG)["NAME"]`; both languages have the same members.
"""

import json
import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:  # `hearing verify` has texts, and no service
    from litestar.connection import ASGIConnection

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
GAP: Mapping[Language, str] = {"zh": "", "en": " "}
"""Between two sentences: Chinese punctuation brings its own blank."""
COOKIE = "lang"
"""The cookie that remembers what somebody chose with `?lang=`."""


@cache
def texts(lang: Language) -> Mapping[str, Any]:
    """All texts in one language, by the name of their file."""
    end = f".{lang}.json"
    found = sorted(files("web").joinpath("locale").iterdir(), key=lambda file: file.name)
    return {
        file.name.removesuffix(end): json.loads(file.read_text(encoding="utf-8"))
        for file in found
        if file.name.endswith(end)
    }


def language(connection: "ASGIConnection[Any, Any, Any, Any]") -> Language:
    """What the request asks for: `?lang=`, else the cookie, else Accept-Language, else Chinese."""
    for asked in (connection.query_params.get("lang"), connection.cookies.get(COOKIE)):
        for lang in LANGUAGES:
            if lang == asked:
                return lang
    return negotiate(connection.headers.get("accept-language", ""))


def negotiate(header: str) -> Language:
    """The language of ours that an Accept-Language header (RFC 9110 §12.5.4) likes best; Chinese if none."""
    best: Language = "zh"
    best_weight = 0.0
    for part in header[:200].split(","):
        tag, _, parameter = part.partition(";")
        lang = tag.strip().lower().partition("-")[0]
        weight = _weight(parameter.strip())
        for ours in LANGUAGES:
            if lang == ours and weight > best_weight:
                best, best_weight = ours, weight
    return best


def _weight(parameter: str) -> float:
    if not parameter:
        return 1.0
    try:
        return min(1.0, max(0.0, float(parameter.removeprefix("q="))))
    except ValueError:
        return 0.0


def subtag(tag: str) -> str:
    """The language of a tag as BCP 47 writes it: zh of zh-Hans and zh_CN, en of en-GB."""
    return tag.lower().replace("_", "-").partition("-")[0]


def terminal() -> Language:
    """That of the terminal: Chinese where its locale is, else English."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if named.startswith("zh") else "en"
