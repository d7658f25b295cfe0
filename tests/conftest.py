"""Fixtures for all tests."""

from hypothesis import settings

from tests.postgres import postgres

__all__ = ["postgres"]

# How long an example takes depends on who else uses the machine; the time limit of a test is enough.
settings.register_profile("steady", settings.default, deadline=None)
settings.load_profile("steady")
