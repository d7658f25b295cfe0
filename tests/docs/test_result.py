"""Section 13 of docs/spec.md, written down once more from its words alone, gives the same bytes."""

import json
from fractions import Fraction
from math import ceil, floor
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.room import motion
from voting.presets import presets
from voting.rules import Requirement
from voting.tally import encode_result, tally

Case = dict[str, Any]

MEETING = (
    {
        "eligible": "应到",
        "present": "实到",
        "cast": "收回票",
        "valid": "有效票",
        "for": "同意",
        "QUORUM": "法定人数",
    },
    {
        "eligible": "eligible",
        "present": "present",
        "cast": "ballots cast",
        "valid": "valid ballots",
        "for": "for",
        "QUORUM": "quorum",
    },
)
AREA = (
    {
        "eligible": "专有部分总面积",
        "present": "到会面积",
        "cast": "收回票面积",
        "valid": "参与表决面积",
        "for": "同意面积",
        "QUORUM": "法定面积比例",
    },
    {
        "eligible": "in all",
        "present": "present",
        "cast": "with a ballot cast",
        "valid": "taking part",
        "for": "for",
        "QUORUM": "required share of the area",
    },
)
VULGAR = {"1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾"}


def metres(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"


def compare(kind: str, test: Case, figures: Case) -> Case:
    measure, (n, d) = test["measure"], test["fraction"]
    v, w = figures[measure][test["count"]], figures[measure][test["base"]]
    more = test["comparison"] == "gt"
    holds = v * d > w * n if more else v * d >= w * n
    share = Fraction(w * n, d)
    write: Any = metres if measure == "area" else int
    sign = {(True, True): ">", (True, False): "≤", (False, True): "≥", (False, False): "<"}[more, holds]
    ok = holds and w > 0
    return {
        "kind": kind,
        "measure": measure,
        "count": test["count"],
        "value": write(v),
        "comparison": test["comparison"],
        "fraction": [n, d],
        "base": test["base"],
        "of": write(w),
        "threshold": str(share / 100 if measure == "area" else share),
        "needed": write(floor(share) + 1 if more else ceil(share)),
        "ok": ok,
        "expression": f"{write(v)} {sign} {n}/{d} of {write(w)} ({limit(measure, share)})",
        "text": sentences(kind, test, v, w, sign, share, ok),
    }


def limit(measure: str, share: Fraction) -> str:
    if measure == "heads":
        whole, rest = floor(share), share - floor(share)
        return " ".join(str(part) for part in (whole, rest) if part) or "0"
    exact = [places for places in (2, 3, 4, 5) if (share / 100 * 10**places).denominator == 1]
    places = exact[0] if exact else 3
    digits = str(floor(share / 100 * 10**places)).zfill(places + 1)
    return f"{digits[:-places]}.{digits[-places:]}" + ("" if exact else "…")


def commas(number: str) -> str:
    whole, point, rest = number.partition(".")
    groups = []
    while whole:
        whole, group = whole[:-3], whole[-3:]
        groups.insert(0, group)
    return ",".join(groups) + point + rest


def typeset(measure: str, share: Fraction) -> str:
    text = limit(measure, share)
    if "/" not in text:
        return commas(text)
    whole, _, part = text.rpartition(" ")
    if part in VULGAR:
        return commas(whole) + VULGAR[part]
    return f"{commas(whole)} {part}" if whole else part


def sentences(kind: str, test: Case, v: int, w: int, sign: str, share: Fraction, ok: bool) -> Case:
    holds = sign in ("≥", ">")
    area = test["measure"] == "area"
    zh, en = AREA if area else MEETING
    v_text, w_text = (commas(metres(x)) + " m²" if area else commas(str(x)) for x in (v, w))
    part = "/".join(map(str, test["fraction"]))
    top = typeset(test["measure"], share)
    goal_zh, goal_en = (zh["QUORUM"], en["QUORUM"]) if kind == "quorum" else ("通过要求", "majority")
    verdict_zh = f"{'达到' if ok else '未达到'}{goal_zh}"
    verdict_en = f"{goal_en} {'reached' if ok else 'not reached'}"
    if holds and not ok:
        verdict_zh = f"基数为零，{verdict_zh}"
        verdict_en = f"a share of nothing is not enough, {verdict_en}"
    return {
        "zh": f"{zh[test['base']]} {w_text}，{zh[test['count']]} {v_text} {sign} {part}（{top}）：{verdict_zh}",
        "en": f"{v_text} {en[test['count']]} {sign} {part} of {w_text} {en[test['base']]} ({top}): {verdict_en}",
    }


def result(question: Case, poll: str, roll: list[Case], here: list[Case] | None, ballots: list[Any]) -> Case:
    """`ballots` are (choice or None, weights); None is a ballot whose choice is not known."""
    rule = question["rule"]
    measured = {test["measure"] for test in rule["quorum"] + rule["majority"]}
    measures = ["heads", "area"] if "area" in measured else ["heads"]
    known = [(choice, weights) for choice, weights in ballots if choice is not None]
    groups: Case = {
        "eligible": roll,
        "cast": [w for _, w in known],
        "valid": [w for _, w in known],
        "invalid": [],
    }
    groups |= {
        option: [w for choice, w in known if choice == option] for option in ("for", "against", "abstain")
    }
    if here is not None:
        groups["present"] = here
    figures = {m: {name: sum(w[m] for w in group) for name, group in groups.items()} for m in measures}

    def amount(name: str) -> Case:
        return {"heads": figures["heads"][name]} | (
            {"area": metres(figures["area"][name])} if "area" in measures else {}
        )

    unopened = len(ballots) - len(known)
    quorum = [
        compare("quorum", test, figures)
        for test in rule["quorum"]
        if not unopened or test["count"] == "present"
    ]
    majority = [compare("majority", test, figures) for test in rule["majority"]]
    comparisons, reason = quorum, None
    if unopened:
        decision = "unverified"
        reason = {
            "zh": f"有 {unopened} 票未能打开，结果无法核实。",
            "en": f"{unopened} ballots could not be opened: the result cannot be verified.",
        }
    elif not all(one["ok"] for one in quorum):
        decision = "no_quorum"
    else:
        comparisons = quorum + majority
        decision = "passed" if all(one["ok"] for one in majority) else "rejected"
    return {
        "v": 1,
        "poll": poll,
        "question": {"id": question["id"], "title": question["title"]},
        "method": question["method"],
        "rule": {name: rule[name] for name in ("preset", "law", "article", "text")},
        "roll": amount("eligible"),
        "present": None if here is None else amount("present"),
        "issued": None,
        "returned": len(ballots),
        **{name: amount(name) for name in ("cast", "valid", "invalid", "abstain")},
        "unopened": unopened,
        "options": [{**option, "total": amount(option["id"])} for option in question["options"]],
        "comparisons": comparisons,
        "decision": decision,
        "reason": reason,
    }


requirement = st.builds(
    Requirement,
    measure=st.sampled_from(["heads", "area"]),
    count=st.sampled_from(["present", "cast", "valid", "for"]),
    comparison=st.just("ge"),
    fraction=st.integers(1, 1000).flatmap(lambda d: st.tuples(st.integers(1, d), st.just(d))),
    base=st.sampled_from(["eligible", "present", "cast", "valid"]),
)
fractions = st.sampled_from([(1, 2), (1, 3), (2, 3), (3, 4), (1, 7)])
strict = st.builds(
    lambda test, part: msgspec.structs.replace(test, comparison="gt", fraction=part), requirement, fractions
)
tests = st.lists(requirement | strict, min_size=1, max_size=3).map(tuple)
weights = st.fixed_dictionaries({"heads": st.just(1), "area": st.integers(0, 10**8)})
choices = st.sampled_from(["for", "against", "abstain", None])


@given(
    rule=st.sampled_from(presets()[:2]),
    quorum=tests,
    majority=tests,
    roll=st.lists(weights, max_size=9),
    data=st.data(),
)
def test_the_document_counts_like_the_code(
    rule: Any, quorum: Any, majority: Any, roll: list[Any], data: st.DataObject
) -> None:
    rule = msgspec.structs.replace(rule, quorum=quorum, majority=majority)
    question = motion(rule="urban.reps", electorate="present")
    question = msgspec.structs.replace(question, rule=rule)
    here = roll[: data.draw(st.integers(0, len(roll)))]
    ballots = [(data.draw(choices), one) for one in here[: data.draw(st.integers(0, len(here)))]]
    poll = "0" * 64
    ours = tally(
        question,
        poll=poll,
        eligible=roll,
        present=here,
        ballots=[(json.dumps(choice).encode(), one) for choice, one in ballots if choice is not None],
        unopened=sum(choice is None for choice, _ in ballots),
    )
    told = result(json.loads(msgspec.json.encode(question)), poll, roll, here, ballots)
    assert json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() == encode_result(ours)
