import json
from typing import Any

import msgspec
import pytest

from voting.rules import Text
from voting.tally import Amount, Result, encode_result, tally


@pytest.fixture
def meeting(ask: Any, heads: Any, slips: Any) -> Any:
    """Hold a poll under `urban.reps`: so many on the roll, so many present, so many ballots."""

    def hold(e: int, p: int, *, y: int = 0, n: int = 0, a: int = 0, spoiled: int = 0, **more: Any) -> Result:
        return tally(
            ask("urban.reps"),
            poll="ab" * 32,
            eligible=heads(e),
            present=heads(p),
            ballots=slips(y, n, a, spoiled),
            **more,
        )

    return hold


@pytest.mark.parametrize(
    ("y", "n", "a", "spoiled", "decision"),
    [
        (20, 20, 0, 0, "rejected"),
        (20, 15, 5, 0, "rejected"),
        (20, 0, 0, 20, "rejected"),
        (20, 0, 0, 0, "rejected"),
        (21, 19, 0, 0, "passed"),
        (21, 0, 0, 0, "passed"),
    ],
)
def test_whoever_does_not_agree_stays_in_the_base(
    meeting: Any, y: int, n: int, a: int, spoiled: int, decision: str
) -> None:
    assert meeting(60, 40, y=y, n=n, a=a, spoiled=spoiled).decision == decision


def test_one_who_arrives_after_the_opening_is_not_counted_in(meeting: Any) -> None:
    # 40 of 61 are here when the poll opens; the 41st makes no quorum for it any more.
    assert meeting(61, 40, y=40).decision == "no_quorum"
    # And where there is a quorum, no ballot beyond those of the 41 is accepted silently.
    assert meeting(61, 41, y=21, n=20).decision == "passed"
    assert meeting(61, 41, y=22, n=20).decision == "void"


def test_one_who_left_before_the_opening_is_not_in_the_base(meeting: Any) -> None:
    result = meeting(61, 41, y=21, n=20)
    assert result.present == Amount(41)
    assert result.decision == "passed"


def test_one_who_left_after_the_opening_stays_in_the_base(meeting: Any) -> None:
    result = meeting(61, 42, y=21, n=20)
    assert result.present == Amount(42)
    assert result.decision == "rejected"


def test_a_household_decision(ask: Any, heads: Any, slips: Any) -> None:
    def hold(*piles: int) -> str:
        question = ask("household.decision")
        return tally(question, poll="p", eligible=heads(60), present=None, ballots=slips(*piles)).decision

    assert hold(39, 0, 0, 0) == "no_quorum"
    assert hold(30, 10, 0, 0) == "rejected"
    assert hold(31, 9, 0, 0) == "passed"
    assert hold(31, 0, 8, 1) == "passed"
    assert hold(31, 0, 8, 0) == "no_quorum"


def test_owners_are_counted_by_heads_and_by_area(ask: Any) -> None:
    # Three flats of one buyer are one head with their areas added up.
    flats = [88_50, 120_00, 35_75]
    big = {"heads": 1, "area": sum(flats)}
    small = {"heads": 1, "area": 50_00}

    def hold(ballots: list[tuple[bytes, dict[str, int]]]) -> Result:
        return tally(
            ask("owners.ordinary"), poll="p", eligible=[big, small, small], present=None, ballots=ballots
        )

    result = hold([(b'"for"', big), (b'"against"', small), (b'"abstain"', small)])
    assert result.roll == Amount(3, "344.25")
    assert result.options[0].total == Amount(1, "244.25")
    assert result.abstain == Amount(1, "50.00")
    assert result.present is None
    # By area it would pass, by heads it does not: both are needed.
    assert [one.ok for one in result.comparisons] == [True, True, False, True]
    assert result.decision == "rejected"
    assert hold([(b'"for"', big), (b'"for"', small)]).decision == "passed"
    # Two heads of three are enough, their 100 m² of 344.25 are not.
    assert hold([(b'"for"', small), (b'"for"', small)]).decision == "no_quorum"


def test_an_owner_who_abstains_takes_part_and_a_spoiled_slip_does_not(ask: Any) -> None:
    flat = {"heads": 1, "area": 100_00}

    def hold(third: bytes) -> Result:
        ballots = [(b'"for"', flat), (third, flat)]
        return tally(ask("owners.ordinary"), poll="p", eligible=[flat] * 3, present=None, ballots=ballots)

    assert hold(b'"abstain"').decision == "rejected"
    spoiled = hold(b'"for" "against"')
    assert (spoiled.cast, spoiled.valid, spoiled.invalid) == (
        Amount(2, "200.00"),
        Amount(1, "100.00"),
        Amount(1, "100.00"),
    )
    assert spoiled.decision == "no_quorum"


def test_more_ballots_than_were_issued_make_the_poll_void(meeting: Any) -> None:
    result = meeting(120, 110, y=101, issued=100)
    assert (result.decision, result.issued, result.returned) == ("void", 100, 101)
    assert result.reason == Text(
        zh="收回 101 票，多于可投的 100 票，本次表决无效。",
        en="101 ballots came back, but only 100 could be cast: the vote is void.",
    )
    assert meeting(120, 110, y=100, issued=100).decision == "passed"
    # A spoiled slip may be exchanged, but nobody votes twice.
    assert meeting(120, 110, y=111, issued=112).decision == "void"


def test_a_void_poll_still_shows_its_result(meeting: Any) -> None:
    result = meeting(61, 41, y=21, void_reason="麦克风故障")
    assert result.decision == "void"
    assert result.reason == Text(zh="麦克风故障", en="麦克风故障")
    assert [one.ok for one in result.comparisons] == [True, True]


def test_a_ballot_without_its_opening_leaves_the_poll_undecided(meeting: Any) -> None:
    result = meeting(61, 41, y=30, unopened=1)
    assert (result.decision, result.unopened, result.returned) == ("unverified", 1, 31)
    assert result.options[0].total == Amount(30)
    assert [one.kind for one in result.comparisons] == ["quorum"]
    assert result.reason is not None
    assert "1" in result.reason.en
    assert meeting(61, 41, y=41, unopened=1).decision == "void"
    assert meeting(61, 41, y=30, unopened=1, void_reason="重投").decision == "void"


def test_a_meeting_poll_needs_the_list_of_those_present(ask: Any, heads: Any) -> None:
    with pytest.raises(ValueError, match="present"):
        tally(ask("urban.reps"), poll="p", eligible=heads(3), present=None, ballots=[])


def test_an_owner_without_an_area_is_an_error(ask: Any, heads: Any) -> None:
    with pytest.raises(KeyError):
        tally(ask("owners.ordinary"), poll="p", eligible=heads(3), present=None, ballots=[])


def test_a_poll_in_which_nobody_voted(meeting: Any) -> None:
    result = meeting(61, 41)
    assert result.cast == Amount(0)
    assert result.decision == "rejected"


def test_the_bytes_of_a_result(meeting: Any) -> None:
    raw = encode_result(meeting(61, 41, y=21, n=15, a=4, spoiled=1))
    assert raw == encode_result(meeting(61, 41, y=21, n=15, a=4, spoiled=1))
    assert encode_result(msgspec.json.decode(raw, type=Result)) == raw
    published = json.loads(raw)
    assert list(published) == [
        "v", "poll", "question", "method", "rule", "roll", "present", "issued", "returned", "cast", "valid",
        "invalid", "abstain", "unopened", "options", "comparisons", "decision", "reason",
    ]  # fmt: skip
    assert published["roll"] == {"heads": 61}
    assert published["present"] == {"heads": 41}
    assert published["cast"] == {"heads": 41}
    assert published["valid"] == {"heads": 40}
    assert published["invalid"] == {"heads": 1}
    assert published["abstain"] == {"heads": 4}
    assert [one["total"]["heads"] for one in published["options"]] == [21, 15, 4]
    assert [one["threshold"] for one in published["comparisons"]] == ["122/3", "41/2"]
    assert [one["expression"] for one in published["comparisons"]] == [
        "41 ≥ 2/3 of 61 (40 2/3)",
        "21 > 1/2 of 41 (20 1/2)",
    ]
    assert (published["rule"]["preset"], published["rule"]["article"]) == ("urban.reps", "29")
    assert published["decision"] == "passed"
    assert "0.5" not in raw.decode()
