"""Credentials: offered by the phones of those who vote in secret, and listed when the poll is set up.

The record shows that a phone has offered one, not which: the list is in rising order, one for each offer.
Each phone looks for its own before it votes; one that was left out can prove it.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from ballots.encoding import unb64url
from ballots.judge import Aside, Opening, Place
from ballots.refusal import Refused
from ballots.secret import form
from ballots.secret.election import Election
from ballots.secret.election import Question as Asked
from ballots.secret.election import encode as encode_election
from ballots.secret.form import FormError
from ballots.secret.group import GROUP, GroupError
from ballots.secret.proofs import Proof, ProofError, check
from deliberation import acts
from deliberation.box import LEAST, Box, Offer, election_id
from deliberation.holders import decoded, departed, message
from deliberation.notice import name
from deliberation.permits import Signer, handles, permitted
from deliberation.state import State, secret_poll
from voting import secret
from voting.questions import Question
from voting.rules import Text


class OfferOpening(Struct, frozen=True, forbid_unknown_fields=True):
    """What an offer commits to: a credential, and a proof that the phone holds its secret."""

    credential: str
    proof: Proof


def offer_text(hearing: str, election: str, kid: str, credential: str) -> str:
    """What the proof in an offer is about: this device, in this hearing, for this election."""
    return f"hearing/offer/v1|{hearing}|{election}|{kid}|{credential}"


def upcoming(state: State, question: str) -> str | None:
    """The election of the next poll on a secret question; None while one counts, or once one was opened.

    Two sums of one question, of people who hardly differ, would tell how those voted who differ.
    """
    assert state.convene is not None
    before = [poll for poll in state.polls.values() if poll.question_hash == question]
    if any(poll.stage != "void" or poll.told for poll in before):
        return None
    return election_id(state.convene.hearing, question, len(before))


def elections(state: State) -> dict[str, str]:
    """Question → election, of the secret questions on which a poll may still be opened."""
    found = {
        blob: upcoming(state, blob)
        for blob, question in state.questions.items()
        if question.visibility == "secret"
    }
    return {blob: election for blob, election in found.items() if election is not None}


@handles(acts.OfferCredential, by=("representative",), phases=("convened", "open"))
def offer(state: State, act: acts.OfferCredential, place: Place, signer: Signer, aside: Aside | None) -> None:
    """A phone commits to its credential; a later offer of the same person takes the place of the earlier."""
    _require_upcoming(state, act.election)
    if aside is not None:
        if aside.opening is None:
            raise Refused("opening-missing")
        read_offer(act, aside.opening, signer.kid)
    state.offers.setdefault(act.election, {})[signer.member] = Offer(place.leaf, act.commitment)
    state.offered.setdefault(act.election, []).append(place.leaf)


def read_offer(act: acts.OfferCredential, opening: Opening, kid: str) -> str:
    """The credential behind an offer.

    Raises:
        Refused: `commitment-mismatch`, `bad-offer`.
    """
    if opening.commitment != act.commitment:
        raise Refused("commitment-mismatch")
    opened, public = _opened(opening.choice)
    try:
        check(offer_text(act.hearing, act.election, kid, opened.credential), opened.proof, (GROUP.g, public))
    except (GroupError, ProofError):
        raise Refused("bad-offer") from None
    return opened.credential


def offerer(state: State, act: acts.OfferCredential, kid: str) -> str:
    """The member whose offer an act by the device with this key would be, if it came in now.

    Nothing changes by asking: nothing is to be kept for an offer that never enters.

    Raises:
        Refused: `offer-too-late`, `unknown-key`, and what `deliberation.permits.permitted` refuses.
    """
    if kid not in state.keys:
        raise Refused("unknown-key")
    signer = permitted(state, act, kid, state.size)
    _require_upcoming(state, act.election)
    return signer.member


def _require_upcoming(state: State, election: str) -> None:
    """Pass if credentials may still be offered for an election. Raises Refused("offer-too-late")."""
    if election not in elections(state).values():
        raise Refused("offer-too-late")


def _opened(raw: bytes) -> tuple[OfferOpening, int]:
    """What an offer commits to, and its credential as an element. Raises Refused("bad-offer")."""
    try:
        opened = form.decode(raw, OfferOpening)
        return opened, GROUP.element(opened.credential)
    except (FormError, GroupError):
        raise Refused("bad-offer") from None


# -- opening and setting up ---------------------------------------------------------------------------------


def new_box(state: State, question: str, asked: Sequence[str]) -> Box | None:
    """The empty box of a poll that is being opened; None where it is not secret.

    Raises:
        Refused: `keys-not-ready`, `too-few-offers`.
    """
    if state.questions[question].visibility != "secret":
        return None
    if state.holders is None or not state.holders.ready or departed(state):
        raise Refused("keys-not-ready")
    election = upcoming(state, question)
    assert election is not None
    offered = state.offers.get(election, {})
    offers = {member: offered[member] for member in asked if member in offered}
    if len(offers) < LEAST:
        raise Refused("too-few-offers", offers=len(offers), least=LEAST)
    return Box(election, state.holders, offers, tuple(state.offered[election]))


def election_bytes(question: Question, box: Box) -> bytes:
    """The exact bytes of the election that a poll on a question is."""
    assert box.keys.trustees is not None
    return encode_election(
        Election(
            version=1,
            description=_line(question.text),
            name=_line(question.title),
            group=GROUP.name,
            public_key=str(decoded(box.keys.trustees).election_key),
            questions=tuple(
                Asked(
                    answers=tuple(_line(line) for line in sheet.lines),
                    blank=sheet.blank,
                    min=sheet.least,
                    max=sheet.most,
                    question=_line(sheet.title or question.title),
                )
                for sheet in secret.sheets(question)
            ),
            uuid=box.election,
        )
    )


def _line(text: Text) -> str:
    """Both languages on one line; what is the same in both stands once."""
    return " / ".join(dict.fromkeys(one for one in (text.zh, text.en) if one.strip()))


@handles(acts.SetUpPoll, by=("service",), phases=("open",))
def set_up(state: State, act: acts.SetUpPoll, place: Place, _signer: Signer, aside: Aside | None) -> None:
    """Election and keys are what the record says; credentials are as many as offers, in rising order."""
    poll, box = secret_poll(state, act.poll)
    if poll.stage != "open":
        raise Refused("poll-closed")
    if box.raw is not None:
        raise Refused("already-set-up")
    raw = election_bytes(poll.question, box)
    assert box.keys.trustees is not None
    if name(raw) != act.election or name(box.keys.trustees) != act.trustees:
        raise Refused("setup-mismatch")
    for blob in (act.election, act.trustees):
        message(state, aside, blob)
    credentials = _credentials(message(state, aside, act.credentials))
    if len(credentials) != len(box.offers):
        raise Refused("setup-mismatch")
    box.raw, box.setup = raw, place.leaf
    box.credentials, box.listed = credentials, frozenset(credentials)
    state.blob_names.update((act.election, act.trustees, act.credentials))


def _credentials(raw: bytes) -> tuple[str, ...]:
    try:
        credentials = msgspec.json.decode(raw, type=tuple[str, ...])
        numbers = [GROUP.residue(one) for one in credentials]
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        raise Refused("setup-mismatch") from None
    if msgspec.json.encode(credentials) != raw or numbers != sorted(set(numbers)):
        raise Refused("setup-mismatch")
    return credentials


@handles(acts.ObjectToSetup, by=("representative",), phases=("open",))
def object_to_setup(
    state: State, act: acts.ObjectToSetup, _place: Place, signer: Signer, _aside: Aside | None
) -> None:
    """A voter shows a credential that was offered and is not listed: proof that the service left it out."""
    _, box = secret_poll(state, act.poll)
    offered = box.offers.get(signer.member)
    if box.raw is None or offered is None:
        raise Refused("nothing-offered")
    if Opening(unb64url(act.salt, 32), act.offer.encode()).commitment != offered.commitment:
        raise Refused("commitment-mismatch")
    if _opened(act.offer.encode())[0].credential in box.listed:
        raise Refused("credential-listed")
    if signer.member not in box.objections:
        box.objections.append(signer.member)
