"""The published JSON schema of a result; `python -m tests.docs.schema` writes it anew after a change."""

import json
from pathlib import Path

import msgspec

from voting.results import Result

PUBLISHED = Path(__file__).parents[2] / "docs" / "result.schema.json"


def schema() -> str:
    """As it is by the code."""
    found = msgspec.json.schema(Result)
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Result of a poll"}
    return json.dumps(about | found, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(schema(), encoding="utf-8")
