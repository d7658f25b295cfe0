"""A phone votes only under keys of those who shall hold them, whatever a service that cheats shows it instead."""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import pytest

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
        size, threshold = len(self.box.keys.holders), self.box.keys.threshold
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
        **changes: Any,
    ) -> Case:
        """Open the poll, set it up, and show it to a phone, with these `changes` in what is shown."""
        room, honest = self.room, self.box
        trustees = trustees or self.trustees
        question = room.secret(self.poll)
        keys = Keys(honest.keys.holders, honest.keys.threshold, trustees=trustees)
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
            "granted": None,
            "accepted": list(self.accepted if accepted is None else accepted),
            "restarted": None,
            "cosigned": None,
        } | changes
        box = {"election": honest.election, "threshold": honest.keys.threshold}
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
    if not (node.CLIENT / "node_modules" / "acorn").exists():
        node.build()
    (folder / "cases.json").write_text(json.dumps(cases))
    found: dict[str, Any] = json.loads(node.node("test/setup.mjs", str(folder / "cases.json")))
    return found


def why(found: dict[str, Any]) -> dict[str, str]:
    assert all(one["is"] == "bad" for one in found.values()), found
    return {name: one["why"] for name, one in found.items()}


def gathered(holders: Sequence[str] = (), extra: str = "") -> tuple[SecretRoom, str]:
    """A poll that is open; with keys made anew by these, if any, and an officer of this role who came later."""
    room = SecretRoom(6)
    room.ready()
    if extra:
        late = Person(extra)
        room.send(room.root, room.act(acts.GrantRole, member=late.member))
        room.enrol(late)
        room.observer = late  # type: ignore[attr-defined]
    if holders:
        room.restart([getattr(room, one) if one else room.voters[0] for one in holders], 2)
    room.make_keys()
    for person in room.voters:
        room.offer(person)
    return room, room.open_poll()


@pytest.fixture(scope="module")
def service() -> Service:
    return Service(*gathered())


def test_keys_that_the_holders_have_not_accepted_are_refused(service: Service, tmp_path: Path) -> None:
    room, evil = service.room, service.evil
    stranger, card = PrivateKey.generate(), PrivateKey.generate()
    own = [PrivateKey.generate() for _ in range(3)]
    holders = [room.chair, room.supervisor, room.desk]
    shown_for = [one["device"] for one in service.accepted]
    nobody = [service.accept(PrivateKey.generate(), evil, enrolled) for enrolled in shown_for]
    forged = [
        service.accept(key, evil, service.enrol(one.id, card, b"0" * 32, key, key))
        for key, one in zip(own, holders, strict=True)
    ]
    unproven = [
        service.accept(stranger, evil, service.enrol(one.id, one.token, one.salt, stranger, card))
        for one in holders
    ]
    # The card's public key and the salt can be read in the record: they alone must not do.
    without_card = [
        service.accept(key, evil, service.enrol(one.id, one.token, one.salt, key, key, signer=card))
        for key, one in zip(own, holders, strict=True)
    ]
    before = [
        service.signed(
            service.force(key, acts.AcceptKeys, trustees=notice.name(evil)),
            service.enrol(one.id, one.token, one.salt, key, key),
        )
        for key, one in zip(own, holders, strict=True)
    ]
    unsigned = [service.accept(one.device, evil) for one in room.voters[:3]]
    jws = signing.split(parse(room.entries[unproven[0]["device"]]).jws)
    assert jws.kid == room.chair.token.kid
    shared = [
        service.accept(stranger, evil, service.enrol(one.id, one.token, one.salt, stranger, stranger))
        for one in holders
    ]
    first, second, third = service.accepted
    question = room.secret(service.poll).question_hash
    early = service.force(room.chair.device, acts.OpenPoll, item="gate", question=question, closes=None)
    late = service.accept(room.desk.device, service.trustees)
    found = verdicts(
        tmp_path,
        {
            "honest": service.show(),
            "keys that nobody has enrolled": service.show(nobody, evil),
            "cards that are not of the roll": service.show(forged, evil),
            "a device without a proof": service.show(unproven, evil),
            "a device without the card": service.show(without_card, evil),
            "a device enrolled afterwards": service.show(before, evil),
            "other members": service.show(unsigned, evil),
            "one device for all": service.show(shared, evil),
            "what was accepted before": service.show(None, evil),
            "one holder for all": service.show([first] * 3),
            "two of three": service.show([first, second]),
            "in another order": service.show([second, first, third]),
            "an act of another kind": service.show([first, second, {**third, "act": third["device"]}]),
            "accepted once it was open": service.show([first, second, late], opened=service.signed(early)),
        },
    )
    assert found.pop("honest")["changed"] is False
    assert why(found) == {
        "keys that nobody has enrolled": "not signed by the device that is shown for it",
        "cards that are not of the roll": "a device that no card of the roll has enrolled",
        "a device without a proof": "an enrolment that card or device have not signed",
        "a device without the card": "an enrolment that card or device have not signed",
        "a device enrolled afterwards": "not signed by the device that is shown for it",
        "other members": "another than the key holders",
        "one device for all": "one device that acts for two key holders",
        "what was accepted before": "a key holder who has accepted other keys",
        "one holder for all": "another than the key holders",
        "two of three": "a key holder who has not accepted the keys",
        "in another order": "another than the key holders",
        "an act of another kind": "another act",
        "accepted once it was open": "a key holder who has accepted other keys",
    }


def test_another_notice_roll_or_chair_is_refused(service: Service, tmp_path: Path) -> None:
    room = service.room
    convene = service.act(0)
    assert isinstance(convene, acts.Convene)
    told, listed = room.blobs[convene.notice], room.blobs[convene.roll]
    sheet = notice.decode(told, notice.Notice)
    people = [one.id for one in room.voters[:3]]
    other = notice.encode(msgspec.structs.replace(sheet, keys=notice.KeyHolders(tuple(people), 2)))
    card = room.voters[0].member.commitment.encode()
    other_roll = listed.replace(room.chair.member.commitment.encode(), card)
    members = {
        name: getattr(convene, name) for name in ("origin", "rehearsal", "community", "root", "service")
    }
    later = service.force(
        room.root, acts.Convene, **members, notice=notice.name(other), roll=notice.name(listed)
    )
    accepted = [service.accept(one.device, service.trustees) for one in room.voters[:3]]
    late = Person("chair")
    enrolled = (late.id, late.token, late.salt, late.device, late.device)
    by_root, by_chair = (
        service.force(key, acts.GrantRole, member=late.member) for key in (room.root, room.chair.device)
    )
    service.enrol(*enrolled)
    late.id = room.chair.id
    twice = service.force(room.root, acts.GrantRole, member=late.member)
    found = verdicts(
        tmp_path,
        {
            "notice": service.show(accepted, holders=people, notice=other.decode()),
            "convened": service.show(accepted, holders=people, notice=other.decode(), convened=later),
            "roll": service.show(roll=other_roll.decode()),
            "restart": service.show(accepted, holders=people),
            "opened by the desk": service.show(opener=room.desk.device),
            "opened by nobody": service.show(opener=late.device),
            "named twice": service.show(granted=twice),
            "named by a chair": service.show(opener=late.device, granted=by_chair),
            "named by the community": service.show(opener=late.device, granted=by_root),
        },
    )
    assert found.pop("named by the community")["is"] == "good"
    assert why(found) == {
        "notice": "another text than the record names",
        "convened": "another hearing",
        "roll": "another text than the record names",
        "restart": "other key holders than the notice names",
        "opened by the desk": "a poll that no chair has opened",
        "opened by nobody": "a device that no card of the roll has enrolled",
        "named twice": "a device that no card of the roll has enrolled",
        "named by a chair": "a chair whom the community has not named",
    }


def test_keys_made_anew_need_chair_and_supervisor_and_the_voter_is_told(tmp_path: Path) -> None:
    service = Service(*gathered(("supervisor", "desk", "")))
    room = service.room
    agreed = service.box.keys.anew
    assert len(agreed) == 2
    chair, supervisor = (service.signed(service.number(leaf)) for leaf in agreed)
    told = service.act(chair["act"])
    assert isinstance(told, acts.RestartKeys)
    anew = {"holders": told.holders, "threshold": 2, "reason": "A lost phone"}
    alone = service.signed(service.force(room.desk.device, acts.RestartKeys, **anew))
    others = service.signed(
        service.force(room.chair.device, acts.RestartKeys, **(anew | {"holders": told.holders[::-1]}))
    )

    again = service.signed(service.force(room.chair.device, acts.RestartKeys, **anew))

    def cosigned(person: Person, restart: dict[str, int]) -> dict[str, int]:
        target = room.tree.leaf(restart["act"]).hex()
        return service.signed(service.force(person.device, acts.Cosign, target=target))

    forged = service.signed(
        service.force(PrivateKey.generate(), acts.Cosign, target=agreed[0]), supervisor["device"]
    )
    found = verdicts(
        tmp_path,
        {
            "honest": service.show(restarted=chair, cosigned=supervisor),
            "not cosigned": service.show(restarted=chair),
            "signed by nobody": service.show(restarted=chair, cosigned=forged),
            "cosigned by the desk": service.show(restarted=chair, cosigned=cosigned(room.desk, chair)),
            "by the desk": service.show(restarted=alone, cosigned=cosigned(room.supervisor, alone)),
            "another act cosigned": service.show(restarted=again, cosigned=supervisor),
            "other holders": service.show(restarted=others, cosigned=cosigned(room.supervisor, others)),
        },
    )
    honest = found.pop("honest")
    assert (honest["is"], honest["changed"]) == ("good", True)
    assert why(found) == {
        "not cosigned": "other key holders than the notice names",
        "signed by nobody": "not signed by the device that is shown for it",
        "cosigned by the desk": "key holders without the word of chair and supervisor",
        "by the desk": "key holders without the word of chair and supervisor",
        "another act cosigned": "other key holders than were agreed on",
        "other holders": "other key holders than were agreed on",
    }


def test_who_is_not_of_the_roll_that_the_notice_froze_holds_no_key(tmp_path: Path) -> None:
    service = Service(*gathered(("chair", "supervisor", "observer"), "observer"))
    chair, supervisor = (service.signed(service.number(leaf)) for leaf in service.box.keys.anew)
    found = verdicts(tmp_path, {"it": service.show(restarted=chair, cosigned=supervisor)})
    assert why(found) == {"it": "a device that no card of the roll has enrolled"}
