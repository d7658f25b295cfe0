"""A record in memory: judge, tree and index of one history, as its one writer sees it.

A ledger is built by replaying what is kept and is thrown away at the first doubt:
there is no undo, only building again from what is durable.
"""

import itertools

from ballots import entry
from ballots.checkpoint import Checkpoint
from ballots.entry import Entry
from ballots.judge import BlobSource, JudgeFactory, Opening, Place
from ballots.merkle import Tree, leaf_hash
from ballots.refusal import Refused
from ballots.signing import PublicKeyError, Signed, split, verify
from ballots.store import Row, Tail, TreeHead
from ballots.submission import Submission, read_tag
from ballots.unsafe import Unsafe

_serials = itertools.count(1)


class Ledger:
    """The state after the entries so far: first the durable ones, then the batch being decided.

    Only the writer's thread changes it. Other threads may call `check` and look into `index`.

    Attributes:
        serial: unlike that of any other ledger of this process.
        judge: the state, as the judge keeps it.
        tree: the leaves of all entries, the batch included.
        index: the number of the entry by key id and nonce.
        at: the time of the last entry, or the empty string.
        rows: the batch's entries, not durable yet.
        blobs: the bytes that came beside them, by hash.
        openings: the openings that came beside them, by leaf.
    """

    def __init__(self, judge: JudgeFactory, kept: BlobSource) -> None:
        self.serial = next(_serials)
        self.tree = Tree()
        self.index: dict[tuple[str, str], int] = {}
        self.at = ""
        self.rows: list[Row] = []
        self.blobs: dict[str, bytes] = {}
        self.openings: dict[str, Opening] = {}
        self._kept = kept
        self.judge = judge(self._blob, self._root)

    @property
    def head(self) -> TreeHead:
        """Size and root over all entries, the batch included."""
        return TreeHead(self.tree.size, self.tree.root().hex())

    def check(self, signed: Signed, act: object) -> None:
        """Check the signature with the key that the judge knows; safe on any thread.

        Raises:
            Refused: `bad-signature`, and what the judge refuses (`unknown-key`).
        """
        try:
            good = verify(self.judge.key(signed.kid, act), signed.signing_input, signed.signature)
        except PublicKeyError:
            good = False
        if not good:
            raise Refused("bad-signature")

    def admit(self, submission: Submission, now: str) -> Row:
        """Decide on one act: its entry joins the batch.

        Raises:
            Refused: and nothing has changed.
        """
        if submission.ledger != self.serial:
            self.check(submission.signed, submission.act)
        signed, aside = submission.signed, submission.aside
        seq, at = self.tree.size, max(now, self.at)
        raw = Entry(seq, at, signed.jws).raw
        leaf = leaf_hash(raw)
        name = leaf.hex()
        self.judge.apply(submission.act, Place(seq, at, name, signed.kid), aside)
        row = Row(seq, signed.kid, submission.nonce, 0, raw)
        self._add(row, leaf, at)
        self.rows.append(row)
        self.blobs.update(aside.blobs)
        if aside.opening is not None:
            self.openings[name] = aside.opening
        return row

    def follow(self, tail: Tail, signed: Checkpoint | None) -> None:
        """Replay all that is kept beyond this ledger, and hold it against the last signed checkpoint.

        Raises:
            Unsafe: `database-behind`, `other-history`, `database-damaged`.
        """
        head = tail.head()
        covered = signed.size if signed else 0
        if head.size < max(covered, self.tree.size):
            raise Unsafe("database-behind", tail.hearing, held=head.size, signed=max(covered, self.tree.size))
        for row in tail.rows(self.tree.size, head.size):
            try:
                self._replay(row, verified=row.seq < covered)
            except (ValueError, Refused) as why:
                raise Unsafe("database-damaged", tail.hearing, seq=self.tree.size, why=str(why)) from why
        if self.tree.size != head.size:
            raise Unsafe("database-damaged", tail.hearing, seq=self.tree.size, why="it is not there")
        if signed is not None and self.tree.root(covered) != signed.root:
            raise Unsafe("other-history", tail.hearing, signed=covered)
        if self.head != head:
            other = "the root over all acts is another one"
            raise Unsafe("database-damaged", tail.hearing, seq=head.size - 1, why=other)

    def settle(self) -> None:
        """The batch is durable."""
        self.rows, self.blobs, self.openings = [], {}, {}

    def _replay(self, row: Row, *, verified: bool) -> None:
        """Add a durable entry; its signature is checked unless a signed checkpoint covers it."""
        seq = self.tree.size
        leaf, found, signed = _open(row, seq, self.at)
        act = self.judge.read(signed.payload)
        if not verified:
            self.check(signed, act)
        self.judge.apply(act, Place(seq, found.at, leaf.hex(), row.kid), None)
        self._add(row, leaf, found.at)

    def _add(self, row: Row, leaf: bytes, at: str) -> None:
        self.tree.append(leaf)
        self.index[row.kid, row.nonce] = row.seq
        self.at = at

    def _blob(self, name: str) -> bytes | None:
        return self.blobs[name] if name in self.blobs else self._kept(name)

    def _root(self, size: int) -> str | None:
        return self.tree.root(size).hex() if 0 <= size <= self.tree.size else None


def _open(row: Row, seq: int, after: str) -> tuple[bytes, Entry, Signed]:
    """A kept entry's leaf hash and content. Raises ValueError where it cannot stand at `seq`."""
    found = entry.parse(row.raw)
    signed = split(found.jws)
    tag = read_tag(signed.payload)
    if (row.seq, row.kid, row.nonce) != (found.seq, signed.kid, tag.nonce) or row.seq != seq:
        raise ValueError("its columns do not fit its bytes")
    if found.at < after:
        raise ValueError("its time goes backwards")
    return leaf_hash(row.raw), found, signed
