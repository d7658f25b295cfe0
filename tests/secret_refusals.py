"""What the rules of secret polls refuse: attempts, one after the other, in meetings that go on between them.

Each meeting is a generator: whoever drives it lets the service refuse an attempt, or write it down all the same.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from ballots.encoding import b64url, utc
from ballots.judge import Aside, Opening
from ballots.secret import ballot, election, pedersen, tally
from ballots.secret.elgamal import Opening as Number
from ballots.secret.elgamal import key_table
from ballots.secret.group import GROUP
from deliberation import acts, notice
from deliberation.credentials import election_bytes
from tests.room import Person, Room, motion
from tests.secret_holders import again, departed, dropping, leaving, making, restarting, standing_in
from tests.secret_room import SecretRoom
from tests.secret_tries import Refusals, Trier, asked, box_of, keys_of
from web.actors.voter import Credential


def named_ballots(room: Room) -> Refusals:
    """A hearing without secret polls has no keys, and no boxes."""
    room.ready()
    tries, people = Trier(room), (room.chair.id,)
    anew = {"holders": people, "threshold": 1, "reason": "anew"}
    yield tries.by(room.chair, "not-a-holder", acts.RestartKeys, **anew)
    yield tries.send(room.chair, "not-a-holder", acts.SendCertificate, "message", b"{}")
    offered = {"election": "1" * 22, "commitment": b64url(bytes(32))}
    yield tries.by(room.voters[0], "offer-too-late", acts.OfferCredential, **offered)
    poll = room.open_poll()
    yield tries.batch("not-a-secret-poll", poll, b"{}")
    hashes = {"election": "0" * 64, "trustees": "0" * 64, "credentials": "0" * 64}
    yield tries.serve("not-a-secret-poll", acts.SetUpPoll, poll=poll, **hashes)
    yield tries.serve("not-a-secret-poll", acts.SpoilBallot, poll=poll, hash="A" * 43, opening="0" * 64)
    shown = {"salt": b64url(bytes(32)), "offer": ""}
    yield tries.by(room.voters[0], "not-a-secret-poll", acts.ObjectToSetup, poll=poll, **shown)
    room.close(poll)
    yield tries.send(room.chair, "not-a-secret-poll", acts.DecryptTally, "decryption", b"{}", poll=poll)
    yield tries.batch("unknown-poll", "0" * 64, b"{}")


def offering(room: SecretRoom) -> Refusals:
    """Credentials are offered, the poll is set up, and a voter finds theirs missing."""
    room.ready(present=5)
    room.make_keys()
    tries, (one, two, three, *_, late) = Trier(room), room.voters
    opening = {"item": "gate", "question": asked(room), "closes": None}
    for voter in room.voters[1:]:
        room.offer(voter)
    yield tries.by(room.chair, "too-few-offers", acts.OpenPoll, **opening)  # one of the five is not here
    room.offer(one)
    sealed = Opening(bytes(32), b"{}")
    (election,) = room.hearing.state.offers
    other = {"election": "1" * 22, "commitment": sealed.commitment}
    mine = other | {"election": election}
    yield tries.by(one, "offer-too-late", acts.OfferCredential, **other)
    yield tries.by(one, "opening-missing", acts.OfferCredential, **mine)._replace(door=True)
    again = tries.by(one, "bad-offer", acts.OfferCredential, **mine)
    yield again._replace(aside=Aside(opening=sealed), door=True)
    yield again._replace(
        code="commitment-mismatch", aside=Aside(opening=Opening(bytes(32), b"[]")), door=True
    )
    stolen = Credential.new(election, room.random).offer(room.id, two.device.kid, room.random)
    theirs = {"election": election, "commitment": stolen.commitment}
    borrowed = tries.by(one, "bad-offer", acts.OfferCredential, **theirs)
    yield borrowed._replace(aside=Aside(opening=stolen), door=True)
    junk = Opening(bytes(32), b'{"credential":"4","proof":{"challenge":"0","response":"0"}}')
    Cheating(room).offer(two, election, junk)
    poll = room.open_poll()
    yield tries.by(one, "offer-too-late", acts.OfferCredential, **mine)
    yield tries.by(one, "nothing-offered", acts.ObjectToSetup, poll=poll, **shown(room, one, poll))
    yield tries.batch("not-set-up", poll, b"{}")
    yield tries.serve(
        "not-set-up", acts.SpoilBallot, b"{}", poll=poll, hash="A" * 43, opening=notice.name(b"{}")
    )
    strangers = [Credential.new(election, room.random).public for _ in range(2)]
    listed = [key for key in room.offered(poll) if key != "4"]
    good = sorted([*listed, strangers[0]], key=int)
    setups = [good[1:], [good[0], *good[:4]], [*good[:4], f"{good[4]},2"], [*good[:4], "x"], good[::-1]]
    raws = [msgspec.json.encode(one) for one in setups]
    for raw in (*raws, msgspec.json.encode(good).replace(b",", b", ", 1), b"\xff", b"{}"):
        yield tries.serve("setup-mismatch", acts.SetUpPoll, raw, *fixed(room, poll), **setup(room, poll, raw))
    raw = msgspec.json.encode(good)
    right = setup(room, poll, raw)
    for member in ("election", "trustees"):
        yield tries.serve("setup-mismatch", acts.SetUpPoll, raw, **(right | {member: "0" * 64}))
    lost = msgspec.json.encode(sorted([*listed, strangers[1]], key=int))
    yield tries.serve("blob-missing", acts.SetUpPoll, *fixed(room, poll), **setup(room, poll, lost))
    room.set_up(poll, [*[key for key in listed if key != room.codes[one.id, election].public], *strangers])
    yield tries.serve("already-set-up", acts.SetUpPoll, raw, *fixed(room, poll), **right)
    yield tries.by(late, "nothing-offered", acts.ObjectToSetup, poll=poll, **shown(room, one, poll))
    yield tries.by(three, "commitment-mismatch", acts.ObjectToSetup, poll=poll, **shown(room, one, poll))
    yield tries.by(three, "credential-listed", acts.ObjectToSetup, poll=poll, **shown(room, three, poll))
    bad = {"salt": b64url(junk.salt), "offer": junk.choice.decode()}
    yield tries.by(two, "bad-offer", acts.ObjectToSetup, poll=poll, **bad)
    room.object(one, poll)
    yield tries.by(
        one, "wrong-ballot-form", acts.CastBallot, poll=poll, replaces=None, commitment=sealed.commitment
    )


class Cheating:
    """A service that takes what it should look at more closely."""

    def __init__(self, room: SecretRoom) -> None:
        self.room = room

    def offer(self, person: Person, election: str, opening: Opening) -> None:
        """An offer whose proof is not looked at, as when the record is replayed."""
        room, state = self.room, self.room.hearing.state
        act = room.act(acts.OfferCredential, election=election, commitment=opening.commitment)
        honest = room.hearing.apply
        room.hearing.apply = lambda act, place, _aside: honest(act, place, None)  # type: ignore[method-assign]
        try:
            room.send(person.device, act, Aside(opening=opening))
        finally:
            room.hearing.apply = honest  # type: ignore[method-assign]
        assert state.offers[election][person.id].commitment == opening.commitment


def shown(room: SecretRoom, person: Person, poll: str) -> dict[str, str]:
    opening = room.openings[box_of(room, poll).offers[person.id].leaf]
    return {"salt": b64url(opening.salt), "offer": opening.choice.decode()}


def fixed(room: SecretRoom, poll: str) -> tuple[bytes, bytes]:
    """The election and the keys, which follow from the record."""
    box = box_of(room, poll)
    assert box.keys.trustees is not None
    return election_bytes(room.secret(poll).question, box), box.keys.trustees


def setup(room: SecretRoom, poll: str, listed: bytes) -> dict[str, str]:
    names = [notice.name(raw) for raw in (*fixed(room, poll), listed)]
    return {"poll": poll, **dict(zip(("election", "trustees", "credentials"), names, strict=True))}


def resigned(raw: bytes, change: Callable[[bytes], bytes], mine: Credential) -> bytes:
    """A ballot whose body was changed, signed anew."""
    return ballot.sign(change(raw[: raw.rindex(b',"signature":')] + b"}"), mine.secret)


def stuffed(room: SecretRoom, person: Person, poll: str, marks: int) -> bytes:
    """A ballot that says so many times yes, with proofs that do not hold; the fold does not look at those."""
    box = box_of(room, poll)
    assert box.raw is not None
    alpha, beta = Number(room.random(GROUP.q), marks).seal(key_table(election.decode(box.raw).y))
    raw = room.ballot(person, poll, "for")
    read = ballot.decode(raw)
    first = msgspec.json.encode(read.answers[0].choices[0])
    other = b'{"alpha":"%d","beta":"%d"}' % (alpha, beta)
    return resigned(raw, lambda body: body.replace(first, other, 1), room.codes[person.id, box.election])


def casting(room: SecretRoom) -> Refusals:
    """Ballots come in, one is tested, the box is closed and opened."""
    poll = room.opened()
    tries, box, question = Trier(room), box_of(room, poll), room.secret(poll).question
    one, two, three, *others = room.voters
    chair, supervisor, desk = room.holders
    mine, theirs = room.codes[two.id, box.election], room.codes[one.id, box.election]
    assert box.raw is not None
    made = mine.prepare(box.raw, question, b'"for"', room.random)
    tested = mine.spoil(made, question, b'"for"', room.random)
    spoil = {"poll": poll, "hash": made.hash}
    stranger = Credential.new(box.election, room.random)
    unlisted = stranger.prepare(box.raw, question, b'"for"', room.random)
    foreign = stranger.spoil(unlisted, question, b'"for"', room.random)
    proof = theirs.spoil(made, question, b'"for"', room.random)
    for raw in (
        tested.replace(b'"choice":[[1,0,0]]', b'"choice":[[0,1,0]]'),
        tested.replace(b'"choice":[[1,0,0]]', b'"choice":[[1,0]]'),
        tested.replace(b'"randomness":[["', b'"randomness":[["1'),
        tested.replace(box.election.encode(), b"1" * 22),
        proof,
        b"{}",
    ):
        assert raw != tested
        yield tries.serve("bad-spoiled-ballot", acts.SpoilBallot, raw, opening=notice.name(raw), **spoil)
    wrong = {"poll": poll, "hash": unlisted.hash, "opening": notice.name(tested)}
    yield tries.serve("bad-spoiled-ballot", acts.SpoilBallot, tested, **wrong)
    yield tries.serve(
        "unknown-credential", acts.SpoilBallot, foreign, **(wrong | {"opening": notice.name(foreign)})
    )
    yield tries.serve("blob-missing", acts.SpoilBallot, opening="0" * 64, **spoil)
    named = notice.name(tested)
    room.serve(acts.SpoilBallot, Aside({named: tested}), opening=named, **spoil)
    yield tries.serve("already-spoiled", acts.SpoilBallot, tested, opening=named, **spoil)
    yield tries.batch("ballot-spoiled", poll, ballot.sign(made.body, mine.secret))

    cast = room.ballot(one, poll, "for")
    for raw in (
        b"{}",
        b"\xff",
        cast.replace(b'{"challenge"', b'{ "challenge"', 1),
        cast.replace(box.election.encode(), b"1" * 22),
        cast.replace(b'"hash":"', b'"hash":"A', 1),
        cast[: cast.rindex(b',"signature":')] + b"}",
        resigned(cast, lambda body: body.replace(box.election.encode(), b"1" * 22), theirs),
        resigned(cast, lambda body: body.replace(b'"alpha":"', b'"alpha":"x', 1), theirs),
        resigned(cast, lambda body: body.replace(b'"alpha":"', b'"alpha":"' + b"9" * 400, 1), theirs),
        resigned(cast, lambda body: body[: body.index(b'"answers":[')] + b'"answers":[]}', theirs),
    ):
        assert raw != cast
        yield tries.batch("bad-secret-ballot", poll, raw)
    yield tries.batch("unknown-credential", poll, ballot.sign(unlisted.body, stranger.secret))
    yield tries.batch("already-voted", poll, cast, room.ballot(one, poll, "against"))
    yield tries.serve("blob-missing", acts.CastBatch, poll=poll, ballots=("0" * 64,))
    room.batch(poll, cast)
    yield tries.batch("already-voted", poll, room.ballot(one, poll, "against"))
    spent = theirs.prepare(box.raw, question, b'"for"', room.random)
    opening = theirs.spoil(spent, question, b'"for"', room.random)
    late = {"poll": poll, "hash": spent.hash, "opening": notice.name(opening)}
    yield tries.serve("already-voted", acts.SpoilBallot, opening, **late)
    pair = [room.ballot(voter, poll, "for") for voter in (two, three)]
    names = sorted(notice.name(raw) for raw in pair)
    for order in (names[::-1], [names[0], names[0]]):
        yield tries.serve("bad-batch", acts.CastBatch, *pair, poll=poll, ballots=tuple(order))
    yield tries.send(chair, "poll-not-closed", acts.DecryptTally, "decryption", b"{}", poll=poll)
    yield tries.by(chair, "not-permitted", acts.CastBatch, poll=poll, ballots=("0" * 64,))
    room.batch(poll, *pair, *(room.ballot(voter, poll, "against") for voter in others[:-1]))

    room.close(poll)
    yield tries.batch("poll-closed", poll, room.ballot(others[-1], poll, "for"))
    yield tries.serve("poll-closed", acts.SpoilBallot, opening, **late)
    raw = msgspec.json.encode(box.credentials)
    yield tries.serve("poll-closed", acts.SetUpPoll, raw, *fixed(room, poll), **setup(room, poll, raw))
    decrypt = acts.DecryptTally
    yield tries.send(one, "not-a-holder", decrypt, "decryption", b"{}", poll=poll)
    yield tries.by(chair, "blob-missing", decrypt, decryption="0" * 64, poll=poll)
    yield tries.serve("keys-missing", acts.PublishTally, poll=poll, result="0" * 64)
    assert box.tally is not None
    for raw in (b"{}", tally.decrypt(box.raw, box.tally, 5, room.random)):
        yield tries.send(chair, "bad-decryption", decrypt, "decryption", raw, poll=poll)
    room.decrypt(chair, poll)
    yield tries.send(chair, "already-sent", decrypt, "decryption", b"{}", poll=poll)
    yield tries.serve("keys-missing", acts.PublishTally, poll=poll, result="0" * 64)
    room.decrypt(desk, poll)
    yield tries.send(supervisor, "enough-keys", decrypt, "decryption", b"{}", poll=poll)
    yield tries.serve("result-mismatch", acts.PublishTally, poll=poll, result="0" * 64)
    yield tries.serve("not-sealed", acts.RevealPoll, b"{}", poll=poll, openings=notice.name(b"{}"))
    room.publish(poll)


def few(room: SecretRoom) -> Refusals:
    """A box with too few ballots is not opened, nor one that is void; a test after the time comes too late."""
    room.ready()
    room.make_keys()
    for voter in room.voters:
        room.offer(voter)
    poll = room.open_poll(closes=utc(room.clock + timedelta(minutes=1)))
    room.set_up(poll)
    tries, box = Trier(room), box_of(room, poll)
    ballots = [room.ballot(voter, poll, "for") for voter in room.voters[:4]]
    room.batch(poll, *ballots[:3])
    room.clock += timedelta(minutes=1)
    room.batch(poll, ballots[3])  # it reached the service before the time
    yield tries.serve("poll-closed", acts.SpoilBallot, b"{}", poll=poll, hash="A" * 43, opening="0" * 64)
    room.serve(acts.ClosePoll, poll=poll)
    yield tries.send(room.chair, "nothing-to-open", acts.DecryptTally, "decryption", b"{}", poll=poll)
    assert box.tally is None
    room.publish(poll)
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="Too few came")
    room.do(room.supervisor, acts.Cosign, target=void)
    for voter in room.voters:
        room.offer(voter)
    again = room.open_poll()
    room.set_up(again)
    room.vote_all(again, ["for"] * 5)
    room.close(again)
    void = room.do(room.chair, acts.VoidPoll, poll=again, reason="Misread")
    room.do(room.supervisor, acts.Cosign, target=void)
    yield tries.send(room.chair, "nothing-to-open", acts.DecryptTally, "decryption", b"{}", poll=again)
    room.do(room.chair, acts.EndRole, member=room.desk.id, reason="Its key opens nothing now")


def stuffing(room: SecretRoom) -> Refusals:
    """A ballot that counts many times got in: the sum holds more votes than there are ballots."""
    poll = room.opened()
    room.batch(poll, *[room.ballot(voter, poll, "for") for voter in room.voters[1:]])
    room.batch(poll, stuffed(room, room.voters[0], poll, 40))
    room.close(poll)
    tries, box = Trier(room), box_of(room, poll)
    room.decrypt(room.chair, poll)
    seed, keys = room.seeds[room.desk.id], keys_of(room)
    dealt = keys.in_order(keys.certificates), keys.in_order(keys.polynomials)
    share = pedersen.share(seed, *dealt, 3, room.random)
    assert box.raw is not None
    assert box.tally is not None
    raw = tally.decrypt(box.raw, box.tally, share.exponent, room.random)
    yield tries.send(room.desk, "unreadable-totals", acts.DecryptTally, "decryption", raw, poll=poll)


def inflated(room: SecretRoom) -> Refusals:
    """A ballot that marks nothing and one that marks twice: numbers that could be, of a sheet that could not."""
    poll = room.opened()
    room.batch(poll, *[room.ballot(voter, poll, "against") for voter in room.voters[1:]])
    room.batch(poll, stuffed(room, room.voters[0], poll, 3))
    room.close(poll)
    for holder in room.holders[:2]:
        room.decrypt(holder, poll)
    yield Trier(room).serve("unreadable-totals", acts.PublishTally, poll=poll, result="0" * 64)


MEETINGS: Mapping[str, tuple[Callable[[], Room], Callable[[Any], Refusals]]] = {
    "making": (SecretRoom, making),
    "restarting": (SecretRoom, restarting),
    "standing in": (SecretRoom, standing_in),
    "leaving": (lambda: SecretRoom(holders=4, threshold=3), leaving),
    "departed": (lambda: SecretRoom(holders=4, threshold=3), departed),
    "dropping": (lambda: SecretRoom(8), dropping),
    "again": (SecretRoom, again),
    "named ballots": (lambda: Room(questions=[motion()]), named_ballots),
    "offering": (SecretRoom, offering),
    "casting": (SecretRoom, casting),
    "few": (SecretRoom, few),
    "stuffing": (SecretRoom, stuffing),
    "inflated": (SecretRoom, inflated),
}
