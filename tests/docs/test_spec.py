"""docs/spec.md says what the code does: kinds, members, permits, refusals, findings, and its examples."""

import datetime as dt
import json
import types
import typing
from typing import Annotated, Any, Literal, Union

import msgspec
import pytest

from ballots.bundle import read as read_bundle
from ballots.entry import parse
from ballots.secret import archive, ballot, commitments, election, elgamal, form, pedersen, pki, proofs, tally
from ballots.secret.group import GROUP
from ballots.signing import split
from deliberation import acts, audit, credentials, export, hearing, notice, secret, secret_acts
from deliberation.permits import PERMITS
from tests.docs import sources
from tests.docs.tables import read, words
from tests.vectors.example import HERE
from voting import methods, questions, results, rules, sentences

SPEC = read(sources.ROOT / "docs" / "spec.md")
NAMES: dict[Any, str] = {
    acts.HearingId: "hearing id",
    acts.MemberId: "member id",
    acts.LocalId: "local id",
    questions.LocalId: "local id",
    acts.Nonce: "nonce",
    secret_acts.Uuid: "election id",
    secret_acts.Digest: "digest",
    acts.Hash: "hash",
    acts.Bytes32: "bytes32",
    acts.Bytes64: "bytes64",
    acts.Time: "time",
    acts.Rolled: "rolled",
    acts.Reason: "reason",
    acts.Role: "role",
    acts.Size: "size",
    acts.Member.__annotations__["weights"]: "weights",
    str | list[str] | dict[str, acts.Number]: "choice",
    methods.AnySettings: "settings",
    methods.AnySteps: "steps",
    dt.date: "date",
    str: "string",
    int: "integer",
    bool: "boolean",
    types.NoneType: "null",
    tuple[int, int]: "two integers",
    tuple[rules.Bound, rules.Bound]: "two integers, 1 to 1000",
    tuple[proofs.Proof, proofs.Proof]: "two of proof",
    form.Count: "integer or string",
}
OBJECTS: dict[str, type[msgspec.Struct]] = {
    "Head": acts.Head,
    "roll": notice.Roll,
    "member": acts.Member,
    "notice": notice.Notice,
    "key holders": notice.KeyHolders,
    "community": notice.Community,
    "item": notice.Item,
    "text": rules.Text,
    "question": questions.Question,
    "option": questions.Option,
    "rule": rules.Rule,
    "proxies": rules.Proxies,
    "composition": rules.Composition,
    "own": rules.Own,
    "requirement": rules.Requirement,
    "openings": notice.Openings,
    "opened": notice.Opened,
    "minutes": notice.Minutes,
    "result": results.Result,
    "question reference": results.QuestionRef,
    "rule reference": results.RuleRef,
    "statutory": results.Statutory,
    "silence": results.Silence,
    "units": results.Units,
    "unit group": results.UnitGroup,
    "part": results.Part,
    "amount": results.Amount,
    "option total": results.OptionTotal,
    "comparison": rules.Comparison,
    "hearing.json": export.HearingFile,
    "roll openings": audit.RollOpenings,
    "roll entry": audit.RollEntry,
    "proof": proofs.Proof,
    "signed message": pki.SignedMessage,
    "sealed message": pki._Sealed,
    "certificate": commitments.CertificateText,
    "context": commitments.Context,
    "dealing": commitments.PolynomialMessage,
    "coefficients": commitments.Coefficients,
    "seen": commitments.Seen,
    "trustee key": commitments.TrusteeKey,
    "trustees": pedersen.Parameters,
    "offer": credentials.OfferOpening,
    "election": election.Election,
    "sheet": election.Question,
    "encrypted ballot": ballot.Ballot,
    "answer": ballot.Answer,
    "ciphertext": elgamal.Written,
    "signature": ballot.Signature,
    "spoiled ballot": secret.Spoiled,
    "decryption": tally.Decryption,
    "totals": tally.Outcome,
    "header": archive.Header,
    "event": archive.Event,
    "setup data": archive.SetupData,
    "sized tally": tally.Sized,
    "owned decryption": archive.Owned,
}
NAMES |= {struct: name.lower() for name, struct in OBJECTS.items()}


def spelt(annotation: Any) -> str:
    """How the document writes a type."""
    if annotation in NAMES:
        return NAMES[annotation]
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return limited(parts[0], parts[1])
    if origin is Literal:
        return ", ".join(f'"{part}"' if isinstance(part, str) else str(part) for part in parts)
    if origin is tuple:
        return f"array of {spelt(parts[0])}"
    if origin is list:
        return f"array of {spelt(parts[0])}"
    assert origin in (Union, types.UnionType), annotation
    if msgspec.UnsetType in parts:
        rest = Union[tuple(part for part in parts if part is not msgspec.UnsetType)]  # type: ignore[valid-type]  # noqa: UP007 - made at run time
        return f"{spelt(rest)}, may be absent"
    names = [spelt(part) for part in parts]
    return (", or " if "," in names[0] else " or ").join(names)


def limited(kind: type, meta: msgspec.Meta) -> str:
    text = spelt(kind)
    if meta.pattern:
        text += f", {meta.pattern.removeprefix('^').removesuffix(chr(92) + 'Z')}"
    if meta.max_length:
        text += (
            f", {meta.min_length} to {meta.max_length}" if meta.min_length else f", at most {meta.max_length}"
        )
    if meta.ge is not None:
        text += f", {meta.ge} to {meta.le}"
    return text


def members(struct: type[msgspec.Struct], after: int = 0) -> list[tuple[str, str]]:
    hints = typing.get_type_hints(struct, include_extras=True)
    found = [(name, spelt(hints[name])) for name in struct.__struct_fields__[after:]]
    if not struct.__struct_config__.omit_defaults:
        return found
    left_out = {field.name for field in msgspec.structs.fields(struct) if not field.required}
    return [
        (name, f"{kind.removesuffix(' or null')}, may be absent" if name in left_out else kind)
        for name, kind in found
    ]


def documented(heading: str) -> list[tuple[str, str]]:
    table = SPEC.under(heading, "Member", "Type", "Meaning")
    assert all(meaning for _, _, meaning in table.rows)
    return [(name.strip("`"), kind.replace("`", "")) for name, kind, _ in table.rows]


def test_members_of_every_act() -> None:
    common = members(acts.LaterAct)
    assert documented("Every act") == common
    assert [name for name, _ in members(acts.Act)] == [name for name, _ in common[:-1]]


@pytest.mark.parametrize("kind", acts.KINDS)
def test_members_of_a_kind(kind: str) -> None:
    struct = acts.KINDS[kind]
    common = acts.LaterAct if issubclass(struct, acts.LaterAct) else acts.Act
    assert documented(kind) == members(struct, after=len(common.__struct_fields__))


@pytest.mark.parametrize("name", OBJECTS)
def test_members_of_an_object(name: str) -> None:
    assert documented(name) == members(OBJECTS[name])


def test_no_table_of_members_is_about_nothing() -> None:
    headings = {name for name, tables in SPEC.tables.items() for t in tables if t.header[0] == "Member"}
    assert headings == {"Every act", *acts.KINDS, *OBJECTS}


def test_who_may_sign_what_and_when() -> None:
    assert hearing.PERMITS is PERMITS
    table = SPEC.under("11. Who may sign what, and when", "Kind", "Signed by", "Phases")
    told = {words(kind)[0]: (words(by), words(phases)) for kind, by, phases in table.rows}
    assert list(told) == list(acts.KINDS)
    assert told.pop("hearing.convene") == (("root",), ("empty",))
    assert told == {struct.KIND: (permit.by, permit.phases) for struct, permit in PERMITS.items()}


@pytest.mark.parametrize("kind", acts.KINDS)
def test_refusals_of_a_kind_in_their_order(kind: str) -> None:
    struct = acts.KINDS[kind]
    module, handler = "hearing", "_convene"
    if struct in PERMITS:
        module, handler = PERMITS[struct].handler.__module__, PERMITS[struct].handler.__name__
    table = SPEC.under(kind, "Refusal", "When")
    assert list(dict.fromkeys(codes(table.rows))) == sources.refusals_of(module.rpartition(".")[2], handler)


def test_refusals_that_every_act_can_meet() -> None:
    before, common = SPEC.tables["10. The state, and what is checked for every act"]
    assert codes(common.rows) == ["nonce-reused", *sources.refusals_of("permits", "permitted")]
    told = set(codes(before.rows))
    assert (
        set(sources.refusals_of("hearing", "key")) | {"malformed"}
        <= told
        <= sources.refusals("ballots", "deliberation")
    )


def test_every_refusal_is_documented() -> None:
    told = {code for table in SPEC.all("Refusal", "When") for code in codes(table.rows)}
    assert told == sources.refusals(*sources.FLOORS)


def test_every_finding_is_documented() -> None:
    (table,) = SPEC.all("Finding", "Where", "What it means")
    told = codes(table.rows)
    assert len(told) == len(set(told))
    assert set(told) == sources.findings()


def codes(rows: list[tuple[str, ...]]) -> list[str]:
    return [words(row[0])[0] for row in rows]


def test_examples_stand_in_the_example() -> None:
    known: set[str] = set()
    for name in ("example.zip", "example-left-out.zip"):
        files = read_bundle(HERE / name).files
        entries = files["log.jsonl"].decode().splitlines()
        known |= {*entries, files["checkpoint"].decode().removesuffix("\n")}
        known |= {split(parse(entry.encode()).jws).payload.decode() for entry in entries}
        known |= {raw.decode() for name, raw in files.items() if raw[:1] == b"{" and name != "log.jsonl"}
    missing = [example for example in SPEC.examples if example.removesuffix("\n") not in known]
    assert missing == []
    shown = {acts.decode(example.strip().encode()).act for example in SPEC.examples if '"act":' in example}
    assert shown == set(acts.KINDS)


def test_anchor_and_fingerprint_are_those_of_the_example() -> None:
    text = (sources.ROOT / "docs" / "spec.md").read_text(encoding="utf-8")
    told = json.loads((HERE / "example.json").read_bytes())
    assert told["anchor"] in text
    assert f"`{told['fingerprint']}`" in text


def test_numbers_of_the_group() -> None:
    text = (sources.ROOT / "docs" / "spec.md").read_text(encoding="utf-8")
    assert f"p = {GROUP.p}\nq = {GROUP.q}\ng = {GROUP.g}\n" in text


def test_settings_of_every_method() -> None:
    table = SPEC.under("question", "Method", "Setting", "Type")
    told = [(words(m)[0], words(name)[0], kind.replace("`", "")) for m, name, kind in table.rows]
    structs = {struct.__struct_config__.tag: struct for struct in typing.get_args(methods.AnySettings)}
    ours = [
        (method, name, kind)
        for method in methods.METHODS
        if method in structs
        for name, kind in members(structs[method])
    ]
    assert told == ours
    asked = SPEC.under("question", "Methods", "The question", "A choice is valid that is")
    assert sorted(one for row in asked.rows for one in words(row[0])) == sorted(methods.METHODS)


def test_words_of_comparisons() -> None:
    _, table = SPEC.tables["Comparisons in words"]
    names = [header.strip("`").lower() for header in table.header[2:]]
    for language, units, *told in table.rows:
        for unit in words(units):
            known = sentences.AREA if unit == "area" else sentences.WORDS[unit]
            assert told == [known[name][language == "en"] for name in names], unit
