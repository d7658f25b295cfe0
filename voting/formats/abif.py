"""ABIF, a tally that people can read: `27:A>B=C`, after the names and what it is about."""

import msgspec

from voting.formats.errors import FormatError
from voting.formats.profile import Profile
from voting.rankings import Ranking


def write(profile: Profile) -> bytes:
    """A tally sheet of rankings or numbers (`A/5,B/3`); marks are written as numbers, 1 for a mark.

    Blank and invalid papers stand in comments.

    Raises:
        FormatError: a name has a bracket or a quotation mark, which stand around names.
    """
    token = {one: f"c{number}" for number, one in enumerate(profile.ids, 1)}
    if odd := next((name for name in profile.names.values() if set(name) & set('[]"')), ""):
        raise FormatError("cannot_hold", what=odd)
    rows = [msgspec.json.encode({key: value}).decode() for key, value in _about(profile).items()]
    rows += [f"={token[one]}:[{profile.names[one]}]" for one in profile.ids]
    rows += [f"# {profile.empty} blank, {profile.invalid} invalid"]
    votes = [(count, _ranking(ranking, token)) for ranking, count in profile.rankings.items()]
    votes += [(count, ",".join(f"{token[one]}/1" for one in marks)) for marks, count in profile.marks.items()]
    votes += [
        (count, ",".join(f"{token[one]}/{number}" for one, number in paper))
        for paper, count in profile.numbers.items()
    ]
    rows += [f"{count}:{said}" for count, said in sorted(votes, key=lambda vote: (-vote[0], vote[1]))]
    return ("\n".join(rows) + "\n").encode()


def _about(profile: Profile) -> dict[str, str | int]:
    about: dict[str, str | int] = {"version": "0.1", "title": profile.title}
    about["ballotcount"] = profile.valid
    return about | ({"max_winners": profile.seats} if profile.seats else {})


def _ranking(ranking: Ranking, token: dict[str, str]) -> str:
    return ">".join("=".join(token[one] for one in group) for group in ranking)
