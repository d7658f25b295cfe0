"""Secret polls: credentials offered, the poll set up, encrypted ballots in batches, and the opening.

The record shows who could vote and how many did, not whose ballot is whose.
What stands here is what the record itself decides: which ballots count, when, and what opens them.
That every proof in the archive holds is checked at the door, by the key holders, and by every verifier.
"""

from functools import lru_cache
from hashlib import sha256

import msgspec
from msgspec import Struct

from ballots.encoding import parse_utc
from ballots.judge import Aside, Place
from ballots.refusal import Refused
from ballots.secret import archive, ballot, form, tally
from ballots.secret.form import FormError
from ballots.secret.group import GROUP, GroupError
from ballots.secret.proofs import Proof, ProofError, check
from deliberation import acts
from deliberation.box import LEAST, Box
from deliberation.holders import decoded, message
from deliberation.permits import Signer, handles
from deliberation.state import Poll, State, secret_poll
from voting import secret
from voting.results import Result
from voting.tally import tally as count


class Spoiled(Struct, frozen=True, forbid_unknown_fields=True):
    """What opens a ballot that was made to test a phone.

    Attributes:
        body: the exact JSON text of the ballot without its signature.
        choice: of each sheet, of each line, 0 or 1.
        randomness: of each sheet, of each ciphertext, the exponent that encrypted it.
        proof: that the holder of the body's credential has spoiled it.
    """

    body: str
    choice: tuple[tuple[int, ...], ...]
    randomness: tuple[tuple[str, ...], ...]
    proof: Proof


def spoil_text(election: str, digest: str) -> str:
    """What the proof in a spoiled ballot is about."""
    return f"hearing/spoil/v1|{election}|{digest}"


# -- ballots ------------------------------------------------------------------------------------------------


@handles(acts.CastBatch, by=("service",), phases=("open",))
def cast_batch(state: State, act: acts.CastBatch, place: Place, _signer: Signer, aside: Aside | None) -> None:
    """Encrypted ballots enter: one a credential, final, none that was opened to test a phone.

    What came before the time of a timed poll may enter until its close, which the service signs.
    """
    poll, box = secret_poll(state, act.poll)
    if poll.stage != "open":
        raise Refused("poll-closed")
    if list(act.ballots) != sorted(set(act.ballots)):
        raise Refused("bad-batch")
    entering: dict[str, str] = {}
    voted = box.voted
    for blob in act.ballots:
        credential = admit(box, message(state, aside, blob), voted)
        voted.add(credential)
        entering[blob] = credential
    box.ballots.update(entering)
    box.entered.update(dict.fromkeys(entering, place.leaf))
    state.blob_names.update(act.ballots)


def admit(box: Box, raw: bytes, voted: set[str]) -> str:
    """The credential of a ballot that may enter, as far as the record decides; its proofs are not looked at.

    Raises:
        Refused: `not-set-up`, `bad-secret-ballot`, `unknown-credential`, `already-voted`, `ballot-spoiled`.
    """
    if box.raw is None:
        raise Refused("not-set-up")
    try:
        read = form.decode(raw, ballot.Ballot)
    except FormError as why:
        raise Refused("bad-secret-ballot", why=str(why)) from None
    signed = read.signature.hash if read.signature is not None else None
    body = form.fingerprint(form.encode(msgspec.structs.replace(read, signature=None)))
    if (read.election_uuid, read.election_hash, signed) != (box.election, form.fingerprint(box.raw), body):
        raise Refused("bad-secret-ballot", why="it is not a signed ballot of this election")
    try:
        ballot.check_summable(box.raw, read)
    except FormError as why:
        raise Refused("bad-secret-ballot", why=str(why)) from None
    if read.credential not in box.listed:
        raise Refused("unknown-credential")
    if read.credential in voted:
        raise Refused("already-voted")
    if body in box.spoiled:
        raise Refused("ballot-spoiled")
    return read.credential


@handles(acts.SpoilBallot, by=("service",), phases=("open",))
def spoil(state: State, act: acts.SpoilBallot, place: Place, _signer: Signer, aside: Aside | None) -> None:
    """A ballot that was made to test a phone is opened, so it can never be cast."""
    poll, box = secret_poll(state, act.poll)
    if poll.stage != "open" or poll.due(place.at):
        raise Refused("poll-closed")
    if act.hash in box.spoiled:
        raise Refused("already-spoiled")
    digest, credential = read_spoiled(box, message(state, aside, act.opening))
    if digest != act.hash:
        raise Refused("bad-spoiled-ballot")
    box.spoiled[act.hash], box.spoiled_by[act.hash] = act.opening, place.leaf
    box.tests[credential] = box.tests.get(credential, 0) + 1
    state.blob_names.add(act.opening)


def read_spoiled(box: Box, raw: bytes) -> tuple[str, str]:
    """Hash and credential of a spoiled ballot whose opening is good.

    Raises:
        Refused: `not-set-up`, `bad-spoiled-ballot`, `unknown-credential`, `already-voted`.
    """
    if box.raw is None:
        raise Refused("not-set-up")
    digest, credential = check_spoiled(box.raw, raw)
    if credential not in box.listed:
        raise Refused("unknown-credential")
    if credential in box.voted:
        raise Refused("already-voted")
    return digest, credential


def check_spoiled(election: bytes, raw: bytes) -> tuple[str, str]:
    """Hash and credential of a spoiled ballot, whoever made it. Raises Refused("bad-spoiled-ballot")."""
    try:
        return _spoiled(election, raw)
    except (FormError, GroupError, ProofError) as why:
        raise Refused("bad-spoiled-ballot", why=str(why)) from None


@lru_cache(maxsize=256)
def _spoiled(election: bytes, raw: bytes) -> tuple[str, str]:
    """Hash and credential of a spoiled ballot. Raises FormError, GroupError, ProofError."""
    opening = form.decode(raw, Spoiled)
    body = opening.body.encode()
    read = form.decode(body, ballot.Ballot)
    digest = form.fingerprint(body)
    key = GROUP.element(read.credential)
    check(spoil_text(read.election_uuid, digest), opening.proof, (GROUP.g, key))
    drawn = tuple(tuple(GROUP.exponent(one) for one in sheet) for sheet in opening.randomness)
    ballot.reopen(election, body, opening.choice, drawn)
    return digest, read.credential


# -- the opening --------------------------------------------------------------------------------------------


def seal(state: State, poll: Poll) -> None:
    """At the close: the sum of the ballots, which is all that anybody will ever be asked to open."""
    box = poll.box
    if box is None or box.raw is None or len(box.ballots) < LEAST:
        return
    ballots = _ballots(state, box)
    if ballots is not None:
        box.tally = tally.add(box.raw, ballots)


@handles(
    acts.DecryptTally, by=("chair", "supervisor", "desk", "representative", "observer"), phases=("open",)
)
def decrypt(state: State, act: acts.DecryptTally, place: Place, signer: Signer, aside: Aside | None) -> None:
    """A holder's part of the opening, once and only for this tally; enough of them tell the totals."""
    poll, box = secret_poll(state, act.poll)
    if poll.closed_at is None:
        raise Refused("poll-not-closed")
    keys = box.keys
    if signer.seat is None or signer.member not in keys.holders:
        raise Refused("not-a-holder")
    if box.tally is None or poll.stage == "void":
        raise Refused("nothing-to-open")
    owner = keys.number(signer.member)
    if owner in box.decryptions:
        raise Refused("already-sent")
    if box.totals is not None:
        raise Refused("enough-keys")
    raw = message(state, aside, act.decryption)
    assert box.raw is not None
    assert keys.trustees is not None
    try:
        _check_decryption(box.raw, keys.trustees, box.tally, owner, raw)
    except FormError as why:
        raise Refused("bad-decryption", holder=signer.member, why=str(why)) from None
    if len(box.decryptions) + 1 == keys.threshold:
        decrypted = box.decryptions | {owner: raw}
        try:
            box.totals = tally.totals(box.raw, keys.trustees, box.tally, decrypted, len(box.ballots))
        except FormError:
            raise Refused("unreadable-totals") from None
    box.decryptions[owner], box.decrypted_at[owner] = raw, place.at
    state.blob_names.add(act.decryption)
    if box.totals is not None:
        whole = archive_bytes(state, poll)
        box.archive = None if whole is None else sha256(whole).hexdigest()


@lru_cache(maxsize=256)
def _check_decryption(election: bytes, keys: bytes, summed: bytes, owner: int, raw: bytes) -> None:
    tally.check_decryption(election, decoded(keys).keys[owner - 1], summed, raw)


def is_final(poll: Poll, box: Box) -> bool:
    """Whether a closed poll's result is certain: it was opened, or nobody ever will."""
    return poll.stage == "void" or len(box.ballots) < LEAST or box.totals is not None


def result(poll: Poll) -> Result:
    """The result of a secret poll: counted from its totals, or why it is not opened.

    Raises:
        Refused: `keys-missing`, `unreadable-totals`.
    """
    box = poll.box
    assert box is not None
    returned = len(box.ballots)
    opened: list[bytes] = []
    if returned and poll.stage != "void" and returned >= LEAST:
        if box.totals is None:
            raise Refused("keys-missing", have=len(box.decryptions), need=box.keys.threshold)
        try:
            opened = secret.ballots(poll.question, box.totals, returned)
        except secret.TotalsError:
            raise Refused("unreadable-totals") from None
    return count(
        poll.question,
        poll=poll.id,
        eligible=poll.eligible,
        present=list(poll.electorate.values()) if poll.question.electorate == "present" else None,
        ballots=[(one, {"heads": 1}) for one in opened],
        issued=len(box.offers),
        void_reason=poll.void_reason,
        unopened=returned - len(opened),
        lot=poll.lot,
        archive=box.archive if opened else None,
    )


def archive_bytes(state: State, poll: Poll) -> bytes | None:
    """`secret/POLL.bel`: the election as far as it has come; None before it is set up, or if a blob is lost.

    A poll that is never opened ends with its close.
    """
    box = poll.box
    if box is None or box.raw is None:
        return None
    assert box.keys.trustees is not None
    ballots = _ballots(state, box)
    if ballots is None:
        return None
    return archive.write(
        timestamp=int(parse_utc(poll.opened_at).timestamp()),
        election=box.raw,
        trustees=box.keys.trustees,
        credentials=form.encode(box.credentials),
        ballots=ballots,
        closed=poll.closed_at is not None,
        tally=box.tally,
        decryptions=box.decryptions,
        totals=box.totals,
    )


def _ballots(state: State, box: Box) -> list[bytes] | None:
    """The ballots in the box; None if the bytes of one are lost."""
    found = [raw for raw in map(state.blobs, box.ballots) if raw is not None]
    return found if len(found) == len(box.ballots) else None
