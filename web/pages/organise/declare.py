"""What a counting method needs declared, as fields of a form that are found in its settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

import msgspec
from msgspec import UNSET, UnsetType, inspect

from voting.methods import AnySettings
from voting.questions import Option, Text
from web.pages.organise.form import LINE, Form
from web.people.ways import SCALES, USUAL, written

MOST_OPTIONS = 50
"""A phone shows no more in a list that anybody would read."""
_FIRST = ("seats", "scale", "grades", "low", "high", "verdict")
"""What an organiser has to look at; all else has its usual value, and stands below."""
_POINTS = {3: (0, 60, 100), 4: (0, 60, 80, 100)}
"""Of the grades of a scale, where none are typed."""
_KINDS: Mapping[str, type[AnySettings]] = {
    str(kind.__struct_config__.tag): kind for kind in get_args(AnySettings)
}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to declare.

    Attributes:
        kind: a whole number, one of some values, or points for each grade.
        values: what can be picked, the usual first.
        low: the least number.
        high: the greatest.
    """

    name: str
    kind: Literal["number", "pick", "points"]
    values: tuple[str, ...] = ()
    low: int = 0
    high: int = 0

    @property
    def first(self) -> bool:
        """Whether it stands at the top."""
        return self.name in _FIRST


@cache
def fields(method: str) -> tuple[Field, ...]:
    """What must be declared of a method, the most important first."""
    if method not in _KINDS:
        return ()
    found = inspect.type_info(_KINDS[method])
    assert isinstance(found, inspect.StructType)
    told = [_field(method, one.name, one.type) for one in found.fields]
    return tuple(sorted(told, key=lambda one: _FIRST.index(one.name) if one.first else len(_FIRST)))


def typed(settings: AnySettings | UnsetType) -> dict[str, str]:
    """Settings as the values of a form."""
    return {} if isinstance(settings, UnsetType) else dict(_typed(settings))


def read_settings(form: Form, method: str, options: tuple[Option, ...]) -> AnySettings | UnsetType:
    """What the form declares of a method; what is wrong is said in the form."""
    if method not in _KINDS:
        return UNSET
    values: dict[str, Any] = {one.name: _read(form, one) for one in fields(method)}
    if method == "grading":
        values |= _graded(form, values)
    if options and values.get("seats", 0) >= len(options):
        form.wrong.setdefault("seats", "seats")
    if method == "score" and values["low"] >= values["high"]:
        form.wrong.setdefault("high", "not-higher")
    return USUAL[method] if form.wrong else _KINDS[method](**values)


def read_options(form: Form, before: tuple[Option, ...], *, least: int) -> tuple[Option, ...]:
    """The options, one a line; those that were there before keep their ids.

    Args:
        form: what was typed into `options.zh` and `options.en`.
        before: the options that the question had.
        least: how many there must be.
    """
    zh, en = (_lines(form, f"options.{lang}") for lang in ("zh", "en"))
    longer = max(zh, en, key=len)
    if zh and en and len(zh) != len(en):
        form.wrong["options.en"] = "lines-differ"
    elif len(longer) < least:
        form.wrong.setdefault("options.zh", "few-options")
    elif len(longer) > MOST_OPTIONS:
        form.wrong.setdefault("options.zh", "many-options")
    for lang, lines in (("zh", zh), ("en", en)):
        if len(set(lines)) < len(lines):
            form.wrong.setdefault(f"options.{lang}", "same-option")
    if any(name in form.wrong for name in ("options.zh", "options.en")):
        return ()
    blank = [""] * len(longer)
    return _named([Text(*pair) for pair in zip(zh or blank, en or blank, strict=True)], before)


def _named(texts: list[Text], before: tuple[Option, ...]) -> tuple[Option, ...]:
    """Options with ids: of the same words, then of the same place, then new ones that none ever had."""
    ids: dict[int, str] = {}
    left = {option.id: option.text for option in before}
    for at, text in enumerate(texts):
        for known, old in list(left.items()):
            if (text.zh and text.zh == old.zh) or (text.en and text.en == old.en):
                ids.setdefault(at, known)
                left.pop(known)
                break
    if len(texts) == len(before):
        ids |= {at: one.id for at, one in enumerate(before) if at not in ids and one.id in left}
    last = max((int(one.id.rpartition("-")[2]) for one in before if one.id.startswith("option-")), default=0)
    fresh = (f"option-{number}" for number in range(last + 1, last + 1 + len(texts)))
    return tuple(Option(ids.get(at) or next(fresh), text) for at, text in enumerate(texts))


def _lines(form: Form, name: str) -> list[str]:
    lines = [" ".join(line.split()) for line in form.words(name, required=False).split("\n")]
    if any(len(line) > LINE for line in lines):
        form.wrong[name] = "long-line"
    return [line for line in lines if line]


def _field(method: str, name: str, kind: inspect.Type) -> Field:
    match kind:
        case inspect.IntType(ge=low, le=high):
            return Field(name, "number", low=low or 0, high=high or 0)
        case inspect.LiteralType(values=values):
            return Field(name, "pick", _usual_first(method, name, map(str, values)))
        case inspect.BoolType():
            return Field(name, "pick", _usual_first(method, name, iter(("yes", "no"))))
        case inspect.VarTupleType(item_type=inspect.IntType(ge=low, le=high)):
            return Field(name, "points", low=low or 0, high=high or 0)
        case _:
            return Field(name, "pick", _usual_first(method, name, iter(SCALES)))


def _usual_first(method: str, name: str, values: Iterator[str]) -> tuple[str, ...]:
    usual = typed(USUAL[method])[name]
    return tuple(sorted(values, key=lambda value: value != usual))


def _typed(settings: AnySettings) -> Iterator[tuple[str, str]]:
    scales = {scale: name for name, scale in SCALES.items()}
    for name, value in msgspec.structs.asdict(settings).items():
        if name == "points":
            yield name, "" if isinstance(value, UnsetType) else " ".join(map(str, value))
        elif isinstance(value, tuple):
            yield name, scales.get(value, "")
        else:
            yield name, written(value)


def _read(form: Form, field: Field) -> object:
    if field.kind == "number":
        return form.number(field.name, field.low, field.high)
    if field.kind == "points":
        return form.numbers(field.name, field.low, field.high)
    value = form.one_of(field.name, field.values)
    if field.name in ("scale", "grades"):
        return SCALES[value]
    return value == "yes" if set(field.values) == {"yes", "no"} else value


def _graded(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """Only half of something has a base, and only weighted grades have points."""
    base = values["base"] if values["verdict"] == "fail_half" else "graded"
    if values["verdict"] != "weighted":
        form.wrong.pop("points", None)
        return {"base": base, "points": UNSET}
    scale: tuple[Text, ...] = values["scale"]
    points = values["points"] or _POINTS[len(scale)]
    if len(points) != len(scale) or sorted(set(points)) != list(points):
        form.wrong.setdefault("points", "points")
    return {"base": base, "points": points}
