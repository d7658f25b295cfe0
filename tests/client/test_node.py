"""The client's own tests: strict types, and its core over the vectors that it shares with Python."""

import json
import re

from ballots import signing
from ballots.encoding import unb64url
from deliberation import acts
from deliberation.roll import enrol_message
from tests.client import node


def test_types_are_strict(built: object) -> None:
    done = node.npm("run", "types")
    assert done.returncode == 0, done.stdout


def test_the_core_agrees_with_python_on_the_shared_vectors(built: object) -> None:
    done = node.npm("test")
    assert done.returncode == 0, done.stdout[-4000:]
    passed = re.search(r"^(?:#|ℹ) pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed is not None
    assert int(passed[1]) > 20


def test_every_act_that_a_browser_signs_is_canonical_and_signed(built: object) -> None:
    told = json.loads(node.node("test/acts.mjs"))
    device, card = unb64url(told["device"], 32), unb64url(told["card"], 32)
    kinds = set()
    for jws in told["acts"]:
        signed = signing.split(jws)
        act = acts.decode(signed.payload)
        key = card if isinstance(act, acts.Enrol) else device
        assert signed.kid == signing.thumbprint(key)
        assert signing.verify(key, signed.signing_input, signed.signature)
        kinds.add(act.act)
        if isinstance(act, acts.Enrol):
            message = enrol_message(act.hearing, signed.kid, act.nonce)
            assert signing.verify(device, message, unb64url(act.proof, 64))
    by_the_service = {
        "hearing.convene",
        "poll.reveal",
        "tally.publish",
        "poll.setup",
        "ballot.batch",
        "ballot.spoil",
    }
    assert kinds == acts.KINDS.keys() - by_the_service
