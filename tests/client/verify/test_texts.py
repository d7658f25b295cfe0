"""What the verification page says: the same in both languages, and everything that its script asks for."""

import re
from typing import Any

from deliberation import acts
from tests.client import node
from web.pages.verify import script_texts
from web.texts import LANGUAGES, texts


def placeholders(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: placeholders(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [placeholders(inner) for inner in value]
    return sorted(re.findall(r"\{\w+\}", value))


def test_both_languages_say_the_same_things() -> None:
    for name in ("verify", "findings"):
        chinese, english = (texts(lang)[name] for lang in LANGUAGES)
        assert placeholders(chinese) == placeholders(english)


def test_every_text_that_the_script_asks_for_is_there() -> None:
    files = ("src/verify/model.ts", "src/verify/amounts.ts", "src/verify.ts")
    source = "".join((node.CLIENT / file).read_text() for file in files)
    whole = set(re.findall(r'\bt\("([^"]+)"', source))
    patterns = {re.sub(r"\$\{[^}]*\}", "[a-z._-]+", one) for one in re.findall(r"\bt\(`([^`]+)`", source)}
    assert len(patterns) > 5
    for lang in LANGUAGES:
        told = script_texts(lang)
        assert whole <= told.keys()
        assert all(any(re.fullmatch(pattern, key) for key in told) for pattern in patterns)
        unasked = [
            key for key in told if key not in whole and not any(re.fullmatch(p, key) for p in patterns)
        ]
        assert unasked == []


def test_every_kind_of_act_is_told_in_peoples_words() -> None:
    kinds = set(acts.KINDS)
    assert len(kinds) > 25
    for lang in LANGUAGES:
        told = {key[4:]: text for key, text in script_texts(lang).items() if key.startswith("act-")}
        assert told.keys() == kinds | {"unreadable"}
        assert not any(kind in text or "." in text for kind in kinds for text in told.values())
