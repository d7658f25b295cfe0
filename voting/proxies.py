"""Proxies (委托投票): which written ones are good under a rule, and why the others are not.

A proxy counts once for each principal, however many papers there are.
Whoever decides which paper is earlier gives them in that order.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from msgspec import UnsetType

from voting.rules import Proxies, Rule, Text


@dataclass(frozen=True, slots=True)
class Proxy:
    """One paper.

    Attributes:
        principal: who does not vote in person (委托人).
        holder: who votes for the principal (受托人); on the roll, in the household, or neither.
        written: whether there is a signed paper.
        instructed: whether it says how to vote.
    """

    principal: str
    holder: str
    written: bool
    instructed: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A paper that is not good, and why.

    Attributes:
        code: `no-proxies`, `not-written`, `not-on-roll`, `votes-in-person`, `self`, `candidate`,
            `not-a-voter`, `other-household`, `not-instructed`, `repeated` or `too-many`.
        text: the same for people.
    """

    proxy: Proxy
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Found:
    """The good papers in the order in which they were given, and the others."""

    good: tuple[Proxy, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Roll:
    """What has to be known of people.

    Attributes:
        voters: ids of all who may vote.
        candidates: ids of those who stand.
        households: person → household, also of people who are not on the roll.
        in_person: ids of those who have voted themselves.
    """

    voters: Collection[str]
    candidates: Collection[str] = ()
    households: Mapping[str, str] | None = None
    in_person: Collection[str] = ()


def judge(rule: Rule, papers: Iterable[Proxy], roll: Roll) -> Found:
    """Judge papers, one after the other, in the order in which they were given.

    The first good paper of a principal counts. A holder who has as many as the rule allows gets no more.
    """
    good: list[Proxy] = []
    refused: list[Refusal] = []
    held: Counter[str] = Counter()
    principals: set[str] = set()
    for paper in papers:
        code = _refusal(rule.proxies, paper, roll)
        if code is None and paper.principal in principals:
            code = "repeated"
        most = None if isinstance(rule.proxies, UnsetType) else rule.proxies.most
        if code is None and most is not None and held[paper.holder] >= most:
            code = "too-many"
        if code is None:
            good.append(paper)
            held[paper.holder] += 1
            principals.add(paper.principal)
        else:
            zh, en = _WORDS[code]
            text = Text(zh.format(most=most), en.format(most=most))
            refused.append(Refusal(paper, code, text))
    return Found(tuple(good), tuple(refused))


def _refusal(limits: Proxies | UnsetType, paper: Proxy, roll: Roll) -> str | None:
    if isinstance(limits, UnsetType):
        return "no-proxies"
    households = roll.households or {}
    at_home = households.get(paper.principal)
    wrong = {
        "not-written": not paper.written,
        "not-on-roll": paper.principal not in roll.voters,
        "votes-in-person": paper.principal in roll.in_person,
        "self": paper.holder == paper.principal,
        "candidate": paper.holder in roll.candidates and not limits.candidates,
        "not-a-voter": limits.holder == "voter" and paper.holder not in roll.voters,
        "other-household": limits.holder == "household"
        and (at_home is None or households.get(paper.holder) != at_home),
        "not-instructed": limits.instructed and not paper.instructed,
    }
    return next((code for code, holds in wrong.items() if holds), None)


_WORDS = {
    "no-proxies": (
        "这项规则不实行委托投票，请委托人本人投票。",
        "There are no proxies under this rule: the principal votes in person.",
    ),
    "not-written": (
        "没有书面委托，请补交委托人签名的委托书。",
        "A proxy must be in writing: please bring a paper that the principal has signed.",
    ),
    "not-on-roll": (
        "委托人不在名册上，没有可以委托的一票。",
        "The principal is not on the roll and has no vote to give.",
    ),
    "votes-in-person": (
        "委托人已经本人投票，委托不再有效，本人的票照常计算。",
        "The principal has voted in person: that ballot counts, and the proxy does not.",
    ),
    "self": ("委托人和受托人是同一个人。", "Principal and holder are the same person."),
    "candidate": (
        "候选人不得接受委托投票，请另行委托。",
        "A candidate may not hold a proxy: please appoint another.",
    ),
    "not-a-voter": (
        "受托人应当是名册上的其他投票人，请另行委托。",
        "The holder must be another voter on the roll: please appoint another.",
    ),
    "other-household": (
        "受托人应当是同一户内的成年家庭成员，请另行委托。",
        "The holder must be an adult of the same household: please appoint another.",
    ),
    "not-instructed": (
        "委托书没有写明对表决事项的意见，请补写。",
        "The paper does not say how to vote: please have it added.",
    ),
    "repeated": (
        "这位委托人已经有一份有效的委托，一位委托人只计一票。",
        "This principal has a good proxy already: a principal counts once.",
    ),
    "too-many": (
        "受托人接受的委托已满 {most} 人，请另行委托。",
        "The holder already votes for {most} people, as many as allowed: please appoint another.",
    ),
}
