"""Replay: a finished record through the same fold that admitted it, naming what does not fit."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

from ballots.bundle import Finding
from ballots.encoding import unb64url
from ballots.entry import EntryError, parse
from ballots.judge import Place
from ballots.merkle import Tree, leaf_hash
from ballots.refusal import Refused
from ballots.signing import JwsError, Signed, split, thumbprint, verify
from deliberation import acts
from deliberation.hearing import Hearing

Signature = tuple[str, bytes]
"""An act as compact JWS, and the raw public key that must have signed it."""
SignatureCheck = Callable[[Sequence[Signature]], Callable[[], list[int]]]
"""Starts checking signatures; the function it returns waits, and gives the indexes of those that fail."""


@dataclass(frozen=True, slots=True)
class Line:
    """One readable line of the log."""

    seq: int
    at: str
    leaf: bytes
    signed: Signed
    act: acts.Act


def check_in_line(signatures: Sequence[Signature]) -> Callable[[], list[int]]:
    """Check signatures one after another, here."""
    failing = [index for index, (jws, public) in enumerate(signatures) if not holds(jws, public)]
    return lambda: failing


def holds(jws: str, public: bytes) -> bool:
    """Whether the act is signed by this key."""
    signed = split(jws)
    try:
        return verify(public, signed.signing_input, signed.signature)
    except ValueError:
        return False


def read_lines(entries: Sequence[bytes], findings: list[Finding]) -> tuple[list[Line], Tree]:
    """Parse a log strictly; what cannot be read is named and left out, but stays a leaf of the tree."""
    lines: list[Line] = []
    tree = Tree()
    last = ""
    for number, raw in enumerate(entries):
        leaf = leaf_hash(raw)
        tree.append(leaf)
        try:
            entry = parse(raw)
            signed = split(entry.jws)
            act = acts.decode(signed.payload)
        except (EntryError, JwsError, acts.ActError) as why:
            findings.append(_at(number, "bad-entry", str(why)))
            continue
        if entry.seq != number:
            findings.append(_at(number, "out-of-order", f"It says that it is number {entry.seq}."))
            continue
        if entry.at < last:
            findings.append(_at(number, "time-backwards", f"{entry.at} comes after {last}."))
        last = max(last, entry.at)
        lines.append(Line(number, entry.at, leaf, signed, act))
    return lines, tree


def signing_keys(lines: Sequence[Line]) -> dict[str, bytes]:
    """Every key that the record introduces, by thumbprint. Whether each was admitted, the fold decides."""
    keys: dict[str, bytes] = {}
    for line in lines:
        shown: tuple[str, ...] = ()
        if isinstance(line.act, acts.Convene):
            shown = (line.act.root, line.act.service)
        elif isinstance(line.act, acts.Enrol):
            shown = (line.act.token, line.act.device)
        for text in shown:
            public = unb64url(text, 32)
            keys[thumbprint(public)] = public
    return keys


def replay(
    lines: Sequence[Line],
    tree: Tree,
    blobs: Mapping[str, bytes],
    findings: list[Finding],
    check: SignatureCheck = check_in_line,
) -> Hearing:
    """Check every signature, and fold every act; name what is refused and leave it out."""
    keys = signing_keys(lines)
    known = [line for line in lines if line.signed.kid in keys]
    wait = check([(line.signed.jws, keys[line.signed.kid]) for line in known])
    refused: list[Finding] = []
    hearing = fold(lines, tree, blobs, refused, skip=())
    bad = {known[index].seq for index in wait()}
    if bad:
        # Rare, so the state is simply computed again without the forged acts.
        refused.clear()
        hearing = fold(lines, tree, blobs, refused, skip=bad)
    findings += [
        _at(seq, "bad-signature", "The signature is not by the key it names.") for seq in sorted(bad)
    ]
    findings += refused
    return hearing


def fold(
    lines: Sequence[Line],
    tree: Tree,
    blobs: Mapping[str, bytes],
    findings: list[Finding],
    skip: Container[int],
) -> Hearing:
    """Apply every act in order; one that the rules refuse becomes a finding and changes nothing."""
    roots: dict[int, str | None] = {}

    def root_at(size: int) -> str | None:
        if size not in roots:
            roots[size] = tree.root(size).hex() if size <= tree.size else None
        return roots[size]

    hearing = Hearing(blobs.get, root_at)
    for line in lines:
        if line.seq in skip:
            continue
        place = Place(line.seq, line.at, line.leaf.hex(), line.signed.kid)
        try:
            hearing.key(line.signed.kid, line.act)
            hearing.apply(line.act, place, None)
        except Refused as why:
            findings.append(_at(line.seq, "act-refused", f"{line.act.act}: {why}"))
    return hearing


def _at(seq: int, code: str, detail: str) -> Finding:
    return Finding(code, f"log.jsonl:{seq}", detail)
