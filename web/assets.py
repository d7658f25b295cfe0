"""The built browser client: which file is the newest of each page. `web/client/build.mjs` writes the list."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

STATIC = Path(str(files("web").joinpath("static")))
DIST = STATIC / "dist"


@cache
def _manifest() -> dict[str, dict[str, str]]:
    path = DIST / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def asset(page: str, kind: str) -> str | None:
    """The path of a page's script (`js`) or style (`css`), or None where it has none or was not built."""
    name = _manifest().get(page, {}).get(kind)
    return name and f"/static/dist/{name}"
