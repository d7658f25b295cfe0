"""A service that cheats in a secret poll, step by step, and who finds it.

| What the service does | Who finds it |
| --- | --- |
| substitutes a holder's certificate, under the same act | the holders' devices, and the auditor: `blob-missing` |
| lets another device send a certificate in a holder's name | that holder's device: it has not made it |
| lists another credential in a voter's place | that voter's phone; shown in the record, the auditor: `credential-left-out` |
| lists one credential more, or one less | the auditor, and so the holders' devices: `act-refused`, `setup-mismatch` |
| asks to decrypt a single ballot, or any other tally, by an altered archive | the holders' devices, and the auditor: `archive-differs` |
| asks to decrypt the tally of a record in which ballots are missing | holders' devices that know a later head, or the screen's fingerprint |
| asks twice | the holder's device, and the record |
| asks before the close | the holder's device |
| sends the archive of another election | the holders' devices, and the auditor: `archive-differs` |
| sends the whole record of another hearing | the holder's device |
| enters a ballot with a false proof | the auditor: `bad-archive`, which names the ballot; so no holder opens the box |
| enters a ballot after the close | the auditor: `act-refused`, `poll-closed`; so no holder opens the box |
| enters a ballot by a credential that is not listed | the auditor: `act-refused`, `unknown-credential` |
| enters a second ballot by a credential | the auditor: `act-refused`, `already-voted` |
| enters a batch in the order of arrival | the auditor: `act-refused`, `bad-batch` |
| lets somebody else sign a batch | the auditor: `bad-signature` |
"""

import io
import tarfile

import httpx
import msgspec
import pytest

from ballots.checkpoint import Checkpoint, fingerprint, vkey
from ballots.encoding import utc
from ballots.entry import Entry
from ballots.merkle import Tree, leaf_hash
from ballots.refusal import Refused
from ballots.secret import archive, ballot, pki, tally
from ballots.signing import PrivateKey, sign_act
from deliberation import acts
from deliberation.credentials import election_bytes
from deliberation.export import bundle_files
from deliberation.notice import name
from deliberation.replay import replay
from tests.web.liar import Files, Liar
from web.actors.device import Declined, ForkError, Seat
from web.actors.keeper import UnsafeToOpenError
from web.actors.participants import Phone
from web.actors.voter import Credential

pytestmark = pytest.mark.anyio

VOTES = ("for", "for", "against", "for", "abstain")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def room() -> Liar:
    return Liar()


def voted(room: Liar) -> str:
    """A poll that is closed, with five ballots."""
    poll = room.opened()
    room.vote_all(poll, VOTES)
    room.close(poll)
    return poll


async def refuses(room: Liar, poll: str, why: str = "", size: int = 1) -> None:
    """No holder decrypts, and nothing leaves their devices."""
    for holder in room.holders:
        with pytest.raises(UnsafeToOpenError, match=why):
            await room.keeper(holder, size).decrypt(poll)
    assert not room.asked


def named(room: Liar, code: str, where: str = "", detail: str = "") -> bool:
    return any(
        found.code == code and where in found.where and detail in found.detail for found in room.findings()
    )


async def test_an_honest_record_is_opened(room: Liar) -> None:
    """So that what follows is refused for what it is."""
    poll = voted(room)
    assert room.findings() == []
    keeper = room.keeper(room.holders[0])
    with pytest.raises(Declined):  # it was sent, and this service takes none
        await keeper.decrypt(poll)
    assert room.asked


async def test_a_certificate_is_substituted(room: Liar) -> None:
    room.ready()
    for number, holder in enumerate(room.holders, 1):
        room.send_certificate(holder, number)
    theirs = name(next(iter(room.hearing.state.holders.certificates.values())))  # type: ignore[union-attr]
    other = Liar()
    other.ready()
    other.send_certificate(other.holders[0], 1)
    (foreign,) = other.hearing.state.holders.certificates.values()  # type: ignore[union-attr]
    room.serves = lambda files: files | {f"blobs/{theirs}": foreign}
    for holder in room.holders:
        with pytest.raises(UnsafeToOpenError, match="act-refused"):
            await room.keeper(holder).advance()
    assert named(room, "act-refused", detail="blob-missing")
    assert not room.asked


async def test_another_device_makes_the_keys_of_a_holder(room: Liar) -> None:
    """Whoever holds the root key could enrol one: the holder's own device does not know the keys."""
    room.ready()
    for number, holder in enumerate(room.holders, 1):
        room.send_certificate(holder, number)
    assert room.findings() == []
    room.seeds[room.holders[1].id] = pki.seed()
    with pytest.raises(UnsafeToOpenError):
        await room.keeper(room.holders[1]).advance()
    assert not room.asked


async def test_another_device_has_made_all_the_keys_of_a_holder(room: Liar) -> None:
    poll = voted(room)
    room.seeds[room.holders[1].id] = pki.seed()
    with pytest.raises(UnsafeToOpenError):
        await room.keeper(room.holders[1]).decrypt(poll)
    assert not room.asked


async def test_a_credential_is_dropped_for_another(room: Liar) -> None:
    poll = with_another_credential(room)
    victim = room.voters[0]
    setup = {"election": room.secret(poll).box.raw.decode(), "credentials": listed(room, poll).decode()}  # type: ignore[union-attr]
    told = httpx.MockTransport(lambda _: httpx.Response(200, json=setup))
    http = httpx.AsyncClient(transport=told, base_url="http://liar.example")
    seat = Seat(
        room.id,
        victim.id,
        victim.role,
        "",
        vkey(room.origin, room.service.public),
        leaf_hash(room.entries[0]),
    )
    phone = Phone(http, seat, victim.device)
    phone.credentials = {
        election: mine for (person, election), mine in room.codes.items() if person == victim.id
    }
    with pytest.raises(ForkError, match="left this phone's credential out"):
        await phone.vote_secretly(poll, ((1, 0, 0),))
    room.object(victim, poll)
    assert named(room, "credential-left-out", poll, victim.id)
    room.close(poll)
    with pytest.raises(UnsafeToOpenError, match="credential-left-out"):
        await room.keeper(room.holders[0]).decrypt(poll)


def with_another_credential(room: Liar) -> str:
    room.ready()
    room.make_keys()
    for voter in room.voters:
        room.offer(voter)
    poll = room.open_poll()
    election = room.secret(poll).box.election  # type: ignore[union-attr]
    room.set_up(poll, [Credential.new(election).public, *room.offered(poll)[1:]])
    return poll


def listed(room: Liar, poll: str) -> bytes:
    box = room.secret(poll).box
    assert box is not None
    return msgspec.json.encode(box.credentials)


@pytest.mark.parametrize("change", ["added", "dropped"])
async def test_the_list_is_longer_or_shorter_than_the_offers(room: Liar, change: str) -> None:
    room.ready()
    room.make_keys()
    for voter in room.voters:
        room.offer(voter)
    poll = room.open_poll()
    box = room.secret(poll).box
    assert box is not None
    assert box.keys.trustees is not None
    offered = room.offered(poll)
    keys = [*offered, Credential.new(box.election).public] if change == "added" else offered[1:]
    raw = msgspec.json.encode(sorted(keys, key=int))
    election = election_bytes(room.secret(poll).question, box)
    blobs = (election, box.keys.trustees, raw)
    told = dict(zip(("election", "trustees", "credentials"), map(name, blobs), strict=True))
    seq = room.force(acts.SetUpPoll, *blobs, poll=poll, **told)
    assert named(room, "act-refused", f":{seq}", "setup-mismatch")
    await refuses(room, poll, "act-refused")


def of_secret(files: Files) -> str:
    (found,) = (file for file in files if file.startswith("secret/"))
    return found


def with_other_tally(raw: bytes, ballots: int) -> bytes:
    """The archive up to the tally, but of its first ballots only."""
    parts = [step.parts for step in archive.read(raw) if step.kind == "Setup"]
    cast = [step.parts["ballot"] for step in archive.read(raw) if step.kind == "Ballot"]
    (setup,) = parts
    return archive.write(
        timestamp=archive_time(raw),
        election=setup["election"],
        trustees=setup["trustees"],
        credentials=setup["credentials"],
        ballots=cast,
        closed=True,
        tally=tally.add(setup["election"], cast[:ballots]),
        decryptions={},
        totals=None,
    )


def archive_time(raw: bytes) -> int:
    with tarfile.open(fileobj=io.BytesIO(raw)) as found:
        return int(found.getmembers()[0].mtime)


@pytest.mark.parametrize("ballots", [1, 4])
async def test_another_tally_is_to_be_decrypted(room: Liar, ballots: int) -> None:
    poll = voted(room)
    room.serves = lambda files: files | {of_secret(files): with_other_tally(files[of_secret(files)], ballots)}
    await refuses(room, poll, "archive-differs")
    assert named(room, "archive-differs", poll)
    assert named(room, "bad-archive", poll)


async def test_ballots_are_left_out_of_another_history(room: Liar) -> None:
    """Two batches have entered; holders who have seen both are shown a record with the first alone."""
    poll = room.opened()
    room.vote_all(poll, VOTES)
    fork = (list(room.entries), room.tree.size)
    room.batch(poll, room.ballot(room.voters[5], poll, "for"))
    known = Checkpoint(room.origin, room.tree.size, room.tree.root())
    room.close(poll)
    shown = fingerprint(Checkpoint(room.origin, room.tree.size, room.tree.root()).text)
    room.entries, room.tree = fork[0], Tree()
    for raw in fork[0]:
        room.tree.append(leaf_hash(raw))
    room.force(acts.ClosePoll, key=room.chair.device, poll=poll)
    room.serves = lambda _files: forked(room)
    assert room.findings() == []  # by itself this record is in order
    for holder in room.holders:
        keeper = room.keeper(holder)
        with pytest.raises(UnsafeToOpenError, match="the screen shows another record"):
            await keeper.decrypt(poll, shown)
        keeper = room.keeper(holder)
        keeper.device.head = known
        with pytest.raises(UnsafeToOpenError, match="another history"):
            await keeper.decrypt(poll)
    assert not room.asked


def forked(room: Liar) -> Files:
    """The bundle of the entries alone, folded anew."""
    blobs = room.blobs | room.forced
    _, hearing = replay(room.entries, blobs, [])
    return bundle_files(hearing.state, room.entries, room.note())


async def test_a_holder_is_asked_twice(room: Liar) -> None:
    poll = voted(room)
    keeper = room.keeper(room.holders[0])
    keeper.decrypted.add(poll)
    with pytest.raises(UnsafeToOpenError, match="opened this poll already"):
        await keeper.decrypt(poll)
    room.decrypt(room.holders[0], poll)
    before = len(room.entries)
    with pytest.raises(Refused, match="already-sent"):
        room.decrypt(room.holders[0], poll)
    assert len(room.entries) == before
    assert not room.asked


async def test_a_holder_is_asked_before_the_close(room: Liar) -> None:
    poll = room.opened()
    room.vote_all(poll, VOTES)
    await refuses(room, poll, "nothing to open")


async def test_the_archive_is_that_of_another_election(room: Liar) -> None:
    poll, other = voted(room), Liar()
    voted(other)
    theirs = other.files()
    room.serves = lambda files: files | {of_secret(files): theirs[of_secret(theirs)]}
    await refuses(room, poll, "archive-differs")
    assert named(room, "archive-differs", poll)


async def test_the_record_is_that_of_another_hearing(room: Liar) -> None:
    """It is in order, and the holder holds a share of its keys; but their device began with another one."""
    poll, other = voted(room), Liar()
    elsewhere = voted(other)
    theirs = other.files()
    room.serves = lambda _files: theirs
    assert room.findings() == []
    for asked in (poll, elsewhere):
        await refuses(room, asked, "another hearing")


async def test_a_ballot_with_a_false_proof_enters(room: Liar) -> None:
    """The rules do not look at proofs; everybody who checks the archive does."""
    poll = room.opened()
    good = [room.ballot(voter, poll, choice) for voter, choice in zip(room.voters, VOTES, strict=False)]
    box = room.secret(poll).box
    assert box is not None
    mine = room.codes[room.voters[0].id, box.election]
    read = ballot.decode(good[0])
    (answer,) = read.answers
    (one, other), *rest = answer.individual_proofs
    feigned = msgspec.structs.replace(answer, individual_proofs=((other, one), *rest))
    body = msgspec.json.encode(msgspec.structs.replace(read, answers=(feigned,), signature=None))
    false = ballot.sign(body, mine.secret, room.random)
    room.batch(poll, false, *good[1:])
    room.close(poll)
    assert named(room, "bad-archive", poll, "bad-proof")
    await refuses(room, poll, "bad-archive")


async def test_a_ballot_enters_after_the_close(room: Liar) -> None:
    poll = room.opened()
    room.vote_all(poll, VOTES)
    late = room.ballot(room.voters[5], poll, "against")
    room.close(poll)
    seq = room.batch_by_force(poll, late)
    assert named(room, "act-refused", f":{seq}", "poll-closed")
    await refuses(room, poll, "act-refused")


@pytest.mark.parametrize("forgery", ["unknown-credential", "already-voted", "bad-batch", "bad-signature"])
async def test_a_batch_is_forged(room: Liar, forgery: str) -> None:
    poll = room.opened()
    room.vote_all(poll, VOTES)
    box = room.secret(poll).box
    assert box is not None
    assert box.raw is not None
    question = room.secret(poll).question
    match forgery:
        case "unknown-credential":
            seq = room.batch_by_force(
                poll, Credential.new(box.election).cast(box.raw, question, b'"against"', room.random)
            )
        case "already-voted":
            seq = room.batch_by_force(poll, room.ballot(room.voters[0], poll, "against"))
        case "bad-batch":
            two = (room.ballot(room.voters[5], poll, "for"), room.ballot(room.voters[5], poll, "for"))
            order = tuple(sorted(map(name, two), reverse=True))
            seq = room.force(acts.CastBatch, *two, poll=poll, ballots=order)
        case _:
            raw = room.ballot(room.voters[5], poll, "for")
            jws = sign_act(
                PrivateKey.generate(),
                acts.encode(room.act(acts.CastBatch, poll=poll, ballots=(name(raw),))),
            )
            header = sign_act(
                room.service, acts.encode(room.act(acts.CastBatch, poll=poll, ballots=(name(raw),)))
            )
            signed = ".".join((*header.split(".")[:2], jws.split(".")[2]))  # in the service's name
            written = Entry(room.tree.size, utc(room.clock), signed).raw
            room.tree.append(leaf_hash(written))
            room.entries.append(written)
            room.forced[name(raw)] = raw
            seq = room.tree.size - 1
    if forgery == "bad-signature":
        assert named(room, "bad-signature", f":{seq}")
    else:
        assert named(room, "act-refused", f":{seq}", forgery)
    await refuses(room, poll, "act-refused|bad-signature")
