"""What papers need of a hearing, taken from its state between two acts."""

from dataclasses import dataclass

from ballots.checkpoint import Checkpoint, fingerprint
from ballots.encoding import groups, unb64url
from ballots.tokens import anchor
from deliberation import minutes
from deliberation.notice import KeyHolders
from deliberation.state import Cosignature, Phase, State
from voting.questions import Question, Text
from voting.results import Result


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment at which the record can be compared: what happened, about which question, its fingerprint."""

    what: str
    question: Text | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A further signature: under what, about which question, by whom, when."""

    what: str
    question: Text | None
    member: str
    role: str
    at: str


@dataclass(frozen=True, slots=True)
class Source:
    """A hearing as it stood after the act at `at`.

    Attributes:
        draft: the minutes so far.
        questions: as frozen, by item.
        ballots: by item: how it is decided.
        roll: entry of the roll → role, of those who have not left their office.
        chairs: those who presided: a card that was never scanned did not.
        announced: who was to hold the keys of secret votes by the notice; None without such votes.
        keys: who holds them now.
    """

    draft: minutes.Draft
    phase: Phase
    at: str
    address: str
    anchor: str
    questions: dict[str, tuple[Question, ...]]
    ballots: dict[str, str]
    roll: dict[str, str]
    chairs: tuple[str, ...]
    instants: tuple[Instant, ...]
    signed: tuple[Signed, ...]
    announced: KeyHolders | None
    keys: KeyHolders | None

    def question(self, result: Result) -> Question:
        """The question that was answered."""
        asked = (question for of_item in self.questions.values() for question in of_item)
        return next(question for question in asked if question.id == result.question.id)

    @property
    def voters(self) -> frozenset[str]:
        """Entries that carry a vote."""
        return frozenset(member for member, role in self.roll.items() if role == "representative")

    @property
    def present(self) -> int:
        """How many of those due came."""
        return len(self.voters.intersection(self.draft.attended))

    @property
    def final(self) -> str:
        """The fingerprint of the whole record, or "" while it runs."""
        return next((instant.fingerprint for instant in self.instants if instant.what == "adjourned"), "")


def source(state: State) -> Source:
    """Take what papers need."""
    assert state.convene is not None
    assert state.notice is not None
    draft = minutes.draft(state)
    chairs = draft.chairs
    return Source(
        draft=draft,
        phase=state.phase,
        at=state.at,
        address=state.convene.origin.removesuffix("/rehearsal"),
        anchor=groups(anchor(unb64url(state.convene.root, 32)), 4),
        questions={i.id: tuple(state.questions[name] for name in i.questions) for i in state.notice.agenda},
        ballots={item.id: item.ballot for item in state.notice.agenda},
        roll={seat.id: seat.role for seat in state.seats.values() if not seat.ended},
        chairs=tuple(chair for chair in chairs if state.seats[chair].enrolments) or chairs,
        instants=_instants(state),
        signed=tuple(_signed(state, one) for one in state.cosigned),
        announced=state.notice.keys or None,
        keys=KeyHolders(state.holders.holders, state.holders.threshold) if state.holders else None,
    )


def _instants(state: State) -> tuple[Instant, ...]:
    assert state.convene is not None
    found = []
    for moment in state.moments:
        root = state.roots(moment.size)
        assert root is not None
        text = Checkpoint(state.convene.origin, moment.size, bytes.fromhex(root)).text
        found.append(Instant(moment.what, _title(state, moment.poll), fingerprint(text)))
    return tuple(found)


def _signed(state: State, one: Cosignature) -> Signed:
    moment = next((moment for moment in state.moments if moment.leaf == one.target), None)
    if moment is not None:
        return Signed(moment.what, _title(state, moment.poll), one.member, one.role, one.at)
    # Of what can be cosigned only the minutes are no moment; all else waited for its second signature.
    kind = "minutes" if one.target in state.cosignable else "second"
    return Signed(kind, None, one.member, one.role, one.at)


def _title(state: State, poll: str | None) -> Text | None:
    return None if poll is None else state.polls[poll].question.title
