"""Cast vote records by NIST SP 1500-103 version 1.0, as JSON that its schema accepts.

Every paper is a record, on a line of its own.
They stand in the order of what they say, which tells nothing of who voted when.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from voting.formats.errors import FormatError
from voting.formats.profile import Profile

MOST_RECORDS = 2_000_000
_VARIATION: Mapping[str, str] = {"rankings": "rcv", "marks": "approval", "numbers": "range"}
_DEVICE, _PLACE, _ELECTION, _CONTEST = "device", "place", "election", "contest"


def write(profile: Profile, *, generated: str, application: str = "hearing") -> bytes:
    """A report of one contest; `cdf.read` gives the same profile back, but for who has withdrawn.

    Grades and points are votes of a `range` contest; equal ranks are written as the same rank.

    Args:
        profile: the papers.
        generated: when, as RFC 3339.
        application: the program that is named as the reporting device.

    Raises:
        FormatError: more papers than a report of single records can reasonably hold.
    """
    papers = profile.valid + profile.empty + profile.invalid
    if papers > MOST_RECORDS:
        raise FormatError("large", most=MOST_RECORDS)
    contest: dict[str, Any] = {
        "@id": _CONTEST,
        "@type": "CVR.CandidateContest",
        "Name": profile.title,
        "VoteVariation": _VARIATION[profile.kind],
        **({"NumberElected": profile.seats} if profile.seats else {}),
        "ContestSelection": [
            {"@id": _selection(one), "@type": "CVR.CandidateSelection", "CandidateIds": [_candidate(one)]}
            for one in profile.ids
        ],
    }
    records = [
        msgspec.json.encode(_record(number, paper)) for number, paper in enumerate(_papers(profile), 1)
    ]
    report = {
        "@type": "CVR.CastVoteRecordReport",
        "Version": "1.0.0",
        "GeneratedDate": generated,
        "ReportType": ["aggregated"],
        "ReportGeneratingDeviceIds": [_DEVICE],
        "ReportingDevice": [{"@id": _DEVICE, "@type": "CVR.ReportingDevice", "Application": application}],
        "GpUnit": [{"@id": _PLACE, "@type": "CVR.GpUnit", "Type": "other", "OtherType": "hearing"}],
        "Election": [
            {
                "@id": _ELECTION,
                "@type": "CVR.Election",
                "ElectionScopeId": _PLACE,
                "Candidate": [
                    {"@id": _candidate(one), "@type": "CVR.Candidate", "Name": profile.names[one]}
                    for one in profile.ids
                ],
                "Contest": [contest],
            }
        ],
        "CVR": msgspec.Raw(b"[\n" + b",\n".join(records) + b"\n]"),
    }
    return msgspec.json.encode(report) + b"\n"


def _papers(profile: Profile) -> Iterator[dict[str, Any]]:
    """What each paper says in the contest."""
    for ranking, count in sorted(profile.rankings.items()):
        marks = [(one, rank, 1) for rank, group in enumerate(ranking, 1) for one in group]
        yield from [_said(marks)] * count
    for chosen, count in sorted(profile.marks.items()):
        yield from [_said([(one, None, 1) for one in chosen])] * count
    for numbers, count in sorted(profile.numbers.items()):
        yield from [_said([(one, None, number) for one, number in numbers])] * count
    yield from [_said([]) | {"Status": ["not-indicated"]}] * profile.empty
    yield from [_said([]) | {"Status": ["invalidated-rules"]}] * profile.invalid


def _said(marks: Sequence[tuple[str, int | None, int]]) -> dict[str, Any]:
    return {
        "@type": "CVR.CVRContest",
        "ContestId": _CONTEST,
        "CVRContestSelection": [
            {
                "@type": "CVR.CVRContestSelection",
                "ContestSelectionId": _selection(one),
                "SelectionPosition": [
                    {
                        "@type": "CVR.SelectionPosition",
                        "HasIndication": "yes",
                        "IsAllocable": "yes",
                        "NumberVotes": votes,
                        **({} if rank is None else {"Rank": rank}),
                    }
                ],
            }
            for one, rank, votes in marks
        ],
    }


def _record(number: int, paper: dict[str, Any]) -> dict[str, Any]:
    snapshot = f"snapshot-{number}"
    return {
        "@type": "CVR.CVR",
        "ElectionId": _ELECTION,
        "UniqueId": f"paper-{number}",
        "CurrentSnapshotId": snapshot,
        "CVRSnapshot": [
            {"@id": snapshot, "@type": "CVR.CVRSnapshot", "Type": "interpreted", "CVRContest": [paper]}
        ],
    }


def _selection(one: str) -> str:
    return f"selection-{one}"


def _candidate(one: str) -> str:
    return f"candidate-{one}"
