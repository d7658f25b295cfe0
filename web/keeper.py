"""A key holder's device, as scripts play it: it trusts the record that it has verified, and nothing else."""

import io

from ballots.bundle import read_from
from ballots.secret import pedersen, pki, tally
from deliberation import acts
from deliberation.audit import Expectations, audit
from deliberation.box import Keys
from deliberation.notice import name
from deliberation.state import Poll, State
from web.devices import Device, answer


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
        hearing = self.device.seat.hearing
        found = await answer(self.device.http, "GET", f"/h/{hearing}/{hearing}.zip")
        report = audit(read_from(io.BytesIO(found.content)), Expectations(running=True))
        if report.findings or report.state is None:
            raise UnsafeToOpenError(", ".join(finding.code for finding in report.findings))
        return report.state

    async def advance(self) -> bool:
        """Take the next step in making the keys; False where it is for others to act, or all is done."""
        keys = (await self.record()).holders
        assert keys is not None
        me = self.device.seat.member
        everybody = len(keys.holders)
        if me not in keys.certificates:
            made = pedersen.certificate(self.seed, everybody, keys.threshold, keys.number(me))
            await self._send(acts.SendCertificate, made)
        elif len(keys.certificates) == everybody and me not in keys.polynomials:
            sent = keys.in_order(keys.certificates)
            await self._send(
                acts.SendPolynomial, pedersen.polynomial(self.seed, sent, keys.number(me), keys.threshold)
            )
        elif len(keys.polynomials) == everybody and me not in keys.shares:
            await self._send(acts.SendShare, self._share(keys).message)
        elif keys.trustees is not None and me not in keys.accepted:
            await self.device.act(acts.AcceptKeys, trustees=name(keys.trustees))
        else:
            return False
        return True

    async def decrypt(self, poll: str) -> None:
        """This holder's part of opening a closed poll, once.

        Raises:
            UnsafeToOpenError: the record does not fit, there is nothing to open, or it was opened already.
        """
        found: Poll | None = (await self.record()).polls.get(poll)
        if found is None or found.box is None or found.box.tally is None or found.box.raw is None:
            raise UnsafeToOpenError("there is nothing to open")
        if poll in self.decrypted:
            raise UnsafeToOpenError("this holder has opened this poll already")
        self.decrypted.add(poll)
        made = tally.decrypt(found.box.raw, found.box.tally, self._share(found.box.keys).exponent)
        await self.device.act(acts.DecryptTally, poll=poll, decryption=name(made), blobs=(made,))

    def _share(self, keys: Keys) -> pedersen.Share:
        me = keys.number(self.device.seat.member)
        return pedersen.share(
            self.seed, keys.in_order(keys.certificates), keys.in_order(keys.polynomials), me
        )

    async def _send(self, kind: type[acts.LaterAct], made: bytes) -> None:
        await self.device.act(kind, message=name(made), blobs=(made,))
