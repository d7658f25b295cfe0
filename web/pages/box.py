"""The box of a secret poll as its public page explains it: a picture, and the archive for who checks it."""

import asyncio
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from markupsafe import Markup

from ballots.bundle import read_from
from ballots.refusal import Refused
from web.service import running_of
from web.texts import Language, texts

_ENVELOPE = (
    '<rect x="{x}" y="{y}" width="84" height="54" rx="4" class="paper"/>'
    '<path d="M{x} {y}l42 30 42-30" class="line"/>'
)
_LOCK = (
    '<path d="M{shackle}v-9a8 8 0 0 1 16 0v9" class="line"/>'
    '<rect x="{x}" y="{y}" width="26" height="20" rx="3" class="{kind}"/>'
)
_MOST = 9
"""Holders at most; so many locks are drawn."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the picture, and what is to be said of it."""

    drawing: Markup
    says: str


def explained(box: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> tuple[Step, ...]:
    """How the box of a poll works, in three drawings.

    Args:
        box: as the public state has it.
        names: member → masked name.
        lang: of the words.
    """
    t = texts(lang)["public"]["box"]
    told = {
        "holders": len(box["holders"]),
        "threshold": box["threshold"],
        "names": _named(box["holders"], names, t),
        "least": box["least"],
    }
    drawings = (_envelopes(), _locked(len(box["holders"]), box["threshold"]), _totals())
    says = (t["encrypted"], t["locked"].format(**told), t["opened"].format(**told))
    return tuple(Step(drawing, words) for drawing, words in zip(drawings, says, strict=True))


def made_anew(
    keys: Mapping[str, Any] | None, names: Mapping[str, str], lang: Language
) -> tuple[tuple[str, str, str], ...]:
    """When keys were made anew: the time, who agreed on whom in words, and the reason that was given.

    Args:
        keys: as the public state has them.
        names: member → masked name.
        lang: of the words.
    """
    t = texts(lang)["public"]

    def says(one: Mapping[str, Any]) -> str:
        chair, supervisor = one["by"]
        told = {
            "chair": names.get(chair, t["anew"]["chair"]),
            "supervisor": names.get(supervisor, t["anew"]["supervisor"]),
            "names": _named(one["holders"], names, t["box"]),
            "holders": len(one["holders"]),
            "threshold": one["threshold"],
        }
        return str(t["anew"]["says"].format(**told))

    return tuple((one["at"], says(one), one["reason"]) for one in (keys["anew"] if keys else ()))


def _named(holders: Iterable[str], names: Mapping[str, str], t: Mapping[str, Any]) -> str:
    return str(t["comma"]).join(names.get(one, t["somebody"]) for one in holders)


def _svg(body: str) -> Markup:
    return Markup(f'<svg viewBox="0 0 260 130" aria-hidden="true" focusable="false">{body}</svg>')  # noqa: S704 - numbers


def _envelopes() -> Markup:
    """Three closed envelopes, each with a lock."""
    piled = "".join(_ENVELOPE.format(x=58 + 30 * n, y=18 + 18 * n) for n in range(3))
    return _svg(piled + _lock(147, 84, "full"))


def _lock(x: int, y: int, kind: str) -> str:
    return _LOCK.format(shackle=f"{x + 5} {y}", x=x, y=y, kind=kind)


def _locked(holders: int, threshold: int) -> Markup:
    """A box with a lock for each holder; as many of them are dark as are needed."""
    step = 34 if holders <= 6 else 26
    left = 130 - step * holders // 2 + (step - 26) // 2
    locks = "".join(
        _lock(left + step * n, 62, "full" if n < threshold else "paper") for n in range(min(holders, _MOST))
    )
    box = '<path d="M20 44h220v72H20z" class="paper"/><path d="M96 30h68v14H96zM110 37h40" class="line"/>'
    return _svg(box + locks)


def _totals() -> Markup:
    """A sheet of totals."""
    bars = "".join(
        f'<rect x="96" y="{34 + 24 * n}" width="{width}" height="12" class="full"/>'
        for n, width in enumerate((68, 40, 22))
    )
    return _svg('<rect x="80" y="14" width="100" height="102" rx="4" class="paper"/>' + bars)


@get("/h/{hearing:str}/secret/{file:str}", include_in_schema=False)
async def get_box(
    request: Request[Any, Any, Any], hearing: FromPath[str], file: FromPath[str]
) -> Response[bytes]:
    """`POLL.bel`: the archive of a secret poll as far as it has come, the same bytes as in the bundle."""
    running = await running_of(request, hearing)
    bundle = await running.archive.bundle()
    found = await asyncio.to_thread(lambda: read_from(io.BytesIO(bundle)).files.get(f"secret/{file}"))
    if found is None:
        raise Refused("not-found")
    headers = {"Cache-Control": "no-cache", "Content-Disposition": f'attachment; filename="{file}"'}
    return Response(found, media_type="application/octet-stream", headers=headers)
