"""Credentials: codes, the keys made from them, and the list of them all."""

import json
import random
from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.secret import credentials
from ballots.secret.credentials import CodeError
from ballots.secret.election import BASE58
from ballots.secret.form import FormError
from ballots.secret.group import GROUP
from tests.voting.data import folder

UUID = "oNdrR8TWCkMdmY"
CODE = "zdA-CZp-Giu-Cbr-YVq"
KEYS = sorted(GROUP.raised(secret) for secret in (3, 4, 5))


def test_the_known_code() -> None:
    secret = credentials.secret(CODE, UUID)
    assert secret == 31372493774681117738380068907452136217669637133215878937994123701352831982191
    digest = sha256(credentials.public(secret).encode()).hexdigest()
    assert digest == "deb127abcadc5c61b23e093d56a363132fa6adf85ff893356c49bff820e5284f"
    assert credentials.secret(CODE.replace("-", ""), UUID) == secret


@given(st.randoms())
def test_codes(draw: random.Random) -> None:
    """New codes are good; with one character mistyped, or two neighbours swapped, almost none is."""
    code = credentials.new_code(draw.randrange)
    assert [len(part) for part in code.split("-")] == [3] * 5
    assert 0 < credentials.secret(code, UUID) < GROUP.q
    place = draw.choice([place for place, letter in enumerate(code) if letter != "-"][:-1])
    other = BASE58[(BASE58.index(code[place]) + draw.randrange(1, 53)) % 58]
    if (BASE58.index(other) - BASE58.index(code[place])) % 53:
        with pytest.raises(CodeError, match="mistyped"):
            credentials.secret(code[:place] + other + code[place + 1 :], UUID)


@pytest.mark.parametrize(
    "code", ["", "zdA-CZp-Giu-Cbr-YV", CODE + "1", CODE.replace("z", "0"), CODE.replace("q", "é")]
)
def test_what_is_no_code(code: str) -> None:
    with pytest.raises(CodeError):
        credentials.secret(code, UUID)


def test_the_codes_of_the_tool() -> None:
    for name, archive in (("tool-single", UUID), ("tool-pedersen20", "5ej6QC8jGNqMji")):
        kept = folder("belenios") / name
        listed = (kept / f"{archive}.bel").read_bytes()
        for line in (kept / "private_creds.txt").read_text().splitlines():
            key = credentials.public(credentials.secret(line.split()[1], archive))
            assert key.encode() in listed


def test_the_list() -> None:
    written = [str(key) for key in KEYS]
    assert credentials.decode(credentials.encode(reversed(written))) == dict.fromkeys(written, 1)
    weights = dict(zip(written, (1, 0, 2**40), strict=True))
    assert credentials.decode(credentials.encode(weights)) == weights
    assert credentials.decode(
        json.dumps([written[0], f"{written[1]},7"], separators=(",", ":")).encode()
    ) == {
        written[0]: 1,
        written[1]: 7,
    }
    assert credentials.decode(b"[]") == {}


BAD: dict[str, Callable[[list[str]], object]] = {
    "malformed": lambda keys: [*keys, None],
    "duplicate-credential": lambda keys: [*keys, keys[2]],
    "unsorted-credentials": lambda keys: keys[::-1],
    "not-a-number": lambda keys: [hex(int(keys[0])), *keys[1:]],
    "out-of-range": lambda keys: [*keys, str(int(keys[0]) + GROUP.p)],
    "not-in-group": lambda keys: [*keys, str(GROUP.p - 1)],
    "too-much-weight": lambda keys: [f"{key},{GROUP.q // 2}" for key in keys],
}


@pytest.mark.parametrize("code", BAD)
def test_bad_lists(code: str) -> None:
    raw = json.dumps(BAD[code]([str(key) for key in KEYS]), separators=(",", ":")).encode()
    with pytest.raises(FormError) as caught:
        credentials.decode(raw)
    assert caught.value.code == code


@pytest.mark.parametrize("weight", ["", "-1", "01", "0x10", "1.0", "1,login", ",login", str(GROUP.q)])
def test_bad_weights(weight: str) -> None:
    with pytest.raises(FormError) as caught:
        credentials.decode(json.dumps([f"{KEYS[0]},{weight}"]).encode())
    assert (caught.value.code, caught.value.where) == ("bad-weight", "$[0]")


def test_another_spelling_of_the_list() -> None:
    with pytest.raises(FormError) as caught:
        credentials.decode(json.dumps([str(key) for key in KEYS]).encode())
    assert caught.value.code == "not-canonical"
