"""A ballot whose every proof holds although a number in it is not in the group: (-α, β), by even challenges."""

from collections.abc import Callable
from functools import partial

from ballots.secret import ballot, credentials, election, form
from ballots.secret.ballot import Answer, Ballot, Ciphertext, Opening, fingerprint, product
from ballots.secret.elgamal import key_table, total
from ballots.secret.group import GROUP, Random
from ballots.secret.proofs import Proof, prove_one


def outsider(asked: bytes, secret: int, random: Random) -> bytes:
    """Such a ballot in an election with one question of which one answer is marked: here the first."""
    poll = election.decode(asked)
    phi, public, y = fingerprint(asked), credentials.public(secret), key_table(poll.y)
    openings = [Opening(GROUP.secret(random), int(at == 0)) for at in range(poll.questions[0].size)]
    first, *others = (one.seal(y) for one in openings)
    encrypted = [Ciphertext(GROUP.p - first.alpha, first.beta), *others]
    said = f"{phi}|{public}"

    def holds(opening: Opening, sealed: Ciphertext) -> tuple[Proof, Proof]:
        text = f"prove|{said}|{sealed.alpha},{sealed.beta}"
        one, other = prove_one(text, y, [(opening, 0), (opening, 1)], opening.m, random)
        return one, other

    individual = [even(partial(holds, *pair)) for pair in zip(openings, encrypted, strict=True)]
    summed = product(encrypted)
    whole = f"{said}|{','.join(f'{alpha},{beta}' for alpha, beta in encrypted)}"
    text = f"prove|{whole}|{summed.alpha},{summed.beta}"
    overall = even(lambda: tuple(prove_one(text, y, [(total(openings), 1)], 0, random)))
    answer = Answer(tuple(one.written() for one in encrypted), tuple(individual), overall)  # type: ignore[arg-type]
    return ballot.sign(form.encode(Ballot(poll.uuid, phi, public, (answer,))), secret, random)


def even(make: Callable[[], tuple[Proof, ...]]) -> tuple[Proof, ...]:
    """Proofs whose challenges all happen to be even."""
    while True:
        proofs = make()
        if all(int(proof.challenge) % 2 == 0 for proof in proofs):
            return proofs
