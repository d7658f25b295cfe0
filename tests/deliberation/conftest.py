"""Fixtures for tests of the fold."""

import pytest

from tests.room import Room


@pytest.fixture
def room() -> Room:
    room = Room(voters=3)
    room.ready()
    return room
