"""What is refused of offers, ballots and openings of secret polls: the verifier in Go refuses just that."""

import pytest

from ballots.encoding import b64url
from ballots.judge import Aside, Opening
from ballots.secret import ballot, tally
from deliberation import acts, notice
from tests.foreign.secret_rooms import Open, refused
from tests.foreign.verdicts import Brought, Foreign, agree, ours
from web.actors.voter import Credential

pytestmark = pytest.mark.foreign


def test_offers_and_setup(foreign: Foreign) -> None:
    room = Open()
    room.ready(present=5)
    offers = [room.offer(voter) for voter in room.voters[:2]]
    room.open_poll()
    room.make_keys()
    room.open_poll()
    offers += [room.offer(voter) for voter in room.voters[2:]]
    one, two, *_, late = room.voters
    opening = Opening(bytes(32), b"{}")
    wrong = {"election": "1" * 22, "commitment": opening.commitment}
    room.send(one.device, room.act(acts.OfferCredential, **wrong), Aside(opening=opening))
    poll = room.open_poll()
    box = room.secret(poll).box
    assert box is not None
    right = {"election": box.election, "commitment": opening.commitment}
    room.send(one.device, room.act(acts.OfferCredential, **right), Aside(opening=opening))
    shown = room.openings[offers[0]]
    mine = {"salt": b64url(shown.salt), "offer": shown.choice.decode()}
    room.do(one, acts.ObjectToSetup, poll=poll, **mine)
    room.batch(poll, b"{}")
    listed = room.offered(poll)
    room.set_up(poll, listed[1:])
    room.set_up(poll, [*listed[1:], listed[1]])
    raw = room.kept.copy()
    room.set_up(poll)
    room.set_up(poll)
    assert len(room.kept) > len(raw)
    room.do(one, acts.ObjectToSetup, poll=poll, **mine)
    room.do(two, acts.ObjectToSetup, poll=poll, **mine)
    room.do(late, acts.ObjectToSetup, poll=poll, **mine)
    room.do(one, acts.CastBallot, poll=poll, replaces=None, choice="for")
    refused(
        foreign,
        room,
        "poll.open: keys-not-ready",
        "poll.open: too-few-offers",
        "credential.offer: offer-too-late",
        "credential.offer: offer-too-late",
        "credential.object: nothing-offered",
        "ballot.batch: not-set-up",
        "poll.setup: setup-mismatch",
        "poll.setup: setup-mismatch",
        "poll.setup: already-set-up",
        "credential.object: credential-listed",
        "credential.object: commitment-mismatch",
        "credential.object: nothing-offered",
        "ballot.cast: wrong-ballot-form",
    )


def broken(raw: bytes, secret: int) -> bytes:
    """A ballot with a proof that does not hold, signed all the same."""
    body = raw[: raw.rindex(b',"signature":')] + b"}"
    at = body.rindex(b'"response":"') + len(b'"response":"')
    return ballot.sign(body[:at] + (b"2" if body[at : at + 1] == b"1" else b"1") + body[at + 1 :], secret)


def test_ballots_and_opening(foreign: Foreign) -> None:
    room = Open()
    poll = room.opened()
    one, two, three, *others = room.voters
    box = room.secret(poll).box
    assert box is not None
    assert box.raw is not None
    cast = room.ballot(one, poll, "for")
    mine = room.codes[two.id, box.election]
    prepared = mine.prepare(box.raw, room.secret(poll).question, b'"for"', room.random)
    tested = mine.spoil(prepared, room.secret(poll).question, b'"for"', room.random)
    lie = tested.replace(b'"choice":[[1,0,0]]', b'"choice":[[0,1,0]]')
    for raw in (lie, tested, tested):
        aside = Aside({notice.name(raw): raw})
        named = {"poll": poll, "hash": prepared.hash, "opening": notice.name(raw)}
        room.serve(acts.SpoilBallot, aside, **named)
    room.batch(poll, ballot.sign(prepared.body, mine.secret))
    room.batch(poll, cast.replace(b'{"challenge"', b'{ "challenge"', 1))
    room.batch(poll, cast.replace(box.election.encode(), b"1" * 22))
    stranger = Credential.new(box.election, room.random)
    room.batch(poll, stranger.cast(box.raw, room.secret(poll).question, b'"for"', room.random))
    room.batch(poll, cast)
    room.batch(poll, cast)
    names = {notice.name(raw): raw for raw in (room.ballot(voter, poll, "for") for voter in (two, three))}
    unsorted = tuple(sorted(names, reverse=True))
    room.serve(acts.CastBatch, Aside(names), poll=poll, ballots=unsorted)
    room.serve(acts.SpoilBallot, Aside({}), poll=poll, hash="A" * 43, opening="0" * 64)
    room.batch(poll, *(room.ballot(voter, poll, "against") for voter in (two, three, *others)))
    room.put(room.chair, acts.DecryptTally, "decryption", b"{}", poll=poll)
    room.close(poll)
    room.batch(poll, cast)
    room.put(room.voters[0], acts.DecryptTally, "decryption", b"{}", poll=poll)
    room.put(room.chair, acts.DecryptTally, "decryption", b"{}", poll=poll)
    room.serve(acts.PublishTally, poll=poll, result="0" * 64)
    room.decrypt(room.chair, poll)
    room.decrypt(room.chair, poll)
    assert box.tally is not None
    room.put(
        room.desk,
        acts.DecryptTally,
        "decryption",
        tally.decrypt(box.raw, box.tally, 5, room.random),
        poll=poll,
    )
    room.decrypt(room.supervisor, poll)
    room.decrypt(room.desk, poll)
    room.publish(poll)
    refused(
        foreign,
        room,
        "ballot.spoil: bad-spoiled-ballot",
        "ballot.spoil: already-spoiled",
        "ballot.batch: ballot-spoiled",
        "ballot.batch: bad-secret-ballot",
        "ballot.batch: bad-secret-ballot",
        "ballot.batch: unknown-credential",
        "ballot.batch: already-voted",
        "ballot.batch: bad-batch",
        "ballot.spoil: blob-missing",
        "key.decrypt: poll-not-closed",
        "ballot.batch: poll-closed",
        "key.decrypt: not-a-holder",
        "key.decrypt: bad-decryption",
        "tally.publish: keys-missing",
        "key.decrypt: already-sent",
        "key.decrypt: bad-decryption",
        "key.decrypt: enough-keys",
    )


def test_what_else_is_refused(foreign: Foreign) -> None:
    """Blobs that are not there, and what comes too early or too late."""
    room = Open(holders=2)
    room.ready()
    nothing = "0" * 64
    room.do(room.chair, acts.SendCertificate, message=nothing)
    room.make_keys()
    room.do(room.supervisor, acts.SendPolynomial, message=nothing)
    room.do(room.supervisor, acts.SendShare, message=nothing)
    offers = [room.offer(voter) for voter in room.voters]
    poll = room.open_poll()
    one, two, *_ = room.voters
    box = room.secret(poll).box
    assert box is not None
    shown = room.openings[offers[0]]
    lost = {"poll": poll, "salt": b64url(shown.salt)}
    room.serve(acts.SpoilBallot, poll=poll, hash="A" * 43, opening=nothing)
    room.serve(acts.SetUpPoll, poll=nothing, election=nothing, trustees=nothing, credentials=nothing)
    room.set_up(poll)
    room.do(one, acts.ObjectToSetup, **lost, offer=shown.choice.decode() + " ")
    room.spoil(two, poll, "for")
    room.batch(poll, room.ballot(two, poll, "for"))
    room.spoil(two, poll, "against")
    assert box.raw is not None
    stranger = Credential.new(box.election, room.random)
    prepared = stranger.prepare(box.raw, room.secret(poll).question, b'"for"', room.random)
    raw = stranger.spoil(prepared, room.secret(poll).question, b'"for"', room.random)
    named = {"hash": prepared.hash, "opening": notice.name(raw)}
    room.serve(acts.SpoilBallot, Aside({notice.name(raw): raw}), poll=poll, **named)
    room.close(poll)
    room.serve(acts.SpoilBallot, Aside({notice.name(raw): raw}), poll=poll, **named)
    room.set_up(poll)
    room.do(room.chair, acts.DecryptTally, poll=poll, decryption=nothing)
    room.publish(poll)
    refused(
        foreign,
        room,
        "key.certificate: blob-missing",
        "key.polynomial: already-sent",
        "key.share: already-sent",
        "ballot.spoil: blob-missing",
        "poll.setup: unknown-poll",
        "credential.object: commitment-mismatch",
        "ballot.spoil: already-voted",
        "ballot.spoil: unknown-credential",
        "ballot.spoil: poll-closed",
        "poll.setup: poll-closed",
        "key.decrypt: nothing-to-open",
    )


def test_a_ballot_whose_proof_does_not_hold(foreign: Foreign) -> None:
    """The service should not have entered it: the record has no rule against it, the archive has."""
    room = Open()
    poll = room.opened()
    box = room.secret(poll).box
    assert box is not None
    ballots = [room.ballot(voter, poll, "for") for voter in room.voters]
    secret = room.codes[room.voters[0].id, box.election].secret
    room.batch(poll, broken(ballots[0], secret), *ballots[1:])
    room.close(poll)
    agree(foreign, room.bundle(), Brought(running=True))
    found = ours(room.bundle(), Brought(running=True)) or set()
    assert {code for code, _, _ in found} == {"bad-archive"}
