"""Where our verifier once did not say what docs/spec.md says, and the one that was written from it did."""

import json
from collections.abc import Callable

import msgspec
import pytest

from ballots.encoding import b64url
from ballots.judge import Aside
from ballots.signing import PrivateKey, sign_act
from deliberation import acts
from tests.foreign.unruly import Careless
from tests.foreign.verdicts import Brought, Foreign, Found, files, ours, pack
from tests.room import Person, Room, finished, motion
from voting.rules import Requirement

pytestmark = pytest.mark.foreign

Case = tuple[bytes, Brought, set[Found]]
RUNNING = Brought(running=True)


def ready(**options: object) -> Careless:
    room = Careless(voters=2, **options)  # type: ignore[arg-type]
    room.ready()
    return room


def unknown_key_and_bad_signature() -> Case:
    """`unknown-key` is checked before `bad-signature`: nobody can say of an unknown key that it did not sign."""
    room = ready()
    room.voters[0].device = PrivateKey.from_seed(bytes(32))
    room.enrol(room.voters[0])
    act = acts.encode(room.act(acts.RequestFloor, item="gate"))
    spoilt = sign_act(room.voters[0].device, act)[:-86] + b64url(bytes(64))
    room.record(spoilt, Aside())
    refused = {
        ("act-refused", f"log.jsonl:{room.tree.size - 2}", "device.enrol: already-enrolled"),
        ("act-refused", f"log.jsonl:{room.tree.size - 1}", "floor.request: unknown-key"),
    }
    return room.bundle(), RUNNING, refused


def adjourned_too_early_twice() -> Case:
    """`poll-still-open` is checked before `poll-unpublished`, over all polls."""
    room = ready(questions=[motion("q1"), motion("q2")])
    room.close(room.open_poll(0))
    room.open_poll(1)
    room.do(room.chair, acts.Adjourn)
    where = f"log.jsonl:{room.tree.size - 1}"
    return room.bundle(), RUNNING, {("act-refused", where, "hearing.adjourn: poll-still-open")}


def void_without_a_result() -> Case:
    """Every closed poll has a result, void or not."""
    room = ready()
    poll = room.open_poll()
    room.close(poll)
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="misread")
    room.do(room.supervisor, acts.Cosign, target=void)
    found = {("no-result", f"results/{poll}.json", ""), ("unfinished", "log.jsonl", "")}
    return room.bundle(), Brought(), found


def other_bytes_for_a_blob() -> Case:
    """Bytes that do not have the hash of their name are as good as no blob."""
    contents = files(finished(1).bundle())
    (name,) = [name for name, raw in contents.items() if raw.startswith(b'{"v":1,"remarks"')]
    return pack(contents | {name: b"other"}), Brought(), {("blob-bytes", name, "")}


def a_quorum_of_ballots() -> Case:
    """No ballot is cast when a poll opens, so those present cannot be a share of the valid ones."""
    question = motion()
    odd = Requirement("heads", "present", "ge", (1, 2), "valid")
    rule = msgspec.structs.replace(question.rule, quorum=(odd,))
    room = ready(questions=[msgspec.structs.replace(question, rule=rule)])
    room.open_poll()
    where = f"log.jsonl:{room.tree.size - 1}"
    return room.bundle(), RUNNING, {("act-refused", where, "poll.open: quorum-missing")}


def a_card_that_carries_one_vote_after_another() -> Case:
    """An entry that has ended carries no vote any more; so its card may enrol for the next one, and may be told."""
    room = ready()
    gone, comes = room.voters[0], Person("representative")
    comes.token = gone.token
    amend = room.do(room.chair, acts.AmendRoll, add=[comes.member], remove=[gone.id], reason="moved house")
    room.do(room.supervisor, acts.Cosign, target=amend)
    room.enrol(comes)
    room.voters.append(comes)
    return room.bundle(), Brought(openings=room.roll_openings(), running=True), set()


def openings_of_another_version() -> Case:
    """A file of openings whose `v` is not 1 cannot be read."""
    room = finished(1)
    raw = room.roll_openings().replace(b'{"v":1,', b'{"v":2,')
    return room.bundle(), Brought(openings=raw), {("bad-openings", "openings", "")}


def a_choice_with_a_long_number() -> Case:
    """A number that not every language counts exactly cannot be read."""
    room = ready(questions=[motion(visibility="live")])
    members = json.loads(
        acts.encode(room.act(acts.CastBallot, poll="0" * 64, replaces=None, choice="CHOICE"))
    )
    raw = json.dumps(members, separators=(",", ":")).replace('"CHOICE"', '{"for":' + "1" * 5000 + "}")
    room.record(sign_act(room.voters[0].device, raw.encode()), Aside())
    where = f"log.jsonl:{room.tree.size - 1}"
    return room.bundle(), RUNNING, {("bad-entry", where, "")}


CASES: tuple[Callable[[], Case], ...] = (
    unknown_key_and_bad_signature,
    adjourned_too_early_twice,
    void_without_a_result,
    other_bytes_for_a_blob,
    a_quorum_of_ballots,
    a_card_that_carries_one_vote_after_another,
    openings_of_another_version,
    a_choice_with_a_long_number,
)


@pytest.mark.parametrize("case", CASES)
def test_the_foreign_verifier_says_what_is_written(foreign: Foreign, case: Callable[[], Case]) -> None:
    bundle, brought, expected = case()
    assert foreign.findings(bundle, brought) == expected


@pytest.mark.parametrize("case", CASES)
def test_our_verifier_says_what_is_written(case: Callable[[], Case]) -> None:
    bundle, brought, expected = case()
    assert ours(bundle, brought) == expected


def test_the_cases_differ_in_nothing_else() -> None:
    """A room that is ready, and a meeting that is finished, are clean."""
    room: Room = ready()
    assert ours(room.bundle(), RUNNING) == set() == ours(finished(1).bundle())
