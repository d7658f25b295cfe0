"""Lots: the verifier in Go draws them again, and refuses those that must not be drawn."""

import pytest

from tests.client.verify.cheats import CHEATS, lots
from tests.client.verify.meetings import lots as honest
from tests.foreign.verdicts import Brought, Foreign, agree

pytestmark = pytest.mark.foreign


def test_an_honest_lot(foreign: Foreign) -> None:
    agree(foreign, honest().bundle(), clean=True)


@pytest.mark.parametrize(
    "name", [name for name, (_, made) in CHEATS.items() if made.__module__ == lots.__name__]
)
def test_a_cheat(foreign: Foreign, name: str) -> None:
    agree(foreign, CHEATS[name][1]().bundle(), Brought(running=True), clean=False)
