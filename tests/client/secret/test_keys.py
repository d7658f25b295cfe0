"""An election's key made by browsers and Python together, and messages between them."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from ballots.secret import archive, credentials, election, form, pedersen, pki, tally, trustees
from ballots.secret.election import Election
from ballots.secret.pedersen import BadMessage
from tests.ballots.secret.elections import MOTION
from tests.client.secret.client import call, calls, verify
from tests.client.secret.tool import Tool
from tests.voting.data import folder

UUID = "oNdrR8TWCkMdmY"
BROWSERS = (1, 3)
"""The holders whose page is a browser; holder 2 is Python. Two of the three suffice."""
SIZES = (0, 1, 7, 8, 9, 15, 16, 17, 65_535, 65_536, 70_000)


class Ceremony:
    """Three holders, two of whom suffice: browsers 1 and 3, and Python."""

    def __init__(self) -> None:
        first, third = calls(["newSeed"], ["newSeed"])
        self.seeds = [first, pki.seed(), third]
        self.certificates = [*self._each("certificate", 3, 2)]
        self.polynomials = [*self._each("polynomial", self.certificates, threshold=2)]
        self.shares = [*self._each("share", self.certificates, self.polynomials)]

    def _each(self, step: str, *given: Any, threshold: int | None = None) -> Any:
        def words(index: int) -> list[Any]:
            return [self.seeds[index - 1], *given, index, *([threshold] if threshold else [])]

        answers = iter(calls(*([step, *words(index), *_false(step)] for index in BROWSERS)))
        for index in (1, 2, 3):
            if index in BROWSERS:
                yield next(answers)
                continue
            mine = [_raw(word) for word in words(index)]
            mine[0] = self.seeds[index - 1]
            made: Any = getattr(pedersen, step)(*mine)
            share = isinstance(made, pedersen.Share)
            yield (
                {"exponent": str(made.exponent), "message": made.message.decode()} if share else made.decode()
            )

    @property
    def messages(self) -> list[str]:
        return [share["message"] for share in self.shares]


def _false(step: str) -> list[bool]:
    return [False] if step == "share" else []


def _raw(word: Any) -> Any:
    return [one.encode() for one in word] if isinstance(word, list) else word


@pytest.fixture(scope="module")
def ceremony() -> Ceremony:
    return Ceremony()


def test_each_side_checks_what_the_other_sends(ceremony: Ceremony) -> None:
    certificates, polynomials = _raw(ceremony.certificates), _raw(ceremony.polynomials)
    for index in BROWSERS:
        pedersen.check_certificate(certificates[index - 1], 3, 2, index)
        pedersen.check_polynomial(polynomials[index - 1], certificates, index, 2)
        key = pedersen.check_share(ceremony.messages[index - 1].encode(), certificates, polynomials, index)
        assert str(key) == json.loads(ceremony.messages[index - 1])["public_key"]
    accepted = calls(
        ["checkCertificate", ceremony.certificates[1], 3, 2, 2],
        ["checkPolynomial", ceremony.polynomials[1], ceremony.certificates, 2, 2],
        ["checkShare", ceremony.messages[1], ceremony.certificates, ceremony.polynomials, 2],
    )
    assert accepted == [None, None, json.loads(ceremony.messages[1])["public_key"]]


def test_both_make_the_same_trustees(ceremony: Ceremony) -> None:
    theirs = call("trustees", ceremony.certificates, ceremony.polynomials, ceremony.messages)
    ours = pedersen.trustees(_raw(ceremony.certificates), _raw(ceremony.polynomials), _raw(ceremony.messages))
    assert theirs.encode() == ours
    assert trustees.decode(ours).current


def test_a_holder_finds_its_share_again_from_the_seed_on_another_machine(ceremony: Ceremony) -> None:
    ours = pedersen.share(ceremony.seeds[0], _raw(ceremony.certificates), _raw(ceremony.polynomials), 1)
    theirs = call("share", ceremony.seeds[1], ceremony.certificates, ceremony.polynomials, 2, False)
    assert str(ours.exponent) == ceremony.shares[0]["exponent"]
    assert theirs["exponent"] == ceremony.shares[1]["exponent"]


@pytest.mark.foreign
def test_an_election_with_such_a_key(ceremony: Ceremony, tmp_path: Path) -> None:
    tool = Tool(tmp_path / "tool")
    keys = call("trustees", ceremony.certificates, ceremony.polynomials, ceremony.messages).encode()
    draft = {"uuid": UUID, "name": "评议", "description": "", "questions": [json.loads(form.encode(MOTION))]}
    asked = call("election", draft, keys.decode())
    poll = election.decode(asked.encode())
    assert poll == Election(
        version=1,
        description="",
        name="评议",
        group="BELENIOS-2048",
        public_key=str(trustees.decode(keys).election_key),
        questions=(MOTION,),
        uuid=UUID,
    )
    secrets = [credentials.secret(credentials.new_code(), UUID) for _ in range(3)]
    listed = credentials.encode(credentials.public(secret) for secret in secrets)
    choices = ([[1, 0, 0]], [[1, 0, 0]], [[0, 0, 1]])
    cast = calls(
        *(["ballot", asked, str(secret), choice] for secret, choice in zip(secrets, choices, strict=True))
    )
    ballots = [one["ballot"].encode() for one in cast]
    summed = tally.add(asked.encode(), ballots)
    exponents = {owner: share["exponent"] for owner, share in enumerate(ceremony.shares, 1)}
    parts = {
        2: tally.decrypt(asked.encode(), summed, int(exponents[2])),
        3: call("decrypt", asked, summed.decode(), exponents[3]).encode(),
    }
    totals = tally.totals(asked.encode(), keys, summed, parts, 3)
    assert totals == ((2, 0, 1),)
    raw = archive.write(
        timestamp=1795276959,
        election=asked.encode(),
        trustees=keys,
        credentials=listed,
        ballots=ballots,
        closed=True,
        tally=summed,
        decryptions=parts,
        totals=totals,
    )
    assert "all checks passed" in tool.verified(raw)
    assert verify({"mixed": raw})["mixed"]["findings"] == []


def test_sealed_messages_of_every_length_pass_both_ways() -> None:
    seeds = [pki.seed(), pki.seed()]
    keys = [pki.keys(seed) for seed in seeds]
    for text in ("秘" * 5, *("x" * size for size in SIZES)):
        ours = pki.encrypt(keys[1].encrypt, text)
        theirs, opened = calls(["seal", str(keys[1].encrypt), text], ["open", seeds[1], ours])
        assert opened == text
        assert pki.decrypt(keys[1].decrypt, theirs) == text
    ours = pki.send(keys[0].sign, keys[1].encrypt, "hello")
    theirs, read, other = calls(
        ["send", seeds[0], str(keys[1].encrypt), "hello"],
        ["receive", seeds[1], str(keys[0].verify), ours],
        ["receive", seeds[1], str(keys[1].verify), ours],
    )
    assert (pki.receive(keys[1], keys[0].verify, theirs), read) == ("hello", "hello")
    assert other["code"] == "signature"


def test_the_cipher_is_ccm() -> None:
    """Against another team's AES-CCM, byte for byte, through a message that the browser has sealed."""
    seed = pki.seed()
    sealed = json.loads(call("seal", str(pki.keys(seed).encrypt), "locked"))
    shared = int(sealed["beta"]) * pow(
        int(sealed["alpha"]), pki.GROUP.q - pki.keys(seed).decrypt, pki.GROUP.p
    )
    key, nonce = (
        form.sha256(f"{name}|{number}".encode()).digest()
        for name, number in (("key", shared % pki.GROUP.p), ("iv", sealed["alpha"]))
    )
    assert AESCCM(key, tag_length=8).encrypt(nonce[:13], b"locked", None).hex() == sealed["data"]


def test_keys_that_belenios_tool_has_made() -> None:
    place = folder("belenios") / "tool-pedersen20"
    certificates = (place / "certs.jsons").read_text().splitlines()
    polynomials = (place / "polynomials.jsons").read_text().splitlines()
    for index, certificate in enumerate(certificates, 1):
        key = json.loads(json.loads(certificate)["message"])["verification"]
        seed = next(
            file.read_text().strip()
            for file in place.glob("*.key")
            if str(pki.keys(file.read_text().strip()).verify) == key
        )
        output = next(
            file for file in place.glob("*.voutput") if file.with_suffix(".key").read_text().strip() == seed
        )
        kept = json.loads(call("receive", seed, key, output.with_suffix(".dkey").read_text().strip()))
        share, strict = calls(
            ["share", seed, certificates, polynomials, index, True],
            ["share", seed, certificates, polynomials, index, False],
        )
        assert int(share["exponent"]) == int(kept["decryption_key"]) % pki.GROUP.q
        public = json.loads(share["message"])["public_key"]
        assert public == json.loads(output.read_text())["public_key"]["public_key"]
        assert strict["code"] == "context", "our own key generation does not take the form of 2.0"


class Bent:
    """Messages of the ceremony with something changed, and what both sides say of them."""

    def __init__(self, ceremony: Ceremony) -> None:
        self.ceremony = ceremony
        self.below = random.Random(0).randrange

    def cases(self) -> list[tuple[str, list[Any]]]:
        """Steps that must refuse, with their arguments as the browser takes them."""
        made = self.ceremony
        certs, polys, shares = made.certificates, made.polynomials, made.messages
        seed = made.seeds[0]
        swapped = [certs[1], certs[0], certs[2]]
        foreign = self.other("certificate", made.seeds[1], 3, 3, 2)
        repeated = self.other("certificate", seed, 3, 2, 2)
        stranger = self.other("certificate", pki.seed(), 3, 2, 2)
        false_secret = json.loads(polys[1])
        false_secret["secrets"][0], false_secret["secrets"][2] = (
            false_secret["secrets"][2],
            false_secret["secrets"][0],
        )
        wrong = self.dealt_wrongly()
        return [
            ("check_certificate", [bend(certs[1], "signature", "response"), 3, 2, 2]),
            ("check_certificate", [certs[1].replace('{"message"', '{ "message"'), 3, 2, 2]),
            ("check_certificate", [certs[1], 3, 2, 1]),
            ("check_certificate", [certs[1], 3, 4, 2]),
            ("check_certificate", [foreign, 3, 2, 2]),
            ("polynomial", [seed, swapped, 1, 2]),
            ("polynomial", [seed, [certs[0], repeated, certs[2]], 1, 2]),
            ("polynomial", [seed, certs, 2, 2]),
            ("polynomial", [seed, certs, 4, 2]),
            ("check_polynomial", [bend(polys[1], "signature", "challenge"), certs, 2, 2]),
            ("check_polynomial", [bend(polys[1], "coefexps", "signature", "response"), certs, 2, 2]),
            ("check_polynomial", [polys[1], certs, 2, 3]),
            ("check_polynomial", [polys[1], certs, 1, 2]),
            ("check_polynomial", [polys[1], [certs[0], stranger, certs[2]], 2, 2]),
            ("check_polynomial", [without(polys[1], "signature"), certs, 2, 2]),
            ("check_polynomial", [cut(polys[1]), certs, 2, 2]),
            ("share", [seed, certs, polys[:2], 1]),
            ("share", [seed, certs, [polys[0], compact(false_secret), polys[2]], 1]),
            ("share", [seed, certs, [polys[0], wrong, polys[2]], 1]),
            ("share", [made.seeds[1], certs, polys, 1]),
            ("check_share", [bend(shares[1], "pok", "response"), certs, polys, 2]),
            ("check_share", [bend(shares[1], "signature", "response"), certs, polys, 2]),
            ("check_share", [shares[1], certs, polys, 1]),
            ("check_share", [without(shares[1], "signature"), certs, polys, 2]),
            ("check_share", [shares[1][:-1] + ',"name":"x"}', certs, polys, 2]),
            ("trustees", [certs, polys, shares[:2]]),
        ]

    def other(self, step: str, *given: Any) -> str:
        raw: bytes = getattr(pedersen, step)(*given)
        return raw.decode()

    def dealt_wrongly(self) -> str:
        """The message of holder 2 with a secret for holder 1 that does not fit, sealed and signed as it should be."""
        made = self.ceremony
        sender = pki.keys(made.seeds[1])
        recipient = pki.keys(made.seeds[0]).encrypt
        message = json.loads(made.polynomials[1])
        message["secrets"][0] = pki.send(sender.sign, recipient, '{"secret":"5"}', self.below)
        return compact(message)


def compact(message: Any) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def bend(raw: str, *path: str) -> str:
    message = json.loads(raw)
    part = message
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = str(int(part[path[-1]]) ^ 1)
    return compact(message)


def without(raw: str, name: str) -> str:
    message = json.loads(raw)
    del message[name]
    return compact(message)


def cut(raw: str) -> str:
    message = json.loads(raw)
    message["secrets"].pop()
    return compact(message)


NAMES = {
    "check_certificate": "checkCertificate",
    "check_polynomial": "checkPolynomial",
    "check_share": "checkShare",
}


def test_both_refuse_the_same_messages_for_the_same_reason(ceremony: Ceremony) -> None:
    cases = Bent(ceremony).cases()
    theirs = calls(*([NAMES.get(step, step), *given] for step, given in cases))
    for (step, given), their in zip(cases, theirs, strict=True):
        seed_first = step in {"polynomial", "share"}
        raw = [_raw(word) if isinstance(word, list) else word for word in given]
        if not seed_first and isinstance(raw[0], str):
            raw[0] = raw[0].encode()
        with pytest.raises(BadMessage) as refused:
            getattr(pedersen, step)(*raw)
        assert isinstance(their, dict), (step, refused.value.code)
        assert (their["code"], their["index"]) == (refused.value.code, refused.value.index), step
    reasons = {their["code"] for their in theirs}
    assert len(reasons) > 11, reasons
