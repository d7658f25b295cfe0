"""`hearing count` as somebody uses it: the real command, on files of every format, and where it must refuse."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.voting.data import folder
from tests.voting.formats.samples import BLT, CDF_JSON, CDF_XML, DEBIAN, MARKS, NUMBERS, PREFLIB, RANKS
from voting.formats import blt
from voting.formats.profile import Box, candidates
from web.texts import texts

ROOT = Path(__file__).parents[3]


def hearing(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "web.cli", "count", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )


def counted(*arguments: str | Path) -> dict[str, Any]:
    done = hearing(*arguments, "--json")
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("name", "raw", "method", "chosen"),
    [
        ("a.blt", BLT, "stv", ["1", "3"]),
        ("a.toi", PREFLIB, "schulze", ["1"]),
        ("a.txt", DEBIAN.replace(b"V: 11", b"V: -1"), "borda", ["2"]),
        ("a.csv", RANKS, "ranked_pairs", ["2"]),
        ("a.csv", NUMBERS.replace(b"-1", b"1"), "majority_judgment", ["1"]),
        ("a.csv", MARKS, "approval", []),
        ("a.json", CDF_JSON, "schulze", ["1", "3"]),
        ("a.xml", CDF_XML, "irv", ["1"]),
    ],
)
def test_every_format_is_told_by_its_name(
    name: str, raw: bytes, method: str, chosen: list[str], tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(raw)
    found = counted(file, "--method", method)
    assert found["chosen"] == chosen
    assert found["steps"]["method"] == method


def test_text_page_diagram_and_table_tell_the_same_winner(tmp_path: Path) -> None:
    file, out = tmp_path / "a.blt", [tmp_path / name for name in ("a.html", "a.svg", "a.csv", "a.xlsx")]
    file.write_bytes(BLT)
    for flag, path in zip(("--html", "--svg", "--table"), out, strict=False):
        done = hearing(file, "--method", "stv", "--lang", "en", flag, path)
        assert done.returncode == 0, done.stderr
        assert "Chosen, in this order: Adam, Charlotte." in done.stdout
    hearing(file, "--method", "stv", "--table", out[3])
    assert "<h1>Gardening club</h1>" in out[0].read_text()
    assert "<desc>" in out[1].read_text()
    assert 'Adam,7,"chosen, 1"' in out[2].read_text()
    assert out[3].read_bytes().startswith(b"PK")
    chinese = hearing(file, "--method", "stv", "--lang", "zh").stdout
    assert "选出（按顺序）：Adam、Charlotte。" in chinese


def test_a_tie_waits_for_a_lot_and_equal_seeds_draw_equal_lots(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"count,Ann,Ben\n3,1,\n3,,1\n")
    waiting = hearing(file, "--method", "plurality", "--lang", "en")
    assert waiting.returncode == 1
    assert "Only a public lot can decide" in waiting.stdout
    drawn = [counted(file, "--method", "plurality", "--lot", "3 6 1")["chosen"] for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 1


@pytest.mark.parametrize(
    ("raw", "arguments", "said"),
    [
        (BLT.replace(b"2 4 0", b"2 9 0"), ["--method", "stv"], "line 5: not a whole number from 1 to 4: 9"),
        (BLT, ["--method", "score"], "Score cannot count"),
        (BLT, ["--method", "schulze", "--set", "strength=brute"], "--set"),
        (BLT, ["--method", "irv", "--seats", "2"], "chooses one"),
        (BLT, ["--method", "plurality", "--rule", "urban.rep"], "urban.reps"),
        (b"", ["--method", "stv"], "the file is empty"),
    ],
)
def test_what_cannot_be_counted_is_told_without_a_trace(
    raw: bytes, arguments: list[str], said: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.blt"
    file.write_bytes(raw)
    done = hearing(file, *arguments, "--lang", "en")
    assert (done.returncode, done.stdout) == (2, "")
    assert said.lower() in done.stderr.lower()
    assert "Traceback" not in done.stderr
    chinese = hearing(file, *arguments, "--lang", "zh")
    assert chinese.stderr != done.stderr


def test_a_missing_file_a_folder_and_an_endless_device_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.blt", tmp_path, Path("/dev/zero")):
        done = hearing(path, "--method", "stv", "--lang", "en")
        assert done.returncode == 2
        assert "Nothing was changed" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_motion_is_decided_by_its_rule(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("票数,同意,反对,弃权\n21,x,,\n15,,x,\n5,,,x\n", encoding="utf-8")
    asked = (file, "--method", "motion", "--rule", "urban.reps", "--eligible", "61", "--present", "41")
    done = hearing(*asked, "--lang", "zh")
    assert done.returncode == 0, done.stderr
    assert "应到 61，实到 41" in done.stdout
    assert done.stdout.rstrip().endswith("通过。")
    assert counted(*asked)["decision"]["outcome"] == "passed"


def test_a_scottish_ward_and_a_set_of_rctab(tmp_path: Path) -> None:
    with gzip.open(folder("scot_stv_2017") / "contests.jsonl.gz", "rt", encoding="utf-8") as lines:
        ward = json.loads(next(lines))
    box = Box(candidates(one["name"] for one in ward["candidates"]))
    for count, ranking in ward["ballots"]:
        box.rank([[str(one)] for one in ranking], count)
    file = tmp_path / "ward.blt"
    file.write_bytes(blt.write(box.profile(seats=ward["seats"])))
    found = counted(file, "--method", "stv")
    official = [one for one, _ in sorted(ward["official"]["elected"], key=lambda pair: pair[1])]
    assert sorted(map(int, found["chosen"])) == sorted(official)
    config = folder("rctab") / "test_set_4_skipped_choice_next" / "test_set_4_skipped_choice_next_config.json"
    assert counted(config, "--method", "irv")["papers"]["valid"] > 0


def test_both_languages_have_the_same_texts() -> None:
    def keys(value: Any, path: str = "") -> set[str]:
        if isinstance(value, dict):
            return {one for name, inner in value.items() for one in keys(inner, f"{path}.{name}")}
        return {path}

    assert keys(texts("zh")["tally"]) == keys(texts("en")["tally"])


def test_a_file_may_be_called_anything(tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"\xff.csv")
    file.write_bytes(MARKS)
    done = hearing(file, "--method", "approval", "--html", tmp_path / "a.html", "--lot", os.fsdecode(b"\xff"))
    assert done.returncode == 0, done.stderr
    assert "<h1>\ufffd.csv</h1>" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_a_language_may_be_named_as_pages_name_it(tmp_path: Path) -> None:
    file = tmp_path / "a.blt"
    file.write_bytes(BLT)
    by_tag = {
        tag: hearing(file, "--method", "stv", "--lang", tag) for tag in ("zh", "zh-Hans", "zh_CN", "en-GB")
    }
    assert {tag: done.returncode for tag, done in by_tag.items()} == dict.fromkeys(by_tag, 0)
    assert by_tag["zh"].stdout == by_tag["zh-Hans"].stdout == by_tag["zh_CN"].stdout != by_tag["en-GB"].stdout
    assert hearing(file, "--method", "stv", "--lang", "fr").returncode == 2
