"""The comments of a hearing as everybody sees them: computed when something has changed, then kept."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import Engine

from ballots.record import Record
from ballots.refusal import Refused
from deliberation.agenda import comment_text
from deliberation.state import Comment, State
from web.people.who import public_names

NAMES_SECONDS = 60.0
"""How long masked names are kept: whoever is erased from the register is gone from here by then."""


class CommentOut(Struct, frozen=True):
    """A comment. A hidden one has a reason in place of its text, an erased one no text either.

    Attributes:
        comment: the leaf hash of its act.
        name: the author's masked name, or null where nobody can say any more.
        blob: the fingerprint of its text.
    """

    comment: str
    item: str
    member: str
    name: str | None
    at: str
    blob: str
    text: str | None
    hidden: str | None
    erased: bool


class CommentsOut(Struct, frozen=True):
    """Comments in the order in which they came."""

    comments: tuple[CommentOut, ...]


class _Version(NamedTuple):
    """What the answer depends on: comments only ever come, get hidden, and get erased."""

    posted: int
    hidden: int
    erased: int


class _Kept(NamedTuple):
    version: _Version
    until: float
    body: bytes


class Comments:
    """The comments of one hearing, whole or by item, as JSON."""

    def __init__(
        self, record: Record, engine: Engine, ask: Callable[[Callable[[State], Any]], Awaitable[Any]]
    ) -> None:
        self._record = record
        self._engine = engine
        self._ask = ask
        self._kept: dict[str | None, _Kept] = {}
        self._texts: dict[str, str] = {}

    async def answer(self, item: str | None) -> bytes:
        """The JSON of all comments, or of those on one item. Raises Refused("unknown-item")."""
        kept = self._kept.get(item)
        fresh = kept is not None and time.monotonic() < kept.until
        known = kept.version if kept is not None and fresh else None
        version, found = await self._ask(lambda state: _look(state, item, known))
        if kept is None or found is not None:
            body = await asyncio.to_thread(self._encode, found)
            kept = self._kept[item] = _Kept(version, time.monotonic() + NAMES_SECONDS, body)
        return kept.body

    def _encode(self, found: list[Comment]) -> bytes:
        names = public_names(self._engine, self._record.hearing, {comment.member for comment in found})
        return msgspec.json.encode(
            CommentsOut(
                tuple(
                    CommentOut(
                        comment=comment.leaf,
                        item=comment.item,
                        member=comment.member,
                        name=names.get(comment.member),
                        at=comment.at,
                        blob=comment.blob,
                        text=self._text(comment),
                        hidden=comment.hidden,
                        erased=comment.erased,
                    )
                    for comment in found
                )
            )
        )

    def _text(self, comment: Comment) -> str | None:
        """The text, if it may be shown and is there; a damaged one is as good as none."""
        if comment.hidden is not None or comment.erased:
            self._texts.pop(comment.blob, None)
            return None
        if comment.blob not in self._texts:
            raw = self._record.blob(comment.blob)
            try:
                self._texts[comment.blob] = comment_text(raw or b"")
            except Refused:
                return None
        return self._texts[comment.blob]


def _look(state: State, item: str | None, known: _Version | None) -> tuple[_Version, list[Comment] | None]:
    """How the comments stand, and copies of them unless they stand as known."""
    if item is not None:
        state.item(item)
    found = [comment for comment in state.comments.values() if item in (None, comment.item)]
    version = _Version(len(found), sum(c.hidden is not None for c in found), sum(c.erased for c in found))
    if version == known:
        return version, None
    return version, [Comment(c.leaf, c.member, c.item, c.blob, c.at, c.hidden, c.erased) for c in found]
