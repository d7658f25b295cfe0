"""RCTab's own test sets: the first round as RCTab counts it, from the files as they are."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.voting.data import folder
from tests.voting.formats.samples import RCTAB_CONFIG, RCTAB_ROWS
from voting.formats import FormatError, rctab
from voting.formats.interpret import Interpretation, interpret
from web.tally import workbook

ABSENT = {
    "2013_minneapolis_park", "2013_minneapolis_park_bottoms_up", "2013_minneapolis_park_sequential",
    "2018_maine_governor_primary", "conversions_from_cdf", "dominion_alaska", "hart_cedar_park_school_board",
    "hart_travis_county_officers",
}  # fmt: skip
"""Sets whose ballots are not in the part of the data that is kept."""
INVALID = {"invalid_params_test", "invalid_sources_test"}
NO_COUNT = {"sample_interactive_tiebreak"}
"""Sets that say nothing of a first round."""


def load(place: Path) -> rctab.Contest:
    config = rctab.read_config(next(place.glob(f"{place.name}_config.json")).read_bytes())
    files = [place / source.file_path for source in config.cvr_file_sources]
    return rctab.read(
        config,
        [workbook.read(file.read_bytes()) if file.suffix == ".xlsx" else file.read_bytes() for file in files],
    )


def test_every_set_has_the_first_round_that_rctab_has() -> None:
    data = folder("rctab")
    sets = {place.name for place in data.iterdir() if list(place.glob("*_config.json"))}
    assert sets >= ABSENT | INVALID | NO_COUNT
    wrong = []
    checked = sorted(sets - ABSENT - INVALID - NO_COUNT)
    for name in checked:
        place = data / name
        report = min(place.glob("*expected_detailed_report.json"))
        first = json.loads(report.read_text())["results"][0]["tally"]
        found = load(place).profile
        names = found.names
        totals = Counter[str](dict.fromkeys(names.values(), 0))
        for ranking, count in found.rankings.items():
            if len(ranking[0]) == 1:  # an overvote with several continuing counts for nobody
                totals[names[ranking[0][0]]] += count
        if dict(totals) != {one: int(float(votes)) for one, votes in first.items()}:
            wrong.append((name, dict(totals), first))
    assert wrong == []
    assert len(checked) >= 36


@pytest.mark.parametrize("name", sorted(INVALID))
def test_a_set_that_is_meant_to_fail_does(name: str) -> None:
    with pytest.raises(FormatError):
        load(folder("rctab") / name)


def test_overvotes_skips_and_duplicates() -> None:
    marked = {1: ["a"], 2: ["b", "c"], 5: ["a"], 6: ["d"]}
    assert interpret(marked, Interpretation("exhaust")) == [["a"]]
    assert interpret(marked, Interpretation("skip")) == [["a"], ["d"]]
    assert interpret(marked, Interpretation()) == [["a"], ["b", "c"], ["d"]]
    assert interpret(marked, Interpretation(most_skipped=1)) == [["a"], ["b", "c"]]
    assert interpret(marked, Interpretation(most_skipped=2)) == [["a"], ["b", "c"], ["d"]]
    assert interpret(marked, Interpretation(exhaust_on_duplicate=True)) == [["a"], ["b", "c"]]
    assert interpret(marked, Interpretation(excluded=frozenset("ad"))) == [["b", "c"]]


def test_labels_aliases_and_excluded_candidates() -> None:
    contest = rctab.read(rctab.read_config(RCTAB_CONFIG), [RCTAB_ROWS])
    found = contest.profile
    assert found.rankings == {(("1",), ("3",)): 1, ((rctab.UNDECLARED,),): 1}
    assert (found.empty, found.invalid) == (1, 1)
    assert found.names == {"1": "Ann", "3": "Cid", rctab.UNDECLARED: "Undeclared Write-ins"}


def test_a_name_that_nobody_declared_is_refused_with_its_line() -> None:
    config = rctab.read_config(RCTAB_CONFIG)
    with pytest.raises(FormatError, match="line 3: not a candidate: Dan"):
        rctab.read(config, [RCTAB_ROWS.replace(b"other", b"Dan")])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"firstVoteColumnIndex": "2"', b'"firstVoteColumnIndex": "0"'),
        (b'"firstVoteColumnIndex": "2"', b'"firstVoteColumnIndex": "-1"'),
        (b'"firstVoteColumnIndex": "2"', b'"firstVoteColumnIndex": "90"'),
        (b'"firstVoteRowIndex": "2"', b'"firstVoteRowIndex": "0"'),
        (b'"firstVoteRowIndex": "2"', b'"firstVoteRowIndex": "99"'),
        (b'"maxRankingsAllowed": "3"', b'"maxRankingsAllowed": "200000000"'),
        (b'"maxRankingsAllowed": "3"', b'"maxRankingsAllowed": "0"'),
        (b'"numberOfWinners": "1"', b'"numberOfWinners": "0"'),
        (b'"numberOfWinners": "1"', b'"numberOfWinners": "-2"'),
    ],
)
def test_a_configuration_that_reads_nothing_is_refused(old: bytes, new: bytes) -> None:
    assert RCTAB_CONFIG.count(old) == 1
    with pytest.raises(FormatError):
        rctab.read(rctab.read_config(RCTAB_CONFIG.replace(old, new)), [RCTAB_ROWS])


def test_generic_columns_must_be_there() -> None:
    raw = RCTAB_CONFIG.replace(b'"ess"', b'"genericCsv"').replace(b'Index": "2"', b'Index": "1"')
    rows = b"Ann,Cid\n1,2\n,\n"
    found = rctab.read(rctab.read_config(raw), [rows]).profile
    assert (found.rankings, found.empty) == ({(("1",), ("3",)): 1}, 1)
    past = raw.replace(b'"firstVoteColumnIndex": "1"', b'"firstVoteColumnIndex": "3"')
    with pytest.raises(FormatError, match="firstVoteColumnIndex 3"):
        rctab.read(rctab.read_config(past), [rows])
