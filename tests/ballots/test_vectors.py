"""The shared vectors say what is valid; so do our Python formats. The client's tests read the same files."""

import json
from pathlib import Path
from typing import Any

import pytest

from ballots import checkpoint, entry, merkle, tokens
from ballots.receipt import Receipt, ReceiptError
from ballots.secret import ballot, form, pki, proofs
from ballots.secret.elgamal import Ciphertext, key_table
from ballots.secret.form import fingerprint
from ballots.secret.group import GROUP
from ballots.signing import JwsError, PublicKeyError, load_public, split, thumbprint, verify
from tests.vectors.make import HERE, render

Case = dict[str, Any]


def cases(name: str, group: str) -> Any:
    """One test for each case, named by its number and what is special about it."""
    content = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return pytest.mark.parametrize(
        "case",
        content[group],
        ids=[f"{n}-{case.get('why', '')}"[:60] for n, case in enumerate(content[group])],
    )


def test_what_is_committed_is_what_is_made() -> None:
    for name, text in render().items():
        assert Path(HERE / name).read_text(encoding="utf-8") == text, (
            f"run: python -m tests.vectors.make ({name})"
        )


def key_is_good(public: bytes) -> bool:
    try:
        load_public(public)
    except PublicKeyError:
        return False
    return True


@cases("signatures", "keys")
def test_key(case: Case) -> None:
    assert key_is_good(bytes.fromhex(case["public"])) == case["valid"]


@cases("signatures", "signatures")
def test_signature(case: Case) -> None:
    public, message, signature = (bytes.fromhex(case[name]) for name in ("public", "message", "signature"))
    assert (key_is_good(public) and verify(public, message, signature)) == case["valid"]


@cases("signatures", "acts")
def test_act(case: Case) -> None:
    public = bytes.fromhex(case["public"])
    try:
        signed = split(case["jws"])
    except JwsError:
        good = False
    else:
        good = signed.kid == thumbprint(public) and verify(public, signed.signing_input, signed.signature)
        assert signed.jws == case["jws"]
    assert good == case["valid"]


@cases("tokens", "tokens")
def test_token(case: Case) -> None:
    token = tokens.Token(bytes.fromhex(case["secret"]))
    assert (token.text, token.grouped) == (case["text"], case["grouped"])
    assert (token.key.seed.hex(), token.key.public.hex(), token.key.kid) == (
        case["seed"],
        case["public"],
        case["kid"],
    )
    assert tokens.Token.parse(token.text) == token


@cases("tokens", "parse")
def test_typed_token(case: Case) -> None:
    assert refusal(tokens.Token.parse, case["text"]) == case["code"]


@cases("tokens", "cards")
def test_typed_card(case: Case) -> None:
    assert refusal(tokens.parse_card, case["text"]) == case["code"]


@cases("tokens", "anchors")
def test_anchor(case: Case) -> None:
    assert tokens.anchor(bytes.fromhex(case["root"])) == case["anchor"]


def refusal(parse: Any, text: str) -> str | None:
    try:
        parse(text)
    except tokens.TokenError as why:
        return why.code
    return None


@cases("merkle", "inclusion")
def test_inclusion(case: Case) -> None:
    proof = [bytes.fromhex(sibling) for sibling in case["proof"]]
    leaf, root = bytes.fromhex(case["leaf"]), bytes.fromhex(case["root"])
    assert merkle.verify_inclusion(case["index"], case["size"], leaf, root, proof) == case["valid"]


@cases("merkle", "consistency")
def test_consistency(case: Case) -> None:
    proof = [bytes.fromhex(node) for node in case["proof"]]
    roots = bytes.fromhex(case["old_root"]), bytes.fromhex(case["new_root"])
    assert merkle.verify_consistency(case["old"], case["new"], *roots, proof) == case["valid"]


@cases("checkpoints", "notes")
def test_note(case: Case) -> None:
    if not case["valid"]:
        with pytest.raises(checkpoint.NoteError):
            checkpoint.verify_note(case["note"].encode(), case["vkey"])
        return
    read = checkpoint.verify_note(case["note"].encode(), case["vkey"])
    assert (read.origin, read.size, read.root.hex()) == (case["origin"], case["size"], case["root"])
    assert checkpoint.fingerprint(read.text) == case["fingerprint"]


@cases("checkpoints", "cosignatures")
def test_cosignature(case: Case) -> None:
    if case["valid"]:
        assert checkpoint.verify_cosignature(case["note"].encode(), case["vkey"]) == case["time"]
    else:
        with pytest.raises(checkpoint.NoteError):
            checkpoint.verify_cosignature(case["note"].encode(), case["vkey"])


@cases("receipts", "receipts")
def test_receipt(case: Case) -> None:
    vkey = json.loads((HERE / "receipts.json").read_text(encoding="utf-8"))["vkey"]
    if case["valid"]:
        assert Receipt.parse(case["receipt"].encode()).verify(vkey).size == case["size"]
    else:
        with pytest.raises(ReceiptError):
            Receipt.parse(case["receipt"].encode()).verify(vkey)


@cases("receipts", "entries")
def test_entry(case: Case) -> None:
    raw = case["entry"].encode()
    if case["valid"]:
        assert entry.parse(raw).raw == raw
    else:
        with pytest.raises(entry.EntryError):
            entry.parse(raw)


def test_texts_hash_to_exponents_and_seeds_to_keys() -> None:
    told = json.loads((HERE / "secret.json").read_text(encoding="utf-8"))
    for case in told["hashes"]:
        assert str(GROUP.hashed(case["text"])) == case["h"]
    for case in told["keys"]:
        keys = pki.keys(case["seed"])
        sign, decrypt = int(case["sign"]), int(case["decrypt"])
        assert (keys.sign, keys.decrypt) == (sign, decrypt)
        assert (str(keys.verify), str(keys.encrypt)) == (case["verify"], case["encrypt"])


@cases("secret", "sealed")
def test_sealed(case: Case) -> None:
    keys = pki.keys(case["recipient"])
    try:
        good = pki.receive(keys, GROUP.element(case["sender"]), case["sealed"]) == case["message"]
    except pki.PkiError:
        good = False
    assert good == case["valid"]


@cases("secret", "proofs")
def test_proof(case: Case) -> None:
    claims = [
        (GROUP.element(base), GROUP.element(power))
        for base, power in zip(case["bases"], case["powers"], strict=True)
    ]
    try:
        proofs.check(case["said"], proofs.Proof(**case["proof"]), *claims)
    except proofs.ProofError:
        assert not case["valid"]
    else:
        assert case["valid"]


@cases("secret", "choices")
def test_one_among(case: Case) -> None:
    cipher = Ciphertext(GROUP.element(case["alpha"]), GROUP.element(case["beta"]))
    claims = [(cipher, number) for number in case["numbers"]]
    made = [proofs.Proof(**one) for one in case["proofs"]]
    try:
        proofs.check_one(case["said"], key_table(GROUP.element(case["y"])), claims, made)
    except proofs.ProofError:
        assert not case["valid"]
    else:
        assert case["valid"]


@cases("secret", "ballots")
def test_ballot(case: Case) -> None:
    asked, raw = case["election"].encode(), case["ballot"].encode()
    assert (fingerprint(asked), ballot.tracker(raw)) == (case["phi"], case["number"])
    assert ballot.digest(raw) == case["hash"] or not case["valid"]
    listed = form.encode([json.loads(raw)["credential"]])
    try:
        ballot.check_ballot(ballot.Setup.read(asked, listed), raw)
    except form.FormError:
        assert not case["valid"]
    else:
        assert case["valid"]
