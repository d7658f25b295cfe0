"""Polls of every method, with ballots of four phones, for pages to tell what came of them."""

from typing import Any

from tests.actors import Hall, both, question
from voting.methods.approval import Approval
from voting.methods.borda import Borda
from voting.methods.grading import PERSONS, Grading
from voting.methods.irv import Irv
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.meek import Meek
from voting.methods.plurality import Plurality
from voting.methods.protocol import Settings
from voting.methods.ranked_pairs import RankedPairs
from voting.methods.schulze import Schulze
from voting.methods.score import Score
from voting.methods.stv import Stv
from voting.questions import Option
from web.actors.participants import Officer, Phone
from web.people.drafts import DraftItem, DraftQuestion

NAMES = ("欧阳慧敏", "王建国", "李秀英", "Ann Smith")
PLANS = (
    Option("lift", both("加装电梯", "A lift")),
    Option("gate", both("修缮北门和门口的人行道", "Mend the north gate and the pavement before it")),
    Option("trees", both("补种树木", "Plant trees")),
    Option("light", both("楼道照明", "Light on the stairs")),
)
PEOPLE = tuple(
    Option(name, both(zh, en))
    for name, zh, en in (
        ("ouyang", "欧阳慧敏", "Ouyang Huimin"),
        ("wang", "王建国", "Wang Jianguo"),
        ("li", "李秀英", "Li Xiuying"),
        ("zhao", "赵晚来", "Zhao Wanlai"),
    )
)
GRADES = (both("不好", "Poor"), both("一般", "Fair"), both("好", "Good"))
RANKED: tuple[Any, ...] = (["lift", "gate"], ["gate", "lift", "trees"], ["trees", "gate"], ["gate"])


def choose(
    name: str, settings: Settings, zh: str, en: str, options: tuple[Option, ...] = PLANS
) -> DraftQuestion:
    """A question whose settings name its method."""
    method: Any = settings.__struct_config__.tag
    return question(
        name, title=both(zh, en), text=both(f"{zh}？", f"{en}?"), preset="hearing.advisory", method=method,
        options=options, settings=settings,
    )  # fmt: skip


POLLS: tuple[tuple[DraftQuestion, tuple[Any, ...]], ...] = (
    (question("motion"), ("for", "for", "for", "against")),
    (choose("stv", Stv(2, "droop", 5), "选两名代表", "Two delegates", PEOPLE),
     (["wang", "li"], ["wang", "li"], ["wang", "ouyang"], ["li"])),
    (choose("plurality", Plurality(2, 1), "选两名组长", "Two group leaders", PEOPLE),
     (["ouyang", "wang"], ["ouyang", "li"], ["wang"], ["ouyang"])),
    (choose("approval", Approval(2), "先办哪两件事", "Which two first"),
     (["lift", "gate"], ["lift", "trees"], ["lift"], ["lift", "light"])),
    (choose("grading", Grading(PERSONS, "modal", "graded"), "年度评议", "Yearly appraisal", PEOPLE[:2]),
     ({"ouyang": 3, "wang": 2}, {"ouyang": 3, "wang": 1}, {"ouyang": 2}, {"ouyang": 3, "wang": 2})),
    (choose("score", Score(0, 5, "excluded", 1), "打分选一项", "Points for one plan"),
     ({"lift": 5, "gate": 3}, {"lift": 4, "gate": 5}, {"lift": 4, "trees": 1}, {})),
    (choose("judgment", MajorityJudgment(GRADES, "lower", "worst", 1), "评等次选一项", "Grades for one plan"),
     ({"lift": 2, "gate": 1}, {"lift": 2, "gate": 2}, {"lift": 1, "trees": 2}, {"lift": 2})),
    (choose("borda", Borda("average", 1), "排序记分", "Points by rank"), RANKED),
    (choose("schulze", Schulze("winning_votes", "last", 1), "两两比较", "By pairs"), RANKED),
    (choose("pairs", RankedPairs("margins", "last"), "两两比较（先强后弱）", "By pairs, the strongest first"), RANKED),
    (choose("irv", Irv("majority", "continuing", batch=False, ties="earlier_round"), "逐轮淘汰", "Runoff"), RANKED),
    (choose("meek", Meek(2), "米克法", "Meek", PEOPLE), (["wang", "li"], ["wang", "li"], ["wang", "zhao"], ["li"])),
    (question("positions", method="positions", preset="hearing.advisory", options=PLANS[:3],
              title=both("您的立场", "Your position"), text=both("您支持哪一项？", "Which do you support?")),
     ("lift", "gate", "lift", "trees")),
)  # fmt: skip
"""A question, and what each phone votes."""
AGENDA = (
    DraftItem(
        "matters",
        both("各项表决", "All the votes"),
        both("每种表决办一次。", "One vote of each kind."),
        "named",
        tuple(one for one, _ in POLLS),
    ),
)


async def hold(hall: Hall, *, adjourn: bool = False) -> dict[str, str]:
    """Hold all the polls; question id → poll id."""
    await hall.convene(AGENDA)
    chair = await hall.join(Officer, "周敏", "chair")
    phones = [await hall.join(Phone, name) for name in NAMES]
    await chair.open()
    await chair.sign_in()
    code = await chair.screen_code()
    for phone in phones:
        await phone.check_in(code)
    await chair.call("matters")
    asked = (await chair.state())["items"][0]["questions"]
    found = {}
    for (draft, ballots), put in zip(POLLS, asked, strict=True):
        poll = (await chair.open_poll("matters", put["hash"], None)).leaf
        for phone, ballot in zip(phones, ballots, strict=True):
            await phone.vote(poll, ballot, options=len(put["options"]))
        await chair.close_poll(poll)
        await chair.publish(poll)
        found[draft.id] = poll
    if adjourn:
        await chair.publish_minutes("")
        await chair.adjourn()
    return found
