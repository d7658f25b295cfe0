"""The audit bundle's files, from a record and its state. `ballots.bundle` packs them."""

import hashlib
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from ballots.bundle import README
from ballots.checkpoint import vkey
from ballots.encoding import unb64url
from ballots.tokens import anchor
from deliberation.secret import archive_bytes
from deliberation.state import State


class HearingFile(Struct, frozen=True, forbid_unknown_fields=True):
    """hearing.json: which record this is, and by whose key its checkpoint is signed."""

    v: int
    hearing: str
    origin: str
    anchor: str
    vkey: str


def hearing_file(state: State) -> HearingFile:
    """What hearing.json of this hearing says; all of it follows from the first act."""
    convene = state.convene
    assert convene is not None
    return HearingFile(
        v=1,
        hearing=convene.hearing,
        origin=convene.origin,
        anchor=anchor(unb64url(convene.root, 32)),
        vkey=vkey(convene.origin, unb64url(convene.service, 32)),
    )


def referenced_blobs(state: State) -> set[str]:
    """The blobs that the record names and that must be kept: all but erased ones."""
    return state.blob_names - state.erased


def result_files(state: State) -> dict[str, bytes]:
    """`results/POLL.json` of every poll whose tally is published."""
    return {
        f"results/{poll.id}.json": poll.result_bytes
        for poll in state.polls.values()
        if poll.result_bytes is not None
    }


def archive_files(state: State) -> dict[str, bytes]:
    """`secret/POLL.bel` of every secret poll that was set up, as far as it has come."""
    made = {poll.id: archive_bytes(state, poll) for poll in state.polls.values()}
    return {f"secret/{poll}.bel": raw for poll, raw in made.items() if raw is not None}


def bundle_files(state: State, entries: Iterable[bytes], checkpoint: bytes) -> dict[str, bytes]:
    """Everything an auditor needs, by file name.

    `entries` are the record's exact bytes up to `state.size`, `checkpoint` the signed note of that size.
    A blob that is lost is left out here; the audit says so.
    """
    files = {
        "README.txt": README,
        "hearing.json": msgspec.json.encode(hearing_file(state)),
        "log.jsonl": b"".join(entry + b"\n" for entry in entries),
        "checkpoint": checkpoint,
        **result_files(state),
        **archive_files(state),
    }
    for name in referenced_blobs(state):
        blob = state.blobs(name)
        if blob is not None and hashlib.sha256(blob).hexdigest() == name:
            files[f"blobs/{name}"] = blob
    return files
