"""The audit bundle: one way to write it, and nothing unnoticed in it, before it, behind it or between."""

import io
import subprocess
import sys
import textwrap
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.bundle import README, Bundle, BundleError, read, read_from, write
from ballots.encoding import b64
from ballots.entry import Entry
from ballots.merkle import Tree, leaf_hash
from ballots.signing import sign_act
from tests.ballots.changes import changed
from tests.vectors.signatures import key

BLOB = b"a roll of nobody"
BLOB_NAME = f"blobs/{sha256(BLOB).hexdigest()}"
ENTRIES = [
    Entry(seq, "2026-11-21T08:00:00.000Z", sign_act(key("device"), b'{"v":1,"n":%d}' % seq)).raw
    for seq in range(3)
]
FILES = {
    "README.txt": README,
    "hearing.json": b"{}",
    "log.jsonl": b"".join(entry + b"\n" for entry in ENTRIES),
    "checkpoint": b"origin\n",
    BLOB_NAME: BLOB,
    f"results/{'0' * 64}.json": b"{}",
}
NAMES = st.one_of(
    st.binary(min_size=32, max_size=32).map(lambda raw: f"results/{raw.hex()}.json"),
    st.binary(min_size=32, max_size=32).map(lambda raw: f"cvr/{raw.hex()}.json"),
    st.text("abcXYZ0123456789-", min_size=1, max_size=20).map(lambda poll: f"secret/{poll}.bel"),
)


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    write(files, out)
    return out.getvalue()


def unpacked(raw: bytes) -> Bundle:
    return read_from(io.BytesIO(raw))


PACKED = packed(FILES)


def codes(raw: bytes) -> set[str]:
    """The codes of what is found, or `none` for no bundle at all."""
    try:
        return {finding.code for finding in unpacked(raw).findings}
    except BundleError:
        return {"none"}


@given(st.dictionaries(NAMES, st.binary(max_size=50), max_size=8), st.randoms())
def test_bundles_round_trip_and_have_one_form(more: dict[str, bytes], random: object) -> None:
    files = FILES | more
    shuffled = list(files.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    raw = packed(files)
    assert packed(dict(shuffled)) == raw
    assert unpacked(raw) == Bundle(dict(sorted(files.items())), ())


def test_any_program_for_zip_reads_it(tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(PACKED)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(FILES)
        assert archive.read("log.jsonl") == FILES["log.jsonl"]
        for info in archive.infolist():
            assert (info.date_time, info.compress_type) == ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED)
            assert (info.extra, info.comment, info.external_attr, info.flag_bits) == (b"", b"", 0, 0)
    assert read(tmp_path / "bundle.zip").entries == ENTRIES


def test_every_changed_byte_is_found() -> None:
    """In each byte outside README.txt, and every 16th of that: one bit, and all of them."""
    start = PACKED.index(README)
    positions = [at for at in range(len(PACKED)) if not start <= at < start + len(README) or at % 16 == 0]
    for at in positions:
        for mask in (1, 0xFF):
            assert codes(PACKED[:at] + bytes([PACKED[at] ^ mask]) + PACKED[at + 1 :]), at


@given(changed(PACKED))
def test_a_byte_more_or_less_is_found(raw: bytes) -> None:
    assert codes(raw)


def test_a_changed_file_shows_where() -> None:
    bundle = unpacked(PACKED.replace(BLOB, b"a role of nobody"))
    assert {(finding.code, finding.where) for finding in bundle.findings} == {
        ("archive-bytes", ""),
        ("blob-bytes", BLOB_NAME),
    }
    assert bundle.files["log.jsonl"] == FILES["log.jsonl"]


def test_a_changed_entry_is_still_there_to_be_judged() -> None:
    raw = PACKED.replace(ENTRIES[1], ENTRIES[1].replace(b'"seq":1', b'"seq":7'))
    bundle = unpacked(raw)
    assert [finding.code for finding in bundle.findings] == ["archive-bytes"]
    assert b'"seq":7' in bundle.entries[1]


@pytest.mark.parametrize("raw", [b"x" + PACKED, PACKED + b"x", PACKED + b"\0" * 22])
def test_what_is_put_before_or_behind_is_found(raw: bytes) -> None:
    assert codes(raw) <= {"archive-bytes", "none"}
    assert codes(raw)


def rewritten(
    compression: int = zipfile.ZIP_STORED, comment: bytes = b"", more: dict[str, bytes] | None = None
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in (FILES | (more or {})).items():
            archive.writestr(zipfile.ZipInfo(name), data, compression)
        archive.comment = comment
    return out.getvalue()


def test_a_bundle_packed_again_can_be_read_and_says_so() -> None:
    for raw in (
        rewritten(),
        rewritten(zipfile.ZIP_DEFLATED),
        rewritten(zipfile.ZIP_LZMA),
        rewritten(comment=b"hello"),
    ):
        assert codes(raw) == {"archive-bytes"}
        assert dict(unpacked(raw).files) == FILES


def test_a_damaged_bundle_packed_again_is_none() -> None:
    raw = bytearray(rewritten(zipfile.ZIP_DEFLATED))
    raw[200] ^= 1
    assert codes(bytes(raw)) == {"none"}


def test_a_name_twice() -> None:
    out = io.BytesIO(PACKED)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("hearing.json", b'{"another":1}')
    assert codes(out.getvalue()) == {"repeated-name", "archive-bytes"}
    assert unpacked(out.getvalue()).files["hearing.json"] == b"{}"


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/passwd",
        "blobs/ABC",
        "blobs/" + "A" * 64,
        "log.jsonl\n",
        "readme.txt",
        "secret/a/b.bel",
        "blobs/",
    ],
)
def test_strange_names_are_neither_written_nor_passed_over(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a file"):
        write(FILES | {name: b""}, io.BytesIO())
    assert "unknown-file" in codes(rewritten(more={name: b""}))


@pytest.mark.parametrize("name", ["checkpoint", "hearing.json", "log.jsonl"])
def test_without_a_record_it_is_no_bundle(name: str) -> None:
    with pytest.raises(BundleError, match=name):
        unpacked(packed({other: data for other, data in FILES.items() if other != name}))


def test_findings_about_the_text_and_the_log() -> None:
    assert codes(packed(FILES | {"README.txt": b"nothing to see here"})) == {"readme"}
    assert codes(packed({name: data for name, data in FILES.items() if name != "README.txt"})) == {"readme"}
    assert codes(packed(FILES | {"log.jsonl": ENTRIES[0]})) == {"log-end"}


@pytest.mark.parametrize("raw", [b"", b"PK", b"%PDF-1.7", b"PK\5\6" + bytes(18), PACKED[: len(PACKED) // 2]])
def test_other_files_are_no_bundles(raw: bytes) -> None:
    with pytest.raises(BundleError):
        unpacked(raw)


def test_a_small_file_that_says_it_is_endless() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"cvr/{number:064}.json", b"")
    raw = out.getvalue()
    at = raw.index(b"PK\1\2")
    while at >= 0:
        raw = raw[: at + 24] + (2**30).to_bytes(4, "little") + raw[at + 28 :]
        at = raw.find(b"PK\1\2", at + 1)
    with pytest.raises(BundleError, match="more than a bundle holds"):
        unpacked(raw)


@pytest.mark.parametrize(("count", "longer"), [(65_534, False), (65_535, True), (65_536, True)])
def test_more_files_than_sixteen_bits_count(count: int, longer: bool) -> None:
    files = FILES | {f"results/{number:064x}.json": b"" for number in range(1, count - len(FILES) + 1)}
    raw = packed(files)
    bundle = unpacked(raw)
    assert (len(bundle.files), bundle.findings) == (count, ())
    assert (b"PK\6\6" in raw[-98:]) == longer


def test_a_bundle_that_would_be_too_large_to_read() -> None:
    class Large(bytes):
        def __len__(self) -> int:
            return 2**31 + 1

    with pytest.raises(ValueError, match="more than a bundle holds"):
        write(FILES | {BLOB_NAME: Large()}, io.BytesIO())


def test_the_text_tells_how_to_recompute_the_root(tmp_path: Path) -> None:
    """The Python in README.txt, run as it stands, prints the checkpoint's second and third line."""
    lines = README.decode().splitlines()
    start = next(n for n, line in enumerate(lines) if "import base64, hashlib" in line)
    code = textwrap.dedent(
        "\n".join(lines[start : next(n for n in range(start, len(lines)) if not lines[n])])
    )
    (tmp_path / "log.jsonl").write_bytes(FILES["log.jsonl"])
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    tree = Tree()
    for entry in ENTRIES:
        tree.append(leaf_hash(entry))
    assert printed == f"3 {b64(tree.root())}\n"
