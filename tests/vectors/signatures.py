"""The vectors of signatures.json: keys, bare signatures, and acts, at their edges."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from ballots.encoding import b64url
from ballots.signing import PrivateKey, sign_act
from tests.vectors import edwards as ed

Case = dict[str, Any]

RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]
"""Tests 1 and 2 of RFC 8032 §7.1: seed, message, signature."""


def key(name: str) -> PrivateKey:
    """A test key that everybody can make: its seed is the SHA-256 of a name."""
    return PrivateKey.from_seed(hashlib.sha256(name.encode()).digest())


def build() -> Case:
    return {"keys": list(_keys()), "signatures": list(_signatures()), "acts": list(_acts())}


def _keys() -> Iterator[Case]:
    def case(raw: bytes, why: str, valid: bool = False) -> Case:
        return {"public": raw.hex(), "valid": valid, "why": why}

    for seed, _, _ in RFC_8032:
        public = PrivateKey.from_seed(bytes.fromhex(seed)).public
        yield case(public, "an honest key (RFC 8032 §7.1)", valid=True)
    honest = key("device")
    yield case(honest.public, "an honest key", valid=True)
    _, point = ed.expand(honest.seed)
    yield case(ed.encode((ed.P - point[0], point[1])), "an honest key, negated", valid=True)
    yield case(honest.public[:31], "31 bytes")
    yield case(honest.public + b"\0", "33 bytes")
    for n, torsion in enumerate(ed.TORSION):
        yield case(ed.encode(torsion), f"a point of small order: {n} times a point of order 8")
    for n in range(1, 8):
        yield case(
            ed.encode(ed.add(point, ed.TORSION[n])), f"an honest key plus {n} times a point of order 8"
        )
    yield case(ed.raw(1, 1), "the neutral point with a sign (x = 0)")
    yield case(ed.raw(ed.P - 1, 1), "the point of order 2 with a sign (x = 0)")
    for y in range(19):
        if ed.recover_x(y) is not None:
            yield case(ed.raw(ed.P + y, 0), f"on the curve, but y = p + {y}")
            yield case(ed.raw(ed.P + y, 1), f"on the curve, but y = p + {y}, with a sign")
    off = [y for y in range(2, 40) if ed.recover_x(y) is None]
    for y in off[:6]:
        yield case(ed.raw(y, 0), f"not on the curve: y = {y}")


def _signature(public: bytes, message: bytes, signature: bytes, why: str, valid: bool = False) -> Case:
    return {
        "public": public.hex(),
        "message": message.hex(),
        "signature": signature.hex(),
        "valid": valid,
        "why": why,
    }


def _signatures() -> Iterator[Case]:
    for known in RFC_8032:
        seed, text, made = map(bytes.fromhex, known)
        yield _signature(PrivateKey.from_seed(seed).public, text, made, "RFC 8032 §7.1", valid=True)
    honest, message = key("device"), b"a ballot"
    good = honest.sign(message)
    r, s = good[:32], ed.number(good[32:])
    public = honest.public
    yield _signature(public, message, good, "an honest signature", valid=True)
    yield _signature(public, b"a ballet", good, "another message")
    yield _signature(key("other").public, message, good, "another key")
    yield _signature(public, message, bytes([good[0] ^ 1]) + good[1:], "R has a bit flipped")
    yield _signature(public, message, good[:40] + bytes([good[40] ^ 1]) + good[41:], "S has a bit flipped")
    yield _signature(public, message, good[:63], "63 bytes")
    yield _signature(public, message, good + b"\0", "65 bytes")
    yield _signature(public, message, b"", "nothing")
    yield _signature(public, message, bytes(64), "zeros")
    yield _signature(public, message, r + (s + ed.L).to_bytes(32, "little"), "S + ℓ: S is not below ℓ")
    yield _signature(public, message, r + (s + 7 * ed.L).to_bytes(32, "little"), "S + 7ℓ: S is not below ℓ")
    yield _signature(public, message, r + ed.L.to_bytes(32, "little"), "S = ℓ")
    yield from _torsion_in_r(honest, message)
    yield from _torsion_in_key(honest, message)


def _forge(scalar: int, public: bytes, r: int, r_bytes: bytes, message: bytes) -> bytes:
    """S for a given R: what a signer does who may choose both as they like."""
    s = (r + ed.challenge(r_bytes, public, message) * scalar) % ed.L
    return r_bytes + s.to_bytes(32, "little")


def _torsion_in_r(honest: PrivateKey, message: bytes) -> Iterator[Case]:
    scalar, _ = ed.expand(honest.seed)
    public = honest.public
    for n in range(1, 8):
        r_bytes = ed.encode(ed.add(ed.times(4711, ed.BASE), ed.TORSION[n]))
        forged = _forge(scalar, public, 4711, r_bytes, message)
        yield _signature(
            public, message, forged, f"R plus {n} times a point of order 8 (passes with the cofactor)"
        )
    for n in range(8):
        forged = _forge(scalar, public, 0, ed.encode(ed.TORSION[n]), message)
        yield _signature(public, message, forged, f"R is of small order: {n} times a point of order 8")
    for r_bytes, why in [
        (ed.raw(ed.P + 1, 0), "R is the neutral point with y = p + 1"),
        (ed.raw(1, 1), "R is the neutral point with a sign"),
    ]:
        yield _signature(public, message, _forge(scalar, public, 0, r_bytes, message), why)


def _torsion_in_key(honest: PrivateKey, message: bytes) -> Iterator[Case]:
    scalar, point = ed.expand(honest.seed)
    for n in (1, 2, 4):
        mixed = ed.encode(ed.add(point, ed.TORSION[n]))
        why = f"key plus {n} times a point of order 8"
        forged = _until(lambda h: h % 8 == 0, scalar, mixed, ed.IDENTITY, message)
        yield _signature(mixed, message, forged, f"{why}; the equation holds even without the cofactor")
        forged = _until(lambda h, n=n: h * n % 8 != 0, scalar, mixed, ed.IDENTITY, message)
        yield _signature(mixed, message, forged, f"{why}; the equation holds with the cofactor only")
        forged = _until(lambda h, n=n: (h - 1) * n % 8 == 0, scalar, mixed, ed.TORSION[8 - n], message)
        yield _signature(mixed, message, forged, f"{why}, and R has the like: they cancel")
    for public, why in [
        (ed.encode(ed.IDENTITY), "the key is the neutral point: any message passes"),
        (ed.raw(ed.P + 1, 0), "the key is the neutral point with y = p + 1"),
        (ed.encode(ed.TORSION[1]), "the key has order 8"),
        (ed.encode(ed.TORSION[4]), "the key has order 2"),
    ]:
        forged = _until(lambda h: h % 8 == 0, 0, public, ed.IDENTITY, message)
        yield _signature(public, message, forged, why)


def _until(fits: Callable[[int], bool], scalar: int, public: bytes, extra: ed.Point, message: bytes) -> bytes:
    """The first forged signature whose challenge (before it is reduced, as libraries use it) fits."""
    r = 1
    while True:
        r_bytes = ed.encode(ed.add(ed.times(r, ed.BASE), extra))
        if fits(ed.challenge(r_bytes, public, message)):
            return _forge(scalar, public, r, r_bytes, message)
        r += 1


def _act(jws: str, why: str, valid: bool = False) -> Case:
    return {"public": key("device").public.hex(), "jws": jws, "valid": valid, "why": why}


def _text(header: str | bytes, payload: bytes, signer: PrivateKey) -> str:
    raw = header.encode() if isinstance(header, str) else header
    return _parts(b64url(raw), b64url(payload), signer)


def _parts(header: str, payload: str, signer: PrivateKey) -> str:
    signing_input = f"{header}.{payload}"
    return f"{signing_input}.{b64url(signer.sign(signing_input.encode()))}"


def _acts() -> Iterator[Case]:
    signer = key("device")
    payload = b'{"v":1,"hearing":"7h2k9m4n8p3q","act":"hearing.open","nonce":"AAAAAAAAAAAAAAAAAAAAAA"}'
    good = sign_act(signer, payload)
    yield _act(good, "an honest act", valid=True)
    yield _act(sign_act(signer, "甲".encode()), "signing does not care what is signed", valid=True)
    yield _act(sign_act(key("other"), payload), "another key, and it says so")
    header = '{"alg":"Ed25519","kid":"KID","typ":"hearing-act+jws"}'.replace("KID", signer.kid)
    yield _act(_text(header, payload, key("other")), "signed by another key than it says")
    for changed, why in _headers(header, signer.kid):
        yield _act(_text(changed, payload, signer), why)
    yield from _texts(good, header, payload, signer)
    yield from _edges(header, payload, signer)


def _headers(header: str, kid: str) -> Iterator[tuple[str | bytes, str]]:
    members = json.loads(header)

    def compact(value: Any) -> str:
        return json.dumps(value, separators=(",", ":"))

    yield compact(dict(reversed(members.items()))), "members in another order"
    yield json.dumps(members), "blanks in the header"
    yield header + "\n", "a line feed after the header"
    yield b"\xef\xbb\xbf" + header.encode(), "a byte order mark"
    yield header.replace('{"alg"', '{"alg":"Ed25519","alg"'), "alg repeated"
    yield header.replace(',"typ"', f',"kid":"{kid}","typ"'), "kid repeated"
    yield header.replace('"kid":', f'"kid":"{key("other").kid}","kid":'), "kid twice, first another"
    yield header.replace("Ed25519", "EdDSA"), "the older name of the algorithm"
    yield header.replace("Ed25519", "none"), "no algorithm"
    yield header.replace("Ed25519", "ed25519"), "the algorithm in lower case"
    yield header.replace("Ed25519", "Ed255\\u00319"), "an escape that means the same"
    yield header.replace("hearing-act+jws", "JWT"), "another type"
    yield header.replace("hearing-act+jws", "application/hearing-act+jws"), "the type's long name"
    yield compact({"alg": "Ed25519", "kid": kid}), "no type"
    yield compact({"alg": "Ed25519", "typ": "hearing-act+jws"}), "no key id"
    yield compact(members | {"b64": True}), "one more member"
    yield compact(members | {"crit": ["b64"], "b64": False}), "a critical extension"
    yield compact(members | {"jwk": {"crv": "Ed25519", "kty": "OKP"}}), "a key in the header"
    yield compact([members]), "an array"
    yield header.replace(kid, kid[:-1]), "a key id of 42 characters"
    yield header.replace(kid, kid + "A"), "a key id of 44 characters"
    yield header.replace(kid, kid[:-1] + _next_letter(kid[-1])), "a key id with bits left over"
    yield header.replace(kid, "=" + kid[1:]), "a key id with a foreign character"
    yield b"", "an empty header"


def _next_letter(letter: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[alphabet.index(letter) + 1]


def _texts(good: str, header: str, payload: bytes, signer: PrivateKey) -> Iterator[Case]:
    head, body, signature = good.split(".")
    yield _act(good + "\n", "a line feed at the end")
    yield _act(" " + good, "a blank before it")
    yield _act(good + "=", "padding at the end")
    yield _act(good + "==", "the right padding at the end")
    yield _act(f"{good}.", "four parts")
    yield _act(f"{head}.{body}", "two parts")
    yield _act(f"{head}..{signature}", "the payload is detached")
    yield _act(f"{head}.{body}.", "no signature")
    yield _act("", "nothing")
    yield _act(f"{head}.{body}.{signature[:-1]}", "the signature is one character short")
    yield _act(
        f"{head}.{body}.{signature[:-1]}{_next_letter(signature[-1])}", "the signature has bits left over"
    )
    yield _act(json.dumps({"protected": head, "payload": body, "signature": signature}), "JSON serialisation")
    short = b64url(b"a ballot")
    yield _act(_parts(head, short, signer), "an honest act to compare the next ones with", valid=True)
    yield _act(_parts(head, short + "=", signer), "padding in the payload")
    yield _act(_parts(head, short[:-1] + _next_letter(short[-1]), signer), "the payload has bits left over")
    yield _act(_parts(head, short[:4] + "\n" + short[4:], signer), "a line feed in the payload")
    yield _act(_parts(head, short + "AA", signer), "a payload of a length that base64 does not have")
    odd = b"\xfb\xff\xfe\xfb\xff\xfe"
    yield _act(_parts(head, b64url(odd), signer), "- and _ in the payload", valid=True)
    yield _act(_parts(head, base64.b64encode(odd).decode(), signer), "+ and / in the payload")
    yield _act(
        f"{head}.{body}.{b64url(signer.sign(payload))}", "the payload is signed, not the signing input"
    )
    yield _act(f"{head}.{short}.{signature}", "another payload under the signature")
    yield _act(f"{head}.{body[:-1]}Ａ.{signature}", "a letter that only looks like one")
    yield _act(_parts(b64url(header.encode()) + "=", body, signer), "padding in the header")


def _edges(header: str, payload: bytes, signer: PrivateKey) -> Iterator[Case]:
    scalar, _ = ed.expand(signer.seed)
    signing_input = f"{b64url(header.encode())}.{b64url(payload)}"
    message = signing_input.encode()
    good = signer.sign(message)
    high = good[:32] + (ed.number(good[32:]) + ed.L).to_bytes(32, "little")
    yield _act(f"{signing_input}.{b64url(high)}", "S is not below ℓ")
    r_bytes = ed.encode(ed.add(ed.times(4711, ed.BASE), ed.EIGHTH))
    forged = _forge(scalar, signer.public, 4711, r_bytes, message)
    yield _act(f"{signing_input}.{b64url(forged)}", "R has a component of order 8")
    forged = _forge(scalar, signer.public, 0, ed.encode(ed.IDENTITY), message)
    yield _act(f"{signing_input}.{b64url(forged)}", "R is the neutral point")
