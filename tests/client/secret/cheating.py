"""A service that cheats: what it shows a phone of key holders, and what the phone finds."""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from ballots import signing
from ballots.encoding import b64, b64url, unb64url
from ballots.entry import parse
from ballots.secret import credentials, pedersen, pki
from ballots.signing import PrivateKey
from ballots.tokens import anchor
from deliberation import acts, notice, roll
from deliberation.box import Box, Keys
from deliberation.credentials import election_bytes
from tests.client import node
from tests.client.secret.test_setup import shown
from tests.client.verify.meetings import Cheat
from tests.room import Person
from tests.secret_room import SecretRoom

Case = dict[str, Any]


class Service:
    """Keeps an honest record, and enters whatever it likes after it."""

    def __init__(self, room: SecretRoom, poll: str) -> None:
        self.room = room
        box = room.secret(poll).box
        assert box is not None
        assert box.keys.trustees is not None
        self.box, self.poll = box, poll
        self.trustees = box.keys.trustees
        self.accepted = [self.signed(self.number(leaf)) for leaf in box.keys.accepted.values()]

    def number(self, leaf: str) -> int:
        return next(n for n in range(self.room.tree.size) if self.room.tree.leaf(n).hex() == leaf)

    def act(self, number: int) -> acts.Act:
        return acts.decode(signing.split(parse(self.room.entries[number]).jws).payload)

    def force(self, key: PrivateKey, kind: type[acts.Act], **members: Any) -> int:
        """Enter an act that the rules may refuse; where it stands."""
        Cheat(self.room).force(key, self.room.act(kind, **members))
        return len(self.room.entries) - 1

    def enrol(
        self,
        member: str,
        card: PrivateKey,
        salt: bytes,
        device: PrivateKey,
        proof: PrivateKey,
        signer: PrivateKey | None = None,
    ) -> int:
        """A card's act by which a device becomes somebody's, it and its proof signed by any keys."""
        signer = signer or card
        nonce = self.room.nonce()
        members = {"token": b64url(card.public), "salt": b64url(salt), "device": b64url(device.public)}
        proven = proof.sign(roll.enrol_message(self.room.id, signer.kid, nonce))
        return self.force(
            signer,
            acts.Enrol,
            nonce=nonce,
            member=member,
            **members,
            proof=b64url(proven),
            consent=None,
        )

    def late(self, role: str, card: Person | None = None) -> tuple[Person, int]:
        """Somebody whom the community's key names after the notice, with a device; and the act that does.

        The card is their own, or another person's.
        """
        one = Person(role)
        if card is not None:
            one.token, one.salt = card.token, card.salt
        grant = self.force(self.room.root, acts.GrantRole, member=one.member)
        self.enrol(one.id, one.token, one.salt, one.device, one.device)
        return one, grant

    def restart(self, chair: Person, supervisor: Person, **anew: Any) -> Case:
        """Keys made anew by the word of these two: what shows it."""
        asked = self.signed(self.force(chair.device, acts.RestartKeys, reason="A lost phone", **anew))
        target = self.room.tree.leaf(asked["act"]).hex()
        return {
            "restarted": asked,
            "cosigned": self.signed(self.force(supervisor.device, acts.Cosign, target=target)),
        }

    def signed(self, number: int, enrolled: int | None = None) -> dict[str, int]:
        """An act, and the enrolment of the device that has signed it, or another one."""
        if enrolled is None:
            kid = signing.split(parse(self.room.entries[number]).jws).kid
            enrolled = max(n for n in range(len(self.room.entries)) if self._device(n) == kid)
        return {"act": number, "device": enrolled}

    def _device(self, number: int) -> str | None:
        act = self.act(number)
        return signing.thumbprint(unb64url(act.device, 32)) if isinstance(act, acts.Enrol) else None

    def accept(self, key: PrivateKey, trustees: bytes, enrolled: int | None = None) -> dict[str, int]:
        return self.signed(self.force(key, acts.AcceptKeys, trustees=notice.name(trustees)), enrolled)

    @cached_property
    def evil(self) -> bytes:
        """Trustees that are all the operator's."""
        return self.trustees_of(self.box.keys.threshold)

    def trustees_of(self, threshold: int) -> bytes:
        """Trustees that nobody but the operator has made, of whom so many open a box."""
        size = len(self.box.keys.holders)
        seeds = [pki.seed(self.room.random) for _ in range(size)]
        certs = [
            pedersen.certificate(s, size, threshold, n, self.room.random) for n, s in enumerate(seeds, 1)
        ]
        dealt = [
            pedersen.polynomial(s, certs, n, threshold, self.room.random) for n, s in enumerate(seeds, 1)
        ]
        shares = [pedersen.share(s, certs, dealt, n, self.room.random) for n, s in enumerate(seeds, 1)]
        return pedersen.trustees(certs, dealt, [share.message for share in shares])

    def show(
        self,
        accepted: Sequence[dict[str, int]] | None = None,
        trustees: bytes | None = None,
        opener: PrivateKey | None = None,
        holders: Sequence[str] | None = None,
        threshold: int | None = None,
        **changes: Any,
    ) -> Case:
        """Open the poll, set it up, and show it to a phone, with these `changes` in what is shown."""
        room, honest = self.room, self.box
        trustees = trustees or self.trustees
        question = room.secret(self.poll)
        threshold = threshold or honest.keys.threshold
        keys = Keys(honest.keys.holders, threshold, trustees=trustees)
        code = room.codes[room.voters[0].id, honest.election].code
        texts = {
            "election": election_bytes(question.question, Box(honest.election, keys, {}, ())),
            "trustees": trustees,
            "credentials": credentials.encode(sorted(room.offered(self.poll), key=int)),
        }
        asked = {"item": "gate", "question": question.question_hash, "closes": None}
        opened = self.force(opener or room.chair.device, acts.OpenPoll, **asked)
        poll = room.tree.leaf(opened).hex()
        names = {part: notice.name(raw) for part, raw in texts.items()}
        convene = self.act(0)
        assert isinstance(convene, acts.Convene)
        told: dict[str, Any] = {
            **{part: raw.decode() for part, raw in texts.items()},
            "setup": self.force(room.service, acts.SetUpPoll, poll=poll, **names),
            "convened": 0,
            "notice": room.blobs[convene.notice].decode(),
            "roll": room.blobs[convene.roll].decode(),
            "opened": self.signed(opened),
            "granted": [],
            "accepted": list(self.accepted if accepted is None else accepted),
            "restarted": None,
            "cosigned": None,
        } | changes
        box = {"election": honest.election, "threshold": threshold}
        return {
            "told": self._receipts(told),
            "proof": [b64(one) for one in room.tree.consistency(1, room.tree.size)],
            "trust": {
                "hearing": room.id,
                "community": "east",
                "anchor": anchor(room.root.public),
                "origin": room.origin,
                "service": b64url(room.service.public),
                "genesis": room.root_at(1),
            },
            "code": code,
            "question": shown(question.question),
            "poll": {
                "id": poll,
                "question": question.question_hash,
                "box": box | {"holders": list(holders or honest.keys.holders)},
            },
        }

    def _receipts(self, told: Any) -> Any:
        """With the receipt of every entry in the place of its number."""
        if isinstance(told, int):
            return self.room.receipt(told).encode().decode()
        if isinstance(told, dict):
            return {name: self._receipts(one) for name, one in told.items()}
        return [self._receipts(one) for one in told] if isinstance(told, list) else told


def verdicts(folder: Path, cases: dict[str, Case]) -> dict[str, Any]:
    """What the phone finds in each."""
    (folder / "cases.json").write_text(json.dumps(cases))
    found: dict[str, Any] = json.loads(node.node("test/setup.mjs", str(folder / "cases.json")))
    return found


def why(found: dict[str, Any]) -> dict[str, str]:
    assert all(one["is"] == "bad" for one in found.values()), found
    return {name: one["why"] for name, one in found.items()}


def gathered(holders: Sequence[str] = ()) -> tuple[SecretRoom, str]:
    """A poll that is open; with keys made anew by these, if any."""
    room = SecretRoom(6)
    room.ready()
    if holders:
        room.restart([getattr(room, one) if one else room.voters[0] for one in holders], 2)
    room.make_keys()
    for person in room.voters:
        room.offer(person)
    return room, room.open_poll()
