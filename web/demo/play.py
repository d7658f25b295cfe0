"""Plays the demo's people over HTTP, as their phones and the chair's laptop would.

It looks at the public state and does what comes next, so it can be stopped and started at any point.
When the person who watches enrols with the second chair's card, the scripted chair steps back.
Whoever is taken off the roll, signed out, or has lost their device takes no further part; the others go on.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import httpx
import msgspec

from voting.forms import Form
from voting.secret import marked
from web.actors.device import Declined, answer, open_card
from web.actors.participants import Choice, Officer, Phone
from web.actors.voter import Credential
from web.demo.cast import Cast, Player
from web.demo.keyring import Keyring
from web.demo.lines import COMMENTS, REMARKS

State = dict[str, Any]
Step = Callable[[], Coroutine[Any, Any, Any]]
TURNOUT = 0.92
"""The share of those entitled after whose votes the chair closes."""
DESK = 0.2
"""The share of people who check in at the desk."""
JUDGED = 0.95
"""How often somebody gives a grade."""
SPEAKERS = 2
"""Speakers on an item."""
PATIENCE = 60
"""How many steps the chair waits, at check-in and in a poll, for the person who watches to take part."""
SECRET_PATIENCE = 300
"""As many in a secret poll: there is more to read, and a phone can be tested first."""
_STALE = frozenset(
    {
        "already-present",
        "poll-closed",
        "superseded",
        "already-requested",
        "item-not-called",
        "hearing-adjourned",
        "offer-too-late",
        "already-voted",
        "already-sent",
        "enough-keys",
    }
)
"""Refusals that mean: somebody was quicker."""
_OUT = frozenset(
    {"device-revoked", "not-on-roll", "not-present", "not-present-at-opening", "not-signed-in", "unknown-key"}
)
"""Refusals that mean: somebody takes no part in this any more."""


class Play:
    """The scripted people of one hearing.

    Args:
        cast: who they are.
        url: of the service.
        pace: seconds between two steps of the chair; 0 for tests.
    """

    def __init__(self, cast: Cast, url: str, pace: float) -> None:
        self._cast = cast
        self._url = url
        self._pace = pace
        self._http: list[httpx.AsyncClient] = []
        self._officers: dict[str, Officer] = {}
        self._voters: list[Phone] = []
        self._played: set[str] = set()
        self._spoken: set[tuple[str, str]] = set()
        self._voted: set[tuple[str, str]] = set()
        self._said: set[tuple[str, str]] = set()
        self._codes: dict[str, Player] = {}
        self._keys = Keyring()
        self._waited: dict[str, int] = {}
        self._random = random.Random(cast.hearing)  # noqa: S311 - it chooses what the players say, no secrets

    async def run(self) -> None:
        """Play until the hearing is adjourned."""
        try:
            if await self._is_over():
                return
            await self._enter()
            while (state := await self._state())["phase"] != "adjourned":
                members = await self._members()
                self._keep(members)
                await self._people(state)
                await self._hold_keys(state, members)
                if "chair" in self._officers and not _taken_over(members):
                    await self._step(state, members)
                await asyncio.sleep(self._pace)
        finally:
            await asyncio.gather(*(client.aclose() for client in self._http))

    @property
    def _chair(self) -> Officer:
        return self._officers["chair"]

    # Arriving

    async def _is_over(self) -> bool:
        """Whether a former run has ended the meeting; waits for a service that is just starting."""
        while True:
            try:
                state = await self._state()
            except httpx.TransportError:
                await asyncio.sleep(0.2)
            else:
                return bool(state["phase"] == "adjourned")

    async def _enter(self) -> None:
        """Everybody scans their card: the chair first, so that the console has something to show."""
        players = sorted(self._cast.players, key=lambda player: player.role == "representative")
        for player in players:
            await self._enrol(player)
            if player.role == "representative":
                await asyncio.sleep(self._pace / 20)

    async def _enrol(self, player: Player) -> None:
        """Enrol somebody, unless they were taken off the roll before."""
        http = self._client()
        seats = await open_card(http, self._cast.community, player.card, self._cast.anchor)
        seat = next((s for s in seats if (s.hearing, s.role) == (self._cast.hearing, player.role)), None)
        if seat is None:
            return
        self._played.add(seat.member)
        if player.role == "representative":
            phone = Phone(http, seat, player.key)
            self._codes[seat.member] = player
            if await self._acts(phone, player):
                self._voters.append(phone)
        else:
            officer = Officer(http, seat, player.key)
            if await self._acts(officer, player):
                self._keys.add(officer, player)
                if player.role != "observer" and await self._try(officer.sign_in()):
                    self._officers[player.role] = officer

    async def _acts(self, device: Phone | Officer, player: Player) -> bool:
        """Whether a device acts for its bearer, now or since a former run; `_keep` sees if it still does."""
        try:
            await device.enrol(player.card)
        except Declined as why:
            if why.code not in ("already-enrolled", "key-in-use", "nonce-reused", *_OUT):
                raise
            await device.follow()
            return why.code not in _OUT
        return True

    # Who takes part

    def _client(self) -> httpx.AsyncClient:
        http = httpx.AsyncClient(base_url=self._url, timeout=60)
        self._http.append(http)
        return http

    async def _state(self) -> State:
        http = self._http[0] if self._http else self._client()
        state: State = (await answer(http, "GET", f"/api/h/{self._cast.hearing}")).json()
        return state

    async def _members(self) -> list[State]:
        """The roll as officers see it, read by the first of them who still may; empty if none may."""
        for role, officer in list(self._officers.items()):
            try:
                found = (await answer(officer.http, "GET", f"{officer.api}/desk")).json()
            except Declined as why:
                if why.code not in _OUT:
                    raise
                del self._officers[role]
            else:
                members: list[State] = found["members"]
                return members
        return []

    def _keep(self, members: list[State]) -> None:
        """Go on with those whose device still acts for them, and whom nobody has signed out."""
        entries = {member["device"]: member for member in members}
        self._officers = {role: one for role, one in self._officers.items() if one.key.kid in entries}
        self._voters = [
            phone
            for phone in self._voters
            if (entry := entries.get(phone.key.kid)) is not None
            and (entry["present_since"] is not None or ("present", entry["id"]) not in self._said)
        ]

    # What representatives do

    async def _people(self, state: State) -> None:
        """Whoever has something to do does it, in random order."""
        if state["phase"] != "open":
            return
        missing = [d for d in self._voters if ("present", d.seat.member) not in self._said]
        for device in self._random.sample(missing, min(len(missing), 8 if self._pace else len(missing))):
            await self._come_in(device)
        await self._offer(state)
        for poll in state["polls"]:
            if poll["stage"] == "open" and (poll["box"] is None or poll["box"]["ready"]):
                await self._vote(poll, state)
        if state["called"] is not None:
            await self._talk(state)

    async def _come_in(self, phone: Phone) -> None:
        """Most type the code on the screen; some go to the desk."""
        desk, chair = self._officers.get("desk"), self._officers.get("chair")
        if desk is not None and (chair is None or self._random.random() < DESK):
            done = await self._try(desk.check_in(phone.seat.member))
        else:
            done = chair is not None and await self._try(_type_code(phone, chair))
        if done:
            self._said.add(("present", phone.seat.member))

    async def _vote(self, poll: State, state: State) -> None:
        question = next(q for i in state["items"] for q in i["questions"] if q["hash"] == poll["question"])
        waiting = [p for p in self._voters if (poll["id"], p.seat.member) not in self._voted]
        for phone in self._random.sample(waiting, min(len(waiting), 9 if self._pace else len(waiting))):
            self._voted.add((poll["id"], phone.seat.member))
            choice = self._choice(question)
            await self._try(self._cast_ballot(phone, poll, question, choice))

    async def _offer(self, state: State) -> None:
        """Every phone offers a credential for each secret poll to come; again after the script stopped."""
        asked = [question["election"] for item in state["items"] for question in item["questions"]]
        coming = [election for election in asked if election is not None]
        boxes = [poll["box"] for poll in state["polls"] if poll["stage"] == "open" and poll["box"]]
        for phone in self._voters:
            player = self._codes[phone.seat.member]
            for election in coming:
                if election not in phone.credentials:
                    await self._try(phone.offer(election, player.code(election)))
            for election in [box["election"] for box in boxes]:
                phone.credentials.setdefault(election, Credential(election, player.code(election)))

    def _cast_ballot(
        self, phone: Phone, poll: State, question: State, choice: Choice
    ) -> Coroutine[Any, Any, Any]:
        if poll["box"] is not None:
            options = [option["id"] for option in question["options"]]
            return phone.vote_secretly(
                poll["id"], marked(msgspec.convert(question["form"], Form), options, choice)
            )
        cast = phone.vote_openly if question["visibility"] == "live" else phone.vote
        return cast(poll["id"], choice)

    async def _hold_keys(self, state: State, members: list[State]) -> None:
        """Key holders make their keys, and open what is closed."""
        if state["keys"] is None:
            return
        spare = Player("supervisor", self._cast.supervisor, self._cast.spare)
        entry = next((one["id"] for one in members if one["device"] == spare.key.kid), None)
        late = self._keys.lacks(state) and not self._leaves_the_last_key(state)
        if late or (entry is not None and not self._keys.has(entry)):
            await self._enrol(spare)
        for step in self._keys.steps(state, leave=self._leaves_the_opening(state)):
            await self._try(step())

    def _leaves_the_opening(self, state: State) -> bool:
        """Whether to leave somebody who watches and holds a key more time to open the box."""
        asked = [poll["id"] for poll in state["polls"] if poll["box"] and poll["box"]["openable"]]
        if not self._pace or not asked:
            return False
        occasion = f"open {asked[0]}"
        self._waited[occasion] = self._waited.get(occasion, 0) + 1
        return self._waited[occasion] <= PATIENCE

    def _leaves_the_last_key(self, state: State) -> bool:
        """Whether somebody who watches may still take the third holder's card."""
        items = [item["id"] for item in state["items"] if item["called"]]
        return bool(self._pace) and len(items) < len(state["items"]) - 1

    def _choice(self, question: State) -> Choice:
        """Most like what stands first on the ballot; of a ranking, some leave the end out."""
        options: list[str] = [option["id"] for option in question["options"]]
        form = question["form"]
        if form["kind"] == "one":
            return self._random.choices(options, [70, 20, 10])[0]
        if form["kind"] == "numbers":
            grades = range(form["high"], form["low"] - 1, -1)
            judged = [one for one in options if self._random.random() < JUDGED]
            return {one: self._random.choices(grades, [4, 4, 2, 1])[0] for one in judged}
        liked = sorted(range(len(options)), key=lambda place: place + self._random.gauss(0, 1))
        return [options[place] for place in liked[: self._random.randint(1, 2 * len(options))]]

    async def _talk(self, state: State) -> None:
        """Comments and requests to speak on the item that was called."""
        item = state["called"]
        if not self._voters:
            return
        for number, line in enumerate(COMMENTS.get(item, ())):
            if (item, line) not in self._said and self._next_item(state)["comments"] <= number:
                self._said.add((item, line))
                await self._try(self._random.choice(self._voters).comment(item, line))
                return
        if self._lacks_speakers(item):
            phone = self._random.choice(self._voters)
            self._spoken.add((item, phone.seat.member))
            await self._try(phone.ask_floor(item))

    def _lacks_speakers(self, item: str) -> bool:
        asked = sum(1 for entry in self._spoken if entry[0] == item)
        return asked < min(SPEAKERS, len(self._voters))

    # What the chair does

    async def _step(self, state: State, members: list[State]) -> None:
        """The one next step of the meeting, if it is time for it, by a chair who has seen the record."""
        step = self._next_step(state)
        if step is not None and not self._waits_for_guest(state, members):
            await self._chair.follow()
            await self._try(step())

    def _waits_for_guest(self, state: State, members: list[State]) -> bool:
        """Whether to leave the person who watches more time: to come in, and to vote."""
        open_polls = [poll["id"] for poll in state["polls"] if poll["stage"] == "open"]
        if not self._pace or not (open_polls or (state["phase"] == "open" and state["called"] is None)):
            return False
        occasion = open_polls[0] if open_polls else "check-in"
        self._waited[occasion] = self._waited.get(occasion, 0) + 1
        box = next((poll["box"] for poll in state["polls"] if poll["id"] == occasion), None)
        if self._waited[occasion] > (SECRET_PATIENCE if box else PATIENCE):
            return False
        guests = [m for m in members if m["role"] == "representative" and m["id"] not in self._played]
        if not open_polls:
            return any(guest["present_since"] is None for guest in guests)
        polls = (mine for guest in guests if guest["present_since"] is not None for mine in guest["polls"])
        mine = [one for one in polls if one["poll"] == occasion and one["may"]]
        if box:  # nobody knows whose ballots are in it
            return bool(mine) and bool(box["cast"] < box["issued"])
        return any(one["ballot"] is None for one in mine)

    def _next_step(self, state: State) -> Step | None:
        chair = self._chair
        if state["phase"] == "convened":
            return chair.open
        if state["called"] is None:
            enough = state["attendance"]["present"] >= len(self._voters)
            return partial(chair.call, state["items"][0]["id"]) if enough else None
        if state["speaker"] is not None:
            return partial(chair.end_floor, state["speaker"]["request"])
        if state["queue"]:
            return partial(chair.give_floor, state["queue"][0]["request"], 120)
        return self._next_decision(state)

    def _next_decision(self, state: State) -> Step | None:
        """Open, close or publish the item's poll; then the next item; then the end."""
        chair, item = self._chair, self._next_item(state)
        if self._lacks_speakers(item["id"]):
            return None
        for question in item["questions"]:
            poll = next((p for p in state["polls"] if p["id"] == question["poll"]), None)
            if poll is None or poll["stage"] in ("open", "closed", "revealed"):
                return self._next_in_poll(state, question, poll)
        left = [other["id"] for other in state["items"] if not other["called"]]
        if left:
            return partial(chair.call, left[0])
        return partial(chair.publish_minutes, REMARKS) if state["minutes"] is None else chair.adjourn

    def _next_in_poll(self, state: State, question: State, poll: State | None) -> Step | None:
        if poll is None:
            ready = question["visibility"] != "secret" or state["keys"]["ready"]
            met = ready and question["quorum"]["met"]
            return partial(self._chair.open_poll, state["called"], question["hash"]) if met else None
        if poll["stage"] == "open":
            enough = poll["box"] is None and poll["cast"] >= TURNOUT * poll["electorate"]
            done = all((poll["id"], phone.seat.member) in self._voted for phone in self._voters)
            return partial(self._chair.close_poll, poll["id"]) if enough or done else None
        if poll["box"] is not None:
            return None  # the key holders open it
        return partial(self._chair.publish, poll["id"])

    def _next_item(self, state: State) -> State:
        item: State = next(item for item in state["items"] if item["id"] == state["called"])
        return item

    async def _try(self, deed: Coroutine[Any, Any, Any]) -> bool:
        """Whether it is done, by this or before; False where somebody takes no part any more."""
        try:
            await deed
        except Declined as why:
            if why.code not in _STALE | _OUT:
                raise
            return why.code in _STALE
        return True


def _taken_over(members: list[State]) -> bool:
    chairs = [member for member in members if member["role"] == "chair"]
    return sum(1 for member in chairs if member["device"] is not None) > 1


async def _type_code(phone: Phone, chair: Officer) -> None:
    await phone.check_in(await chair.screen_code())
