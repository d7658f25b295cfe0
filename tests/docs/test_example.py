"""The example that docs/spec.md explains is what its script makes, and shows every kind of act."""

import io
import json

from ballots.bundle import Bundle, read_from
from ballots.entry import parse
from ballots.signing import split
from deliberation import acts
from deliberation.audit import Expectations, audit
from tests.vectors.example import HERE, render


def test_what_is_committed_is_what_is_made() -> None:
    for name, raw in render().items():
        assert (HERE / name).read_bytes() == raw, f"run: python -m tests.vectors.example ({name})"


def test_the_example_is_clean_and_complete() -> None:
    bundle = read_from(io.BytesIO((HERE / "example.zip").read_bytes()))
    told = json.loads((HERE / "example.json").read_bytes())
    names = (HERE / "example-openings.json").read_bytes()
    report = audit(bundle, Expectations(anchor=told["anchor"], openings=names))
    assert (report.findings, report.tied, report.finished) == ([], True, True)
    assert len(report.people) == len(told["members"])
    assert kinds(bundle) == set(acts.KINDS) - {"credential.object"}


def test_the_other_example_shows_a_credential_that_was_left_out() -> None:
    """What a voter objects to is a finding, so it cannot stand in an example that has none."""
    bundle = read_from(io.BytesIO((HERE / "example-left-out.zip").read_bytes()))
    report = audit(bundle, Expectations())
    assert [finding.code for finding in report.findings] == ["credential-left-out"]
    assert "credential.object" in kinds(bundle)


def kinds(bundle: Bundle) -> set[str]:
    return {acts.decode(split(parse(raw).jws).payload).act for raw in bundle.entries}
