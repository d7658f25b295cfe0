"""A browser's part in a hearing, over HTTP and without a browser: what web/client/src/core does, in Python.

It believes nothing of the service: it pins the community's anchor, verifies each receipt, and keeps every
checkpoint it has seen, each proven to extend those before it. Scripts, the demo and the bench act through it.
"""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from ballots import entry
from ballots.checkpoint import Checkpoint, verify_note, vkey
from ballots.encoding import b64url, new_nonce, unb64, unb64url
from ballots.judge import Opening
from ballots.merkle import leaf_hash, verify_consistency
from ballots.receipt import Receipt
from ballots.signing import PrivateKey, sign_act, split, verify
from ballots.tokens import Token, anchor
from deliberation import acts
from deliberation.roll import consent_message, enrol_message
from web.access.sessions import session_message

REQUEST_LENGTH = 2048
"""Requests with an opening are as long as this, or a multiple for questions of many options:
their length says nothing of the choice."""
_OPTIONS = 20
"""The longest choice among so many options, each with its number, still fits into one length more."""
_PAUSE = 0.25
"""Seconds before a request without an answer is sent again; doubled each time, up to 4."""


class Declined(Exception):  # noqa: N818 - the service said no; whether that is an error the caller knows
    """The service answered with a problem.

    Attributes:
        code: as in its `type`.
        status: of HTTP.
        detail: the sentence for people.
    """

    def __init__(self, answer: httpx.Response) -> None:
        told = answer.json()
        super().__init__(f"{answer.status_code} {told['code']}: {told['title']}")
        self.code: str = told["code"]
        self.status = answer.status_code
        self.detail: str = told["detail"]


class ForkError(Exception):
    """The service showed this device two records that do not fit together."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat that a card opens, and what the device pins before it believes anything else.

    Attributes:
        genesis: root of the record's first entry alone, which the community's root key has signed.
    """

    hearing: str
    member: str
    role: str
    salt: str
    vkey: str
    genesis: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """An act of this device, with its verified receipt.

    Attributes:
        body: the exact request, to be sent again.
        fresh: whether this was the answer to the first time.
    """

    seq: int
    at: str
    leaf: str
    receipt: str
    body: bytes
    fresh: bool


async def answer(
    http: httpx.AsyncClient,
    method: str,
    path: str,
    **options: Any,  # noqa: ANN401 - those of httpx
) -> httpx.Response:
    """The answer to a request. Raises Declined for a problem."""
    found = await http.request(method, path, **options)
    if found.status_code >= 400:
        raise Declined(found)
    return found


async def open_card(http: httpx.AsyncClient, community: str, token: Token, pinned: str) -> list[Seat]:
    """The seats that a card opens, each in a record that the community of the pinned anchor began.

    Raises:
        Declined: `unknown-card`.
        ForkError: the record is not of this community.
    """
    body = {"token": b64url(token.key.public)}
    told = (await answer(http, "POST", "/api/cards", json=body)).json()
    seats = []
    for seat in told["seats"]:
        tile = await answer(http, "GET", f"/h/{seat['hearing']}/log/tile/entries/000.p/1")
        first = tile.content[2:]
        key = _convened(first, seat["hearing"], community, pinned)
        seats.append(Seat(seat["hearing"], seat["member"], seat["role"], seat["salt"], key, leaf_hash(first)))
    return seats


def _convened(first: bytes, hearing: str, community: str, pinned: str) -> str:
    """The verifier key of the record that begins with this entry."""
    signed = split(entry.parse(first).jws)
    act = acts.decode(signed.payload)
    if not isinstance(act, acts.Convene) or (act.hearing, act.community) != (hearing, community):
        raise ForkError("the record begins with another hearing")
    root = unb64url(act.root, 32)
    if anchor(root) != pinned or not verify(root, signed.signing_input, signed.signature):
        raise ForkError("the record was not begun by this community")
    return vkey(act.origin, unb64url(act.service, 32))


class Device:
    """A device key, acting for one member.

    Args:
        http: with the service's URL as base; a device that signs in needs one of its own, for the cookie.

    Attributes:
        seat: whom it acts for.
        key: its key.
        head: the newest checkpoint that it has verified.
        kept: its acts, with receipts.
    """

    def __init__(self, http: httpx.AsyncClient, seat: Seat, key: PrivateKey | None = None) -> None:
        self.http = http
        self.seat = seat
        self.key = key or PrivateKey.generate()
        self.head = Checkpoint(seat.vkey.partition("+")[0], 1, seat.genesis)
        self.kept: list[Kept] = []

    @property
    def api(self) -> str:
        """Where the hearing's API is."""
        return f"/api/h/{self.seat.hearing}"

    async def enrol(self, token: Token, consent: PrivateKey | None = None) -> Kept:
        """Become the device that acts for the card's bearer; `consent` is the key of the device before."""
        nonce = new_nonce()
        hearing, card = self.seat.hearing, token.key
        agreed = consent and consent.sign(consent_message(hearing, self.key.kid, nonce))
        return await self.send(
            self.signed(
                acts.Enrol,
                key=card,
                nonce=nonce,
                member=self.seat.member,
                token=b64url(card.public),
                salt=self.seat.salt,
                device=b64url(self.key.public),
                proof=b64url(self.key.sign(enrol_message(hearing, card.kid, nonce))),
                consent=agreed and b64url(agreed),
            )
        )

    async def act(self, kind: type[acts.LaterAct], **members: Any) -> Kept:  # noqa: ANN401 - each kind's own
        """Sign an act over the newest verified head, send it, and verify its receipt. Raises Declined."""
        return await self.send(self.signed(kind, **members))

    def signed(
        self,
        kind: type[acts.LaterAct],
        *,
        key: PrivateKey | None = None,
        nonce: str | None = None,
        blobs: tuple[bytes, ...] = (),
        opening: Opening | None = None,
        options: int = 0,
        **members: Any,  # noqa: ANN401 - each kind's own
    ) -> bytes:
        """The request that brings an act: its exact bytes can be sent again and again.

        Of a sealed ballot, `options` is how many its question has.
        """
        head = acts.Head(self.head.size, self.head.root.hex())
        act = acts.new(kind, self.seat.hearing, nonce or new_nonce(), head=head, **members)
        return request_body(sign_act(key or self.key, acts.encode(act)), blobs, opening, options)

    async def send(self, body: bytes, patience: float = 60.0) -> Kept:
        """Send a request until it is answered, and verify the receipt.

        Raises:
            Declined: the act may not enter.
            ballots.receipt.ReceiptError: the receipt proves nothing.
            TimeoutError: no answer within `patience` seconds.
        """
        async with asyncio.timeout(patience):
            found = await self._insist(body)
        told = found.json()
        receipt = Receipt.parse(told["receipt"].encode())
        checkpoint = receipt.verify(self.seat.vkey)
        if entry.parse(receipt.entry).jws != msgspec.json.decode(body)["jws"]:
            raise ForkError("the receipt is for another act")
        await self.accept(checkpoint)
        leaf = leaf_hash(receipt.entry).hex()
        kept = Kept(told["seq"], told["at"], leaf, told["receipt"], body, found.status_code == 201)
        self.kept.append(kept)
        return kept

    async def _insist(self, body: bytes) -> httpx.Response:
        pause = _PAUSE
        while True:
            try:
                found = await self.http.post(
                    f"{self.api}/acts", content=body, headers={"Content-Type": "application/json"}
                )
            except httpx.TransportError:
                found = None
            if found is not None and found.status_code < 400:
                return found
            if found is not None and found.status_code < 500 and found.status_code != 429:
                raise Declined(found)
            await asyncio.sleep(pause)
            pause = min(4.0, 2 * pause)

    async def follow(self) -> Checkpoint:
        """Fetch the newest checkpoint, and accept it."""
        note = (await answer(self.http, "GET", f"/h/{self.seat.hearing}/log/checkpoint")).content
        await self.accept(verify_note(note, self.seat.vkey))
        return self.head

    async def accept(self, found: Checkpoint) -> None:
        """Keep a checkpoint whose signature is verified, once it is proven to fit the one that is kept.

        Raises:
            ForkError: it does not.
        """
        old, new = sorted((self.head, found), key=lambda head: head.size)
        proof: list[bytes] = []
        if old.size < new.size:
            query = {"from": old.size, "to": new.size}
            told = await answer(self.http, "GET", f"{self.api}/consistency", params=query)
            proof = [unb64(text, 32) for text in told.json()["proof"]]
        if not verify_consistency(old.size, new.size, old.root, new.root, proof):
            raise ForkError(f"the record of {new.size} does not continue that of {old.size}")
        self.head = new

    async def sign_in(self) -> None:
        """Get the cookie for private reads."""
        challenge = (await answer(self.http, "GET", f"{self.api}/challenge")).json()["challenge"]
        signature = b64url(self.key.sign(session_message(self.seat.hearing, challenge)))
        body = {"kid": self.key.kid, "challenge": challenge, "signature": signature}
        await answer(self.http, "POST", f"{self.api}/session", json=body)

    async def state(self) -> dict[str, Any]:
        """The public state."""
        found: dict[str, Any] = (await answer(self.http, "GET", self.api)).json()
        return found


def request_body(
    jws: str, blobs: tuple[bytes, ...] = (), opening: Opening | None = None, options: int = 0
) -> bytes:
    """The body of `POST …/acts`, byte for byte as browsers make it."""
    opened = opening and {"salt": b64url(opening.salt), "choice": opening.choice.decode()}
    told = {"jws": jws, "blobs": [b64url(blob) for blob in blobs], "opening": opened, "pad": ""}
    body = msgspec.json.encode(told)
    if opening is not None:
        length = REQUEST_LENGTH * (1 + options // _OPTIONS)
        told["pad"] = "0" * (length - len(body) % length)
        body = msgspec.json.encode(told)
    return body


def seal(choice: object) -> Opening:
    """A fresh opening of a choice."""
    return Opening(secrets.token_bytes(32), msgspec.json.encode(choice))
