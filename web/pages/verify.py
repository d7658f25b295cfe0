"""The verification page: a shell for its script, which reads and audits a bundle in the browser."""

from typing import Any

import msgspec
from litestar import Request, Response, get

from voting.conclusion import COUNTED
from voting.presets import presets
from web.assets import asset
from web.render import page
from web.texts import Language, language, texts


@get("/verify", include_in_schema=False)
async def get_verify(request: Request[Any, Any, Any]) -> Response[str]:
    """Verify a bundle. Nothing that a person chooses there is sent here."""
    told = {
        "client": "verify",
        "worker": asset("verify-worker", "js"),
        "script": script_texts(language(request)),
        "presets": [msgspec.json.encode(rule).decode() for rule in presets()],
    }
    return page(request, "verify.html", told)


def script_texts(lang: Language) -> dict[str, str]:
    """What the script says: its own words, and those that the public page and the command use as well."""
    told = texts(lang)
    words: dict[str, str] = told["verify"]["script"] | {"not_opened": told["public"]["tally"]["unopened"]}
    for prefix, shared in (
        ("finding", told["findings"]),
        ("decision", told["public"]["decision"]),
        ("stage", told["public"]["stage"]),
        ("moment", told["public"]["moment"]),
    ):
        words |= {f"{prefix}-{key}": text for key, text in shared.items()}
    return words | {f"counted-{method}": getattr(says, lang) for method, says in COUNTED.items()}
