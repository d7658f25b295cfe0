"""docs/rules.md lists every preset as it is."""

from msgspec import UNSET

from tests.docs import sources
from tests.docs.tables import read, words
from voting.presets import presets
from voting.rules import Requirement, Rule

RULES = read(sources.ROOT / "docs" / "rules.md")
HEADER = ("Preset", "Article", "In force", "Evidence", "Quorum", "Majority", "Voting", "Proxies")


def asked(tests: tuple[Requirement, ...], without: str) -> str:
    def one(test: Requirement) -> str:
        sign = {"gt": ">", "ge": "≥"}[test.comparison]
        area = " (area)" if test.measure == "area" else ""
        return f"{test.count} {sign} {test.fraction[0]}/{test.fraction[1]} {test.base}{area}"

    return "; ".join(map(one, tests)) or without


def row(rule: Rule) -> tuple[str, ...]:
    proxies = "none"
    if rule.proxies is not UNSET:
        proxies = rule.proxies.holder + (f", {rule.proxies.most}" if rule.proxies.most else "")
    return (
        f"`{rule.preset}`",
        rule.article or "–",
        str(rule.effective_from or "–"),
        rule.evidence,
        asked(rule.quorum, "none stated"),
        asked(rule.majority, "none"),
        ", ".join(rule.secrecy) + (", on paper" if rule.paper is True else ""),
        proxies,
    )


def test_every_preset_has_its_row() -> None:
    (table,) = RULES.all(*HEADER)
    assert table.rows == [row(rule) for rule in presets()]


def test_every_member_of_a_rule_is_explained() -> None:
    told = {
        name for table in RULES.all("Member", "Meaning") for cells in table.rows for name in words(cells[0])
    }
    assert told == set(Rule.__struct_fields__) - {"quorum", "majority"}


def test_who_can_call_for_a_meeting_is_told_of_every_body_that_meets_by_law() -> None:
    (table,) = RULES.all("Meeting", "Must be held if asked for by", "Law", "Evidence")
    told = "\n".join(" ".join(row) for row in table.rows)
    for body in ("居民会议", "居民代表会议", "村民会议", "村民代表会议", "业主大会"):
        assert body in told
    assert {row[3] for row in table.rows} == {"confirmed"}
