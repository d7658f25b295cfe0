"""Fixtures for all tests."""

from tests.postgres import postgres

__all__ = ["postgres"]
