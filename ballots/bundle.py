"""The audit bundle: one ZIP file that anybody can check offline, written in one way only.

No compression, names sorted, fixed times, no extra fields, no comments: equal records give equal bytes.
The reader writes what it found once more and compares, so nothing can hide between the files.
"""

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Literal

README = Path(__file__).with_name("bundle_readme.txt").read_bytes()
"""README.txt of every bundle of this format version: how to check it, with and without our program."""
MAX_BYTES = 2**31
"""What a bundle's files may come to, so that a small file cannot unpack into an endless one."""

_NEEDED = ("checkpoint", "hearing.json", "log.jsonl")
_NAME = re.compile(
    r"README\.txt|checkpoint|hearing\.json|log\.jsonl|blobs/[0-9a-f]{64}|results/[0-9a-f]{64}\.json"
    r"|secret/[0-9A-Za-z-]{1,64}\.bel|cvr/[0-9a-f]{64}\.(?:json|blt|abif)"
)
_UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
)
"""What `zipfile` raises over a file that is no ZIP, is damaged, encrypted, or packed in an unknown way."""

# PKWARE APPNOTE 6.3: version 2.0, no flags, stored, 1980-01-01 00:00, no extra fields, no comments.
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_VERSION, _DATE = 20, 0x0021
_MANY, _FAR = 0xFFFF, 0xFFFFFFFF


class BundleError(Exception):
    """A file that is no audit bundle; says why.

    `code` is stable: `no-zip` (also one that was cut off), `too-large`, or `lacking`, which has `name`.
    """

    def __init__(self, code: Literal["no-zip", "too-large", "lacking"], why: str, name: str = "") -> None:
        super().__init__(why)
        self.code, self.name = code, name


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be in a bundle that can be read nevertheless.

    Attributes:
        code: stable, lower-case, with hyphens.
        where: the file in the bundle, or the empty string for the bundle itself.
        detail: a sentence in English.
    """

    code: str
    where: str
    detail: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle's files by their names, and what is wrong with the archive as such.

    What the files say is not looked at, except that a blob must have the bytes that its name promises.
    """

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]

    @property
    def entries(self) -> list[bytes]:
        """The entries' bytes: the lines of `log.jsonl`."""
        lines = self.files["log.jsonl"].split(b"\n")
        return lines[:-1] if lines[-1] == b"" else lines


def write(files: Mapping[str, bytes], out: BinaryIO) -> None:
    """Write the bundle of these files, in one pass; the same files always give the same bytes.

    Raises:
        ValueError: a name that bundles do not have, or more than 2 GiB.
    """
    for name in files:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a file in a bundle")
    if sum(map(len, files.values())) > MAX_BYTES:
        raise ValueError("more than a bundle holds")
    _write_zip(files, out)


def read(path: Path) -> Bundle:
    """Read a bundle, also one that was packed again or damaged, as far as it can be read.

    Raises:
        BundleError: not a bundle: no ZIP file, no record in it, or too large.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return read_from(file)


def read_from(file: BinaryIO) -> Bundle:
    """Read a bundle from an open file that can seek; otherwise like `read`."""
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MAX_BYTES:
                raise BundleError("too-large", "more than a bundle holds")
            for member in members:
                if member.filename in files:
                    findings.append(Finding("repeated-name", member.filename, "The name appears twice."))
                    continue
                files[member.filename] = _content(file, archive, member)
    except _UNREADABLE as why:
        raise BundleError("no-zip", f"not a ZIP file that can be read: {why}") from None
    missing = [name for name in _NEEDED if name not in files]
    if missing:
        raise BundleError("lacking", f"not an audit bundle: it has no {missing[0]}", missing[0])
    return Bundle(files, (*findings, *_look(files, file)))


def _content(file: BinaryIO, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A file's bytes. What is stored is taken as it stands, so that damage shows where it is."""
    if member.compress_type != zipfile.ZIP_STORED:
        return archive.read(member)
    file.seek(member.header_offset + 26)
    name, extra = struct.unpack("<2H", file.read(4))
    file.seek(name + extra, os.SEEK_CUR)
    return file.read(member.file_size)


def _look(files: Mapping[str, bytes], file: BinaryIO) -> list[Finding]:
    findings = [
        Finding("unknown-file", name, "Bundles have no file of this name.")
        for name in sorted(files)
        if not _NAME.fullmatch(name)
    ]
    findings += [
        Finding("blob-bytes", name, "The bytes are not those that the name promises.")
        for name, data in files.items()
        if name.startswith("blobs/") and sha256(data).hexdigest() != name[6:]
    ]
    if files.get("README.txt") != README:
        findings.append(Finding("readme", "README.txt", "Not the text that every bundle has."))
    if not files["log.jsonl"].endswith(b"\n"):
        findings.append(Finding("log-end", "log.jsonl", "The last line has no end."))
    comparison = _Comparison(file)
    _write_zip(files, comparison)
    if not comparison.same_to_the_end():
        findings.append(Finding("archive-bytes", "", "The archive is not written in the one way there is."))
    return findings


class _Comparison:
    """Takes what is written, and only compares it with a file."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file = file
        self._same = True

    def write(self, data: bytes) -> int:
        self._same = self._same and self._file.read(len(data)) == data
        return len(data)

    def same_to_the_end(self) -> bool:
        return self._same and self._file.read(1) == b""


def _write_zip(files: Mapping[str, bytes], out: "BinaryIO | _Comparison") -> None:
    """The archive's bytes. Only the end record knows two forms: the longer one for 65,535 files or more."""
    directory: list[bytes] = []
    offset = 0
    for name, data in sorted((name.encode(), data) for name, data in files.items()):
        common = (_VERSION, 0, 0, 0, _DATE, zlib.crc32(data), len(data), len(data), len(name), 0)
        header = _LOCAL.pack(b"PK\3\4", *common) + name
        directory.append(_CENTRAL.pack(b"PK\1\2", _VERSION, *common, 0, 0, 0, 0, offset) + name)
        out.write(header)
        out.write(data)
        offset += len(header) + len(data)
    central = b"".join(directory)
    count = len(directory)
    out.write(central)
    if count >= _MANY:
        end = offset + len(central)
        out.write(_END_64.pack(b"PK\6\6", 44, _VERSION, _VERSION, 0, 0, count, count, len(central), offset))
        out.write(_LOCATOR_64.pack(b"PK\6\7", 0, end, 1))
    small = min(count, _MANY)
    out.write(_END.pack(b"PK\5\6", 0, 0, small, small, len(central), offset, 0))
