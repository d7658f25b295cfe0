"""Cards: tokens, anchors and numbers as printed, scanned and typed."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.encoding import CROCKFORD
from ballots.tokens import Token, TokenError, anchor, card_url, new_card, parse_anchor, parse_card
from tests.vectors.signatures import key

SECRETS = st.binary(min_size=16, max_size=16)


@given(SECRETS)
def test_tokens_round_trip(secret: bytes) -> None:
    token = Token(secret)
    assert len(token.text) == 28
    assert Token.parse(token.text) == Token.parse(f" {token.grouped.lower()} ") == token
    assert secret.hex() not in repr(token)
    assert token.text not in repr(token)


@given(SECRETS, st.integers(0, 27), st.sampled_from(CROCKFORD))
def test_a_wrong_character_never_gives_the_same_token(secret: bytes, at: int, letter: str) -> None:
    """One wrong character: found, or (1 in 4,096) another token."""
    token = Token(secret)
    typed = token.text[:at] + letter + token.text[at + 1 :]
    try:
        same = Token.parse(typed) == token
    except TokenError:
        same = False
    assert same == (typed == token.text)


def test_an_error_does_not_repeat_what_was_typed() -> None:
    text = Token(bytes(range(16))).text
    for typed in (text[:-1] + "1", text[:-1], "!" + text[1:]):
        with pytest.raises(TokenError) as caught:
            Token.parse(typed)
        assert text[5:20] not in str(caught.value)


def test_the_checksum_finds_nearly_all_slips() -> None:
    token = Token(bytes(range(16)))
    slips = [token.text[:at] + c + token.text[at + 1 :] for at in range(28) for c in CROCKFORD]
    found = 0
    for typed in slips:
        try:
            Token.parse(typed)
        except TokenError:
            found += 1
    assert found >= len(slips) - 28 - 3


def test_new_tokens_are_new() -> None:
    assert len({Token.new().text for _ in range(100)}) == 100


def test_a_card_keeps_its_secret_behind_the_fragment() -> None:
    token, root = Token.new(), anchor(key("root").public)
    url = urlsplit(card_url("https://example.org", "xinhua-3", token, root))
    assert url.path == "/j/xinhua-3"
    assert url.fragment == f"{token.text}.{root}"
    assert token.text not in url._replace(fragment="").geturl()


def test_anchors_are_read_as_typed() -> None:
    written = anchor(key("root").public)
    assert len(written) == 16
    assert parse_anchor(f"{written[:4]} {written[4:].lower()}") == written
    with pytest.raises(TokenError):
        parse_anchor(written[1:])


def test_card_numbers_find_every_slip() -> None:
    for _ in range(20):
        card = new_card()
        assert parse_card(f"{card[:3]} {card[3:6]}-{card[6:]}") == card
        slips = {card[:at] + digit + card[at + 1 :] for at in range(9) for digit in "0123456789"}
        slips |= {card[:at] + card[at + 1] + card[at] + card[at + 2 :] for at in range(8)}
        for typed in slips - {card}:
            with pytest.raises(TokenError, match="check digit"):
                parse_card(typed)


def test_the_check_digit_is_that_of_the_paper() -> None:
    """Damm's own example: 572 has the check digit 4."""
    assert parse_card("000005724") == "000005724"
