"""Whole secret elections in memory, the same ones every time, for tests that need an archive or its parts."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from ballots.secret import archive, ballot, credentials, election, form, tally
from ballots.secret.commitments import TrusteeKey
from ballots.secret.election import Election, Question
from ballots.secret.group import GROUP
from ballots.secret.proofs import prove
from ballots.secret.trustees import decode as read_trustees
from tests.ballots.secret.ceremony import ceremony

STAMP = 1795276959
STAGES = ("Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "Result")
MOTION = Question(answers=("赞成", "反对", "弃权"), min=1, max=1, question="通过“电梯”方案？")


@dataclass
class Made:
    """An election that is set up.

    Attributes:
        asked, keys, listed: the exact bytes of election, trustees and credentials.
        secrets: of the voters.
        weights: of the voters, by public credential.
        exponents: with which each owner decrypts, by number from 1.
        draw: where its random numbers come from.
    """

    asked: bytes
    keys: bytes
    listed: bytes
    secrets: list[int]
    weights: dict[str, int]
    exponents: dict[int, int]
    draw: random.Random

    @property
    def setup(self) -> ballot.Setup:
        return ballot.Setup.read(self.asked, self.listed)

    @property
    def questions(self) -> tuple[Question, ...]:
        return election.decode(self.asked).questions

    def choice(self) -> list[list[int]]:
        """Some valid choice."""
        return [some_choice(question, self.draw) for question in self.questions]

    def cast(self, voter: int, choices: ballot.Choices | None = None) -> bytes:
        """A ballot of a voter, counted from 0."""
        chosen = choices if choices is not None else self.choice()
        return ballot.encrypt(self.asked, self.secrets[voter], chosen, self.draw.randrange).ballot

    def archive(
        self, ballots: Sequence[bytes], stage: str = "Result", owners: Sequence[int] | None = None
    ) -> bytes:
        """The archive up to a stage, opened by these owners (everybody, where nobody is named)."""
        reached = STAGES.index(stage)
        votes = sum(self.weights[key] for key in {ballot.decode(raw).credential for raw in ballots})
        summed = tally.add(self.asked, ballots, self.weights) if reached >= 3 else None
        decryptions, totals = {}, None
        if summed is not None and reached >= 4:
            decryptions = {
                owner: tally.decrypt(self.asked, summed, self.exponents[owner], self.draw.randrange)
                for owner in owners or self.exponents
            }
        if summed is not None and reached >= 5:
            totals = tally.totals(self.asked, self.keys, summed, decryptions, votes)
        return archive.write(
            timestamp=STAMP,
            election=self.asked,
            trustees=self.keys,
            credentials=self.listed,
            ballots=ballots if reached else (),
            closed=reached >= 2,
            tally=summed,
            decryptions=decryptions,
            totals=totals,
        )


def make(
    *questions: Question,
    voters: int = 3,
    singles: int = 1,
    holders: tuple[int, int] | None = None,
    weights: Sequence[int] | None = None,
    seed: object = 0,
) -> Made:
    """An election of so many voters, with so many single trustees, then `holders` (size, threshold)."""
    draw = random.Random(f"{seed} {voters} {singles} {holders}")
    items, exponents = [], dict[int, int]()
    for owner in range(1, singles + 1):
        exponents[owner] = secret = GROUP.secret(draw.randrange)
        public = str(GROUP.raised(secret))
        pok = prove(f"pok|{GROUP.name}|{public}", secret, random=draw.randrange)
        items.append(form.encode(["Single", TrusteeKey(pok, public)]))
    if holders is not None:
        party = ceremony(*holders)
        items.append(party.trustees[1:-1])
        exponents |= {singles + share.index: share.exponent for share in party.shares}
    keys = b"[" + b",".join(items) + b"]"
    secrets = [GROUP.secret(draw.randrange) for _ in range(voters)]
    public_keys = [credentials.public(secret) for secret in secrets]
    counted = dict(zip(public_keys, weights or [1] * voters, strict=True))
    asked = election.encode(
        Election(
            version=1,
            description="A test",
            name="评议",
            group=GROUP.name,
            public_key=str(read_trustees(keys).election_key),
            questions=questions or (MOTION,),
            uuid=election.new_uuid(draw.randrange),
        )
    )
    listed = credentials.encode(counted if weights else public_keys)
    return Made(asked, keys, listed, secrets, counted, exponents, draw)


def some_choice(question: Question, draw: random.Random) -> list[int]:
    """A valid choice, blank now and then."""
    if question.blank and draw.random() < 0.2:
        return [1] + [0] * len(question.answers)
    marked = draw.sample(range(len(question.answers)), draw.randint(question.min, question.max))
    return [0] * question.blank + [int(place in marked) for place in range(len(question.answers))]
