"""Receipts: C2SP tlog-proof. One entry, and the proof that a signed checkpoint covers it."""

from dataclasses import dataclass

from ballots import entry
from ballots.checkpoint import Checkpoint, NoteError, verify_note
from ballots.encoding import b64, unb64
from ballots.merkle import leaf_hash, verify_inclusion

_FIRST = "c2sp.org/tlog-proof@v1"
_MAX_PROOF = 63


class ReceiptError(ValueError):
    """A receipt that proves nothing; says why."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a phone keeps.

    Attributes:
        entry: the entry's exact bytes (`extra` of the format).
        index: its number in the record.
        proof: inclusion hashes, from the leaf's sibling upwards.
        checkpoint: the signed note of the batch that the entry was committed in.
    """

    entry: bytes
    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """The receipt as text, ready to be kept in a `.tlog-proof` file."""
        lines = [_FIRST, f"extra {b64(self.entry)}", f"index {self.index}", *map(b64, self.proof), "", ""]
        return "\n".join(lines).encode() + self.checkpoint

    @classmethod
    def parse(cls, raw: bytes) -> "Receipt":
        """Read a receipt. There is one way to write it; it must have its `extra`.

        Raises:
            ReceiptError: anything else. Nothing is verified yet.
        """
        head, _, checkpoint = raw.partition(b"\n\n")
        try:
            _, extra, index, *proof = head.decode("ascii").split("\n")
            receipt = cls(
                unb64(extra.removeprefix("extra ")),
                int(index.removeprefix("index ")[:17]),
                tuple(unb64(line, 32) for line in proof),
                checkpoint,
            )
        except ValueError:
            raise ReceiptError("not a receipt") from None
        if receipt.index < 0 or len(proof) > _MAX_PROOF or receipt.encode() != raw:
            raise ReceiptError("not the one way to write this receipt")
        return receipt

    def verify(self, vkey: str) -> Checkpoint:
        """The checkpoint, if its signature is good and it covers the entry at its place.

        Args:
            vkey: the verifier key of the record's signer.

        Raises:
            ReceiptError: the checkpoint, the entry or the proof does not hold.
        """
        try:
            checkpoint = verify_note(self.checkpoint, vkey)
            seq = entry.parse(self.entry).seq
        except (NoteError, entry.EntryError) as why:
            raise ReceiptError(str(why)) from None
        if seq != self.index:
            raise ReceiptError(f"the entry is number {seq}, the proof is for {self.index}")
        leaf = leaf_hash(self.entry)
        if not verify_inclusion(self.index, checkpoint.size, leaf, checkpoint.root, self.proof):
            raise ReceiptError("the checkpoint does not cover this entry")
        return checkpoint
