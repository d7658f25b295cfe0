"""An election: its questions, its key, and the one way to write it."""

import secrets
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from ballots.secret import form
from ballots.secret.form import FormError, fingerprint
from ballots.secret.group import GROUP, Random

__all__ = ["BASE58", "Election", "Question", "decode", "encode", "fingerprint", "new_uuid"]

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
UUID_LENGTH = 14
"""The fewest characters of a uuid."""


class Question(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A homomorphic question: of its answers between `min` and `max` are marked, or the ballot is blank.

    Attributes:
        answers: the options, in the order of the ballot.
        blank: whether a blank vote is possible.
        min, max: how many answers a vote that is not blank marks.
        question: the text.
    """

    answers: tuple[str, ...]
    blank: bool = False
    min: int
    max: int
    question: str

    @property
    def size(self) -> int:
        """How many ciphertexts answer it: one an answer, and one for blank."""
        return len(self.answers) + self.blank

    @property
    def overall(self) -> int:
        """How many parts its overall proof has."""
        return self.max - self.min + 1 + self.blank

    def allows(self, choice: Sequence[int]) -> bool:
        """Whether a choice, a 0 or 1 for each ciphertext (blank first), is valid."""
        if len(choice) != self.size or not set(choice) <= {0, 1}:
            return False
        blank, marked = (choice[0], sum(choice[1:])) if self.blank else (0, sum(choice))
        return marked == 0 if blank else self.min <= marked <= self.max


class Election(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """An election as it is written. Its bytes never change: ballots name their fingerprint φ.

    Attributes:
        public_key: y, under which ballots are encrypted.
        uuid: its name, Base58.
    """

    version: int
    description: str
    name: str
    group: str
    public_key: str
    questions: tuple[Question, ...]
    uuid: str
    administrator: str | None = None
    credential_authority: str | None = None

    @property
    def y(self) -> int:
        """The key as a number."""
        return int(self.public_key)


def encode(election: Election) -> bytes:
    """The bytes of an election, which can be read again. Raises FormError like `decode`."""
    _check(election)
    return form.encode(election)


@lru_cache(maxsize=16)
def decode(raw: bytes) -> Election:
    """The election that was written so.

    Raises:
        FormError: `malformed`, `not-canonical`, `not-homomorphic` (ranked questions need a mixnet),
            `unknown-version`, `unknown-group`, `bad-uuid`, `bad-question`, or what is wrong with the key.
    """
    try:
        election = form.decode(raw, Election)
    except FormError as error:
        if error.code == "malformed" and b'"type":"NonHomomorphic"' in raw:
            text = "a question that needs a mixnet, which is not verified here"
            raise FormError("not-homomorphic", error.where, text) from None
        raise
    _check(election)
    return election


def new_uuid(random: Random = secrets.randbelow) -> str:
    """A new uuid: 14 characters, 82 bits."""
    return "".join(BASE58[random(len(BASE58))] for _ in range(UUID_LENGTH))


def _check(election: Election) -> None:
    if election.version != 1:
        raise FormError("unknown-version", "$.version", "only version 1 is known")
    if election.group != GROUP.name:
        raise FormError("unknown-group", "$.group", f"only {GROUP.name} is known")
    if len(election.uuid) < UUID_LENGTH or not set(election.uuid) <= set(BASE58):
        raise FormError("bad-uuid", "$.uuid", f"not {UUID_LENGTH} or more characters of Base58")
    with form.at("$.public_key"):
        GROUP.element(election.public_key)
    if not election.questions:
        raise FormError("bad-question", "$.questions", "no question")
    for index, question in enumerate(election.questions):
        if not (question.answers and 0 <= question.min <= question.max <= len(question.answers)):
            raise FormError(
                "bad-question", f"$.questions[{index}]", "no answers, or not 0 ≤ min ≤ max ≤ answers"
            )
