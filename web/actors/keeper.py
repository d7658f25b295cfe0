"""A key holder's device, as scripts play it: it trusts the record that it has verified, and nothing else."""

import io
from collections.abc import Sequence

from ballots import entry
from ballots.bundle import read_from
from ballots.checkpoint import Checkpoint, fingerprint
from ballots.merkle import Tree, leaf_hash
from ballots.secret import pedersen, pki, tally
from ballots.secret.group import GROUP
from ballots.signing import split
from deliberation import acts
from deliberation.audit import Expectations, audit
from deliberation.box import Keys
from deliberation.holders import decoded
from deliberation.notice import name
from deliberation.state import Poll, State
from web.actors.device import Device, answer


class UnsafeToOpenError(Exception):
    """The record does not fit, so this holder neither makes keys nor decrypts by it."""


class Keeper:
    """One key holder: `advance` takes the next step whenever it can.

    Attributes:
        device: enrolled for the holder's entry.
        seed: all that this holder has to keep, 22 characters.
        decrypted: polls that this holder has opened: never a second time.
    """

    def __init__(self, device: Device, seed: str | None = None) -> None:
        self.device = device
        self.seed = seed or pki.seed()
        self.decrypted: set[str] = set()

    async def record(self) -> State:
        """The hearing as its record says, every part of it recomputed. Raises UnsafeToOpenError."""
        return (await self._record())[0]

    async def _record(self) -> tuple[State, Sequence[bytes], Tree]:
        """State, entries and tree of a record that continues the one this device knows."""
        hearing = self.device.seat.hearing
        found = await answer(self.device.http, "GET", f"/h/{hearing}/{hearing}.zip")
        bundle = read_from(io.BytesIO(found.content))
        report = audit(bundle, Expectations(running=True))
        if report.findings or report.state is None:
            raise UnsafeToOpenError(", ".join(finding.code for finding in report.findings))
        tree, known = Tree(), self.device.head
        for raw in bundle.entries:
            tree.append(leaf_hash(raw))
        if tree.leaf(0) != self.device.seat.genesis:
            raise UnsafeToOpenError("the record of another hearing")
        if tree.size < known.size or tree.root(known.size) != known.root:
            raise UnsafeToOpenError("another history than the one that this device knows")
        self.device.head = Checkpoint(known.origin, tree.size, tree.root())
        return report.state, bundle.entries, tree

    async def advance(self) -> bool:
        """Take the next step in making the keys; False where it is for others to act, or all is done.

        Raises:
            UnsafeToOpenError: the record does not fit, or has not what this device made.
            ballots.secret.pedersen.BadShare: a holder has dealt something wrong to this one.
        """
        keys = (await self.record()).holders
        assert keys is not None
        me = self.device.seat.member
        everybody = len(keys.holders)
        if me not in keys.certificates:
            made = pedersen.certificate(self.seed, everybody, keys.threshold, keys.number(me))
            await self._send(acts.SendCertificate, made)
        elif len(keys.certificates) == everybody and me not in keys.polynomials:
            sent = keys.in_order(keys.certificates)
            try:
                made = pedersen.polynomial(self.seed, sent, keys.number(me), keys.threshold)
            except pedersen.BadMessage as why:
                raise UnsafeToOpenError(str(why)) from None
            await self._send(acts.SendPolynomial, made)
        elif len(keys.polynomials) == everybody and me not in keys.shares:
            await self._send(acts.SendShare, self._share(keys).message)
        elif keys.trustees is not None and me not in keys.accepted:
            if decoded(keys.trustees).keys[keys.number(me) - 1] != GROUP.raised(self._share(keys).exponent):
                raise UnsafeToOpenError("the keys that were put together lack this holder's")
            await self.device.act(acts.AcceptKeys, trustees=name(keys.trustees))
        else:
            return False
        return True

    async def decrypt(self, poll: str, shown: str | None = None) -> None:
        """This holder's part of opening a closed poll, once.

        Args:
            poll: which.
            shown: the fingerprint that the screen has shown at its close, where this holder was in the hall.

        Raises:
            UnsafeToOpenError: the record does not fit, there is nothing to open, or it was opened already.
        """
        state, entries, tree = await self._record()
        found: Poll | None = state.polls.get(poll)
        if found is None or found.box is None or found.box.tally is None or found.box.raw is None:
            raise UnsafeToOpenError("there is nothing to open")
        if shown is not None and shown != fingerprint(self._closed(entries, tree, poll).text):
            raise UnsafeToOpenError("the screen shows another record")
        if poll in self.decrypted:
            raise UnsafeToOpenError("this holder has opened this poll already")
        self.decrypted.add(poll)
        made = tally.decrypt(found.box.raw, found.box.tally, self._share(found.box.keys).exponent)
        await self.device.act(acts.DecryptTally, poll=poll, decryption=name(made), blobs=(made,))

    def _closed(self, entries: Sequence[bytes], tree: Tree, poll: str) -> Checkpoint:
        """The record up to the close of a poll."""
        for seq in range(tree.size - 1, -1, -1):
            act = acts.decode(split(entry.parse(entries[seq]).jws).payload)
            if isinstance(act, acts.ClosePoll) and act.poll == poll:
                return Checkpoint(self.device.head.origin, seq + 1, tree.root(seq + 1))
        raise UnsafeToOpenError("the poll is open")

    def _share(self, keys: Keys) -> pedersen.Share:
        """What this holder opens with. Raises UnsafeToOpenError, and BadShare of `pedersen`."""
        me = keys.number(self.device.seat.member)
        sent = keys.in_order(keys.certificates), keys.in_order(keys.polynomials)
        try:
            return pedersen.share(self.seed, *sent, me)
        except pedersen.BadShare:
            raise
        except pedersen.BadMessage as why:
            raise UnsafeToOpenError(str(why)) from None

    async def _send(self, kind: type[acts.LaterAct], made: bytes) -> None:
        await self.device.act(kind, message=name(made), blobs=(made,))
