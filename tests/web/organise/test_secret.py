"""Secret items: which ways of voting and rules are offered, who holds the keys, and what the notice freezes."""

import pytest

from tests.web.organise.laptop import Laptop
from tests.web.organise.test_participants import text_of
from tests.web.organise.test_questions import fill, stored, words, write_question
from voting.presets import preset
from web.pages.organise import rules
from web.people.holders import DraftKeys

pytestmark = pytest.mark.anyio


@pytest.fixture
async def draft(laptop: Laptop, no_fonts: None) -> str:
    await laptop.import_register()
    await laptop.print_cards()
    return await laptop.prepare()


async def secret_item(laptop: Laptop, draft: str) -> str:
    return await laptop.add_item(draft, "secret")


async def test_a_secret_item_offers_what_sums_can_count_and_rules_that_admit_it(
    laptop: Laptop, draft: str
) -> None:
    item = await secret_item(laptop, draft)
    chooser = await laptop.get(f"{draft}/items/{item}/questions/new")
    assert "/questions/new/grading" in chooser
    assert "/questions/new/motion" in chooser
    assert "/questions/new/stv" not in chooser
    assert "/questions/new/agreement" not in chooser

    offered = {rule.preset for rule in rules.offered("motion", secret=True)}
    assert "urban.reps" in offered
    assert not [
        name for name in offered if preset(name).paper is True or "secret" not in preset(name).secrecy
    ]
    barred = {rule.preset for _, found in rules.elsewhere("motion", secret=True) for rule in found}
    assert "urban.recall.reps" in barred

    question = await write_question(laptop, draft, item, "grading", preset="appraisal.grade")
    assert (question.visibility, question.breakdown) == ("secret", False)
    assert stored(laptop, draft).secret
    assert stored(laptop, draft).agenda[-1].ballot == "secret"
    again = await laptop.send(f"{draft}/items/{item}", {"title.zh": "年度评议", "ballot": "named"})
    assert again.status_code == 422


async def test_two_of_three_hold_the_keys_unless_chosen_otherwise(laptop: Laptop, draft: str) -> None:
    item = await secret_item(laptop, draft)
    await write_question(laptop, draft, item, "motion", preset="urban.reps")
    assert "其中任意 2 人可以开箱" in text_of(await laptop.get(draft))

    refused = await laptop.send(f"{draft}/keys", {"holders": "1", "threshold": "2"})
    assert refused.status_code == 422
    assert "至少要选两个人" in words(refused.text)
    assert stored(laptop, draft).keys == DraftKeys()

    form = await laptop.get(f"{draft}/keys")
    assert 'name="threshold" value="1"' not in form
    assert "两批保管人就能各开一次" in text_of(form)
    half = [*(("holders", str(one)) for one in range(1, 5)), ("threshold", "2")]
    refused = await laptop.send(f"{draft}/keys", half)
    assert refused.status_code == 422
    assert "要超过保管人的半数，否则" in words(refused.text)
    assert stored(laptop, draft).keys == DraftKeys()

    chosen = await laptop.send(f"{draft}/keys", [("holders", "1"), ("holders", "2"), ("threshold", "2")])
    assert chosen.status_code == 303
    assert stored(laptop, draft).keys == DraftKeys((1, 2), 2)
    assert "一位也不能少" in text_of(await laptop.get(draft))

    assert "其中任意 2 人可以开箱" in text_of(await laptop.get(f"{draft}/publish"))
    await laptop.publish(draft)
    assert "按提示做好钥匙" in text_of(await laptop.get(draft))
    running = await laptop.service.hearings.get(draft.rpartition("/")[2])
    keys = await running.ask(lambda state: state.holders)
    assert keys is not None
    assert (len(keys.holders), keys.threshold) == (2, 2)


async def test_keys_of_those_who_do_not_take_part_block_the_notice(laptop: Laptop, draft: str) -> None:
    item = await secret_item(laptop, draft)
    await write_question(laptop, draft, item, "motion", preset="urban.reps")
    await laptop.send(f"{draft}/keys", [("holders", "1"), ("holders", "2"), ("threshold", "2")])
    await laptop.send(f"{draft}/participants", [("by", "roles"), ("roles", "chair")])
    assert "有的钥匙保管人不在这次会议的名册里" in text_of(await laptop.get(draft))
    form = text_of(await laptop.get(f"{draft}/keys"))
    assert "有的钥匙保管人不在这次会议的名册里" in form
    assert "工作人员只有 2 位，建议有三位保管人" in form


async def test_a_ballot_that_no_phone_could_bear_is_not_asked_for(laptop: Laptop, draft: str) -> None:
    item = await secret_item(laptop, draft)
    people = "\n".join(f"第{number}位" for number in range(30))
    name = rules.offered("score", secret=True)[0].preset
    told = {"title.zh": "评议", "text.zh": "评议", "options.zh": people, "preset": name}
    answer = await fill(laptop, f"{draft}/items/{item}/questions/new/score", **told)
    assert answer.status_code == 422
    assert "最多 200 行" in answer.text
