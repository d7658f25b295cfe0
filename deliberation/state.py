"""The state of a hearing: plain data that the fold fills, and small questions about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ballots.judge import BlobSource, RootSource
from ballots.refusal import Refused
from deliberation.acts import Act, Convene, Member, Role
from deliberation.box import Box, Keys, Offer
from deliberation.notice import Item, KeyHolders, Notice
from voting.questions import Question

Phase = Literal["empty", "convened", "open", "adjourned"]
Signature = Literal[
    "root", "service", "token", "device", "chair", "supervisor", "desk", "representative", "observer"
]
"""Who may have signed an act: a key of the hearing, or a person by role."""


@dataclass(slots=True)
class Seat:
    """One entry of the roll as it stands now, with the devices that have acted for it."""

    member: Member
    kid: str | None = None
    enrolments: int = 0
    card: str | None = None
    """Thumbprint of the card's token key, once it was shown: two entries of one card are one person."""
    grant: str | None = None
    """The act that named this officer, where it was not the notice."""
    granted: bool = False
    """Whether the chair added this officer during the hearing: no second signature by one's own choice."""
    late: bool = False
    """Whether the entry joined after the notice: it holds no key, for phones know only the notice's roll."""
    present_since: str | None = None
    present_by: Literal["code", "desk"] | None = None
    ended: bool = False
    final_in: set[str] = field(default_factory=set)
    """Polls in which the ballot stands although the device has changed."""

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.member.id

    @property
    def role(self) -> Role:
        """The entry's one role."""
        return self.member.role

    @property
    def votes(self) -> bool:
        """Whether this entry carries a vote."""
        return self.role == "representative" and not self.ended


@dataclass(frozen=True, slots=True)
class Key:
    """A key that may sign in this hearing, and from which entry on (`since`)."""

    public: bytes
    kind: Literal["root", "service", "device"]
    seat: Seat | None
    since: int


@dataclass(slots=True)
class Ballot:
    """A person's current ballot in a poll. `choice` is exact JSON bytes, None while sealed."""

    leaf: str
    member: str
    kid: str
    seq: int
    commitment: str | None
    choice: bytes | None


@dataclass(slots=True)
class Poll:
    """One poll. Its id is the leaf hash of its `poll.open`.

    `electorate` are the weights of those who may vote, by member, and `units` the constituency of each.
    `ballots` are those that count, by member; `replaced` are the leaf hashes of those that do not any more.
    `lot` is the order of all options that follows from what was `rolled`, once a lot was drawn.
    A secret poll has a `box`; no ballot in it is anybody's, so its `ballots` stay empty.
    """

    id: str
    item: str
    question_hash: str
    question: Question
    opened_at: str
    opened_seq: int
    closes: str | None
    electorate: dict[str, dict[str, int]]
    units: dict[str, str]
    eligible: list[dict[str, int]]
    present: int
    ballots: dict[str, Ballot] = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)
    closed_at: str | None = None
    closed_seq: int | None = None
    revealed: str | None = None
    result: str | None = None
    result_bytes: bytes | None = None
    tallied_seq: int | None = None
    void_reason: str | None = None
    rolled: str | None = None
    lot: tuple[str, ...] | None = None
    box: Box | None = None

    @property
    def stage(self) -> Literal["open", "closed", "revealed", "published", "void"]:
        """How far the poll has come. A void poll may have a published result as well."""
        if self.void_reason is not None:
            return "void"
        if self.result is not None:
            return "published"
        if self.revealed is not None:
            return "revealed"
        return "open" if self.closed_at is None else "closed"

    @property
    def settled(self) -> bool:
        """Whether its ballots are opened or never will be: it is tallied, or was void before its close."""
        return self.result is not None or (self.void_reason is not None and self.closed_at is None)

    @property
    def returned(self) -> int:
        """How many ballots count."""
        return len(self.ballots) if self.box is None else len(self.box.ballots)

    @property
    def told(self) -> bool:
        """Whether the totals of a secret poll are known to everybody, whatever became of it."""
        return self.box is not None and self.box.totals is not None

    def due(self, at: str) -> bool:
        """Whether the time that was fixed at opening has come."""
        return self.closes is not None and at >= self.closes


@dataclass(slots=True)
class Comment:
    """A comment, by the leaf hash of its act; `blob` names its text."""

    leaf: str
    member: str
    item: str
    blob: str
    at: str
    hidden: str | None = None
    erased: bool = False


@dataclass(slots=True)
class FloorRequest:
    """Somebody's wish to speak, by the leaf hash of its act."""

    leaf: str
    member: str
    item: str
    at: str
    stage: Literal["waiting", "speaking", "spoken", "withdrawn"] = "waiting"
    given_at: str | None = None
    seconds: int = 0


@dataclass(slots=True)
class Pending:
    """An act that waits for a second officer."""

    leaf: str
    kind: str
    signer: str
    act: Act
    at: str


@dataclass(slots=True)
class Cosignature:
    """A further signature under an act."""

    target: str
    member: str
    role: Role
    at: str


@dataclass(frozen=True, slots=True)
class Change:
    """What officers changed about who takes part, with which phone, or who holds keys; the minutes tell it.

    `by` are who signed, in order: members, or "root". Those who joined are `added`, those who left `removed`;
    `phone` is whose phone was ended. `due` is how many carry a vote afterwards.
    Where keys are made anew, `keys` are who makes them and how many of them open a box.
    """

    kind: str
    at: str
    by: tuple[str, ...]
    reason: str
    due: int
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    phone: str | None = None
    keys: KeyHolders | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at which the record stands still long enough to be compared (design: fingerprint).

    `size` counts the entries up to and with the act of this `leaf`, which officers may cosign.
    """

    what: Literal["opened", "closed", "result", "adjourned"]
    poll: str | None
    size: int
    leaf: str


@dataclass(slots=True)
class State:
    """Everything that follows from the acts so far."""

    blobs: BlobSource
    roots: RootSource
    phase: Phase = "empty"
    size: int = 0
    at: str = ""
    convene: Convene | None = None
    notice: Notice | None = None
    questions: dict[str, Question] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    cards: dict[str, list[Seat]] = field(default_factory=dict)
    """Entries by the thumbprint of the card that was shown for them."""
    items: dict[str, Item] = field(default_factory=dict)
    attended: set[str] = field(default_factory=set)
    """Everyone who was here at any time."""
    called: str | None = None
    called_items: list[str] = field(default_factory=list)
    polls: dict[str, Poll] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    floor: dict[str, FloorRequest] = field(default_factory=dict)
    holders: Keys | None = None
    """The keys of the secret polls, where the notice names holders."""
    offers: dict[str, dict[str, Offer]] = field(default_factory=dict)
    """Credentials for secret polls that are not open yet: election → member → the latest offer."""
    offered: dict[str, list[str]] = field(default_factory=dict)
    """The acts of all offers: election → leaves."""
    pending: dict[str, Pending] = field(default_factory=dict)
    cosignable: dict[str, str] = field(default_factory=dict)
    """Acts that stand and may gain signatures: leaf → the member who signed, or the key's role."""
    cosigned: list[Cosignature] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    """Of roll, officers, phones and key holders, as officers made them."""
    moments: list[Moment] = field(default_factory=list)
    minutes: str | None = None
    minutes_leaf: str | None = None
    """The act that published them, which officers may cosign."""
    blob_names: set[str] = field(default_factory=set)
    """Every blob that an act has named: no two acts may lean on one, or erasing one would hurt the other."""
    erased: set[str] = field(default_factory=set)
    opened_at: str | None = None
    adjourned_at: str | None = None

    def seat(self, member: str) -> Seat:
        """The entry of that id. Raises Refused("not-on-roll")."""
        seat = self.seats.get(member)
        if seat is None or seat.ended:
            raise Refused("not-on-roll")
        return seat

    @property
    def measures(self) -> set[str]:
        """What every voter's weight must say, because some frozen rule asks for it."""
        return {measure for question in self.questions.values() for measure in question.rule.measures}

    def voters(self) -> Iterator[Seat]:
        """The entries that carry a vote."""
        return (seat for seat in self.seats.values() if seat.votes)

    @property
    def due(self) -> int:
        """How many carry a vote."""
        return sum(1 for _ in self.voters())

    def present_voters(self) -> Iterator[Seat]:
        """Those of them who are here."""
        return (seat for seat in self.seats.values() if seat.present_since is not None and seat.votes)

    def poll(self, poll_id: str) -> Poll:
        """The poll of that id. Raises Refused("unknown-poll")."""
        poll = self.polls.get(poll_id)
        if poll is None:
            raise Refused("unknown-poll")
        return poll

    def open_polls(self) -> list[Poll]:
        """The polls that take ballots."""
        return [poll for poll in self.polls.values() if poll.stage == "open"]

    def speaker(self) -> FloorRequest | None:
        """Who has the floor."""
        return next((request for request in self.floor.values() if request.stage == "speaking"), None)

    def item(self, item_id: str) -> Item:
        """The item of that id. Raises Refused("unknown-item")."""
        item = self.items.get(item_id)
        if item is None:
            raise Refused("unknown-item")
        return item


def secret_poll(state: State, poll_id: str) -> tuple[Poll, Box]:
    """The poll of that id, and its box. Raises Refused: `unknown-poll`, `not-a-secret-poll`."""
    poll = state.poll(poll_id)
    if poll.box is None:
        raise Refused("not-a-secret-poll")
    return poll, poll.box
