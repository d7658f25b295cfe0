"""What the key holders of secret polls may not do: the verifier in Go refuses just what ours refuses."""

import pytest

from ballots.encoding import b64url
from ballots.judge import Aside, Opening
from ballots.secret import pedersen, pki
from ballots.signing import PrivateKey
from deliberation import acts, notice
from deliberation.box import election_id
from tests.foreign.secret_rooms import Open, refused
from tests.foreign.unruly import Careless
from tests.foreign.verdicts import Foreign
from tests.room import motion

pytestmark = pytest.mark.foreign


def test_keys(foreign: Foreign) -> None:
    room = Open()
    room.ready()
    chair, supervisor, desk = room.holders
    seeds = [pki.seed(room.random) for _ in range(3)]
    certificates = [
        pedersen.certificate(seed, 3, 2, index, room.random) for index, seed in enumerate(seeds, 1)
    ]
    room.put(room.voters[0], acts.SendCertificate, "message", certificates[0])
    room.put(chair, acts.SendCertificate, "message", certificates[1])
    room.put(chair, acts.SendCertificate, "message", certificates[0][:-1] + b" }")
    room.put(chair, acts.SendPolynomial, "message", certificates[0])
    room.put(chair, acts.SendShare, "message", certificates[0])
    room.do(chair, acts.AcceptKeys, trustees="0" * 64)
    room.put(chair, acts.SendCertificate, "message", certificates[0])
    room.put(chair, acts.SendCertificate, "message", certificates[0])
    twin = pedersen.certificate(seeds[0], 3, 2, 2, room.random)
    room.put(supervisor, acts.SendCertificate, "message", twin)
    for person, raw in zip(room.holders[1:], certificates[1:], strict=True):
        room.put(person, acts.SendCertificate, "message", raw)
    first = pedersen.polynomial(seeds[0], certificates, 1, 2, room.random)
    lost = {"message": notice.name(first), "reason": "lost"}
    room.do(desk, acts.RefuseMessage, **lost)
    room.put(chair, acts.SendPolynomial, "message", first)
    room.do(room.voters[0], acts.RefuseMessage, **lost)
    late, later = room.person("observer"), room.person("representative")
    room.do(chair, acts.GrantRole, member=late.member)
    amended = room.do(chair, acts.AmendRoll, add=[later.member], remove=[], reason="left out")
    room.do(supervisor, acts.Cosign, target=amended)
    people = [person.id for person in room.holders]
    for holders, threshold in (
        ([people[0]] * 2, 2),
        (people, 4),
        (people, 1),
        (people[:2], 1),
        ([people[0], "m" + "0" * 10], 2),
        ([people[0], late.id], 2),
        ([people[0], later.id], 2),
    ):
        room.do(chair, acts.RestartKeys, holders=holders, threshold=threshold, reason="anew")
    room.do(desk, acts.RefuseMessage, **lost)
    room.do(desk, acts.RefuseMessage, **lost)
    dropped = room.do(chair, acts.RestartKeys, holders=people[:2], threshold=2, reason="anew")
    waits = room.do(chair, acts.RestartKeys, holders=people, threshold=2, reason="anew")
    room.put(chair, acts.SendCertificate, "message", certificates[0])
    room.do(supervisor, acts.Cosign, target=dropped)
    for person in (chair, desk, supervisor, supervisor):
        room.do(person, acts.Cosign, target=waits)
    room.do(desk, acts.RefuseMessage, **lost)
    for person, raw in zip(room.holders, certificates, strict=True):
        room.put(person, acts.SendCertificate, "message", raw)
    dealt = [pedersen.polynomial(seed, certificates, at, 2, room.random) for at, seed in enumerate(seeds, 1)]
    room.put(chair, acts.SendPolynomial, "message", dealt[1])
    room.put(chair, acts.SendPolynomial, "message", dealt[0].replace(b'"challenge":"', b'"challenge":"1', 1))
    for person, raw in zip(room.holders, dealt, strict=True):
        room.put(person, acts.SendPolynomial, "message", raw)
    shares = [pedersen.share(seed, certificates, dealt, at, room.random) for at, seed in enumerate(seeds, 1)]
    room.put(chair, acts.SendShare, "message", shares[1].message)
    for person, share in zip(room.holders, shares, strict=True):
        room.put(person, acts.SendShare, "message", share.message)
    room.do(chair, acts.AcceptKeys, trustees="0" * 64)
    assert room.hearing.state.holders is not None
    assert room.hearing.state.holders.trustees is not None
    for person in (chair, chair, supervisor, desk):
        room.do(person, acts.AcceptKeys, trustees=notice.name(room.hearing.state.holders.trustees))
    room.do(chair, acts.RefuseMessage, message=notice.name(dealt[2]), reason="late")
    refused(
        foreign,
        room,
        "key.certificate: not-a-holder",
        "key.certificate: bad-key-message",
        "key.certificate: bad-key-message",
        "key.polynomial: too-early",
        "key.share: too-early",
        "key.accept: too-early",
        "key.certificate: already-sent",
        "key.certificate: bad-key-message",
        "key.refuse: unknown-message",
        "key.refuse: not-a-holder",
        *["key.restart: bad-holders"] * 7,
        "key.refuse: already-sent",
        "key.certificate: already-sent",
        "act.cosign: nothing-to-cosign",
        "act.cosign: same-officer",
        "act.cosign: supervisor-needed",
        "act.cosign: nothing-to-cosign",
        "key.refuse: unknown-message",
        "key.polynomial: bad-key-message",
        "key.polynomial: bad-key-message",
        "key.share: bad-key-message",
        "key.accept: other-keys",
        "key.accept: already-sent",
        "key.refuse: already-sent",
    )


def test_who_may_have_keys_made_anew(foreign: Foreign) -> None:
    room = Open()
    room.ready()
    other_chair, other_supervisor = (room.person(role) for role in ("chair", "supervisor"))
    for person in (other_chair, other_supervisor):
        room.send(room.root, room.act(acts.GrantRole, member=person.member))
        room.enrol(person)
    anew = {"holders": [room.desk.id, room.voters[0].id], "threshold": 2, "reason": "ill"}
    waits = room.do(other_chair, acts.RestartKeys, **anew)
    for person in (other_supervisor, room.supervisor):
        room.do(person, acts.Cosign, target=waits)
    waits = room.do(room.chair, acts.RestartKeys, **anew)
    room.do(other_supervisor, acts.Cosign, target=waits)
    refused(foreign, room, "act.cosign: both-joined-late")


def test_holders_stay_and_a_box_is_opened_once(foreign: Foreign) -> None:
    room = Open(voters=7, holders=4, threshold=3)
    room.ready()
    chair, supervisor, desk, voter = room.holders
    gone = room.voters.pop()
    anew = {"holders": [chair.id, gone.id], "threshold": 2, "reason": "anew"}
    waits = room.do(chair, acts.RestartKeys, **anew)
    moved = room.do(chair, acts.AmendRoll, add=[], remove=[gone.id], reason="moved away")
    for target in (moved, waits):
        room.do(supervisor, acts.Cosign, target=target)
    room.make_keys()
    amendment = {"add": [], "remove": [voter.id], "reason": "moved away"}
    early = room.do(chair, acts.AmendRoll, **amendment)
    for person in room.voters:
        room.offer(person)
    lost, handed = room.voters[1:3]
    room.do(lost, acts.Revoke, device=lost.device.kid, reason="lost", reballot=False)
    old, handed.device = handed.device, PrivateKey.from_seed(room.entropy(32))
    room.enrol(handed, consent=old)
    room.open_poll()
    room.offer(handed)
    poll = room.open_poll()
    room.set_up(poll)
    voters = [person for person in room.voters if person is not lost]
    room.do(chair, acts.EndRole, member=desk.id, reason="tired")
    room.batch(poll, *(room.ballot(person, poll, "for") for person in voters))
    room.close(poll)
    room.do(chair, acts.EndRole, member=desk.id, reason="tired")
    room.do(chair, acts.AmendRoll, **amendment)
    room.do(supervisor, acts.Cosign, target=early)
    for person in (chair, supervisor, desk):
        room.decrypt(person, poll)
    room.do(chair, acts.EndRole, member=desk.id, reason="tired")
    room.do(supervisor, acts.Cosign, target=early)
    void = room.do(chair, acts.VoidPoll, poll=poll, reason="misread")
    room.do(supervisor, acts.Cosign, target=void)
    opening = Opening(bytes(32), b"{}")
    for earlier in (0, 1):
        election = election_id(room.id, room.secret(poll).question_hash, earlier)
        again = room.act(acts.OfferCredential, election=election, commitment=opening.commitment)
        room.send(handed.device, again, Aside(opening=opening))
    room.open_poll()
    room.publish(poll)
    refused(
        foreign,
        room,
        "act.cosign: bad-holders",
        "poll.open: too-few-offers",
        "role.end: holds-a-key",
        "role.end: holds-a-key",
        "roll.amend: holds-a-key",
        "act.cosign: holds-a-key",
        "credential.offer: offer-too-late",
        "credential.offer: offer-too-late",
        "poll.open: already-polled",
    )


def test_no_poll_opens_under_the_keys_of_somebody_who_has_left(foreign: Foreign) -> None:
    room = Open(holders=4, threshold=3)
    room.ready()
    room.make_keys()
    chair, supervisor, desk, gone = room.holders
    for person in room.voters:
        room.offer(person)
    amend = room.do(chair, acts.AmendRoll, add=[], remove=[gone.id], reason="moved away")
    room.do(supervisor, acts.Cosign, target=amend)
    room.open_poll()
    room.restart([chair, supervisor, desk], 2)
    room.make_keys()
    room.do(chair, acts.EndRole, member=desk.id, reason="called away")
    room.open_poll()
    room.restart([chair, supervisor], 2)
    room.make_keys()
    room.set_up(room.open_poll())
    refused(foreign, room, "poll.open: keys-not-ready", "poll.open: keys-not-ready")


def test_keys_in_a_hearing_without_secret_polls(foreign: Foreign) -> None:
    room = Open(questions=[motion()])
    room.sheet = lambda questions: Careless.sheet(room, questions)  # type: ignore[method-assign]
    room.ready()
    people = [person.id for person in room.holders]
    room.do(room.chair, acts.RestartKeys, holders=people, threshold=2, reason="anew")
    room.put(room.chair, acts.SendCertificate, "message", b"{}")
    poll = room.open_poll()
    room.batch(poll, b"{}")
    room.put(room.chair, acts.DecryptTally, "decryption", b"{}", poll=poll)
    room.do(room.voters[0], acts.ObjectToSetup, poll=poll, salt=b64url(bytes(32)), offer="")
    refused(
        foreign,
        room,
        "key.restart: not-a-holder",
        "key.certificate: not-a-holder",
        "ballot.batch: not-a-secret-poll",
        "key.decrypt: not-a-secret-poll",
        "credential.object: not-a-secret-poll",
    )
