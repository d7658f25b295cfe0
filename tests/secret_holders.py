"""What is refused to key holders, and to those who would send them away, and of devices that are no more."""

from ballots.encoding import b64url
from ballots.secret import pedersen, pki
from ballots.signing import PrivateKey
from deliberation import acts, notice
from deliberation.box import election_id
from tests.secret_room import SecretRoom
from tests.secret_tries import Attempt, Refusals, Trier, asked, box_of, keys_of


def making(room: SecretRoom) -> Refusals:
    """Keys are made by three holders, step by step."""
    room.ready()
    tries, (chair, supervisor, desk) = Trier(room), room.holders
    keys, people = keys_of(room), tuple(person.id for person in room.holders)
    seeds = [pki.seed(room.random) for _ in range(3)]
    sent = [pedersen.certificate(seed, 3, 2, index, room.random) for index, seed in enumerate(seeds, 1)]
    certificate, polynomial, share = acts.SendCertificate, acts.SendPolynomial, acts.SendShare
    yield tries.send(room.voters[0], "not-a-holder", certificate, "message", sent[0])
    yield tries.send(chair, "bad-key-message", certificate, "message", sent[1])
    yield tries.send(chair, "bad-key-message", certificate, "message", b"\xff")
    yield tries.by(chair, "blob-missing", certificate, message="0" * 64)
    yield tries.send(chair, "too-early", polynomial, "message", sent[0])
    yield tries.send(chair, "too-early", share, "message", sent[0])
    yield tries.by(chair, "too-early", acts.AcceptKeys, trustees="0" * 64)
    room.send_blob(chair, certificate, "message", sent[0])
    yield tries.send(chair, "already-sent", certificate, "message", sent[0])
    twin = pedersen.certificate(seeds[0], 3, 2, 2, room.random)
    yield tries.send(supervisor, "bad-key-message", certificate, "message", twin)
    late, later = room.person("observer"), room.person("representative")
    room.do(chair, acts.GrantRole, member=late.member)
    amend = room.do(chair, acts.AmendRoll, add=[later.member], remove=[], reason="left out")
    room.do(supervisor, acts.Cosign, target=amend)
    restarts = [
        ((people[0], late.id), 2),
        ((people[0], later.id), 2),
        (people[:1] * 2, 2),
        (people, 4),
        ((people[0], "m" + "0" * 10), 2),
        (people, 1),
        (people[:2], 1),
    ]
    for holders, threshold in restarts:
        members = {"holders": holders, "threshold": threshold, "reason": "anew"}
        yield tries.by(chair, "bad-holders", acts.RestartKeys, **members)
    yield tries.by(supervisor, "not-permitted", acts.RestartKeys, holders=people, threshold=2, reason="anew")
    room.send_blob(supervisor, certificate, "message", sent[1])
    room.send_blob(desk, certificate, "message", sent[2])
    dealt = [pedersen.polynomial(seed, sent, at, 2, room.random) for at, seed in enumerate(seeds, 1)]
    yield tries.send(chair, "bad-key-message", polynomial, "message", dealt[1])
    forged = dealt[0].replace(b'"challenge":"', b'"challenge":"1', 1)
    yield tries.send(chair, "bad-key-message", polynomial, "message", forged)
    refused = {"message": notice.name(dealt[0]), "reason": "no"}
    yield tries.by(desk, "unknown-message", acts.RefuseMessage, **refused)
    room.send_blob(chair, polynomial, "message", dealt[0])
    yield tries.by(desk, "unknown-message", acts.RefuseMessage, message=notice.name(sent[0]), reason="no")
    yield tries.by(room.voters[0], "not-a-holder", acts.RefuseMessage, **refused)
    yield tries.send(chair, "already-sent", polynomial, "message", dealt[0])
    room.send_blob(supervisor, polynomial, "message", dealt[1])
    room.send_blob(desk, polynomial, "message", dealt[2])
    shares = [pedersen.share(seed, sent, dealt, at, room.random).message for at, seed in enumerate(seeds, 1)]
    yield tries.send(chair, "bad-key-message", share, "message", shares[1])
    yield tries.send(chair, "bad-key-message", share, "message", shares[0][:-1] + b',"name":"x"}')
    for person, raw in zip(room.holders, shares, strict=True):
        room.send_blob(person, share, "message", raw)
    yield tries.send(desk, "already-sent", share, "message", shares[2])
    yield tries.by(chair, "other-keys", acts.AcceptKeys, trustees="0" * 64)
    assert keys.trustees is not None
    name = notice.name(keys.trustees)
    room.do(chair, acts.AcceptKeys, trustees=name)
    yield tries.by(chair, "already-sent", acts.AcceptKeys, trustees=name)
    yield tries.by(room.voters[0], "not-a-holder", acts.AcceptKeys, trustees=name)
    room.do(supervisor, acts.AcceptKeys, trustees=name)
    room.refuse(desk, chair)
    yield tries.by(desk, "already-sent", acts.RefuseMessage, **refused)
    for person in room.voters[:5]:
        room.offer(person)
    room.do(desk, acts.AcceptKeys, trustees=name)
    yield tries.by(chair, "keys-not-ready", acts.OpenPoll, item="gate", question=asked(room), closes=None)


def restarting(room: SecretRoom) -> Refusals:
    """Keys made anew wait for a supervisor, the last word of the chairs alone; by then a holder may have gone.

    What was said of the earlier keys is not held against the new ones.
    """
    room.ready()
    tries, (chair, supervisor, desk) = Trier(room), room.holders
    for index, holder in enumerate(room.holders, 1):
        room.send_certificate(holder, index)
    room.deal(supervisor, 2)
    before = keys_of(room)
    refused = {"message": notice.name(before.polynomials[supervisor.id]), "reason": "no"}
    members = {"threshold": 2, "reason": "anew"}
    with_desk = room.do(chair, acts.RestartKeys, holders=(desk.id, chair.id), **members)
    yield tries.by(chair, "same-officer", acts.Cosign, target=with_desk)
    yield tries.by(desk, "supervisor-needed", acts.Cosign, target=with_desk)
    room.do(chair, acts.EndRole, member=desk.id, reason="Called away")
    yield tries.by(supervisor, "bad-holders", acts.Cosign, target=with_desk)
    others = room.do(chair, acts.RestartKeys, holders=(chair.id, room.voters[0].id), **members)
    yield tries.by(supervisor, "nothing-to-cosign", acts.Cosign, target=with_desk)
    assert keys_of(room) is before
    assert list(room.hearing.state.pending) == [others]
    room.do(supervisor, acts.Cosign, target=others)
    keys = keys_of(room)
    assert (keys.holders, keys.threshold) == ((chair.id, room.voters[0].id), 2)
    assert not keys.certificates
    yield tries.by(chair, "unknown-message", acts.RefuseMessage, **refused)
    yield tries.by(supervisor, "nothing-to-cosign", acts.Cosign, target=others)
    waits = room.do(chair, acts.RestartKeys, holders=(chair.id,), threshold=1, reason="anew")
    room.do(chair, acts.Adjourn)
    yield tries.by(supervisor, "hearing-adjourned", acts.Cosign, target=waits)


def standing_in(room: SecretRoom) -> Refusals:
    """Chair and supervisor fall ill: the community's key names others, of whom one at a time may stand in."""
    room.ready()
    tries, (chair, supervisor, desk) = Trier(room), room.holders
    others = [room.person(role) for role in ("chair", "supervisor")]
    for person in others:
        room.send(room.root, room.act(acts.GrantRole, member=person.member))
        room.enrol(person)
    anew = {"holders": (desk.id, room.voters[0].id), "threshold": 2, "reason": "ill"}
    yield tries.by(
        others[0], "bad-holders", acts.RestartKeys, **(anew | {"holders": (desk.id, others[0].id)})
    )
    waits = room.do(others[0], acts.RestartKeys, **anew)
    yield tries.by(others[1], "both-joined-late", acts.Cosign, target=waits)
    room.do(supervisor, acts.Cosign, target=waits)
    waits = room.do(chair, acts.RestartKeys, **anew)
    room.do(others[1], acts.Cosign, target=waits)
    by = [change.by for change in room.hearing.state.changes if change.keys is not None]
    assert by == [(others[0].id, supervisor.id), (chair.id, others[1].id)]


def leaving(room: SecretRoom) -> Refusals:
    """Nobody who holds a key is sent away before the box is opened."""
    tries, gone = Trier(room), room.voters[0]
    end = {"member": room.desk.id, "reason": "Called away"}
    room.ready()
    room.make_keys()
    for voter in room.voters:
        room.offer(voter)
    amendment = {"add": (), "remove": (gone.id,), "reason": "Moved away"}
    waits = room.do(room.chair, acts.AmendRoll, **amendment)
    poll = room.open_poll()
    yield tries.by(room.chair, "holds-a-key", acts.EndRole, **end)
    yield tries.by(room.chair, "poll-still-open", acts.AmendRoll, **amendment)
    room.set_up(poll)
    room.vote_all(poll, ["for"] * 5)
    room.close(poll)
    yield tries.by(room.chair, "holds-a-key", acts.EndRole, **end)
    watchman = room.act(acts.EndRole, member=room.supervisor.id, reason="Called away")
    yield Attempt("holds-a-key", room.root, watchman)
    yield Attempt("last-chair", room.root, room.act(acts.EndRole, member=room.chair.id, reason="Called away"))
    yield tries.by(room.chair, "holds-a-key", acts.AmendRoll, **amendment)
    yield tries.by(room.supervisor, "holds-a-key", acts.Cosign, target=waits)
    for holder in (room.chair, room.desk):
        room.decrypt(holder, poll)
    yield tries.by(room.chair, "holds-a-key", acts.EndRole, **end)
    room.decrypt(gone, poll)
    room.do(room.chair, acts.EndRole, **end)
    room.do(room.supervisor, acts.Cosign, target=waits)
    assert room.hearing.state.seats[gone.id].ended
    room.publish(poll)


def departed(room: SecretRoom) -> Refusals:
    """Once a holder has left the roll no poll opens under these keys; it does under keys made anew."""
    room.ready()
    room.make_keys()
    tries, (chair, supervisor, desk, gone) = Trier(room), room.holders
    for voter in room.voters:
        room.offer(voter)
    opening = {"item": "gate", "question": asked(room), "closes": None}
    amend = room.do(chair, acts.AmendRoll, add=(), remove=(gone.id,), reason="Moved away")
    room.do(supervisor, acts.Cosign, target=amend)
    yield tries.by(chair, "keys-not-ready", acts.OpenPoll, **opening)
    room.restart((chair, supervisor, desk), 2)
    room.make_keys()
    room.do(chair, acts.EndRole, member=desk.id, reason="Called away")
    assert keys_of(room).ready
    yield tries.by(chair, "keys-not-ready", acts.OpenPoll, **opening)
    room.restart((chair, supervisor), 2)
    room.make_keys()
    room.set_up(room.open_poll())


def dropping(room: SecretRoom) -> Refusals:
    """An offer ends with the device that made it; those of a poll that is open stay."""
    room.ready()
    room.make_keys()
    tries, (own, new, moved, lost, *others) = Trier(room), room.voters
    opening = {"item": "gate", "question": asked(room), "closes": None}
    leaves = [room.offer(voter) for voter in room.voters]
    (offers,) = room.hearing.state.offers.values()
    room.do(own, acts.Revoke, device=own.device.kid, reason="sold", reballot=False)
    old, new.device = new.device, PrivateKey.from_seed(room.entropy(32))
    room.enrol(new, consent=old)
    amend = room.do(room.chair, acts.AmendRoll, add=(), remove=(moved.id,), reason="Moved away")
    revoke = room.do(room.desk, acts.Revoke, device=lost.device.kid, reason="lost", reballot=False)
    assert set(offers) == {one.id for one in (moved, lost, *others)}
    room.do(room.supervisor, acts.Cosign, target=amend)
    room.do(room.supervisor, acts.Cosign, target=revoke)
    assert set(offers) == {one.id for one in others}
    yield tries.by(room.chair, "too-few-offers", acts.OpenPoll, **opening)
    leaves.append(room.offer(new))
    poll = room.open_poll()
    box = box_of(room, poll)
    room.do(new, acts.Revoke, device=new.device.kid, reason="sold", reballot=False)
    assert set(box.offers) == {one.id for one in (new, *others)}
    assert list(box.openings) == leaves
    room.set_up(poll)
    room.batch(poll, *(room.ballot(voter, poll, "for") for voter in (new, *others)))
    room.close(poll)


def again(room: SecretRoom) -> Refusals:
    """A poll whose totals are known is void, and its question is never put again."""
    poll = room.opened()
    room.vote_all(poll, ["for"] * 5)
    room.close(poll)
    for holder in room.holders[:2]:
        room.decrypt(holder, poll)
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="Misread")
    room.do(room.supervisor, acts.Cosign, target=void)
    tries = Trier(room)
    for earlier in range(2):
        election = election_id(room.id, asked(room), earlier)
        offered = {"election": election, "commitment": b64url(bytes(32))}
        yield tries.by(room.voters[0], "offer-too-late", acts.OfferCredential, **offered)
    yield tries.by(
        room.chair, "already-polled", acts.OpenPoll, item="gate", question=asked(room), closes=None
    )
    room.publish(poll)
