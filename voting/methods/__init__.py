"""Counting methods: one file each, one small protocol, the same validator at cast and at count."""

from collections.abc import Mapping

from voting.methods import motion
from voting.methods.protocol import Method

METHODS: Mapping[str, Method] = {"motion": motion}
"""The name of a method in a question → the method."""
