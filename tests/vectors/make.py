"""Writes the vectors that our two implementations share: `python -m tests.vectors.make`.

They are committed; a test makes them anew and compares.
"""

import json
from pathlib import Path

from tests.vectors import choices, encrypted, records, signatures

HERE = Path(__file__).parent


def render() -> dict[str, str]:
    """The files' texts by their names."""
    made = {
        "signatures": signatures.build(),
        "tokens": records.tokens(),
        "merkle": records.merkle(),
        "checkpoints": records.checkpoints(),
        "receipts": records.receipts(),
        "choices": choices.build(),
        "secret": encrypted.build(),
    }
    return {
        f"{name}.json": json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        for name, content in made.items()
    }


if __name__ == "__main__":
    for name, text in render().items():
        (HERE / name).write_text(text, encoding="utf-8")
