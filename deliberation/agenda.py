"""The agenda: the item under discussion, and the comments on it."""

import re
from collections.abc import Mapping

from ballots.judge import Aside, Place
from ballots.refusal import Refused
from deliberation import acts
from deliberation.permits import EVERYBODY, Signer, handles
from deliberation.state import Comment, State

COMMENT_LENGTH = 500
"""Characters of a comment, at most."""
COMMENTS_PER_ITEM = 20
"""Comments of one person on one item, at most: a phone that loops must not fill the record."""
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters but the line feed, and those that turn the direction of writing."""
SALT_LENGTH = 32
"""Random bytes before an erasable text, so that its hash gives nothing away."""


@handles(acts.CallItem, by=("chair",), phases=("open",))
def call_item(state: State, act: acts.CallItem, _place: Place, _signer: Signer, _aside: Aside | None) -> None:
    """The chair calls an item; whoever has the floor must have ended first."""
    item = state.item(act.item)
    if state.called == item.id:
        raise Refused("item-already-called")
    if any(poll.question.electorate == "present" for poll in state.open_polls()):
        raise Refused("poll-still-open")
    if state.speaker() is not None:
        raise Refused("floor-taken")
    state.called = item.id
    if item.id not in state.called_items:
        state.called_items.append(item.id)


def comment_text(blob: bytes) -> str:
    """The text in a comment's blob.

    Raises:
        Refused: `bad-comment` when it is empty, not UTF-8, or has control characters;
            `too-long` when it has over 500 characters.
    """
    try:
        text = blob[SALT_LENGTH:].decode()
    except UnicodeDecodeError:
        raise Refused("bad-comment") from None
    if not text.strip() or _UNPRINTABLE.search(text) or _is_text(blob):
        raise Refused("bad-comment")
    if len(text) > COMMENT_LENGTH:
        raise Refused("too-long", limit=COMMENT_LENGTH)
    return text


def _is_text(blob: bytes) -> bool:
    """Whether the whole blob is text: then its first bytes are no salt, and it may be another blob's double.

    Erasing it would take that other one out of the record too. Random bytes are practically never UTF-8.
    """
    try:
        blob.decode()
    except UnicodeDecodeError:
        return False
    return True


def blob_beside(blobs: Mapping[str, bytes], name: str) -> bytes:
    """The blob that must travel beside an act. Raises Refused("blob-missing")."""
    blob = blobs.get(name)
    if blob is None:
        raise Refused("blob-missing")
    return blob


@handles(acts.PostComment, by=EVERYBODY, phases=("convened", "open"))
def post(state: State, act: acts.PostComment, place: Place, signer: Signer, aside: Aside | None) -> None:
    """A signed comment; its text travels beside the act, because it may have to be taken down."""
    state.item(act.item)
    if aside is not None:
        comment_text(blob_beside(aside.blobs, act.text))
    if act.text in state.blob_names:
        raise Refused("blob-in-use")
    mine = sum(1 for c in state.comments.values() if c.member == signer.member and c.item == act.item)
    if mine >= COMMENTS_PER_ITEM:
        raise Refused("too-many", limit=COMMENTS_PER_ITEM)
    state.blob_names.add(act.text)
    state.comments[place.leaf] = Comment(place.leaf, signer.member, act.item, act.text, place.at)


@handles(acts.HideComment, by=("chair",), phases=("convened", "open", "adjourned"))
def hide(state: State, act: acts.HideComment, _place: Place, _signer: Signer, _aside: Aside | None) -> None:
    """The chair takes a comment off the pages and says why; its fingerprint stays."""
    comment = state.comments.get(act.comment)
    if comment is None:
        raise Refused("unknown-comment")
    if comment.hidden is not None:
        raise Refused("already-hidden")
    comment.hidden = act.reason


@handles(acts.EraseBlob, by=("chair", "supervisor"), phases=("convened", "open", "adjourned"))
def erase(state: State, act: acts.EraseBlob, _place: Place, _signer: Signer, _aside: Aside | None) -> None:
    """The text of a hidden comment is destroyed (个人信息保护法 47); nothing else can be."""
    comment = next((c for c in state.comments.values() if c.blob == act.blob), None)
    if comment is None:
        raise Refused("unknown-comment")
    if comment.hidden is None:
        raise Refused("not-hidden")
    if comment.erased:
        raise Refused("already-erased")
    comment.erased = True
    state.erased.add(act.blob)
