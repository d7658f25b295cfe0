"""A judge so small that a test can say by hand what it must decide: it adds up to a limit."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

from ballots import encoding
from ballots.judge import Aside, BlobSource, Opening, Place, RootSource
from ballots.refusal import Refused
from ballots.signing import JwsError, PrivateKey, sign_act, split, thumbprint

LIMIT = 100
FOUNDER = PrivateKey.from_seed(b"founder".ljust(32, b"."))
SERVICE = PrivateKey.from_seed(b"service".ljust(32, b"."))


class Toy:
    """`begin` names nobody but the founder; `join` lets a key in; `add` an amount up to the limit in all;
    `keep` needs its blob, `seal` its opening, `recall` an earlier blob, `vouch` an earlier root;
    `stumble` and `die` are bugs."""

    def __init__(self, blobs: BlobSource, roots: RootSource) -> None:
        self.blobs, self.roots = blobs, roots
        self.keys: dict[str, bytes] = {}
        self.total = 0
        self.applied: list[Place] = []
        self.replayed = 0

    def read(self, payload: bytes) -> dict:
        try:
            act = json.loads(payload)
            assert act["act"] in {
                "begin",
                "join",
                "leave",
                "add",
                "keep",
                "seal",
                "recall",
                "vouch",
                "stumble",
                "die",
            }
        except (ValueError, KeyError, TypeError, AssertionError):
            raise Refused("malformed") from None
        return act

    def key(self, kid: str, act: dict) -> bytes:
        if act["act"] == "begin":
            return FOUNDER.public
        if kid not in self.keys:
            raise Refused("unknown-key")
        return self.keys[kid]

    def apply(self, act: dict, place: Place, aside: Aside | None) -> None:
        getattr(self, "_" + act["act"])(act, aside)
        assert place.seq == len(self.applied)
        self.applied.append(place)
        self.replayed += aside is None

    def _begin(self, act: dict, aside: Aside | None) -> None:
        if self.keys:
            raise Refused("already-begun")
        self.keys[FOUNDER.kid] = FOUNDER.public

    def _join(self, act: dict, aside: Aside | None) -> None:
        public = base64.b64decode(act["member"])
        self.keys[thumbprint(public)] = public

    def _leave(self, act: dict, aside: Aside | None) -> None:
        del self.keys[act["kid"]]

    def _add(self, act: dict, aside: Aside | None) -> None:
        if self.total + act["amount"] > LIMIT:
            raise Refused("over-limit", total=self.total)
        self.total += act["amount"]

    def _keep(self, act: dict, aside: Aside | None) -> None:
        if aside is not None and act["blob"] not in aside.blobs:
            raise Refused("blob-missing")
        if act.get("refuse"):
            raise Refused("not-wanted")

    def _seal(self, act: dict, aside: Aside | None) -> None:
        if aside is not None and (
            aside.opening is None
            or hashlib.sha256(aside.opening.salt + aside.opening.choice).hexdigest() != act["commitment"]
        ):
            raise Refused("opening-missing")

    def _recall(self, act: dict, aside: Aside | None) -> None:
        if self.blobs(act["blob"]) is None:
            raise Refused("blob-missing")

    def _vouch(self, act: dict, aside: Aside | None) -> None:
        if self.roots(act["size"]) != act["root"]:
            raise Refused("head-unknown")

    def _stumble(self, act: dict, aside: Aside | None) -> None:
        self.total += 1
        raise RuntimeError("a bug")

    def _die(self, act: dict, aside: Aside | None) -> None:
        raise SystemExit


class Clock:
    """Moves on by a millisecond each time it is asked; `now` can be set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


def act(
    hearing: str, kind: str, key: PrivateKey = FOUNDER, nonce: str | None = None, **members: object
) -> str:
    """A signed act."""
    payload = {"v": 1, "hearing": hearing, "act": kind, "nonce": nonce or encoding.new_nonce(), **members}
    return sign_act(key, json.dumps(payload, separators=(",", ":")).encode())


def join(hearing: str, member: PrivateKey) -> str:
    """An act that lets a key in."""
    return act(hearing, "join", member=base64.b64encode(member.public).decode())


def sealed(
    hearing: str, choice: bytes = b'"for"', salt: bytes = b"s" * 32, nonce: str | None = None
) -> tuple[str, Aside]:
    """A commitment, and its opening beside it."""
    commitment = hashlib.sha256(salt + choice).hexdigest()
    return act(hearing, "seal", nonce=nonce, commitment=commitment), Aside(opening=Opening(salt, choice))


def with_blob(hearing: str, raw: bytes, **members: object) -> tuple[str, Aside]:
    """An act that names a blob, and the blob beside it."""
    name = hashlib.sha256(raw).hexdigest()
    return act(hearing, "keep", blob=name, **members), Aside(blobs={name: raw})


def names_of(jws: str) -> tuple[str, str]:
    """Key id and nonce of an act, or anything for what is none."""
    try:
        signed = split(jws)
    except JwsError:
        return "k" * 43, "n" * 22
    return signed.kid, json.loads(signed.payload)["nonce"]
