"""Polls: opening, named ballots, close, reveal, tally, and why one does not count."""

import hashlib

import msgspec

from ballots.encoding import b64url, unb64url
from ballots.judge import Aside, Opening, Place
from ballots.refusal import Refused
from deliberation import acts, credentials, secret
from deliberation.notice import BlobError, Opened, Openings, decode
from deliberation.permits import Signer, handles
from deliberation.roll import moment
from deliberation.state import Ballot, Moment, Pending, Poll, State
from voting.questions import InvalidChoice, Question, parse_choice
from voting.rules import Weights, attendance, quorum
from voting.tally import encode_result, tally


def choice_bytes(choice: object) -> bytes:
    """The exact JSON bytes of a choice that stands in an act."""
    return msgspec.json.encode(choice)


@handles(acts.OpenPoll, by=("chair",), phases=("open",))
def open_poll(state: State, act: acts.OpenPoll, place: Place, _signer: Signer, _aside: Aside | None) -> None:
    """A frozen question of the called item is put to those who are here, or to the whole roll."""
    item = state.item(act.item)
    if item.id != state.called:
        raise Refused("item-not-called")
    if act.question not in item.questions:
        raise Refused("unknown-question")
    question = state.questions[act.question]
    if any(p.question_hash == act.question and (p.stage != "void" or p.told) for p in state.polls.values()):
        raise Refused("already-polled")
    if act.closes is not None:
        moment(act.closes)
        if act.closes <= place.at:
            raise Refused("closes-in-the-past")
    voters = list(state.voters())
    here = [seat for seat in voters if seat.present_since is not None]
    asked = here if question.electorate == "present" else voters
    _check_quorum(question, voters=[s.member.weights for s in voters], here=[s.member.weights for s in here])
    box = credentials.new_box(state, act.question, [seat.id for seat in asked])
    state.polls[place.leaf] = Poll(
        id=place.leaf,
        item=item.id,
        question_hash=act.question,
        question=question,
        opened_at=place.at,
        opened_seq=place.seq,
        closes=act.closes,
        electorate={seat.id: seat.member.weights for seat in asked},
        units={seat.id: seat.member.unit for seat in asked},
        eligible=[seat.member.weights for seat in voters],
        present=len(here),
        box=box,
    )


def _check_quorum(question: Question, *, voters: list[Weights], here: list[Weights]) -> None:
    if not quorum(question.rule, attendance(question.rule, voters, here)).met:
        raise Refused("quorum-missing", present=len(here), eligible=len(voters))


@handles(acts.CastBallot, by=("representative",), phases=("open",))
def cast(state: State, act: acts.CastBallot, place: Place, signer: Signer, aside: Aside | None) -> None:
    """One person, one current ballot; each names the one it replaces, so none can be held back."""
    poll = state.poll(act.poll)
    if poll.stage != "open" or poll.due(place.at):
        raise Refused("poll-closed")
    if poll.box is not None:
        raise Refused("wrong-ballot-form")
    member = signer.member
    if member not in poll.electorate:
        raise Refused("not-present-at-opening" if poll.question.electorate == "present" else "not-on-roll")
    assert signer.seat is not None
    current = poll.ballots.get(member)
    if current is not None and poll.question.change == "none":
        raise Refused("ballot-final")
    if current is not None and poll.id in signer.seat.final_in:
        raise Refused("ballot-stands")
    if act.replaces != (current.leaf if current is not None else None):
        raise Refused("superseded")
    choice = _check_choice(poll.question, act, aside)
    if current is not None:
        del poll.ballots[member]
        poll.replaced.append(current.leaf)
    sealed = None if act.commitment is msgspec.UNSET else act.commitment
    poll.ballots[member] = Ballot(place.leaf, member, signer.kid, place.seq, sealed, choice)


def _check_choice(question: Question, act: acts.CastBallot, aside: Aside | None) -> bytes | None:
    """The choice of a live ballot; None for a sealed one, whose opening must fit where it is at hand."""
    try:
        if question.visibility == "live":
            if act.choice is msgspec.UNSET or act.commitment is not msgspec.UNSET:
                raise Refused("wrong-ballot-form")
            choice = choice_bytes(act.choice)
            parse_choice(question, choice)
            return choice
        if act.commitment is msgspec.UNSET or act.choice is not msgspec.UNSET:
            raise Refused("wrong-ballot-form")
        if aside is not None:
            if aside.opening is None:
                raise Refused("opening-missing")
            if aside.opening.commitment != act.commitment:
                raise Refused("commitment-mismatch")
            parse_choice(question, aside.opening.choice)
    except InvalidChoice:
        raise Refused("invalid-choice") from None
    return None


@handles(acts.ClosePoll, by=("chair", "service"), phases=("open",))
def close(state: State, act: acts.ClosePoll, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """The chair closes; a timed poll ends at its time, or earlier when all have voted."""
    poll = state.poll(act.poll)
    if poll.stage != "open":
        raise Refused("poll-closed")
    complete = poll.returned == (len(poll.electorate) if poll.box is None else len(poll.box.offers))
    if not poll.due(place.at) and (signer.role == "service" or (poll.closes is not None and not complete)):
        raise Refused("not-yet-due")
    poll.closed_at, poll.closed_seq = place.at, place.seq
    secret.seal(state, poll)
    state.cosignable[place.leaf] = signer.member
    state.moments.append(Moment("closed", poll.id, place.seq + 1, place.leaf))


@handles(acts.RevealPoll, by=("service",), phases=("open",))
def reveal(state: State, act: acts.RevealPoll, _place: Place, _signer: Signer, aside: Aside | None) -> None:
    """The openings of exactly the counted ballots become public; none that does not fit gets in."""
    poll = state.poll(act.poll)
    if poll.stage not in ("closed", "void") or poll.closed_at is None or poll.revealed is not None:
        raise Refused("poll-not-closed" if poll.closed_at is None else "already-revealed")
    if poll.question.visibility != "sealed":
        raise Refused("not-sealed")
    raw = aside.blobs.get(act.openings) if aside is not None else state.blobs(act.openings)
    if raw is None and aside is not None:
        raise Refused("blob-missing")
    opened = _read_openings(poll, raw) if raw is not None else {}
    for member, choice in opened.items():
        poll.ballots[member].choice = choice
    poll.revealed = act.openings
    state.blob_names.add(act.openings)


def _read_openings(poll: Poll, raw: bytes) -> dict[str, bytes]:
    """Member → choice. Raises Refused("openings-wrong") unless each fits its counted ballot, in order."""
    try:
        openings = decode(raw, Openings)
    except BlobError:
        raise Refused("openings-wrong") from None
    if openings.poll != poll.id:
        raise Refused("openings-wrong")
    by_leaf = {ballot.leaf: ballot for ballot in poll.ballots.values()}
    opened: dict[str, bytes] = {}
    last = -1
    for opening in openings.openings:
        ballot = by_leaf.get(opening.ballot)
        if ballot is None or ballot.seq <= last:
            raise Refused("openings-wrong")
        last = ballot.seq
        opened[ballot.member] = check_opening(poll.question, ballot, opening.salt, opening.choice)
    return opened


def check_opening(question: Question, ballot: Ballot, salt: str, choice: object) -> bytes:
    """The choice's bytes. Raises Refused: `commitment-mismatch`, `invalid-choice`."""
    raw = choice_bytes(choice)
    if Opening(unb64url(salt, 32), raw).commitment != ballot.commitment:
        raise Refused("commitment-mismatch")
    try:
        parse_choice(question, raw)
    except InvalidChoice:
        raise Refused("invalid-choice") from None
    return raw


def openings_blob(poll: Poll, openings: dict[str, Opening]) -> bytes:
    """The blob for `poll.reveal`: by ballot leaf, those of the counted ballots that are at hand."""
    ballots = sorted(poll.ballots.values(), key=lambda ballot: ballot.seq)
    return msgspec.json.encode(
        Openings(
            v=1,
            poll=poll.id,
            openings=tuple(
                Opened(b.leaf, b64url(openings[b.leaf].salt), msgspec.json.decode(openings[b.leaf].choice))
                for b in ballots
                if b.leaf in openings
            ),
        )
    )


@handles(acts.OpenBallot, by=("representative",), phases=("open",))
def open_ballot(
    state: State, act: acts.OpenBallot, _place: Place, signer: Signer, _aside: Aside | None
) -> None:
    """Between close and tally a voter's own device may open the ballot that the service did not."""
    poll = state.poll(act.poll)
    if poll.closed_at is None or poll.result is not None:
        raise Refused("poll-not-closed" if poll.closed_at is None else "already-published")
    ballot = poll.ballots.get(signer.member)
    if ballot is None or ballot.leaf != act.ballot:
        raise Refused("unknown-ballot")
    if ballot.choice is not None:
        raise Refused("already-revealed")
    ballot.choice = check_opening(poll.question, ballot, act.salt, act.choice)


def result_bytes(poll: Poll) -> bytes:
    """The result of a poll as it follows from the record: results/POLL.json.

    Raises:
        Refused: `keys-missing`: too few key holders have decrypted a secret poll.
    """
    if poll.box is not None:
        return encode_result(secret.result(poll))
    counted = sorted(poll.ballots.values(), key=lambda ballot: ballot.seq)
    opened = [(b.choice, poll.electorate[b.member]) for b in counted if b.choice is not None]
    units = [poll.units[b.member] for b in counted if b.choice is not None]
    result = tally(
        poll.question,
        poll=poll.id,
        eligible=poll.eligible,
        present=list(poll.electorate.values()) if poll.question.electorate == "present" else None,
        ballots=opened,
        void_reason=poll.void_reason,
        unopened=len(counted) - len(opened),
        lot=poll.lot,
        units=None if poll.question.breakdown is msgspec.UNSET else units,
    )
    return encode_result(result)


@handles(acts.PublishTally, by=("service",), phases=("open",))
def publish(state: State, act: acts.PublishTally, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """The tally is what the ballots and the frozen rule give, or it does not get in."""
    poll = state.poll(act.poll)
    if poll.result is not None:
        raise Refused("already-published")
    if poll.closed_at is None:
        raise Refused("poll-not-closed")
    if poll.question.visibility == "sealed" and poll.revealed is None:
        raise Refused("poll-not-revealed")
    result = result_bytes(poll)
    if hashlib.sha256(result).hexdigest() != act.result:
        raise Refused("result-mismatch")
    poll.result, poll.result_bytes, poll.tallied_seq = act.result, result, place.seq
    state.cosignable[place.leaf] = signer.member
    state.moments.append(Moment("result", poll.id, place.seq + 1, place.leaf))


@handles(acts.VoidPoll, by=("chair",), phases=("open",))
def void(state: State, act: acts.VoidPoll, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """Nothing is deleted: the poll is void because, and may be held again. After close: cosigned."""
    poll = state.poll(act.poll)
    if poll.stage == "void":
        raise Refused("already-void")
    if poll.closed_at is None and not poll.due(place.at):
        poll.void_reason = act.reason
    else:
        state.pending[place.leaf] = Pending(place.leaf, act.KIND, signer.member, act, place.at)


def void_cosigned(state: State, act: acts.VoidPoll) -> None:
    """A supervisor has signed: the poll is void; a result that was published stays readable."""
    poll = state.poll(act.poll)
    if poll.stage == "void":
        raise Refused("already-void")
    poll.void_reason = act.reason
