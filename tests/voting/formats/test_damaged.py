"""Damaged files: each is refused with line and reason, or read, written and read again as the same papers."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.voting.formats.samples import BLT_LENIENT, CDF_XML, RCTAB_CONFIG, RCTAB_ROWS, SAMPLES
from voting.formats import READERS, FormatError, Profile, cdf, nist, rctab
from web.tally import workbook

ROUNDS = 400


def flip(raw: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << dice.randrange(8)]) + raw[at + 1 :]


def cut(raw: bytes, dice: random.Random) -> bytes:
    return raw[: dice.randrange(len(raw))]


def swap(raw: bytes, dice: random.Random) -> bytes:
    rows = raw.split(b"\n")
    one, other = dice.randrange(len(rows)), dice.randrange(len(rows))
    rows[one], rows[other] = rows[other], rows[one]
    return b"\n".join(rows)


def twice(raw: bytes, dice: random.Random) -> bytes:
    rows = raw.split(b"\n")
    rows.insert(dice.randrange(len(rows)), dice.choice(rows))
    return b"\n".join(rows)


def lose(raw: bytes, dice: random.Random) -> bytes:
    rows = raw.split(b"\n")
    del rows[dice.randrange(len(rows))]
    return b"\n".join(rows)


THINGS = [
    b"9" * 5000, b"99999999999999999999", b"-1", b"0", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b'"', b",", b"\n\n",
    b"[" * 20_000, b"{" * 20_000, b"<a>" * 20_000, b'<!DOCTYPE x [<!ENTITY a "b">]>', b"&a;", b"\xe2\x80\xa8",
    b"\x1c", b"\r", b"1e9", b"NaN", b"null", b"\\ud800", "٣".encode(), b"=", b"#", b":", b"0\n", b"A" * 2_000_000,
]  # fmt: skip


def insert(raw: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(raw))
    return raw[:at] + dice.choice(THINGS) + raw[at:]


DAMAGES: list[Callable[[bytes, random.Random], bytes]] = [flip, cut, swap, twice, lose, insert]
FILES = [(name, raw) for name, raw in SAMPLES.items()] + [("blt", BLT_LENIENT), ("cdf", CDF_XML)]


@pytest.mark.parametrize("lenient", [False, True], ids=["strict", "lenient"])
@pytest.mark.parametrize(
    "number", range(len(FILES)), ids=[f"{name}-{n}" for n, (name, _) in enumerate(FILES)]
)
def test_damage_is_told_or_harmless(number: int, lenient: bool) -> None:
    name, raw = FILES[number]
    dice = random.Random(f"{number} {lenient}")
    told = 0
    for _ in range(ROUNDS):
        damaged = raw
        for _ in range(dice.choice([1, 1, 2, 3])):
            damaged = dice.choice(DAMAGES)(damaged, dice) or b" "
        found = attempt(name, damaged, lenient=lenient)
        if isinstance(found, Profile):
            same(found)
            continue
        told += 1
        assert found.text.zh
        assert found.line is not None or found.code in ("end", "unsupported"), (found.code, damaged[:300])
        assert found.line is None or 1 <= found.line <= len(damaged) + 1
    assert told


def attempt(name: str, raw: bytes, *, lenient: bool = False) -> Profile | FormatError:
    try:
        return READERS[name](raw, lenient=lenient)
    except FormatError as error:
        return error


def same(profile: Profile) -> None:
    assert profile.valid + profile.empty + profile.invalid < 10**9 + 1
    if profile.valid < 5_000 and not profile.withdrawn:
        written = nist.write(
            replace(profile, empty=profile.empty % 100, invalid=profile.invalid % 100), generated="x"
        )
        again = cdf.read(written)
        assert replace(again, empty=0, invalid=0) == replace(profile, empty=0, invalid=0)


def read_rctab(config: bytes, rows: bytes) -> Profile | FormatError:
    try:
        return rctab.read(rctab.read_config(config), [rows]).profile
    except FormatError as error:
        return error


def test_a_damaged_contest_of_rctab_is_told_or_harmless() -> None:
    dice = random.Random(10)
    told = 0
    for number in range(ROUNDS):
        config, rows = RCTAB_CONFIG, RCTAB_ROWS
        damage = dice.choice(DAMAGES)
        if number % 2:
            config = damage(config, dice) or b" "
        else:
            rows = damage(rows, dice) or b" "
        found = read_rctab(config, rows)
        if isinstance(found, FormatError):
            told += 1
            assert found.line is not None, (found, config, rows[:300])
        else:
            assert found.valid + found.empty + found.invalid <= rows.count(b"\n") + 1
    assert 0 < told < ROUNDS


def test_a_damaged_workbook_is_told_or_harmless() -> None:
    dice = random.Random(11)
    raw = workbook.write([["Ann", "Ben"], ["1", "2"], ["2", ""]], "Papers")
    assert workbook.read(raw) == [(1, ["Ann", "Ben"]), (2, ["1", "2"]), (3, ["2", ""])]
    for _ in range(ROUNDS):
        try:
            workbook.read(dice.choice([flip, cut, insert])(raw, dice))
        except FormatError as error:
            told = error.text.zh
    assert told


@pytest.mark.parametrize("name", READERS)
def test_a_cut_file_never_counts_more(name: str) -> None:
    raw = SAMPLES[name]
    whole = READERS[name](raw)
    for end in range(len(raw)):
        part = attempt(name, raw[:end])
        if isinstance(part, FormatError):
            continue
        assert part.valid <= whole.valid
        if name in ("blt", "preflib", "cdf"):  # these say how many there are, or where they end
            assert part.valid == whole.valid
