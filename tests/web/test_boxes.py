"""What the service asks of a ballot before it keeps it."""

import random

from ballots.refusal import Refused
from ballots.secret import ballot
from tests.ballots.secret.elections import MOTION, make
from tests.ballots.secret.outsider import outsider
from web.records.slot import check

MADE = make(MOTION, voters=1)


def test_a_number_outside_the_group_stays_outside_the_box() -> None:
    """All its proofs hold; the sum with it could be opened by nobody."""
    secret = MADE.secrets[0]
    raw = outsider(MADE.asked, secret, random.Random(1).randrange)
    ballot.check_proofs(MADE.asked, raw)
    good = ballot.encrypt(MADE.asked, secret, [[1, 0, 0]], random.Random(2).randrange)
    bad, fine = check([(MADE.asked, raw), (MADE.asked, good.ballot)])
    assert isinstance(bad, Refused)
    assert bad.code == "bad-secret-ballot"
    assert fine is None
