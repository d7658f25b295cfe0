"""Replay: a finished record through the same fold that admitted it, naming what does not fit.

The log is taken a stretch at a time: read, its signatures given away to be checked, folded.
A check that runs elsewhere so goes on while the next stretch is read.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ballots.bundle import Finding
from ballots.encoding import unb64url
from ballots.entry import EntryError, parse
from ballots.judge import Place
from ballots.merkle import Tree, leaf_hash
from ballots.refusal import Refused
from ballots.signing import JwsError, PublicKeyError, split, thumbprint, verify
from deliberation import acts
from deliberation.hearing import Hearing

STRETCH = 512
"""Entries that are read, checked and folded together."""

Signature = tuple[bytes, bytes, bytes]
"""The raw public key that must have signed, what it signed, and the signature."""
SignatureCheck = Callable[[Sequence[Signature]], Callable[[], list[int]]]
"""Starts checking signatures; the function it returns waits, and gives the indexes of those that fail."""


Line = tuple[Place, acts.Act]
"""One readable line of the log: an act and where it stands."""


def check_in_line(signatures: Sequence[Signature]) -> Callable[[], list[int]]:
    """Check signatures one after another, here."""
    failing = [index for index, one in enumerate(signatures) if not holds(*one)]
    return lambda: failing


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is good, and the key one that an honest signer can have."""
    try:
        return verify(public, message, signature)
    except PublicKeyError:
        return False


@dataclass(slots=True)
class Log:
    """A log as far as it was read.

    Attributes:
        findings: where to name what cannot be read.
        tree: a leaf for every line, readable or not.
        keys: every key that the record introduces, by thumbprint. Whether it was admitted, the fold decides.
        count: how many lines could be read, strictly.
        last: the latest time.
    """

    findings: list[Finding]
    tree: Tree = field(default_factory=Tree)
    keys: dict[str, bytes] = field(default_factory=dict)
    count: int = 0
    last: str = ""

    def read(self, entries: Sequence[bytes]) -> tuple[list[Line], dict[int, Signature]]:
        """Parse the next entries; what cannot be read is named and left out.

        Returns the lines, and what has to be checked, by number: of every act whose key is known by then.
        """
        lines: list[Line] = []
        signatures: dict[int, Signature] = {}
        leaves = [leaf_hash(raw) for raw in entries]
        for number, (raw, leaf) in enumerate(zip(entries, leaves, strict=True), self.tree.size):
            try:
                entry = parse(raw)
                signed = split(entry.jws)
                act = acts.decode(signed.payload)
            except (EntryError, JwsError, acts.ActError) as why:
                self.findings.append(_at(number, "bad-entry", str(why)))
                continue
            if entry.seq != number:
                self.findings.append(_at(number, "out-of-order", f"It says that it is number {entry.seq}."))
                continue
            if entry.at < self.last:
                self.findings.append(_at(number, "time-backwards", f"{entry.at} comes after {self.last}."))
            self.last = max(self.last, entry.at)
            if isinstance(act, acts.Convene | acts.Enrol):
                self._introduce(act)
            lines.append((Place(number, entry.at, leaf.hex(), signed.kid), act))
            public = self.keys.get(signed.kid)
            if public is not None:
                signatures[number] = (public, signed.signing_input, signed.signature)
        self.tree.extend(leaves)
        self.count += len(lines)
        return lines, signatures

    def _introduce(self, act: acts.Convene | acts.Enrol) -> None:
        shown = (act.root, act.service) if isinstance(act, acts.Convene) else (act.token, act.device)
        for text in shown:
            public = unb64url(text, 32)
            self.keys[thumbprint(public)] = public


def replay(
    entries: Sequence[bytes],
    blobs: Mapping[str, bytes],
    findings: list[Finding],
    check: SignatureCheck = check_in_line,
) -> tuple[Log, Hearing]:
    """Read every line, check every signature, fold every act; name what is refused and leave it out."""
    log = Log(findings)
    refused: list[Finding] = []
    hearing = _before(log, blobs)
    checks: list[tuple[list[int], Callable[[], list[int]]]] = []
    for start in range(0, len(entries), STRETCH):
        lines, signatures = log.read(entries[start : start + STRETCH])
        checks.append((list(signatures), check(list(signatures.values()))))
        fold(hearing, lines, refused)
    bad = {numbers[index] for numbers, wait in checks for index in wait()}
    if bad:
        # Rare, so the state is simply computed again without the forged acts.
        refused.clear()
        hearing = _before(log, blobs)
        lines, _ = Log([]).read(entries)
        fold(hearing, lines, refused, bad)
    findings += refused
    return log, hearing


def fold(hearing: Hearing, lines: Iterable[Line], findings: list[Finding], bad: Container[int] = ()) -> None:
    """Apply acts in order; one that is forged or that the rules refuse becomes a finding and changes nothing.

    `bad` are the numbers of acts whose signatures fail: of a key that was never admitted nobody can say that.
    """
    for place, act in lines:
        try:
            hearing.key(place.kid, act)
            if place.seq in bad:
                findings.append(_at(place.seq, "bad-signature", "The signature is not by the key it names."))
                continue
            hearing.apply(act, place, None)
        except Refused as why:
            findings.append(_at(place.seq, "act-refused", f"{act.act}: {why}"))


def _before(log: Log, blobs: Mapping[str, bytes]) -> Hearing:
    """A hearing before its first act, that looks up roots in this log."""
    roots: dict[int, str] = {}

    def root_at(size: int) -> str | None:
        if size not in roots and size <= log.tree.size:
            roots[size] = log.tree.root(size).hex()
        return roots.get(size)

    return Hearing(blobs.get, root_at)


def _at(seq: int, code: str, detail: str) -> Finding:
    return Finding(code, f"log.jsonl:{seq}", detail)
