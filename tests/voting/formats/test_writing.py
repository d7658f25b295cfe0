"""What is written is read again as the same papers; records are valid against the schema of NIST."""

import json
from dataclasses import replace

import jsonschema
from hypothesis import given
from hypothesis import strategies as some

from tests.voting.data import folder
from voting.formats import READERS, Profile, abif, blt, cdf, nist, preflib, table
from voting.formats.profile import HIGHEST_NUMBER, Box, Kind, candidates, clean

NOW = "2026-11-21T08:00:00Z"
NAMES = some.text(min_size=1, max_size=12).map(clean).filter(bool)


@some.composite
def profiles(draw: some.DrawFn, kind: Kind = "rankings", ties: bool = True) -> Profile:
    names = draw(some.lists(NAMES, min_size=1, max_size=6, unique_by=str.lower))
    box = Box(candidates(names))
    ids = [one.id for one in box.candidates]
    for _ in range(draw(some.integers(0, 6))):
        count = draw(some.integers(1, 5))
        named = draw(
            some.permutations(ids).flatmap(
                lambda order: some.integers(0, len(order)).map(lambda n: order[:n])
            )
        )
        if kind == "marks":
            box.mark(named, count)
        elif kind == "numbers":
            box.number({one: draw(some.integers(-HIGHEST_NUMBER, HIGHEST_NUMBER)) for one in named}, count)
        elif ties and named and draw(some.booleans()):
            box.rank([named[:2], *([one] for one in named[2:])], count)
        else:
            box.rank([[one] for one in named], count)
    if draw(some.booleans()):
        box.spoil()
    return box.profile(kind, clean(draw(some.text(max_size=20))), draw(some.none() | some.integers(1, 5)))


ANY = profiles() | profiles("marks") | profiles("numbers")


@given(ANY)
def test_records_hold_everything(profile: Profile) -> None:
    assert cdf.read(nist.write(profile, generated=NOW)) == profile


@given(ANY)
def test_tables_hold_papers(profile: Profile) -> None:
    reserved = {"count", "票数", "ballot", "id", "编号"}
    if reserved & {name.lower() for name in profile.names.values()}:
        return
    layout = "ranks" if profile.kind == "rankings" else profile.kind
    kept = replace(profile, title="", seats=None, invalid=0)
    assert READERS[f"csv-{layout}"](table.write(profile)) == kept


@given(profiles(ties=False))
def test_blt_holds_strict_rankings(profile: Profile) -> None:
    kept = replace(profile, seats=profile.seats or 1, invalid=0)
    assert blt.read(blt.write(profile)) == kept == blt.read(blt.write(profile), lenient=True)


@given(profiles())
def test_preflib_holds_rankings(profile: Profile) -> None:
    found = preflib.read(preflib.write(profile))
    assert found == replace(profile, seats=None, invalid=0, empty=0)
    assert preflib.data_type(found) == preflib.data_type(profile)


def test_records_are_valid_against_the_schema() -> None:
    schema = json.loads((folder("nist_cvr") / "NIST_V0_cast_vote_records.json").read_text())
    validator = jsonschema.Draft4Validator(schema)

    @given(ANY)
    def valid(profile: Profile) -> None:
        validator.validate(json.loads(nist.write(profile, generated=NOW)))

    valid()


def test_abif_reads_like_a_tally_sheet() -> None:
    box = Box(candidates(["张三", "Ben", "Cid"]))
    box.rank([["1"], ["2", "3"]], 27)
    box.rank([["3"]], 2)
    assert abif.write(box.profile(title="Chair", seats=1)).decode() == (
        '{"version":"0.1"}\n{"title":"Chair"}\n{"ballotcount":29}\n{"max_winners":1}\n'
        "=c1:[张三]\n=c2:[Ben]\n=c3:[Cid]\n# 0 blank, 0 invalid\n27:c1>c2=c3\n2:c3\n"
    )


def test_a_file_without_ties_is_never_made_of_papers_with_them() -> None:
    box = Box(candidates(["Ann", "Ben"]))
    box.rank([["1", "2"]])
    assert preflib.data_type(box.profile()) == "toc"
    box.rank([["1"]])
    assert preflib.data_type(box.profile()) == "toi"
