"""Secret ballots as the browser has them, run by Node over the same TypeScript (web/client/test/secret.ts)."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.client import node


def calls(*wanted: list[Any]) -> list[Any]:
    """What the client answers to `[name, *arguments]`, one after the other."""
    return _run("calls", {"calls.json": json.dumps(wanted).encode()})


def call(name: str, *arguments: Any) -> Any:
    """What the client answers."""
    return calls([name, *arguments])[0]


def election(asked: Mapping[str, Any]) -> dict[str, Any]:
    """A whole election that the client makes."""
    return _run("election", {"choices.json": json.dumps(asked).encode()})


def verify(archives: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """What the client finds in each of these archives."""
    found = _run("verify", {f"{name}.bel": raw for name, raw in archives.items()})
    return {name: found[f"{name}.bel"] for name in archives}


def _run(command: str, files: Mapping[str, bytes]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        for name, raw in files.items():
            (Path(folder) / name).write_bytes(raw)
        return json.loads(node.node("test/secret.mjs", command, folder))
