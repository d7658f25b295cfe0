"""The key holder's page against a service that is not honest: what it makes by itself, and what it refuses."""

import base64
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ballots.bundle import read_from, write
from ballots.encoding import b64url
from ballots.judge import Aside
from ballots.secret import archive, pedersen, pki, tally
from ballots.secret.commitments import PolynomialMessage
from ballots.signing import sign_act
from ballots.tokens import anchor
from deliberation import acts
from deliberation.box import Box
from deliberation.notice import name
from tests.client import node
from tests.room import Person
from tests.secret_room import SecretRoom
from web.actors.voter import Credential

Told = dict[str, Any]


def own(room: SecretRoom, holder: Person, **changes: Any) -> dict[str, Any]:
    """What a holder's device keeps, and has seen of the record."""
    pins = {
        "trust": {
            "hearing": room.id,
            "community": "qinghuai",
            "anchor": anchor(room.root.public),
            "origin": room.origin,
            "service": b64url(room.service.public),
            "genesis": room.root_at(1),
        },
        "heads": [{"size": room.tree.size, "root": room.root_at(room.tree.size)}],
        "proofs": [],
    }
    seed = room.seeds.get(holder.id)
    kept = [{"seed": seed, "safe": True}] if seed else []
    return {"member": holder.id, "kept": kept, "opened": [], "pins": pins | changes.pop("pins", {})} | changes


def look(folder: Path, asked: Mapping[str, tuple[bytes, dict[str, Any]]]) -> dict[str, Told]:
    """What the page makes of bundles, by name; each with what it knows and is asked for."""
    folder.mkdir()
    for label, (bundle, given) in asked.items():
        (folder / f"{label}.zip").write_bytes(bundle)
        wanted = {what: given[what] for what in ("step", "open") if what in given}
        (folder / f"{label}.zip.json").write_text(json.dumps({"own": given, **wanted}))
    told = json.loads(node.node("test/holders.mjs", str(folder)))
    return {label: told[f"{label}.zip"] for label in asked}


def sign(room: SecretRoom, holder: Person, told: Told) -> None:
    """Enter what the page would sign. Raises Refused."""
    kind = acts.KINDS[told["act"]]
    raw = base64.b64decode(told["blob"] or "")
    aside = Aside({name(raw): raw} if told["blob"] else {})
    room.send(holder.device, room.act(kind, **told["members"]), aside)


def repacked(bundle: bytes, **changes: bytes | None) -> bytes:
    """The same bundle, written properly, with other files in it; a name has `__` for its slash."""
    files = dict(read_from(io.BytesIO(bundle)).files)
    for label, raw in changes.items():
        found = label.replace("__", "/").replace("_bel", ".bel").replace("log_jsonl", "log.jsonl")
        assert found in files
        if raw is None:
            del files[found]
        else:
            files[found] = raw
    out = io.BytesIO()
    write(files, out)
    return out.getvalue()


def refused(told: Told) -> set[str]:
    """The codes for which a page goes no further: it shows nothing of the record, and signs nothing."""
    assert told["picture"]["polls"] == []
    assert told["picture"]["step"]["name"] == "none"
    assert told["act"] is None
    return {finding["code"] for finding in told["picture"]["findings"]}


# -- making keys --------------------------------------------------------------------------------------------


def test_keys_that_pages_make_are_those_that_the_record_accepts(tmp_path: Path) -> None:
    room = SecretRoom()
    room.ready()
    for holder in room.holders:
        room.seeds[holder.id] = pki.seed(room.random)
    unsafe = own(room, room.chair) | {"kept": [{"seed": room.seeds[room.chair.id], "safe": False}]}
    stages = look(
        tmp_path / "0",
        {
            "new": (room.bundle(), own(room, room.chair, kept=[])),
            "unsafe": (room.bundle(), unsafe),
            "stranger": (room.bundle(), own(room, room.voters[0])),
        },
    )
    assert [stages[one]["picture"]["step"]["name"] for one in stages] == ["make", "back-up", "none"]
    for number, step in enumerate(("show", "deal", "check", "accept"), 1):
        for holder in room.holders:
            told = look(
                tmp_path / f"{number}-{holder.id}",
                {"it": (room.bundle(), own(room, holder) | {"step": step})},
            )["it"]
            assert told["picture"]["findings"] == []
            assert told["picture"]["step"] == {"name": step, "on": []}
            sign(room, holder, told)
    keys = room.hearing.state.holders
    assert keys is not None
    assert keys.ready
    whole = room.bundle()
    desk = own(room, room.desk)
    room.do(room.chair, acts.EndRole, member=room.desk.id, reason="Called away")
    last = look(
        tmp_path / "5",
        {
            "ready": (whole, desk),
            "lost": (whole, desk | {"kept": []}),
            "left": (room.bundle(), own(room, room.chair)),
        },
    )
    assert [one["picture"]["step"]["name"] for one in last.values()] == ["ready", "restore", "left"]
    assert [one["picture"]["ready"] for one in last.values()] == [True, True, False]
    assert last["left"]["picture"]["step"]["on"] == [room.desk.id]


def test_who_deals_badly_is_named(tmp_path: Path) -> None:
    room = SecretRoom()
    room.ready()
    keys = room.hearing.state.holders
    assert keys is not None
    for index, holder in enumerate(room.holders, 1):
        room.send_certificate(holder, index)
    certificates = keys.in_order(keys.certificates)
    for index, holder in enumerate(room.holders, 1):
        raw = pedersen.polynomial(room.seeds[holder.id], certificates, index, 2, room.random)
        if holder is room.supervisor:
            dealt = msgspec.json.decode(raw, type=PolynomialMessage)
            first, *others = dealt.secrets
            raw = msgspec.json.encode(msgspec.structs.replace(dealt, secrets=[others[0], first, *others[1:]]))
        room.send_blob(holder, acts.SendPolynomial, "message", raw)
    told = look(tmp_path / "a", {"it": (room.bundle(), own(room, room.chair) | {"step": "check"})})["it"]
    accused = {"member": room.supervisor.id, "message": name(keys.polynomials[room.supervisor.id])}
    assert told["trouble"] == {"code": "sealed", "accused": accused}
    room.do(room.chair, acts.RefuseMessage, message=accused["message"], reason="sealed")
    after = look(tmp_path / "b", {"it": (room.bundle(), own(room, room.desk))})["it"]["picture"]
    assert after["step"]["name"] == "stopped"
    assert [one["refuses"] for one in after["holders"]] == [room.supervisor.id, None, None]


def test_a_certificate_that_the_service_has_exchanged_stops_the_page(tmp_path: Path) -> None:
    room = SecretRoom()
    room.ready()
    room.send_certificate(room.chair, 1)
    sent = room.send_certificate(room.supervisor, 2)
    keys = room.hearing.state.holders
    assert keys is not None
    mine = keys.certificates[room.supervisor.id]
    false = pedersen.certificate(pki.seed(room.random), 3, 2, 2, room.random)
    seq = room.tree.size - 1
    honest = room.bundle()
    blob = repacked(honest, **{f"blobs__{name(mine)}": false})
    # With an act of its own the service has a false certificate signed by whatever key it has.
    act = room.act(acts.SendCertificate, message=name(false))
    entry = json.loads(room.entries[seq])
    line = json.dumps(
        {**entry, "jws": sign_act(room.service, acts.encode(act))}, separators=(",", ":")
    ).encode()
    log = b"\n".join([*room.entries[:seq], line]) + b"\n"
    lied = repacked(honest, log_jsonl=log)
    pins = {"proofs": [{"leaf": sent, "seq": seq}]}
    told = look(
        tmp_path / "a",
        {
            "blob": (blob, own(room, room.chair) | {"step": "deal"}),
            "act": (lied, own(room, room.chair)),
            "mine": (lied, own(room, room.supervisor, pins=pins)),
        },
    )
    assert "blob-bytes" in refused(told["blob"])
    assert {"act-refused", "pinned-head"} <= refused(told["act"])
    assert "pinned-receipt" in refused(told["mine"])


# -- opening ------------------------------------------------------------------------------------------------


def closed(voters: int = 6, *, voting: int = 6) -> tuple[SecretRoom, str]:
    """A secret poll that is closed and waits for its key holders."""
    room = SecretRoom(voters)
    poll = room.opened()
    choices = ["for", "against", "abstain"] * 2
    ballots = [
        room.ballot(person, poll, choice)
        for person, choice in zip(room.voters[:voting], choices, strict=False)
    ]
    room.batch(poll, *ballots)
    room.close(poll)
    return room, poll


def box_of(room: SecretRoom, poll: str) -> Box:
    box = room.secret(poll).box
    assert box is not None
    return box


def archived(box: Box, **changes: Any) -> bytes:
    """The archive of a closed poll, with something changed; what follows from it is put right."""
    assert box.raw is not None
    assert box.keys.trustees is not None
    told: dict[str, Any] = {
        "timestamp": 1795276959,
        "election": box.raw,
        "trustees": box.keys.trustees,
        "credentials": msgspec.json.encode(box.credentials),
        "closed": True,
        "decryptions": {},
        "totals": None,
    }
    return archive.write(**(told | changes))


@pytest.fixture(scope="module")
def waiting() -> tuple[SecretRoom, str]:
    return closed()


def faults(told: Told) -> list[str]:
    (poll,) = told["picture"]["polls"]
    return [fault["code"] for fault in poll["examined"]["faults"]]


def test_the_page_decrypts_the_sum_that_it_has_computed(tmp_path: Path) -> None:
    room, poll = closed()
    asked = own(room, room.chair)
    told = look(tmp_path / "a", {"it": (room.bundle(), asked | {"open": poll})})["it"]
    (shown,) = told["picture"]["polls"]
    box = box_of(room, poll)
    assert box.tally is not None
    assert shown["examined"] == {"faults": [], "ballots": 6, "tally": name(box.tally)}
    assert (shown["holders"], shown["threshold"]) == ([one.id for one in room.holders], 2)
    assert told["act"] == "key.decrypt"
    sign(room, room.chair, told)
    after = look(
        tmp_path / "b",
        {
            "first": (room.bundle(), own(room, room.chair)),
            "second": (room.bundle(), own(room, room.supervisor) | {"open": poll}),
        },
    )
    assert after["first"]["picture"]["polls"][0]["examined"] is None
    assert after["first"]["picture"]["polls"][0]["decrypted"] == [room.chair.id]
    sign(room, room.supervisor, after["second"])
    assert box.totals == ((2, 2, 2),)


def test_what_a_dishonest_service_asks_for_is_refused(tmp_path: Path) -> None:
    room, poll = closed()
    box = box_of(room, poll)
    assert box.raw is not None
    bundle, bel = room.bundle(), f"secret__{poll}_bel"
    ballots = [raw for raw in map(room.hearing.state.blobs, box.ballots) if raw is not None]
    one, five = tally.add(box.raw, ballots[:1]), tally.add(box.raw, ballots[:5])
    other, elsewhere = closed()
    assert box.tally is not None
    altered = {
        "one-ballot": repacked(bundle, **{bel: archived(box, ballots=ballots[:1], tally=one)}),
        "altered-tally": repacked(bundle, **{bel: archived(box, ballots=ballots, tally=one)}),
        "ballot-dropped": repacked(bundle, **{bel: archived(box, ballots=ballots[:5], tally=five)}),
        "another-election": repacked(
            bundle, **{bel: dict(read_from(io.BytesIO(other.bundle())).files)[f"secret/{elsewhere}.bel"]}
        ),
        "no-archive": repacked(bundle, **{bel: None}),
        "another-hearing": other.bundle(),
    }
    asked = own(room, room.chair) | {"open": poll}
    told = look(tmp_path / "a", {label: (raw, asked) for label, raw in altered.items()})
    for label, found in told.items():
        assert refused(found), label
    assert "pinned-other" in refused(told["another-hearing"])


def test_a_sum_is_decrypted_once(waiting: tuple[SecretRoom, str], tmp_path: Path) -> None:
    room, poll = waiting
    election = box_of(room, poll).election
    before = [{"election": election, "tally": "0" * 64}]
    told = look(
        tmp_path / "a", {"it": (room.bundle(), own(room, room.desk, opened=before) | {"open": poll})}
    )["it"]
    assert faults(told) == ["opened-another"]
    assert told["act"] is None


def test_who_has_lost_the_key_and_who_never_had_one(waiting: tuple[SecretRoom, str], tmp_path: Path) -> None:
    room, poll = waiting
    told = look(
        tmp_path / "a",
        {
            "lost": (room.bundle(), own(room, room.desk, kept=[]) | {"open": poll}),
            "other": (
                room.bundle(),
                own(room, room.desk, kept=[{"seed": pki.seed(room.random), "safe": True}]),
            ),
            "voter": (room.bundle(), own(room, room.voters[0])),
        },
    )
    assert (faults(told["lost"]), told["lost"]["act"]) == (["no-key"], None)
    assert told["lost"]["picture"]["step"]["name"] == "restore"
    assert faults(told["other"]) == ["no-key"]
    assert told["voter"]["picture"]["polls"][0]["examined"] is None


def test_fewer_than_five_ballots_are_opened_by_nobody(tmp_path: Path) -> None:
    room, poll = closed(voting=4)
    told = look(tmp_path / "a", {"it": (room.bundle(), own(room, room.chair) | {"open": poll})})["it"]
    assert "too-few" in faults(told)
    assert told["act"] is None


def test_a_record_that_is_not_the_one_seen_before(waiting: tuple[SecretRoom, str], tmp_path: Path) -> None:
    room, poll = waiting
    size = room.tree.size
    forked = {"heads": [{"size": size - 1, "root": "0" * 64}]}
    ahead = {"heads": [{"size": size + 3, "root": "0" * 64}]}
    told = look(
        tmp_path / "a",
        {
            "forked": (room.bundle(), own(room, room.desk, pins=forked) | {"open": poll}),
            "ahead": (room.bundle(), own(room, room.desk, pins=ahead)),
        },
    )
    assert refused(told["forked"]) == {"pinned-head"}
    assert told["ahead"]["picture"]["older"]


def test_an_objection_is_shown_before_anybody_decrypts(tmp_path: Path) -> None:
    room = SecretRoom(6)
    room.ready()
    room.make_keys()
    for person in room.voters:
        room.offer(person)
    poll = room.open_poll()
    left_out, *others = room.voters
    stranger = room.offered(poll)
    mine = msgspec.json.decode(room.openings[box_of(room, poll).offers[left_out.id].leaf].choice)[
        "credential"
    ]
    false = Credential.new(box_of(room, poll).election, room.random).public
    room.set_up(poll, [one for one in stranger if one != mine] + [false])
    opening = room.openings[box_of(room, poll).offers[left_out.id].leaf]
    room.do(left_out, acts.ObjectToSetup, poll=poll, salt=b64url(opening.salt), offer=opening.choice.decode())
    room.batch(poll, *(room.ballot(person, poll, "for") for person in others))
    room.close(poll)
    told = look(tmp_path / "a", {"it": (room.bundle(), own(room, room.chair))})["it"]
    assert told["picture"]["findings"] == []
    assert faults(told) == []
    assert told["picture"]["polls"][0]["objections"] == 1
