"""A phone votes only under keys of those who shall hold them, whatever a service that cheats shows it instead."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from ballots import signing
from ballots.entry import parse
from ballots.signing import PrivateKey
from deliberation import acts, notice
from tests.client.secret.cheating import Service, gathered, verdicts, why
from tests.room import Person


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
            "named twice": service.show(granted=[twice]),
            "named by a chair": service.show(opener=late.device, granted=[by_chair]),
            "named by the community": service.show(opener=late.device, granted=[by_root]),
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
        "named by a chair": "an officer whom the community has not named",
    }


def test_keys_made_anew_need_chair_and_supervisor_and_the_voter_is_told(tmp_path: Path) -> None:
    service = Service(*gathered(("supervisor", "desk", "")))
    room = service.room
    agreed = service.box.keys.anew
    assert len(agreed) == 2
    chair, supervisor = (service.signed(service.number(leaf)) for leaf in agreed)
    told = service.act(chair["act"])
    assert isinstance(told, acts.RestartKeys)
    anew: dict[str, Any] = {"holders": told.holders, "threshold": 2}
    again = service.restart(room.chair, room.desk, **anew)
    others = service.restart(room.chair, room.supervisor, **(anew | {"holders": told.holders[::-1]}))
    other_chair, named_chair = service.late("chair")
    other_supervisor, named_supervisor = service.late("supervisor")
    named: dict[str, Any] = {"granted": [named_chair, named_supervisor]}
    twin, twice = service.late("supervisor", room.chair)
    forged = service.signed(
        service.force(PrivateKey.generate(), acts.Cosign, target=agreed[0]), supervisor["device"]
    )
    found = verdicts(
        tmp_path,
        {
            "honest": service.show(restarted=chair, cosigned=supervisor),
            "not cosigned": service.show(restarted=chair),
            "signed by nobody": service.show(restarted=chair, cosigned=forged),
            "cosigned by the desk": service.show(**again),
            "by the desk": service.show(**service.restart(room.desk, room.supervisor, **anew)),
            "another act cosigned": service.show(restarted=again["restarted"], cosigned=supervisor),
            "other holders": service.show(**others),
            "another chair": service.show(**service.restart(other_chair, room.supervisor, **anew), **named),
            "another supervisor": service.show(
                **service.restart(room.chair, other_supervisor, **anew), **named
            ),
            "one person": service.show(**service.restart(room.chair, twin, **anew), granted=[twice]),
            "both named later": service.show(
                **service.restart(other_chair, other_supervisor, **anew), **named
            ),
        },
    )
    for name in ("honest", "another chair", "another supervisor"):
        honest = found.pop(name)
        assert (honest["is"], honest["changed"]) == ("good", True)
    assert why(found) == {
        "not cosigned": "other key holders than the notice names",
        "signed by nobody": "not signed by the device that is shown for it",
        "cosigned by the desk": "key holders without the word of chair and supervisor",
        "by the desk": "key holders without the word of chair and supervisor",
        "another act cosigned": "other key holders than were agreed on",
        "other holders": "other key holders than were agreed on",
        "one person": "one person who speaks for both",
        "both named later": "key holders by the word of two who came later",
    }


def test_no_two_groups_of_holders_may_open_a_box(service: Service, tmp_path: Path) -> None:
    room, trustees = service.room, service.trustees_of(1)
    accepted = [service.accept(one.device, trustees) for one in room.holders]
    anew = service.restart(room.chair, room.supervisor, holders=service.box.keys.holders, threshold=1)
    found = verdicts(tmp_path, {"it": service.show(accepted, trustees, threshold=1, **anew)})
    assert why(found) == {"it": "keys that two groups of their holders could use"}


def test_who_is_not_of_the_roll_that_the_notice_froze_holds_no_key(service: Service, tmp_path: Path) -> None:
    """The record refuses such keys; a phone finds it by itself."""
    late, grant = service.late("observer")
    chair, supervisor, _ = service.accepted
    accepted = [chair, supervisor, service.accept(late.device, service.trustees)]
    holders = [*service.box.keys.holders[:2], late.id]
    anew = service.restart(service.room.chair, service.room.supervisor, holders=holders, threshold=2)
    found = verdicts(tmp_path, {"it": service.show(accepted, holders=holders, granted=[grant], **anew)})
    assert why(found) == {"it": "a device that no card of the roll has enrolled"}
