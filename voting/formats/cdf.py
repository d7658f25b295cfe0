"""Cast vote records in the NIST common data format (SP 1500-103), JSON or XML, read leniently.

Programs write it in their own ways, some without the schema's type names: only what a count needs is read.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from voting.formats import xml
from voting.formats.errors import FormatError
from voting.formats.interpret import Interpretation, interpret
from voting.formats.profile import HIGHEST_NUMBER, MOST_CANDIDATES, Box, Kind, Profile, candidates, clean
from voting.formats.text import decode, whole
from voting.formats.xml import LINE, Node

_MARKING = ("approval", "majority", "n-of-m", "plurality", "super-majority")
_SEVERAL = ("cumulative", "proportional")
"""Ways of voting by which a paper gives an option several votes; no method here counts them."""


@dataclass(frozen=True, slots=True)
class Position:
    """One indication on a ballot.

    Attributes:
        selection: what is marked; empty for a written name.
        rank: if any.
        votes: how many.
        doubt: why the file does not settle whether it counts; empty where it does.
    """

    selection: str
    rank: int | None
    votes: int
    doubt: str


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a ballot says in one contest."""

    line: int
    positions: tuple[Position, ...]
    spoiled: bool


@dataclass(frozen=True, slots=True)
class Contest:
    """One contest of a report: by the ids of its selections the names they stand for, and all ballots."""

    title: str
    variation: str
    seats: int | None
    selections: dict[str, str]
    ballots: list[Ballot]


def read(raw: bytes, contest: str = "", *, lenient: bool = False) -> Profile:
    """Read the papers of a contest.

    Papers with ranks rank, with several at one rank as equals, skipped ranks passed over and a second naming
    ignored; papers of a `range` contest give numbers; all others mark. A paper of which the rules left
    nothing (`invalidated-rules`) is invalid.

    Args:
        raw: the report.
        contest: name or id, needed where the report has several.
        lenient: lines may be in Windows-1252; a mark counts of which the file leaves open whether it does
            (`IsAllocable` `unknown`, as some scanners write of every mark, or `needs-adjudication`).

    Raises:
        FormatError: it is not such a report, has not exactly one such contest, or has marks of which it does
            not say whether they count, or that count more than once.
    """
    found = read_contest(raw, contest, lenient=lenient)
    box = Box(candidates(found.selections.values()))
    known = {selection: one.id for selection, one in zip(found.selections, box.candidates, strict=True)}
    kind = _kind(found)
    if found.variation in _SEVERAL:
        raise FormatError("unsupported", 1, found=f"VoteVariation {found.variation}")
    for ballot in found.ballots:
        named = [(known[one.selection], one) for one in ballot.positions if one.selection]
        for mark in ballot.positions:
            if mark.doubt and not lenient:
                raise FormatError("undecided", ballot.line, found=mark.doubt)
            if mark.votes != 1 and kind != "numbers":
                raise FormatError("number", ballot.line, found=f"NumberVotes {mark.votes}", low=1, high=1)
        if ballot.spoiled or (not named and ballot.positions):
            box.spoil(1, ballot.line)
        elif kind == "numbers":
            box.number({one: position.votes for one, position in named}, 1, ballot.line)
        elif kind == "marks":
            box.mark(dict.fromkeys(one for one, _ in named), 1, ballot.line)
        else:
            marked: dict[int, list[str]] = {}
            for one, position in named:
                if position.rank is None:
                    raise FormatError("header", ballot.line, missing="Rank")
                marked.setdefault(position.rank, []).append(one)
            box.rank(interpret(marked, Interpretation()), 1, ballot.line)
    return box.profile(kind, found.title, found.seats)


def read_contest(raw: bytes, contest: str = "", *, lenient: bool = False) -> Contest:
    """Read what was marked in a contest, before any rule is applied.

    Raises:
        FormatError: it is not such a report, or has not exactly one such contest.
    """
    text = decode(raw, lenient=lenient)
    report = _xml(text) if text.lstrip().startswith("<") else _json(text)
    names: dict[str, str] = {}
    contests: list[Node] = []
    for election in _nodes(report, "Election"):
        names |= {_text(one, "@id"): clean(_text(one, "Name")) for one in _nodes(election, "Candidate")}
        contests += _nodes(election, "Contest")
    asked = [one for one in contests if not contest or contest in (_text(one, "@id"), _text(one, "Name"))]
    if not asked:
        raise FormatError("unknown", 1, found=contest or "Contest")
    if len(asked) > 1:
        raise FormatError(
            "choose", 1, found=", ".join(_text(one, "Name") or _text(one, "@id") for one in asked)
        )
    chosen = asked[0]
    line = chosen.get(LINE, 1)
    selections: dict[str, str] = {}
    written: set[str] = set()
    for selection in _nodes(chosen, "ContestSelection"):
        mark = _text(selection, "@id")
        if mark in written | set(selections) or not mark:
            raise FormatError("repeated", line, found=mark)
        if selection.get("IsWriteIn") in (True, "true"):
            written.add(mark)
            continue
        stand_for = [names.get(one, one) for one in _texts(selection, "CandidateIds")]
        selections[mark] = " / ".join(stand_for) or clean(_text(selection, "Selection")) or mark
    identity = _text(chosen, "@id")
    return Contest(
        clean(_text(chosen, "Name")),
        _text(chosen, "VoteVariation"),
        _number(chosen, "NumberElected", line, 1, MOST_CANDIDATES),
        selections,
        [one for node in _nodes(report, "CVR") for one in _ballots(node, identity, selections, written)],
    )


def _ballots(node: Node, contest: str, selections: dict[str, str], written: set[str]) -> Iterator[Ballot]:
    line: int = node.get(LINE, 1)
    current = _text(node, "CurrentSnapshotId")
    snapshots = [one for one in _nodes(node, "CVRSnapshot") if _text(one, "@id") == current]
    if len(snapshots) != 1:
        raise FormatError("unknown", line, found=f"CVRSnapshot {current}")
    papers = [one for one in _nodes(snapshots[0], "CVRContest") if _text(one, "ContestId") == contest]
    if len(papers) > 1:
        raise FormatError("repeated", line, found=f"CVRContest {contest}")
    for paper in papers:
        positions: list[Position] = []
        barred = False
        for selection in _nodes(paper, "CVRContestSelection"):
            mark = _text(selection, "ContestSelectionId")
            status = _texts(selection, "Status")
            open_still = "needs-adjudication" if "needs-adjudication" in status else ""
            rank = _number(selection, "Rank", line, 1, MOST_CANDIDATES)
            for position in _nodes(selection, "SelectionPosition"):
                indicated, allocable = _text(position, "HasIndication"), _text(position, "IsAllocable")
                if "no" in (indicated, allocable):
                    continue
                if "invalidated-rules" in (*status, *_texts(position, "Status")):
                    barred = True
                    continue
                if indicated == "unknown":
                    raise FormatError("undecided", line, found="HasIndication unknown")
                if mark not in selections and mark not in written and "CVRWriteIn" not in position:
                    raise FormatError("candidate", line, found=mark)
                votes = _number(position, "NumberVotes", line, -HIGHEST_NUMBER, HIGHEST_NUMBER)
                own = _number(position, "Rank", line, 1, MOST_CANDIDATES)
                at = rank if own is None else own
                positions.append(
                    Position(
                        mark if mark in selections else "",
                        at,
                        1 if votes is None else votes,
                        "IsAllocable unknown" if allocable == "unknown" else open_still,
                    )
                )
        spoiled = "invalidated-rules" in _texts(paper, "Status") or (barred and not positions)
        yield Ballot(line, tuple(positions), spoiled)


def _kind(contest: Contest) -> Kind:
    if contest.variation == "range":
        return "numbers"
    ranked = any(one.rank is not None for ballot in contest.ballots for one in ballot.positions)
    if contest.variation in _MARKING or not (ranked or contest.variation in ("rcv", "borda", "other")):
        return "rankings" if ranked else "marks"
    return "rankings"


def _xml(text: str) -> Node:
    root = xml.parse(text)
    report = root.get("CastVoteRecordReport")
    if not isinstance(report, dict):
        raise FormatError("header", 1, missing="CastVoteRecordReport")
    return report


def _json(text: str) -> Node:
    try:
        report: Node = json.loads(text, object_pairs_hook=_members)
        parts = msgspec.json.decode(text.encode(), type=dict[str, msgspec.Raw])
        records = msgspec.json.decode(parts.get("CVR", b"[]"), type=list[msgspec.Raw])
    except FormatError:
        raise
    except json.JSONDecodeError as error:
        raise FormatError("syntax", error.lineno, found=error.msg) from None
    except RecursionError:
        raise FormatError("large", 1, most="levels (层)") from None
    except (ValueError, msgspec.DecodeError) as error:
        raise FormatError("syntax", 1, found=error) from None
    for node, line in zip(_nodes(report, "CVR"), _lines(text.encode(), records), strict=True):
        node[LINE] = line
    return report


def _members(pairs: list[tuple[str, Any]]) -> Node:
    """An object; of two members of one name, which JSON allows, neither can be trusted."""
    members = dict(pairs)
    if len(members) != len(pairs) or LINE in members:
        raise FormatError("repeated", 1, found=next(name for name, _ in pairs if name))
    return members


def _lines(raw: bytes, records: list[msgspec.Raw]) -> Iterator[int]:
    """On which line each record begins."""
    at, line = 0, 1
    for one in records:
        start = raw.index(bytes(one), at)
        line += raw.count(b"\n", at, start)
        yield line
        at = start


def _nodes(node: Node, name: str) -> list[Node]:
    """All objects of one name; XML writes a single one without a list around it."""
    found = node.get(name, [])
    found = found if isinstance(found, list) else [found]
    if not all(isinstance(one, dict) for one in found):
        raise FormatError("syntax", node.get(LINE, 1), found=name)
    return found


def _texts(node: Node, name: str) -> list[str]:
    found = node.get(name, [])
    found = found if isinstance(found, list) else [found]
    if not all(isinstance(one, str) for one in found):
        raise FormatError("syntax", node.get(LINE, 1), found=name)
    return found


def _text(node: Node, name: str) -> str:
    found = _texts(node, name)
    if len(found) > 1:
        raise FormatError("repeated", node.get(LINE, 1), found=name)
    return found[0] if found else ""


def _number(node: Node, name: str, line: int, low: int, high: int) -> int | None:
    found = node.get(name)
    if found is None:
        return None
    if isinstance(found, str):
        sign = -1 if low < 0 and found.startswith("-") else 1
        return sign * whole(found.removeprefix("-") if sign < 0 else found, line, max(low, 0), high)
    if isinstance(found, int) and not isinstance(found, bool) and low <= found <= high:
        return found
    raise FormatError("number", line, found=found, low=low, high=high)
