"""Contests of RCTab: a configuration names files of ballots and how their marks are read.

Read are ES&S workbooks (as rows), generic CSV (a column for each candidate, ranks in the cells),
Clear Ballot CSV and the NIST common data format in JSON and XML; not Hart and Dominion archives.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from voting.formats import cdf
from voting.formats.errors import FormatError
from voting.formats.interpret import OVERVOTE, Interpretation, Overvote, interpret
from voting.formats.profile import MOST_CANDIDATES, Box, Candidate, Profile, clean
from voting.formats.table import Row, rows
from voting.formats.text import decode, whole

UNDECLARED = "undeclared"
"""The id of all written-in names together; a count excludes it before everybody else."""
UNDECLARED_NAME = "Undeclared Write-ins"
_OVERVOTE: Mapping[str, Overvote] = {
    "exhaustImmediately": "exhaust",
    "alwaysSkipToNextRank": "skip",
    "exhaustIfMultipleContinuing": "exhaust_if_multiple_continuing",
}
_NO_NUMBER = "bottomsUpUsingPercentageThreshold"
"""The one way of electing that has no number of winners, but 0."""
_UNLIMITED = ("", "max", "unlimited", "maximum")


Position = Annotated[int, Meta(ge=1, le=1_000_000)]


class Source(Struct, frozen=True, rename="camel"):
    """One file of ballots; columns and rows count from 1."""

    file_path: str
    provider: str = "ess"
    contest_id: str = ""
    first_vote_column_index: Position = 1
    first_vote_row_index: Position = 1
    overvote_delimiter: str = ""
    overvote_label: str = ""
    skipped_rank_label: str = ""
    undeclared_write_in_label: str = ""
    treat_blank_as_undeclared_write_in: bool = False


class Declared(Struct, frozen=True):
    """A candidate of a configuration and the other names that files use."""

    name: str
    excluded: bool = False
    aliases: tuple[str, ...] = ()


class Rules(Struct, frozen=True, rename="camel"):
    """What a configuration asks of reading and counting, in RCTab's words; None: nothing, or no limit."""

    overvote_rule: str
    winner_election_mode: str
    number_of_winners: Annotated[int, Meta(ge=0, le=MOST_CANDIDATES)]
    tiebreak_mode: str = ""
    random_seed: str = ""
    decimal_places_for_vote_arithmetic: int = 4
    minimum_vote_threshold: int = 0
    max_skipped_ranks_allowed: Annotated[int, Meta(ge=0)] | None = None
    max_rankings_allowed: Annotated[int, Meta(ge=1, le=MOST_CANDIDATES)] | None = None
    multi_seat_bottoms_up_percentage_threshold: str = ""
    non_integer_winning_threshold: bool = False
    does_first_round_determine_threshold: bool = False
    hare_quota: bool = False
    batch_elimination: bool = False
    cutoff_elimination: bool = False
    continue_until_two_candidates_remain: bool = False
    stop_tabulation_early_after_round: int | None = None
    exhaust_on_duplicate_candidate: bool = False


class Output(Struct, frozen=True, rename="camel"):
    """What a configuration calls the contest."""

    contest_name: str = ""


class Config(Struct, frozen=True, rename="camel"):
    """A configuration; what reading and counting do not need is left out."""

    cvr_file_sources: tuple[Source, ...]
    candidates: tuple[Declared, ...]
    rules: Rules
    output_settings: Output = Output()


Content = bytes | Sequence[Row]
"""A file as its bytes; a workbook as its rows, each with its number from 1."""


@dataclass(frozen=True, slots=True)
class Contest:
    """The papers as the configuration reads them, and what else it asks of the count.

    Attributes:
        profile: `UNDECLARED` is a candidate in it where a source declares written-in names, which otherwise
            are passed over; those excluded are no candidates.
            Groups of several are overvotes of which the count decides (`exhaustIfMultipleContinuing`).
        rules: in RCTab's words.
    """

    profile: Profile
    rules: Rules


def read_config(raw: bytes) -> Config:
    """Read a configuration.

    Raises:
        FormatError: it is not one, or asks for something unknown.
    """
    text = decode(raw, lenient=False)
    try:
        config = msgspec.convert(_trimmed(msgspec.json.decode(text.encode())), Config, strict=False)
    except (msgspec.DecodeError, RecursionError) as error:
        raise FormatError("syntax", 1, found=error) from None
    if config.rules.overvote_rule not in _OVERVOTE:
        raise FormatError("unsupported", 1, found=config.rules.overvote_rule)
    if not 1 <= len(config.candidates) <= MOST_CANDIDATES or not config.cvr_file_sources:
        raise FormatError("header", 1, missing="candidates, cvrFileSources")
    if not config.rules.number_of_winners and config.rules.winner_election_mode != _NO_NUMBER:
        raise FormatError("number", 1, found="numberOfWinners 0", low=1, high=MOST_CANDIDATES)
    return config


def read(config: Config, contents: Sequence[Content]) -> Contest:
    """Read the papers of a contest.

    Args:
        config: the configuration.
        contents: of its sources, in their order.

    Raises:
        FormatError: a file is not what its source says, or names somebody who is no candidate.
    """
    known: dict[str, str] = {}
    named: list[Candidate] = []
    for place, one in enumerate(config.candidates, 1):
        named += [] if one.excluded else [Candidate(str(place), clean(one.name))]
        for name in (one.name, *one.aliases):
            if known.setdefault(clean(name), str(place)) != str(place):
                raise FormatError("repeated", 1, found=name)
    sources = config.cvr_file_sources
    written = any(one.undeclared_write_in_label or one.treat_blank_as_undeclared_write_in for one in sources)
    excluded = {str(place) for place, one in enumerate(config.candidates, 1) if one.excluded}
    rules = Interpretation(
        _OVERVOTE[config.rules.overvote_rule],
        config.rules.max_skipped_ranks_allowed,
        config.rules.exhaust_on_duplicate_candidate,
        frozenset(excluded if written else excluded | {UNDECLARED}),
    )
    box = Box((*named, *([Candidate(UNDECLARED, UNDECLARED_NAME)] if written else [])))
    for source, content in zip(sources, contents, strict=True):
        line = 0
        for line, said in _READERS.get(source.provider, _unsupported)(source, content, config):
            marked: dict[int, list[str]] = {}
            for rank, mark in said:
                marked.setdefault(rank, []).append(_who(mark, source, known, line))
            groups = interpret(marked, rules)
            if groups or not marked:
                box.rank(groups, 1, line)
            else:
                box.spoil(1, line)
        if not line:
            raise FormatError("no_papers", 1, found=source.file_path)
    title = clean(config.output_settings.contest_name)
    return Contest(box.profile("rankings", title, config.rules.number_of_winners), config.rules)


Marks = list[tuple[int, str]]
"""Rank and name, as they stand in the file."""


def _who(mark: str, source: Source, known: Mapping[str, str], line: int) -> str:
    if mark in (OVERVOTE, UNDECLARED_NAME):
        return OVERVOTE if mark == OVERVOTE else UNDECLARED
    if source.overvote_label and mark == source.overvote_label:
        return OVERVOTE
    if source.undeclared_write_in_label and mark == source.undeclared_write_in_label:
        return UNDECLARED
    if clean(mark) not in known:
        raise FormatError("candidate", line, found=mark)
    return known[clean(mark)]


def _ess(source: Source, content: Content, config: Config) -> Iterator[tuple[int, Marks]]:
    """A row for each ballot, a column for each rank, names in the cells."""
    first = source.first_vote_column_index - 1
    limit = config.rules.max_rankings_allowed
    last = first + (len(config.candidates) if limit is None else limit)
    found = [row for row in _rows(content) if row[0] >= source.first_vote_row_index]
    if found and all(len(cells) <= first for _, cells in found):
        raise FormatError("no_papers", found[0][0], found=f"firstVoteColumnIndex {first + 1}")
    for line, cells in found:
        marks: Marks = []
        for rank, cell in enumerate(cells[first:last] + [""] * (last - max(first, len(cells))), 1):
            if not cell:
                marks += [(rank, UNDECLARED_NAME)] if source.treat_blank_as_undeclared_write_in else []
                continue
            parts = [cell]
            if source.overvote_delimiter:
                parts = [one.strip() for one in cell.split(source.overvote_delimiter)]
            if len(parts) > 1 and {"", source.skipped_rank_label, source.overvote_label} & set(parts):
                raise FormatError("syntax", line, found=cell)
            marks += [(rank, one) for one in parts if one != source.skipped_rank_label]
        yield line, marks


def _generic(source: Source, content: Content, _config: Config) -> Iterator[tuple[int, Marks]]:
    """A row for each ballot, a column for each candidate, ranks in the cells."""
    first = source.first_vote_column_index - 1
    found = _rows(content)
    _, header = next(found, (1, []))
    if len(header) <= first:
        raise FormatError("no_papers", 1, found=f"firstVoteColumnIndex {first + 1}")
    for line, cells in found:
        if line < source.first_vote_row_index:
            continue
        if len(cells) > len(header):
            raise FormatError("cells", line, found=len(cells), expected=len(header))
        said = zip(header[first:], cells[first:], strict=False)
        yield line, [(whole(cell, line, 1, MOST_CANDIDATES), name) for name, cell in said if cell]


def _clear_ballot(source: Source, content: Content, _config: Config) -> Iterator[tuple[int, Marks]]:
    """A row for each ballot, a column for each candidate and rank: `Choice_1:CONTEST:RANK:…:NAME:PARTY`."""
    found = _rows(content)
    line, header = next(found, (1, []))
    columns: dict[int, tuple[int, str]] = {}
    for place, title in enumerate(header):
        parts = title.split(":")
        if parts[0].startswith("Choice_") and len(parts) >= 5 and parts[1] == source.contest_id:
            columns[place] = whole(parts[2], line, 1, MOST_CANDIDATES), parts[4].strip()
    if not columns:
        raise FormatError("unknown", line, found=source.contest_id)
    for at, cells in found:
        if len(cells) != len(header):
            raise FormatError("cells", at, found=len(cells), expected=len(header))
        yield at, [column for place, column in columns.items() if whole(cells[place] or "0", at, 0, 1)]


def _cdf(source: Source, content: Content, _config: Config) -> Iterator[tuple[int, Marks]]:
    if not isinstance(content, bytes):
        raise FormatError("unsupported", 1, found=source.file_path)
    contest = cdf.read_contest(content, source.contest_id)
    for ballot in contest.ballots:
        marks: Marks = []
        for one in ballot.positions:
            named = contest.selections.get(one.selection, UNDECLARED_NAME)
            overvote = one.selection == source.overvote_label != ""
            marks.append((one.rank or 1, OVERVOTE if overvote else named))
        yield ballot.line, marks


def _unsupported(source: Source, _content: Content, _config: Config) -> Iterator[tuple[int, Marks]]:
    raise FormatError("unsupported", 1, found=source.provider)


_READERS = {"ess": _ess, "genericCsv": _generic, "clearBallot": _clear_ballot, "cdf": _cdf}


def _rows(content: Content) -> Iterator[Row]:
    if isinstance(content, bytes):
        yield from rows(decode(content, lenient=True))
    else:
        yield from ((line, [cell.strip() for cell in cells]) for line, cells in content)


def _trimmed(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Without the settings that say nothing: RCTab writes numbers as texts, and no limit as a text too."""
    if isinstance(value, list):
        return [_trimmed(one) for one in value]
    if isinstance(value, dict):
        return {name: _trimmed(one) for name, one in value.items() if name == "name" or one not in _UNLIMITED}
    return value
