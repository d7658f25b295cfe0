"""Numbers of secret polls: what a text hashes to, a seed's keys, a sealed message, proofs, ballots."""

import hashlib
import json
from typing import Any

from ballots.secret import ballot, election, pki
from ballots.secret.arithmetic import Table
from ballots.secret.elgamal import Opening, key_table
from ballots.secret.form import fingerprint
from ballots.secret.group import GROUP
from ballots.secret.proofs import Proof, check, check_one, prove, prove_one

Case = dict[str, Any]
SEEDS = ("4Yb2GmnQ8pFkTzR7wVxC3d", "9sVwXcYpRq3nMt6uZkLb5e")


class Drawn:
    """Numbers that look random and are the same every time."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, below: int) -> int:
        self._count += 1
        raw = b"".join(hashlib.sha256(f"vectors|{self._count}|{n}".encode()).digest() for n in range(2))
        return int.from_bytes(raw, "big") % below


def build() -> dict[str, Any]:
    """All groups of cases."""
    random = Drawn()
    key = GROUP.secret(random)
    return {
        "hashes": [{"text": text, "h": str(GROUP.hashed(text))} for text in ("", "abc", "赞成|1,2")],
        "keys": [_keys(seed) for seed in SEEDS],
        "sealed": _sealed(random),
        "proofs": _proofs(random),
        "choices": _one_among(random, GROUP.power(GROUP.g, key)),
        "ballots": _ballots(random, GROUP.power(GROUP.g, key)),
    }


def _keys(seed: str) -> Case:
    made = pki.keys(seed)
    parts = ("sign", "decrypt", "verify", "encrypt")
    return {"seed": seed, **{part: str(getattr(made, part)) for part in parts}}


def _sealed(random: Drawn) -> list[Case]:
    """The first seed writes to the second."""
    sender, recipient = map(pki.keys, SEEDS)
    good = pki.send(sender.sign, recipient.encrypt, '{"secret":"7"}', random)
    cut = json.loads(good)
    cut["data"] = cut["data"][:-1] + ("0" if cut["data"][-1] != "0" else "1")
    both = {"sender": str(sender.verify), "recipient": SEEDS[1], "message": '{"secret":"7"}'}
    altered = json.dumps(cut, separators=(",", ":"))
    return [
        {**both, "sealed": good, "valid": True, "why": "signed by the sender, sealed for the recipient"},
        {**both, "sealed": altered, "valid": False, "why": "one digit of the tag is another"},
        {**both, "sealed": good, "sender": str(recipient.verify), "valid": False, "why": "another sender"},
    ]


def _written(proof: Proof) -> dict[str, str]:
    return {"challenge": proof.challenge, "response": proof.response}


def _proofs(random: Drawn) -> list[Case]:
    """Proofs of knowledge; `bases` and `powers` stand in the order in which their commitments are hashed."""
    exponent = GROUP.secret(random)
    alpha = GROUP.power(GROUP.g, GROUP.secret(random))
    cases = []
    for said, bases in (("pok|BELENIOS-2048|1", (GROUP.g,)), ("decrypt|φ|1", (GROUP.g, alpha))):
        powers = [GROUP.power(base, exponent) for base in bases]
        proof = prove(said, exponent, bases, random)
        check(said, proof, *zip(bases, powers, strict=True))
        made = {
            "said": said,
            "bases": [str(base) for base in bases],
            "powers": [str(one) for one in powers],
            "proof": _written(proof),
        }
        why = "of one exponent, over one base" if len(bases) == 1 else "the same exponent over two bases"
        cases += [
            {**made, "valid": True, "why": why},
            {**made, "said": said + "1", "valid": False, "why": "over another text"},
        ]
    return cases


def _one_among(random: Drawn, y: int) -> list[Case]:
    """Proofs that a ciphertext holds one of several numbers."""
    table: Table = key_table(y)
    opening = Opening(GROUP.secret(random), 1)
    cipher = opening.seal(table)
    said = f"prove|S0|{cipher.alpha},{cipher.beta}"
    proofs = prove_one(said, table, [(opening, 0), (opening, 1), (opening, 2)], 1, random)
    check_one(said, table, [(cipher, number) for number in (0, 1, 2)], proofs)
    made = {
        "said": said,
        "y": str(y),
        "alpha": str(cipher.alpha),
        "beta": str(cipher.beta),
        "numbers": [0, 1, 2],
        "proofs": [_written(proof) for proof in proofs],
    }
    return [
        {**made, "valid": True, "why": "it holds 1, which is one of 0, 1, 2"},
        {**made, "numbers": [0, 1, 3], "valid": False, "why": "other numbers"},
    ]


def _ballots(random: Drawn, y: int) -> list[Case]:
    """A ballot of two sheets, the second of which may be handed in blank."""
    asked = election.encode(
        election.Election(
            version=1,
            description="两张票 / Two sheets",
            name="例子 / Example",
            group=GROUP.name,
            public_key=str(y),
            questions=(
                election.Question(answers=("赞成", "反对"), min=1, max=1, question="电梯"),
                election.Question(answers=("甲", "乙", "丙"), blank=True, min=1, max=2, question="长椅"),
            ),
            uuid="oNdrR8TWCkMdmYLW2SokEV",
        )
    )
    secret = GROUP.secret(random)
    cases = []
    for choice, why in (
        ([[1, 0], [0, 1, 1, 0]], "one mark; two marks"),
        ([[0, 1], [1, 0, 0, 0]], "one mark; blank"),
    ):
        made = ballot.encrypt(asked, secret, choice, random)
        cases.append(_ballot(asked, made.ballot, valid=True, why=why, choice=choice))
    raw = json.loads(cases[0]["ballot"])
    swapped = raw["answers"][0]["individual_proofs"]
    swapped.reverse()
    body = {name: raw[name] for name in raw if name != "signature"}
    resigned = ballot.sign(_compact(body), secret, random)
    cases.append(_ballot(asked, resigned, valid=False, why="signed, but two proofs stand for each other"))
    raw = json.loads(cases[1]["ballot"])
    raw["signature"]["proof"] = json.loads(cases[0]["ballot"])["signature"]["proof"]
    cases.append(_ballot(asked, _compact(raw), valid=False, why="the signature is another ballot's"))
    return cases


def _compact(thing: object) -> bytes:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode()


def _ballot(
    asked: bytes, raw: bytes, *, valid: bool, why: str, choice: list[list[int]] | None = None
) -> Case:
    return {
        "election": asked.decode(),
        "phi": fingerprint(asked),
        "ballot": raw.decode(),
        "hash": json.loads(raw)["signature"]["hash"],
        "number": ballot.tracker(raw),
        "choice": choice,
        "valid": valid,
        "why": why,
    }
