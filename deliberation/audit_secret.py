"""The audit of secret polls: their archives in full, and against what the record says by itself."""

from ballots.bundle import Bundle, Finding
from ballots.secret.verify import Spread, verify
from deliberation.export import archive_files
from deliberation.state import State


def check_archives(bundle: Bundle, state: State, spread: Spread) -> list[Finding]:
    """Every archive is the one that follows from the record, and every proof in it holds.

    Whoever was left out of the setup and has shown it in the record is named.
    """
    there = {name: raw for name, raw in bundle.files.items() if name.startswith("secret/")}
    ours = archive_files(state)
    found: list[Finding] = []
    for name in sorted(there.keys() | ours.keys()):
        if name not in there:
            found.append(Finding("archive-missing", name, "The record has this secret poll; it is not here."))
            continue
        if name not in ours:
            found.append(Finding("archive-unknown", name, "No secret poll in the record has this archive."))
        elif there[name] != ours[name]:
            found.append(Finding("archive-differs", name, "It is not what the record says was voted."))
        found += [
            Finding("bad-archive", f"{name}:{fault.where}", f"{fault.code}: {fault.detail}")
            for fault in verify(there[name], spread).findings
        ]
    for poll in state.polls.values():
        if poll.box is not None:
            found += [
                Finding("credential-left-out", f"secret/{poll.id}.bel", f"The credential of {member}.")
                for member in poll.box.objections
            ]
    return found
