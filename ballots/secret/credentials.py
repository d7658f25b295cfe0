"""Voting credentials: what a voter keeps, the key made from it, and the list of all that may vote.

A ballot is signed with a credential, not with a device or a name. Its public part stands in the list.
"""

import secrets
from collections.abc import Iterable, Mapping
from hashlib import pbkdf2_hmac

from ballots.encoding import groups
from ballots.secret import form
from ballots.secret.election import BASE58
from ballots.secret.form import FormError
from ballots.secret.group import GROUP, GroupError, Random

LENGTH = 14
"""Random characters of a code; one that checks them follows."""
ITERATIONS = 1000


class CodeError(ValueError):
    """A credential code that was mistyped."""

    code = "bad-code"


def new_code(random: Random = secrets.randbelow) -> str:
    """A new credential code: 82 bits as `XXX-XXX-XXX-XXX-XXX`."""
    return _spelled([random(len(BASE58)) for _ in range(LENGTH)])


def secret(code: str, uuid: str) -> int:
    """The exponent that a code stands for in the election of this uuid; with or without hyphens.

    Raises:
        CodeError: not 15 characters of Base58, or the last does not fit the others.
    """
    letters = code.replace("-", "")
    if len(letters) != LENGTH + 1 or not set(letters) <= set(BASE58):
        raise CodeError("not a code of 15 letters and digits")
    spelled = _spelled([BASE58.index(letter) for letter in letters[:LENGTH]])
    if spelled != groups(letters, 3):
        raise CodeError("the code was mistyped: its last character does not fit the others")
    derived = pbkdf2_hmac("sha256", spelled.encode(), uuid.encode(), ITERATIONS)
    return int.from_bytes(derived, "big") % GROUP.q


def public(secret: int) -> str:
    """The public part of a credential, as it is written."""
    return str(GROUP.raised(secret))


def encode(weights: Mapping[str, int] | Iterable[str]) -> bytes:
    """The list of all public credentials, sorted so that its order tells nothing; weights where given."""
    if isinstance(weights, Mapping):
        return form.encode([f"{key},{weights[key]}" for key in sorted(weights, key=int)])
    return form.encode(sorted(weights, key=int))


def decode(raw: bytes) -> dict[str, int]:
    """The weight of each public credential. Raises FormError like `parse`, and `not-in-group`."""
    found = parse(raw)
    for index in GROUP.strangers([int(key) for key in found]):
        raise outside(index)
    return found


def parse(raw: bytes) -> dict[str, int]:
    """What `decode` gives, before every key is known to be in the group.

    Raises:
        FormError: `malformed`, `not-canonical`, `not-a-number`, `out-of-range`, `bad-weight`,
            `duplicate-credential`, `unsorted-credentials`, `too-much-weight` (all together are no exponent).
    """
    weights: dict[str, int] = {}
    for index, line in enumerate(form.decode(raw, list[str])):
        where = f"$[{index}]"
        key, comma, weight = line.partition(",")
        with form.at(where):
            GROUP.residue(key)
        if key in weights:
            raise FormError("duplicate-credential", where, "a credential that was listed before")
        try:
            weights[key] = GROUP.exponent(weight) if comma else 1
        except GroupError as error:
            raise FormError("bad-weight", where, f"the weight: {error}") from None
    numbers = [int(key) for key in weights]
    if numbers != sorted(numbers):
        raise FormError("unsorted-credentials", "$", "an order that may tell something")
    if sum(weights.values()) >= GROUP.q:
        raise FormError("too-much-weight", "$", "weights that cannot be counted in this group")
    return weights


def outside(index: int) -> FormError:
    """That a listed credential is not in the group."""
    return FormError("not-in-group", f"$[{index}]", "a credential that is not in the group")


def _spelled(digits: list[int]) -> str:
    number = 0
    for digit in digits:
        number = number * len(BASE58) + digit
    return groups("".join(BASE58[digit] for digit in [*digits, 53 - number % 53]), 3)
