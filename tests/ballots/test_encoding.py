"""Text forms: round trips, and one text for one value."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.encoding import (
    CROCKFORD,
    b64,
    b64url,
    crockford,
    groups,
    new_id,
    new_nonce,
    parse_utc,
    unb64,
    unb64url,
    uncrockford,
    utc,
)

TIMES = st.datetimes(timezones=st.just(UTC)).map(
    lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000)
)


@given(st.binary(max_size=100))
def test_base64_round_trip(raw: bytes) -> None:
    assert unb64url(b64url(raw), len(raw)) == raw
    assert unb64(b64(raw), len(raw)) == raw


@given(st.text(max_size=12) | st.text(alphabet="AQgw-_+/=\n .Zz09", max_size=12))
def test_there_is_one_base64_text_for_a_value(text: str) -> None:
    for read, write in ((unb64url, b64url), (unb64, b64)):
        try:
            raw = read(text)
        except ValueError:
            continue
        assert write(raw) == text


@pytest.mark.parametrize(
    "text", ["A", "AB", "AAA=", "AA==", "A+AA", "A/AA", "AA A", "AAAA\n", "ＡＡ", "\0AAA"]
)
def test_base64url_is_strict(text: str) -> None:
    with pytest.raises(ValueError):
        unb64url(text)


def test_base64_has_the_length_it_must_have() -> None:
    for read in (unb64url, unb64):
        assert read("AAAA", 3) == bytes(3)
        with pytest.raises(ValueError, match="3 bytes where 4 belong"):
            read("AAAA", 4)


@given(st.binary(min_size=1, max_size=20), st.data())
def test_crockford_round_trip(raw: bytes, data: st.DataObject) -> None:
    bits = data.draw(st.integers(1, len(raw) * 8))
    text = crockford(raw, bits)
    assert len(text) == -(-bits // 5)
    back = uncrockford(text, bits)
    assert int.from_bytes(back) >> (len(back) * 8 - bits) == int.from_bytes(raw) >> (len(raw) * 8 - bits)
    assert uncrockford(text.lower(), bits) == back
    assert crockford(back, bits) == text


@given(st.text(alphabet=CROCKFORD + CROCKFORD.lower() + "ilouILOU-*ı１", min_size=4, max_size=4))
def test_crockford_reads_what_people_type(text: str) -> None:
    try:
        raw = uncrockford(text, 20)
    except ValueError:
        assert set(text) & set("uU-*ı１")
        return
    assert crockford(raw, 20) == text.upper().translate(str.maketrans("ILO", "110"))


@pytest.mark.parametrize(
    ("text", "bits"), [("0001", 16), ("000", 20), ("00000", 20), ("000U", 20), ("0ſ00", 20)]
)
def test_crockford_is_strict(text: str, bits: int) -> None:
    with pytest.raises(ValueError):
        uncrockford(text, bits)


def test_groups() -> None:
    assert groups("ABCDEFG", 3) == "ABC-DEF-G"
    assert groups("", 3) == ""


@given(TIMES)
def test_times_round_trip(moment: datetime) -> None:
    assert parse_utc(utc(moment)) == moment


@given(TIMES, TIMES)
def test_the_order_of_texts_is_the_order_of_times(one: datetime, other: datetime) -> None:
    assert (utc(one) < utc(other)) == (one < other)


def test_times_in_any_zone_are_written_in_utc() -> None:
    beijing = datetime(2026, 11, 21, 16, 0, 0, 999, timezone(timedelta(hours=8)))
    assert utc(beijing) == "2026-11-21T08:00:00.000Z"
    with pytest.raises(ValueError, match="zone"):
        utc(datetime(2026, 11, 21))  # noqa: DTZ001 - what is refused


@given(st.text(alphabet="0123456789-T:.Z+ ", max_size=26))
def test_there_is_one_text_for_a_time(text: str) -> None:
    try:
        moment = parse_utc(text)
    except ValueError:
        return
    assert utc(moment) == text


@given(TIMES.map(utc), st.integers(0, 23), st.sampled_from("0123456789-T:.Z+ tz"))
def test_a_time_with_one_other_character_is_another_time_or_none(text: str, at: int, other: str) -> None:
    typed = text[:at] + other + text[at + 1 :]
    try:
        moment = parse_utc(typed)
    except ValueError:
        return
    assert (moment == parse_utc(text)) == (typed == text)


def test_new_ids_are_new() -> None:
    assert len({new_id() for _ in range(100)} | {new_nonce() for _ in range(100)}) == 200
    made = new_id()
    assert (len(made), set(made) - set(CROCKFORD.lower())) == (12, set())
    assert len(unb64url(new_nonce())) == 16
