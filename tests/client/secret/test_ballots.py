"""Ballots: the browser's and Python's are the same bytes, and belenios-tool accepts them."""

import json
import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from ballots.judge import Opening
from ballots.refusal import Refused
from ballots.secret import archive, ballot, credentials
from ballots.secret.election import Question
from ballots.secret.form import FormError
from deliberation.acts import OfferCredential
from deliberation.box import Box, Keys, election_id
from deliberation.credentials import read_offer
from deliberation.payload import Head
from deliberation.secret import read_spoiled
from tests.ballots.secret.elections import MOTION, Made, make
from tests.client.secret.client import call, calls
from tests.client.secret.tool import Tool

HEARING = "mvhzmreyhdmg"
KID = "PhsLJCapIG8BlCPT20d-Zw"
SOME = Question(answers=("甲", "乙", "丙", "丁"), blank=True, min=0, max=2, question="Two of four")
CHOICES = (
    [[1, 0, 0], [0, 1, 0, 0, 0]],
    [[0, 1, 0], [0, 0, 1, 0, 1]],
    [[0, 0, 1], [1, 0, 0, 0, 0]],
    [[1, 0, 0], [0, 0, 0, 0, 0]],
)


@pytest.fixture(scope="module")
def made() -> Made:
    return make(MOTION, SOME, voters=len(CHOICES))


def test_the_same_random_numbers_give_the_same_bytes(made: Made) -> None:
    below = random.Random("both").randrange
    draws = [[below(2**300) for _ in range(80)] for _ in CHOICES]
    theirs = calls(
        *(
            ["ballot", made.asked.decode(), str(secret), choice, [str(one) for one in drawn]]
            for secret, choice, drawn in zip(made.secrets, CHOICES, draws, strict=True)
        )
    )
    for secret, choice, drawn, their in zip(made.secrets, CHOICES, draws, theirs, strict=True):
        given = iter(drawn)
        ours = ballot.encrypt(made.asked, secret, choice, lambda limit, given=given: next(given) % limit)
        assert ours.ballot.decode() == their["ballot"]
        assert ours.prepared.body.decode() == their["body"]
        assert ours.tracker == their["tracker"]
        assert [[str(r) for r in row] for row in ours.prepared.randomness] == their["randomness"]


def test_either_accepts_the_others_and_opens_its_bodies(made: Made) -> None:
    theirs = calls(
        *(
            ["ballot", made.asked.decode(), str(secret), choice]
            for secret, choice in zip(made.secrets, CHOICES, strict=True)
        )
    )
    for their, choice in zip(theirs, CHOICES, strict=True):
        ballot.check_ballot(made.setup, their["ballot"].encode())
        opened = [[int(r) for r in row] for row in their["randomness"]]
        ballot.reopen(made.asked, their["body"].encode(), choice, opened)
        with pytest.raises(FormError) as refused:
            ballot.reopen(made.asked, their["body"].encode(), [[0, 1, 0], [1, 0, 0, 0, 0]], opened)
        assert refused.value.code == "other-choice"
    prepared = ballot.prepare(made.asked, credentials.public(made.secrets[0]), CHOICES[1])
    drawn = [[str(r) for r in row] for row in prepared.randomness]
    body = prepared.body.decode()
    right, wrong, signed = calls(
        ["reopen", made.asked.decode(), body, CHOICES[1], drawn],
        ["reopen", made.asked.decode(), body, CHOICES[2], drawn],
        ["reopen", made.asked.decode(), theirs[0]["ballot"], CHOICES[0], theirs[0]["randomness"]],
    )
    assert right is None
    assert (wrong["code"], wrong["where"]) == ("other-choice", "$.answers[0]")
    assert signed["code"] == "signed"


def test_codes_give_the_same_secrets() -> None:
    codes = calls(*(["newCode"] for _ in range(5)))
    secrets = calls(*(["secret", code, "oNdrR8TWCkMdmY"] for code in codes))
    assert secrets == [str(credentials.secret(code, "oNdrR8TWCkMdmY")) for code in codes]
    assert (
        call("credentials", secrets)
        == credentials.encode(map(credentials.public, map(int, secrets))).decode()
    )


@pytest.mark.foreign
def test_belenios_tool_accepts_what_the_browser_cast(made: Made, tmp_path: Path) -> None:
    tool = Tool(tmp_path / "tool")
    log = archive.Writer(1795276959)
    log.setup(made.asked, made.keys, made.listed)
    for secret, choice in zip(made.secrets, CHOICES, strict=True):
        log.ballot(call("ballot", made.asked.decode(), str(secret), choice)["ballot"].encode())
        assert "all checks passed" in tool.verified(bytes(log.raw))
    last = json.loads(call("ballot", made.asked.decode(), str(made.secrets[0]), CHOICES[1])["ballot"])
    last["answers"][0]["choices"].reverse()
    log.ballot(json.dumps(last, ensure_ascii=False, separators=(",", ":")).encode())
    (tmp_path / "tool" / "election.bel").write_bytes(log.raw)
    assert tool.run("election", "verify").returncode == 124, "it would notice"


def test_offers_are_good_in_the_record() -> None:
    question = "ab" * 32
    ids = calls(["electionId", HEARING, question, 0], ["electionId", HEARING, question, 1])
    assert ids == [election_id(HEARING, question, earlier) for earlier in (0, 1)]
    secret = credentials.secret(credentials.new_code(), ids[0])
    offer = call("offer", HEARING, ids[0], KID, str(secret)).encode()
    opening = Opening(bytes(32), offer)
    act = OfferCredential(
        v=1,
        hearing=HEARING,
        act="credential.offer",
        nonce="A" * 22,
        head=Head(1, "0" * 64),
        election=ids[0],
        commitment=opening.commitment,
    )
    assert read_offer(act, opening, KID) == credentials.public(secret)
    for altered, kid in ((replace(act, election=ids[1]), KID), (act, KID[::-1])):
        with pytest.raises(Refused, match="bad-offer"):
            read_offer(altered, opening, kid)


def test_spoiled_ballots_are_good_in_the_record(made: Made) -> None:
    code = credentials.new_code()
    uuid = json.loads(made.asked)["uuid"]
    listed = frozenset([credentials.public(credentials.secret(code, uuid))])
    box = Box(uuid, Keys((), 1), {}, (), raw=made.asked, listed=listed)
    told = call("spoil", made.asked.decode(), code, CHOICES[1])
    assert read_spoiled(box, told["spoiled"].encode())[0] == told["hash"]
    lie = {**json.loads(told["spoiled"]), "choice": CHOICES[2]}
    with pytest.raises(Refused, match="bad-spoiled-ballot"):
        read_spoiled(box, json.dumps(lie, separators=(",", ":")).encode())
