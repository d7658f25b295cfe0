"""The key holders of the demo's secret poll: what each of them does next, as the public state shows it."""

from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any

from web.actors.keeper import Keeper
from web.actors.participants import Officer
from web.demo.cast import Player

State = dict[str, Any]
Step = Callable[[], Coroutine[Any, Any, Any]]
_STEPS = ("certificate", "polynomial", "share", "accepted")


class Keyring:
    """The holders whom the script plays, by entry of the roll."""

    def __init__(self) -> None:
        self._keepers: dict[str, Keeper] = {}

    def add(self, officer: Officer, player: Player) -> None:
        """An officer whom the script plays; whether they hold a key, the notice says."""
        self._keepers[officer.seat.member] = Keeper(officer, player.seed)

    def has(self, member: str) -> bool:
        """Whether the script plays this entry."""
        return member in self._keepers

    def lacks(self, state: State) -> bool:
        """Whether the keys wait for a holder whom nobody plays, and who has not begun."""
        return any(
            not holder["certificate"] and holder["member"] not in self._keepers
            for holder in state["keys"]["holders"]
        )

    def steps(self, state: State, *, leave: bool) -> Iterator[Step]:
        """What our holders can do now; `leave` the last part of an opening to a holder whom nobody plays."""
        holders = state["keys"]["holders"]
        for step in _STEPS:
            missing = [holder["member"] for holder in holders if not holder[step]]
            if missing:
                yield from (self._keepers[one].advance for one in missing if one in self._keepers)
                return
        for poll in state["polls"]:
            box = poll["box"]
            if box is not None and box["openable"]:
                ours = [one for one in box["holders"] if one in self._keepers]
                asked = [one for one in ours if one not in box["decrypted"]]
                left = box["threshold"] - len(box["decrypted"])
                if leave and len(ours) < len(box["holders"]):
                    left -= 1
                yield from (partial(self._keepers[one].decrypt, poll["id"]) for one in asked[:left])
