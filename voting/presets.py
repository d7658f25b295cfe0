"""Statutory decision rules, read from presets.toml, each with its article and dates of force."""

import datetime as dt
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct

from voting.rules import Rule


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    preset: tuple[Rule, ...]


@cache
def presets() -> tuple[Rule, ...]:
    """Every shipped rule, in the order of the file."""
    text = files("voting").joinpath("presets.toml").read_text(encoding="utf-8")
    return msgspec.convert(_with_nulls(tomllib.loads(text)), _File).preset


def preset(preset_id: str) -> Rule:
    """The rule of that id.

    Raises:
        KeyError: no such preset is shipped.
    """
    return {rule.preset: rule for rule in presets()}[preset_id]


def in_force(rule: Rule, date: dt.date) -> bool:
    """Whether the rule may be used on that day, in the community's own calendar."""
    return (rule.effective_from is None or rule.effective_from <= date) and (
        rule.effective_to is None or date <= rule.effective_to
    )


def _with_nulls(document: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """TOML has no null: what a preset leaves out of these members does not exist."""
    absent = dict.fromkeys(("law", "article", "effective_from", "effective_to"))
    for entry in document["preset"]:
        entry.get("proxies", {}).setdefault("most", None)
    return {"preset": [absent | entry for entry in document["preset"]]}
