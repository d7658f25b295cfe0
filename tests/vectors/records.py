"""The vectors of tokens.json, merkle.json, checkpoints.json and receipts.json."""

import hashlib
from collections.abc import Iterator
from typing import Any

from ballots import checkpoint as cp
from ballots.checkpoint import Checkpoint
from ballots.encoding import b64
from ballots.entry import Entry
from ballots.merkle import EMPTY_ROOT, Tree, leaf_hash
from ballots.receipt import Receipt
from ballots.signing import sign_act
from ballots.tokens import Token, anchor
from tests.vectors.signatures import key

Case = dict[str, Any]

ORIGIN = "example.org/h/7h2k9m4n8p3q"
CT_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
"""The leaves that Certificate Transparency's own tests use; their roots are known everywhere."""


def tokens() -> Case:
    secret = hashlib.sha256(b"card").digest()[:16]
    made = [Token(raw) for raw in (secret, bytes(16), b"\xff" * 16)]
    return {
        "tokens": [
            {
                "secret": token.secret.hex(),
                "text": token.text,
                "grouped": token.grouped,
                "seed": token.key.seed.hex(),
                "public": token.key.public.hex(),
                "kid": token.key.kid,
            }
            for token in made
        ],
        "parse": list(_typed_tokens(made[0])),
        "anchors": [
            {"root": key(name).public.hex(), "anchor": anchor(key(name).public)} for name in ("root", "other")
        ],
        "cards": [
            {"text": text, "valid": code is None, "code": code}
            for text, code in [
                ("572134681", None),
                ("572 134 681", None),
                ("572-134-681", None),
                ("000000000", None),
                ("572134682", "checksum"),
                ("752134681", "checksum"),
                ("57213468", "length"),
                ("5721346814", "length"),
                ("57213468A", "characters"),
                ("５７２１３４６８１", "characters"),
                ("", "characters"),
            ]
        ],
    }


def _typed_tokens(token: Token) -> Iterator[Case]:
    def case(text: str, why: str, code: str | None = None) -> Case:
        return {"text": text, "valid": code is None, "code": code, "why": why}

    text = token.text
    yield case(text, "as scanned")
    yield case(token.grouped, "as printed")
    yield case(f" {token.grouped.lower()}\n", "typed in lower case")
    yield case(token.grouped.replace("-", " "), "typed with blanks")
    zero = Token(bytes(16)).text
    yield case(zero.replace("0", "O"), "letter O for the digit 0")
    ones = Token(bytes.fromhex("0842108421084210842108421084210f")).text
    yield case(ones.replace("1", "I"), "letter I for the digit 1")
    yield case(ones.replace("1", "l"), "letter l for the digit 1")
    yield case(text[:-1], "27 characters", "length")
    yield case(text + "0", "29 characters", "length")
    yield case("", "nothing", "length")
    yield case("U" + text[1:], "U is not used", "characters")
    yield case("！" + text[1:], "a foreign character", "characters")
    yield case("ı" + text[1:], "a letter that becomes I in upper case", "characters")
    yield case(("1" if text[0] != "1" else "2") + text[1:], "the first character is wrong", "checksum")
    yield case(text[:-1] + ("1" if text[-1] != "1" else "2"), "the last character is wrong", "checksum")
    yield case(text[1] + text[0] + text[2:], "two characters exchanged", "checksum")


def merkle() -> Case:
    tree = Tree()
    for entry in CT_LEAVES:
        tree.append(leaf_hash(bytes.fromhex(entry)))
    return {
        "entries": CT_LEAVES,
        "roots": [tree.root(size).hex() for size in range(9)],
        "inclusion": list(_inclusion(tree)),
        "consistency": list(_consistency(tree)),
    }


def _inclusion(tree: Tree) -> Iterator[Case]:
    def case(index: int, size: int, leaf: bytes, root: bytes, proof: list[bytes], why: str) -> Case:
        hashes = {"leaf": leaf.hex(), "root": root.hex(), "proof": [h.hex() for h in proof]}
        return {"index": index, "size": size, **hashes, "valid": not why, "why": why or "an honest proof"}

    for size in (1, 2, 3, 5, 7, 8):
        for index in range(size):
            yield case(index, size, tree.leaf(index), tree.root(size), tree.inclusion(index, size), "")
    leaf, root, proof = tree.leaf(5), tree.root(7), tree.inclusion(5, 7)
    yield case(4, 7, leaf, root, proof, "another index")
    yield case(5, 6, leaf, root, proof, "another size")
    same_shape = case(
        5, 8, leaf, root, proof, "the path is the same for size 8: the checkpoint tells, not the proof"
    )
    yield same_shape | {"valid": True}
    yield case(6, 7, leaf, root, proof, "the last index")
    yield case(7, 7, leaf, root, proof, "index = size")
    yield case(0, 0, EMPTY_ROOT, EMPTY_ROOT, [], "an empty tree")
    yield case(1, 1, tree.leaf(0), tree.root(1), [], "the second entry of one")
    yield case(
        0, 8, tree.leaf(0), tree.root(4), tree.inclusion(0, 4), "an honest path, too short for this size"
    )
    yield case(5, 7, tree.leaf(4), root, proof, "another leaf")
    yield case(5, 7, leaf, tree.root(8), proof, "another root")
    yield case(5, 7, leaf, root, proof[:-1], "a hash is missing")
    yield case(5, 7, leaf, root, [*proof, tree.leaf(0)], "a hash too many")
    yield case(5, 7, leaf, root, proof[::-1], "the hashes in another order")
    yield case(0, 1, tree.leaf(0), tree.root(1), [tree.leaf(1)], "a proof where none is needed")


def _consistency(tree: Tree) -> Iterator[Case]:
    def case(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes], why: str) -> Case:
        hashes = {"old_root": old_root.hex(), "new_root": new_root.hex(), "proof": [h.hex() for h in proof]}
        return {"old": old, "new": new, **hashes, "valid": not why, "why": why or "an honest proof"}

    for new in range(9):
        for old in range(new + 1):
            yield case(old, new, tree.root(old), tree.root(new), tree.consistency(old, new), "")
    a, b, proof = tree.root(6), tree.root(8), tree.consistency(6, 8)
    yield case(5, 8, a, b, proof, "another old size")
    yield case(6, 9, a, b, proof, "another new size")
    same_shape = case(
        6, 7, a, b, proof, "the path is the same for size 7: the checkpoint tells, not the proof"
    )
    yield same_shape | {"valid": True}
    yield case(8, 6, a, b, proof, "sizes exchanged")
    yield case(6, 8, b, b, proof, "another old root")
    yield case(6, 8, a, a, proof, "another new root")
    yield case(6, 8, a, b, proof[1:], "a hash is missing")
    yield case(6, 8, a, b, [*proof, a], "a hash too many")
    yield case(6, 8, a, b, [], "no proof")
    yield case(6, 6, a, a, [a], "a proof where none is needed")
    yield case(6, 6, a, b, [], "one size, two roots: a fork")
    yield case(0, 8, a, b, [], "an old root that is not the empty one")
    yield case(0, 8, EMPTY_ROOT, b, [b], "a proof from nothing")
    yield case(0, 0, EMPTY_ROOT, b, [], "nothing, with a root that is not the empty one")
    yield case(4, 8, tree.root(4), tree.root(4), [], "no proof, and the roots are equal")


def checkpoints() -> Case:
    service, witness = key("service"), key("witness")
    vkey = cp.vkey(ORIGIN, service.public)
    witness_key = cp.vkey("witness.example/w1", witness.public, cp.COSIGNATURE)
    note = cp.sign_checkpoint(service, Checkpoint(ORIGIN, 7, _record().root(7)))
    cosigned = note + cp.cosign(witness, "witness.example/w1", note, 1_795_000_000)
    return {
        "notes": list(_notes(note.decode(), vkey, cosigned.decode())),
        "cosignatures": [
            _cosignature(cosigned, witness_key, 1_795_000_000, "an honest cosignature"),
            _cosignature(note, witness_key, None, "not cosigned"),
            _cosignature(cosigned, vkey, None, "not a witness's key"),
        ],
    }


def _cosignature(note: bytes, vkey: str, time: int | None, why: str) -> Case:
    return {"note": note.decode(), "vkey": vkey, "valid": time is not None, "time": time, "why": why}


def _notes(note: str, vkey: str, cosigned: str) -> Iterator[Case]:
    def case(note: str, why: str, valid: bool = False, key: str = vkey) -> Case:
        known = {"origin": ORIGIN, "size": 7, "root": _record().root(7).hex()}
        known["fingerprint"] = cp.fingerprint(note.partition("\n\n")[0].encode() + b"\n")
        return {"note": note, "vkey": key, "valid": valid, **(known if valid else {}), "why": why}

    def signed(text: str, origin: str = ORIGIN) -> str:
        raw = text.encode()
        key_id = cp.parse_vkey(cp.vkey(origin, key("service").public)).key_id
        return f"{text}\n— {origin} {b64(key_id + key('service').sign(raw))}\n"

    text, _, line = note.partition("\n\n")
    root = text.split("\n")[2]
    junk = f"— somebody.example/x {b64(b'1234junk')}\n"
    yield case(note, "an honest checkpoint", valid=True)
    yield case(cosigned, "with a cosignature", valid=True)
    yield case(note + junk, "with a signature by nobody we know", valid=True)
    yield case(f"{text}\n\n{junk}{line}", "the same, the other way round", valid=True)
    yield case(signed(f"{ORIGIN}\n7\n{root}\n"), "signed again: the same bytes", valid=True)
    yield case(note, "another record's key", key=cp.vkey("example.org/h/000000000000", key("service").public))
    yield case(note, "another service's key", key=cp.vkey(ORIGIN, key("other").public))
    yield case(note.replace("\n7\n", "\n8\n"), "another size")
    yield case(note.replace("\n7\n", "\n07\n"), "another size's text")
    other = Checkpoint("example.org/h/000000000000", 7, _record().root(7))
    yield case(signed(other.text.decode()), "another record's checkpoint under this record's name")
    yield case(f"{note}{line[:-8]}AAAAAA=\n", "a second signature of the key, which fails")
    for size in ("07", " 7", "+7", "-7", "7 ", "7.0", "1_000", "７", "", str(2**53), "9" * 20):
        yield case(signed(f"{ORIGIN}\n{size}\n{root}\n"), f"signed, but the size is {size!r}")
    yield case(signed(f"{ORIGIN}\n7\n{root[:-1]}\n"), "signed, but the root has no padding")
    yield case(signed(f"{ORIGIN}\n7\n{b64(bytes(31))}\n"), "signed, but the root is too short")
    yield case(
        signed(f"{ORIGIN}\n7\n{root}\nextension\n"), "signed, with an extension line, which we do not use"
    )
    yield case(signed(f"{ORIGIN}\n7\n"), "signed, but without a root")
    yield case(text + "\n", "no signatures")
    yield case(text + "\n\n", "no signatures, but the gap")
    yield case(note[:-1], "no line feed at the end")
    yield case(note + "\n", "an empty line at the end")
    yield case(note.replace("—", "-"), "a hyphen for the dash")
    yield case(note.replace("\n", "\r\n"), "other line ends")
    yield case(note.replace("— ", "—  "), "two blanks")
    yield case(note[:-1] + " \n", "a blank at the end")
    yield case(note.replace("=\n", "\n"), "no padding")
    yield case(f"{note}— somebody.example/x {b64(b'1234')}\n", "a line with a key id and no signature")
    yield case(note, "a key id that does not fit", key=vkey.replace("+", "+0", 1)[: len(vkey)])


def _record() -> Tree:
    tree = Tree()
    for entry in _entries():
        tree.append(leaf_hash(entry.raw))
    return tree


def _entries() -> list[Entry]:
    return [
        Entry(seq, f"2026-11-21T08:00:0{seq}.000Z", sign_act(key("device"), b'{"v":1,"n":%d}' % seq))
        for seq in range(8)
    ]


def receipts() -> Case:
    service, tree, entries = key("service"), _record(), _entries()
    vkey = cp.vkey(ORIGIN, service.public)

    def receipt(seq: int, size: int) -> Receipt:
        note = cp.sign_checkpoint(service, Checkpoint(ORIGIN, size, tree.root(size)))
        return Receipt(entries[seq].raw, seq, tuple(tree.inclusion(seq, size)), note)

    return {
        "vkey": vkey,
        "receipts": list(_receipts(receipt(0, 1), receipt(5, 7), receipt(4, 8))),
        "entries": list(_entry_texts()),
    }


def _receipts(first: Receipt, good: Receipt, other: Receipt) -> Iterator[Case]:
    def case(text: str, why: str, size: int | None = None) -> Case:
        return {"receipt": text, "valid": size is not None, "size": size, "why": why}

    def put(**changed: Any) -> str:
        fields = {name: getattr(good, name) for name in ("entry", "index", "proof", "checkpoint")}
        return Receipt(**(fields | changed)).encode().decode()

    text = good.encode().decode()
    yield case(text, "an honest receipt", 7)
    yield case(first.encode().decode(), "the first entry alone: no hashes", 1)
    yield case(other.encode().decode(), "a full tree", 8)
    yield case(put(index=4), "another index")
    yield case(put(entry=other.entry), "another entry")
    yield case(put(entry=good.entry + b" "), "a blank after the entry")
    yield case(put(entry=b"{}"), "not an entry")
    yield case(put(proof=other.proof), "another proof")
    yield case(put(proof=good.proof[1:]), "a hash is missing")
    yield case(put(proof=(*good.proof, good.proof[0])), "a hash too many")
    yield case(put(checkpoint=other.checkpoint), "another checkpoint")
    yield case(put(checkpoint=b""), "no checkpoint")
    yield case(text.replace("@v1", "@v2"), "another version")
    yield case(text.replace("index 5", "index 05"), "the index with a zero before it")
    yield case(text.replace("index 5", "index -5"), "a negative index")
    yield case(text.replace("index 5\n", ""), "no index")
    yield case("\n".join(line for line in text.split("\n") if not line.startswith("extra")), "no entry")
    yield case(text.replace("=\n", "\n", 1), "no padding")
    yield case(text.replace("\n", "\r\n"), "other line ends")
    yield case(text + "\n", "a line feed too many")
    yield case(text.removesuffix("\n"), "a line feed too few")
    yield case("\n" + text, "a line feed before it")
    yield case("", "nothing")


def _entry_texts() -> Iterator[Case]:
    def case(text: str, why: str, valid: bool = False) -> Case:
        return {"entry": text, "valid": valid, "why": why}

    good = _entries()[5].raw.decode()
    yield case(good, "an honest entry", valid=True)
    yield case(good.replace(":5,", f":{2**53 - 2},"), "the last number there is", valid=True)
    yield case(good.replace(":5,", f":{2**53 - 1},"), "one more")
    for number in ("05", "-5", "5.0", "5e0", '"5"', " 5", "", "９", "9" * 20):
        yield case(good.replace(":5,", f":{number},"), f"the number is {number[:20]}")
    yield case(good.replace('{"seq":5,', "{").replace("}", ',"seq":5}'), "members in another order")
    yield case(good.replace(",", ", "), "blanks")
    yield case(good + "\n", "a line feed after it")
    yield case(good.replace("}", ',"x":"y"}'), "one more member")
    yield case(good.replace('"seq":5', '"seq":5,"seq":5'), "a member twice")
    yield case(good.replace("seq", "Seq"), "another name")
    for time in (
        "2026-11-21T08:00:05Z",
        "2026-11-21T08:00:05.000+00:00",
        "2026-11-21 08:00:05.000Z",
        "2026-02-30T08:00:05.000Z",
        "2026-11-21T24:00:00.000Z",
        "2026-11-21T08:00:60.000Z",
        "2026-11-21t08:00:05.000z",
        "2026-11-21T08:00:05.0000Z",
        "0000-11-21T08:00:05.000Z",
    ):
        yield case(good.replace("2026-11-21T08:00:05.000Z", time), f"the time is {time}")
    yield case(good.replace("eyJ", "\\u0065yJ", 1), "an escape that means the same")
    yield case(good.replace("eyJ", "eyJ ", 1), "a blank in the act")
    yield case(good.replace("eyJ", "甲", 1), "a foreign character in the act")
    yield case("", "nothing")
