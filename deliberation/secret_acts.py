"""The kinds of act that secret polls need: of the key holders, of the voters, and of the service.

A key holder (钥匙保管人) acts by an enrolled device, a voter offers a credential by one;
encrypted ballots are signed by credentials alone, and the service enters them in batches.
What these acts name are blobs: the exact bytes of the objects of the Belenios protocol
(docs/spec.md, "Secret polls").
"""

from typing import Annotated

from msgspec import Meta

from deliberation.payload import Bytes32, Hash, LaterAct, MemberId, Reason

Uuid = Annotated[str, Meta(pattern=r"^[1-9A-HJ-NP-Za-km-z]{22}\Z")]
"""The id of an election: 22 characters of Base58."""
Digest = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]\Z")]
"""A SHA-256 in base64 without padding, as the protocol writes the hash of a ballot."""
Offered = Annotated[str, Meta(max_length=1000)]
"""The exact JSON text of an offered credential and the proof that somebody holds it."""
Holders = Annotated[tuple[MemberId, ...], Meta(min_length=1, max_length=9)]
"""Who holds keys, in the order of their shares."""


class SendCertificate(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A key holder's device has made its keys; `message` names the certificate of their public parts."""

    KIND = "key.certificate"
    message: Hash


class SendPolynomial(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A key holder deals out shares, each encrypted for its receiver; `message` names them."""

    KIND = "key.polynomial"
    message: Hash


class SendShare(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A key holder has checked all shares dealt to it; `message` names its public verification key."""

    KIND = "key.share"
    message: Hash


class AcceptKeys(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A key holder has found its own keys in the final object, and accepts it."""

    KIND = "key.accept"
    trustees: Hash


class RefuseMessage(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A key holder cannot use what another one has dealt (`message`): the keys must be made anew."""

    KIND = "key.refuse"
    message: Hash
    reason: Reason


class RestartKeys(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The chair has the keys made anew, by these holders, of whom `threshold` together can open."""

    KIND = "key.restart"
    holders: Holders
    threshold: Annotated[int, Meta(ge=1, le=9)]
    reason: Reason


class OfferCredential(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A voter's phone commits to the credential that it will sign its secret ballot with.

    `commitment` is SHA-256(salt ‖ offer); salt and offer travel beside the act, never in it.
    """

    KIND = "credential.offer"
    election: Uuid
    commitment: Bytes32


class SetUpPoll(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The service sets a secret poll up: the election, whose keys, and the credentials that may vote."""

    KIND = "poll.setup"
    poll: Hash
    election: Hash
    trustees: Hash
    credentials: Hash


class ObjectToSetup(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A voter opens the commitment to a credential that the setup has left out."""

    KIND = "credential.object"
    poll: Hash
    salt: Bytes32
    offer: Offered


class SpoilBallot(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A phone was tested: the encrypted ballot of this hash is opened, and can never be cast."""

    KIND = "ballot.spoil"
    poll: Hash
    hash: Digest
    opening: Hash


class CastBatch(LaterAct, frozen=True, forbid_unknown_fields=True):
    """Encrypted ballots, named by the SHA-256 of their bytes, in rising order, which says nothing."""

    KIND = "ballot.batch"
    poll: Hash
    ballots: Annotated[tuple[Hash, ...], Meta(min_length=1, max_length=500)]


class DecryptTally(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A key holder's part of the opening, with its proof; `decryption` names it."""

    KIND = "key.decrypt"
    poll: Hash
    decryption: Hash
