import json

import pytest

from tests.client import node


@pytest.fixture(scope="session")
def built() -> dict[str, dict[str, str]]:
    """The built client: page → kind → file name."""
    node.build()
    return json.loads((node.DIST / "manifest.json").read_text())
