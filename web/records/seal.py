"""The service's own signature in one hearing: under what nobody decides."""

from ballots.encoding import new_nonce
from ballots.judge import Aside
from ballots.record import NOTHING
from ballots.signing import PrivateKey, sign_act
from ballots.submission import Accepted, Submission
from deliberation import acts
from web.records.running import Running


class Seal:
    """Signs acts by the service's key and brings them into one record."""

    def __init__(self, running: Running, key: PrivateKey) -> None:
        self._running = running
        self._key = key

    async def act(
        self, kind: type[acts.LaterAct], aside: Aside = NOTHING, **members: str | tuple[str, ...]
    ) -> Accepted:
        """Sign an act and bring it in. Raises what `Running.submit` raises."""
        return await self._running.submit(self.sign(kind, aside, **members))

    def sign(
        self, kind: type[acts.LaterAct], aside: Aside = NOTHING, **members: str | tuple[str, ...]
    ) -> Submission:
        """Sign an act over the newest head."""
        record = self._running.record
        size = record.head.size
        head = acts.Head(size, record.tree.root(size).hex())
        act = acts.new(kind, self._running.id, new_nonce(), head=head, **members)
        return self._running.receive(sign_act(self._key, acts.encode(act)), aside)
