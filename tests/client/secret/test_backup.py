"""A key holder's backup sheet, restored as docs/spec.md tells a stranger to, and by the page's own code."""

import re
import unicodedata
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ballots.encoding import crockford, uncrockford
from tests.client.secret.client import call, calls
from tests.docs import sources

VERSION = "HK1."
SALT, BODY, WHOLE = 16, 54, 58
"""Bytes: of the salt; of salt, ciphertext and tag; with the checksum."""
AT_THE_ENDS = "\t\n\v\f\r \u1680\u2028\u2029\ufeff"


def cipher(passphrase: str, salt: bytes) -> AESGCM:
    words = unicodedata.normalize("NFKC", passphrase).strip(AT_THE_ENDS).encode()
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(words))


def lock(seed: str, passphrase: str, salt: bytes) -> str:
    body = salt + cipher(passphrase, salt).encrypt(bytes(12), seed.encode(), VERSION.encode())
    check = sha256(VERSION.encode() + body).digest()[:4]
    return VERSION + crockford(body + check, WHOLE * 8)


def restore(sheet: str, passphrase: str) -> str:
    whole = uncrockford(re.sub(r"[\s-]", "", sheet).removeprefix(VERSION), WHOLE * 8)
    body, check = whole[:BODY], whole[BODY:]
    assert sha256(VERSION.encode() + body).digest()[:4] == check
    found = cipher(passphrase, body[:SALT]).decrypt(bytes(12), body[SALT:], VERSION.encode())
    return found.decode()


def vector() -> dict[str, str]:
    """The example in the document, by the names that stand before it."""
    told = (sources.ROOT / "docs" / "spec.md").read_text(encoding="utf-8")
    table = told[told.index("### The backup sheet") :]
    return dict(re.findall(r"^\| (passphrase|salt|seed|sheet) \| `(.*)` \|$", table, re.MULTILINE))


def test_the_sheet_in_the_document_is_what_both_read_and_write() -> None:
    known = vector()
    assert lock(known["seed"], known["passphrase"], bytes.fromhex(known["salt"])) == known["sheet"]
    assert restore(known["sheet"], known["passphrase"]) == known["seed"]
    typed = " ".join(re.findall(".{1,5}", known["sheet"].lower().replace("0", "o").replace("1", "l")))
    typed = typed.replace("hkl.", "hk1.")
    assert (
        calls(
            ["unlock", known["sheet"], known["passphrase"]],
            ["unlock", typed, f"\u3000{unicodedata.normalize('NFKD', known['passphrase'])}\n"],
        )
        == [known["seed"]] * 2
    )


@pytest.mark.parametrize(
    "passphrase", ["青槐路 四十七号 ①", " \ufeffcorrect horse battery\u3000", "ﬁſh ½ Å K é ＡＢＣ"]
)
def test_what_the_page_locks_can_be_restored_by_the_document(passphrase: str) -> None:
    seed = call("newSeed")
    assert restore(call("lock", seed, passphrase), passphrase) == seed
    assert call("unlock", lock(seed, passphrase, bytes(range(16))), passphrase) == seed
