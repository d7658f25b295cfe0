"""Changing phones: the new one waits for the consent of the old one, which acts until the very moment."""

from typing import Any

import msgspec
import pytest

from ballots.encoding import b64url, new_nonce
from ballots.refusal import Refused
from ballots.signing import PrivateKey
from deliberation import acts
from deliberation.roll import consent_message, enrol_message
from tests.actors import Hall, Meeting
from web.access.moves import WAIT_SECONDS, Moves, number
from web.actors.device import Declined, Device, answer
from web.actors.participants import Phone

pytestmark = pytest.mark.anyio

NAME = "欧阳慧敏"
"""Whose phone is the first of the meeting's."""


class NewPhone(Phone):
    """A phone that asks to take the place of another; all that it signs has one nonce."""

    def __init__(self, hall: Hall, old: Device, name: str = NAME) -> None:
        super().__init__(hall.client(), old.seat)
        self.token = hall.tokens[name]
        self.nonce = new_nonce()

    def enrolment(self, consent: str | None = None, **changes: Any) -> bytes:
        card, hearing = self.token.key, self.seat.hearing
        told = {
            "member": self.seat.member,
            "token": b64url(card.public),
            "salt": self.seat.salt,
            "device": b64url(self.key.public),
            "proof": b64url(self.key.sign(enrol_message(hearing, card.kid, self.nonce))),
            "consent": consent,
        }
        return self.signed(acts.Enrol, key=card, nonce=self.nonce, **(told | changes))

    async def ask(self, body: bytes | None = None) -> dict[str, Any]:
        jws = msgspec.json.decode(body or self.enrolment())["jws"]
        found: dict[str, Any] = (
            await answer(self.http, "POST", f"{self.api}/moves", json={"jws": jws})
        ).json()
        return found

    @property
    def digits(self) -> str:
        return number(self.seat.hearing, self.key.kid, self.nonce)


async def agree(old: Device, digits: str, key: PrivateKey | None = None) -> None:
    """What the old phone does once its owner has typed the digits."""
    path = f"{old.api}/moves/{digits}"
    told = (await answer(old.http, "GET", path)).json()
    message = consent_message(old.seat.hearing, told["device"], told["nonce"])
    await answer(old.http, "POST", path, json={"consent": b64url((key or old.key).sign(message))})


async def refused(work: Any) -> str:
    with pytest.raises(Declined) as caught:
        await work
    return caught.value.code


async def test_a_phone_takes_over_with_the_consent_of_the_one_before(meeting: Meeting) -> None:
    old, new = meeting.phones[0], NewPhone(meeting.hall, meeting.phones[0])
    size = (await meeting.chair.state())["size"]
    assert await new.ask() == {"enrolled": False, "consent": None}
    assert (await meeting.chair.state())["size"] == size
    assert await refused(agree(old, new.digits)) == "not-signed-in"
    await old.sign_in()
    await agree(old, new.digits)
    await old.ask_floor("stalls")  # it acts until the new one does

    consent = (await new.ask())["consent"]
    other = ("B" if consent[0] == "A" else "A") + consent[1:]
    assert await refused(new.send(new.enrolment(other))) == "bad-consent"
    await new.send(new.enrolment(consent))
    assert await refused(old.ask_floor("stalls")) == "device-revoked"
    await new.sign_in()
    assert (await answer(new.http, "GET", f"{new.api}/me")).json()["device"] == new.key.kid
    assert await refused(answer(old.http, "GET", f"{old.api}/moves/{new.digits}")) == "not-signed-in"


async def test_only_the_phone_that_acts_for_the_same_person_can_agree(meeting: Meeting) -> None:
    new = NewPhone(meeting.hall, meeting.phones[0])
    await new.ask()
    for phone in meeting.phones[:2]:
        await phone.sign_in()
    assert await refused(agree(meeting.phones[1], new.digits)) == "unknown-move"
    assert await refused(agree(meeting.phones[0], "00000000")) == "unknown-move"
    assert await refused(agree(meeting.phones[0], new.digits, meeting.phones[1].key)) == "bad-consent"
    assert (await new.ask())["consent"] is None


async def test_only_the_bearer_of_the_card_can_ask(meeting: Meeting) -> None:
    new = NewPhone(meeting.hall, meeting.phones[0])
    stranger = NewPhone(meeting.hall, meeting.phones[0], "王建国")
    assert await refused(stranger.ask()) == "card-mismatch"
    assert await refused(new.ask(new.enrolment(b64url(bytes(64))))) == "bad-request"
    assert await refused(new.ask(new.signed(acts.RequestFloor, item="stalls"))) == "unknown-key"


async def test_who_waits_gets_in_when_two_officers_end_the_old_phone(meeting: Meeting) -> None:
    old, new = meeting.phones[0], NewPhone(meeting.hall, meeting.phones[0])
    body = new.enrolment()
    assert (await new.ask(body))["enrolled"] is False
    told = {"device": old.key.kid, "reason": "手机丢失", "reballot": False}
    revocation = await meeting.chair.act(acts.Revoke, **told)
    await meeting.supervisor.cosign(revocation.leaf)
    assert await new.ask(body) == {"enrolled": True, "consent": None}
    assert not (await new.send(body)).fresh  # the receipt of the same act


@pytest.fixture
def enrolment() -> acts.Enrol:
    key = PrivateKey.generate()
    return acts.new(
        acts.Enrol, "abcdefghjkmn", new_nonce(), head=acts.Head(1, "0" * 64), member="m0123456789",
        token=b64url(bytes(32)), salt=b64url(bytes(32)), device=b64url(key.public),
        proof=b64url(bytes(64)), consent=None,
    )  # fmt: skip


def test_a_enrolmentis_kept_as_long_as_it_is_repeated(enrolment: acts.Enrol) -> None:
    now = 0.0
    moves = Moves(clock=lambda: now)
    asked = moves.ask(enrolment)
    told = ("abcdefghjkmn", "m0123456789", number("abcdefghjkmn", asked.device, asked.nonce))
    moves.agree(*told, "consent")
    now = WAIT_SECONDS - 1
    assert moves.ask(enrolment).consent == "consent"
    now = 2 * WAIT_SECONDS - 2
    assert moves.find(*told).consent == "consent"
    now = 2 * WAIT_SECONDS - 1
    with pytest.raises(Refused):
        moves.find(*told)
    assert moves.ask(enrolment).consent is None


def test_digits_that_wait_are_not_given_to_another_device(
    enrolment: acts.Enrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.access.moves.number", lambda *_: "12345678")
    moves = Moves()
    moves.ask(enrolment)
    with pytest.raises(Refused) as caught:
        moves.ask(msgspec.structs.replace(enrolment, nonce=new_nonce()))
    assert caught.value.code == "unknown-move"
