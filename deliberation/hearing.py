"""The fold: a hearing's state from its acts, one at a time, and why an act is refused.

`Hearing` is the judge of `ballots.judge`: the record asks it before it keeps an act,
and an auditor feeds it a finished record.
It does no I/O; what it may look up (blobs, earlier roots) is given to it.
"""

from typing import TypeVar

from msgspec import UNSET

from ballots import signing
from ballots.judge import Aside, BlobSource, Place, RootSource
from ballots.refusal import Refused
from deliberation import acts, agenda, attendance, credentials, floor, holders, outcomes, polls, roll, secret
from deliberation.notice import BlobError, Notice, Roll, decode, name
from deliberation.permits import PERMITS, permitted
from deliberation.state import Key, Seat, State
from voting.questions import Question, QuestionError, decode_question

B = TypeVar("B", Notice, Roll)

__all__ = [
    "Hearing",
    "agenda",
    "attendance",
    "credentials",
    "floor",
    "holders",
    "outcomes",
    "polls",
    "roll",
    "secret",
]


class Hearing:
    """A hearing as it stands after the acts so far.

    Attributes:
        state: to be read, never written, by others.
    """

    def __init__(self, blobs: BlobSource, roots: RootSource) -> None:
        self.state = State(blobs, roots)
        self._nonces: set[tuple[str, str]] = set()

    def read(self, payload: bytes) -> acts.Act:
        """Decode an act. Raises Refused("malformed")."""
        try:
            return acts.decode(payload)
        except acts.ActError as error:
            raise Refused("malformed", why=str(error)) from None

    def key(self, kid: str, act: acts.Act) -> bytes:
        """The public key that must have signed: known from the record, or shown by the act itself.

        Raises:
            Refused: `unknown-key`, `bad-key`.
        """
        if isinstance(act, acts.Convene | acts.Enrol):
            public = roll.public_key(act.root if isinstance(act, acts.Convene) else act.token)
            if signing.thumbprint(public) != kid:
                raise Refused("unknown-key")
            return public
        key = self.state.keys.get(kid)
        if key is None:
            raise Refused("unknown-key")
        return key.public

    def apply(self, act: acts.Act, place: Place, aside: Aside | None) -> None:
        """Check an act against the state just before it, and change the state by it.

        Raises:
            Refused: and the state is as it was.
        """
        state = self.state
        if (place.kid, act.nonce) in self._nonces:
            raise Refused("nonce-reused")
        if isinstance(act, acts.Convene):
            self._convene(act, place, aside)
        else:
            assert isinstance(act, acts.LaterAct)
            signer = permitted(state, act, place.kid, place.seq)
            PERMITS[type(act)].handler(state, act, place, signer, aside)
        self._nonces.add((place.kid, act.nonce))
        state.size = place.seq + 1
        state.at = place.at

    def _convene(self, act: acts.Convene, place: Place, aside: Aside | None) -> None:
        state = self.state
        if place.seq != 0 or state.convene is not None:
            raise Refused("already-convened")
        own = f"/h/{act.hearing}" + ("/rehearsal" if act.rehearsal else "")
        if not act.origin.endswith(own):
            raise Refused("bad-origin")
        service = roll.public_key(act.service)
        root = roll.public_key(act.root)
        if service == root:
            raise Refused("bad-key")
        notice = _blob(state, aside, act.notice, Notice)
        members = _blob(state, aside, act.roll, Roll).members
        questions = _frozen_questions(state, aside, notice)
        seats = {member.id: roll.seat_of(member) for member in members}
        _check_notice(act, notice, seats, len(members))
        _check_agenda(notice, questions)
        _check_weights(questions, seats)
        if notice.keys is not UNSET:
            state.holders = holders.named(seats, notice.keys.holders, notice.keys.threshold)
        state.convene, state.notice, state.questions, state.seats = act, notice, questions, seats
        state.items = {item.id: item for item in notice.agenda}
        state.keys[place.kid] = Key(root, "root", None, 0)
        state.keys[signing.thumbprint(service)] = Key(service, "service", None, 0)
        state.blob_names.update((act.notice, act.roll, *questions))
        state.phase = "convened"


def _check_notice(act: acts.Convene, notice: Notice, seats: dict[str, Seat], listed: int) -> None:
    if notice.community.id != act.community or len({item.id for item in notice.agenda}) != len(notice.agenda):
        raise Refused("bad-notice")
    roll.moment(notice.starts)
    if len(seats) != listed or not any(seat.votes for seat in seats.values()):
        raise Refused("bad-roll")
    if not any(seat.role == "chair" for seat in seats.values()):
        raise Refused("bad-roll")


def _check_agenda(notice: Notice, questions: dict[str, Question]) -> None:
    """Every item is decided as it says; where ballots are secret, somebody holds the keys."""
    secret = {blob for blob, question in questions.items() if question.visibility == "secret"}
    if bool(secret) != (notice.keys is not UNSET):
        raise Refused("bad-notice")
    for item in notice.agenda:
        asked = set(item.questions)
        fits = {"named": asked and not asked & secret, "secret": asked <= secret, "none": not asked}
        if not fits[item.ballot]:
            raise Refused("bad-notice")


def _check_weights(questions: dict[str, Question], seats: dict[str, Seat]) -> None:
    """Every voter has the weights that every frozen rule will ask for."""
    needed = {measure for question in questions.values() for measure in question.rule.measures}
    for seat in seats.values():
        if seat.votes and not needed <= set(seat.member.weights):
            raise Refused("bad-member", member=seat.id)
    roll.check_totals(seats.values())


def _raw_blob(state: State, aside: Aside | None, blob: str) -> bytes:
    raw = aside.blobs.get(blob) if aside is not None else state.blobs(blob)
    if raw is None or name(raw) != blob:
        raise Refused("blob-missing", blob=blob)
    return raw


def _blob(state: State, aside: Aside | None, blob: str, kind: type[B]) -> B:
    try:
        return decode(_raw_blob(state, aside, blob), kind)
    except BlobError as error:
        raise Refused("bad-blob", why=str(error)) from None


def _frozen_questions(state: State, aside: Aside | None, notice: Notice) -> dict[str, Question]:
    questions: dict[str, Question] = {}
    for item in notice.agenda:
        for blob in item.questions:
            if blob in questions:
                raise Refused("bad-notice")
            try:
                questions[blob] = decode_question(_raw_blob(state, aside, blob))
            except QuestionError as error:
                raise Refused("bad-blob", why=str(error)) from None
    if len({question.id for question in questions.values()}) != len(questions):
        raise Refused("bad-notice")
    return questions
