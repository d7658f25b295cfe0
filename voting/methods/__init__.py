"""Counting methods: one file each, one small protocol, the same validator at cast and at count."""

from collections.abc import Mapping

from voting.methods import motion
from voting.methods.protocol import Method, Settings, Steps

METHODS: Mapping[str, Method] = {"motion": motion}
"""The name of a method in a question → the method."""

AnySettings = Settings
"""What a question may declare of its method: the union of what the methods have."""
AnySteps = Steps
"""How a count may have gone: the union of what the methods tell."""
