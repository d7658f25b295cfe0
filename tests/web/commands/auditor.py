"""`hearing verify` as an auditor runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema

ROOT = Path(__file__).parents[3]
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": [
        "verdict", "hearing", "title", "community", "origin", "rehearsal", "anchor", "tied", "size",
        "signatures", "finished", "latest", "own_rules", "polls", "moments", "findings",
    ],
    "properties": {
        "verdict": {"enum": ["clean", "consistent", "findings"]},
        "hearing": {"type": ["string", "null"]},
        "title": {"$ref": "#/$defs/words"},
        "community": {"$ref": "#/$defs/words"},
        "origin": {"type": ["string", "null"]},
        "rehearsal": {"type": "boolean"},
        "anchor": {"type": "string", "pattern": "^[0-9A-Z]{16}$|^$"},
        "tied": {"type": ["boolean", "null"]},
        "size": {"type": "integer"},
        "signatures": {"type": "integer"},
        "finished": {"type": "boolean"},
        "latest": {"type": "string"},
        "own_rules": {"type": "array", "items": {"type": "string"}},
        "polls": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "question", "stage", "void_reason", "result", "votes"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "question": {"$ref": "#/$defs/words"},
                    "stage": {"enum": ["open", "closed", "revealed", "published", "void"]},
                    "void_reason": {"type": ["string", "null"]},
                    "result": {"type": ["object", "null"], "required": ["decision", "comparisons"]},
                    "votes": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["member", "name", "choice"],
                            "properties": {"member": {"type": "string"}, "name": {"type": ["string", "null"]}, "choice": {}},
                        },
                    },
                },
            },
        },
        "moments": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["what", "poll", "size", "fingerprint"],
                "properties": {
                    "what": {"enum": ["opened", "closed", "result", "adjourned"]},
                    "poll": {"type": ["string", "null"]},
                    "size": {"type": "integer"},
                    "fingerprint": {"type": "string", "pattern": "^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$"},
                },
            },
        },
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["code", "where", "detail"],
                "properties": {"code": {"type": "string"}, "where": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
    "$defs": {"words": {"type": ["object", "null"], "required": ["zh", "en"]}},
}  # fmt: skip


def hearing(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "web.cli", "verify", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
    )


def as_json(*arguments: str | Path) -> dict[str, Any]:
    done = hearing(*arguments, "--json")
    told: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(told, SCHEMA)
    assert (told["verdict"] == "findings") == (done.returncode == 1)
    return told
