"""The parties of a hearing as scripts play them: representatives with phones, officers with consoles."""

import secrets
from typing import Any

import httpx
import msgspec

from ballots.encoding import b64url
from ballots.judge import Opening
from ballots.secret import ballot
from ballots.secret.ballot import Choices
from ballots.secret.election import decode as decode_election
from ballots.signing import PrivateKey
from deliberation import acts, notice
from web.actors.device import Device, ForkError, Kept, Seat, answer, seal
from web.actors.voter import Credential, padded

Choice = str | list[str] | dict[str, int]
"""An option; options, marked or ranked; or a number for each option."""


class Phone(Device):
    """A representative's phone.

    Attributes:
        sealed: what opens this person's ballots, by leaf hash: the phone keeps it whatever happens elsewhere.
        credentials: what signs this person's secret ballots, by election.
    """

    def __init__(self, http: httpx.AsyncClient, seat: Seat, key: PrivateKey | None = None) -> None:
        super().__init__(http, seat, key)
        self.sealed: dict[str, Opening] = {}
        self.credentials: dict[str, Credential] = {}

    async def check_in(self, code: str) -> Kept:
        """Check in with the code on the screen."""
        return await self.act(acts.ComeIn, member=self.seat.member, code=code)

    async def leave(self) -> Kept:
        """Say that one leaves."""
        return await self.act(acts.GoOut, member=self.seat.member)

    async def comment(self, item: str, text: str) -> Kept:
        """Write a comment."""
        blob = secrets.token_bytes(32) + text.encode()
        return await self.act(acts.PostComment, item=item, text=notice.name(blob), blobs=(blob,))

    async def ask_floor(self, item: str) -> Kept:
        """Ask to speak."""
        return await self.act(acts.RequestFloor, item=item)

    async def vote(self, poll: str, choice: Choice, replaces: str | None = None, *, options: int = 0) -> Kept:
        """Cast a ballot in a sealed poll, in place of the one named by `replaces`.

        `options` is how many the question has: no request tells more of a choice.
        """
        opening = seal(choice)
        sealed = opening.commitment
        kept = await self.act(
            acts.CastBallot,
            poll=poll,
            replaces=replaces,
            commitment=sealed,
            opening=opening,
            options=options,
        )
        self.sealed[kept.leaf] = opening
        return kept

    async def vote_openly(self, poll: str, choice: Choice, replaces: str | None = None) -> Kept:
        """Cast a ballot in a live poll."""
        return await self.act(acts.CastBallot, poll=poll, replaces=replaces, choice=choice)

    async def offer(self, election: str, code: str | None = None) -> Kept:
        """Offer a credential for an election, as phones do when they check in; `code` of a former run."""
        mine = Credential(election, code) if code is not None else Credential.new(election)
        self.credentials[election] = mine
        opening = mine.offer(self.seat.hearing, self.key.kid)
        return await self.act(
            acts.OfferCredential, election=election, commitment=opening.commitment, opening=opening
        )

    async def vote_secretly(self, poll: str, sheets: Choices) -> str:
        """Put an encrypted ballot into the box; the SHA-256 of its bytes. Its receipt comes with others.

        `sheets` are what is marked, as `voting.secret.marked` gives it.
        """
        setup = (await answer(self.http, "GET", f"{self.api}/polls/{poll}/setup")).json()
        election = setup["election"].encode()
        mine = self.credentials[decode_election(election).uuid]
        if mine.public not in msgspec.json.decode(setup["credentials"]):
            raise ForkError("the setup has left this phone's credential out")
        raw = ballot.sign(ballot.prepare(election, mine.public, sheets).body, mine.secret)
        found = await answer(self.http, "POST", f"{self.api}/polls/{poll}/ballots", content=padded(raw))
        told: str = found.json()["ballot"]
        return told

    async def open_ballot(self, poll: str, ballot: str) -> Kept:
        """Publish the opening of one's own ballot, where the service failed to."""
        opening = self.sealed[ballot]
        choice = msgspec.json.decode(opening.choice)
        return await self.act(
            acts.OpenBallot, poll=poll, ballot=ballot, salt=b64url(opening.salt), choice=choice
        )


class Officer(Device):
    """A chair, supervisor or desk officer at a console."""

    async def open(self) -> Kept:
        """Open the meeting: check-in begins."""
        return await self.act(acts.Open)

    async def check_in(self, member: str) -> Kept:
        """Check somebody in at the desk."""
        return await self.act(acts.ComeIn, member=member, code=None)

    async def call(self, item: str) -> Kept:
        """Call an item of the agenda."""
        return await self.act(acts.CallItem, item=item)

    async def give_floor(self, request: str, seconds: int) -> Kept:
        """Call a speaker."""
        return await self.act(acts.GiveFloor, request=request, seconds=seconds)

    async def end_floor(self, request: str) -> Kept:
        """End a speech."""
        return await self.act(acts.EndFloor, request=request)

    async def open_poll(self, item: str, question: str, closes: str | None = None) -> Kept:
        """Put a question to the vote; the leaf hash of this act is the poll's id."""
        return await self.act(acts.OpenPoll, item=item, question=question, closes=closes)

    async def close_poll(self, poll: str) -> Kept:
        """Close a poll."""
        return await self.act(acts.ClosePoll, poll=poll)

    async def publish(self, poll: str) -> dict[str, Any]:
        """Ask for a closed poll's result; the service reveals and tallies. Needs `sign_in`."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        found = await answer(self.http, "POST", f"{self.api}/polls/{poll}/publish", headers=headers)
        told: dict[str, Any] = found.json()
        return told

    async def cosign(self, leaf: str) -> Kept:
        """Sign as a second officer."""
        return await self.act(acts.Cosign, target=leaf)

    async def publish_minutes(self, remarks: str) -> Kept:
        """Publish the minutes with these remarks."""
        blob = notice.encode(notice.Minutes(1, remarks))
        return await self.act(acts.PublishMinutes, minutes=notice.name(blob), blobs=(blob,))

    async def adjourn(self) -> Kept:
        """End the meeting."""
        return await self.act(acts.Adjourn)

    async def screen_code(self) -> str:
        """The check-in code, by the screen key that a chair's console is given. Needs `sign_in`."""
        key = (await answer(self.http, "GET", f"{self.api}/me")).json()["screen_key"]
        headers = {"Authorization": f"Bearer {key}"}
        code: str = (await answer(self.http, "GET", f"{self.api}/code", headers=headers)).json()["code"]
        return code
