"""Another team's program, `belenios-tool`, and ours: each accepts what the other has made."""

import json
import random
import subprocess
from pathlib import Path

import pytest

from ballots.secret import archive, ballot, credentials, election, tally, trustees
from ballots.secret.election import Question
from ballots.secret.group import GROUP
from ballots.secret.verify import verify
from tests.ballots.secret.belenios import Tool
from tests.ballots.secret.elections import MOTION, STAMP, Made, make
from tests.voting.data import folder

pytestmark = pytest.mark.foreign

SEVERAL = Question(answers=("甲", "乙", "丙", "丁"), blank=True, min=1, max=2, question="选一至二人：“楼长”")


def test_an_archive_made_again(tool: Tool) -> None:
    """Taken apart by tar and made again by the tool: the same bytes."""
    made = make(MOTION, SEVERAL, voters=2, singles=1, holders=(3, 2))
    raw = made.archive([made.cast(0), made.cast(1)], owners=(1, 2, 4))
    extracted = tool.folder / "extracted"
    extracted.mkdir()
    subprocess.run(
        ["tar", "xf", tool.archive(raw) / "poll.bel"], cwd=extracted, check=True, capture_output=True
    )
    again = subprocess.run(
        [tool.path, "archive", "make", "--dir", extracted], capture_output=True, check=True
    ).stdout
    assert again == raw


def test_ballots_of_theirs_in_our_election(tool: Tool) -> None:
    """A voter uses the tool, from the credential's code and our archive; the ballot is accepted and counted."""
    plain = make(MOTION, SEVERAL, voters=1, holders=(3, 2))
    uuid = election.decode(plain.asked).uuid
    draw = random.Random(9)
    codes = [credentials.new_code(draw.randrange) for _ in range(3)]
    secrets = [credentials.secret(code, uuid) for code in codes]
    keys = [credentials.public(secret) for secret in secrets]
    made = Made(
        plain.asked,
        plain.keys,
        credentials.encode(keys),
        secrets,
        dict.fromkeys(keys, 1),
        plain.exponents,
        draw,
    )
    running = archive.Writer(STAMP)
    running.setup(made.asked, made.keys, made.listed)
    cast = []
    for code, choice in zip(
        codes[:2], ([[0, 1, 0], [0, 1, 0, 1, 0]], [[1, 0, 0], [1, 0, 0, 0, 0]]), strict=True
    ):
        code_file, choice_file = (
            tool.file("code", code + "\n"),
            tool.file("choice", json.dumps(choice) + "\n"),
        )
        folder = tool.archive(bytes(running.raw))
        raw = (
            tool(
                "election",
                "generate-ballot",
                "--dir",
                folder,
                "--privcred",
                code_file,
                "--ballot",
                choice_file,
            )
            .strip()
            .encode()
        )
        assert ballot.check_ballot(made.setup, raw).credential in keys
        cast.append(raw)
        running.ballot(raw)
    cast.append(made.cast(2, [[0, 1, 0], [0, 0, 1, 0, 0]]))
    whole = made.archive(cast, owners=(1, 3, 4))
    tool.verify(whole)
    report = verify(whole)
    assert report.findings == []
    assert report.totals == ((1, 2, 0), (1, 1, 1, 1, 0))
    assert whole.startswith(bytes(running.raw))


def test_an_election_of_theirs(tool: Tool) -> None:
    """Set up by the tool; our ballots in it; our tally; decrypted by the tool and by us alike."""
    group = ("--group", GROUP.name)
    uuid = tool("setup", "generate-token").strip()
    tool("setup", "generate-credentials", "--uuid", uuid, *group, "--count", "5")
    codes = [line.split()[1] for line in next(tool.folder.glob("*.privcreds")).read_text().splitlines()]
    next(tool.folder.glob("*.pubcreds")).rename(tool.folder / "public_creds.json")
    for _ in range(2):
        tool("setup", "generate-trustee-key", *group)
    tool.file("public_keys.jsons", b"".join(sorted(p.read_bytes() for p in tool.folder.glob("*.pubkey"))))
    tool("setup", "make-trustees")
    template = {
        "description": "描述", "name": "名称",
        "questions": [
            {"answers": ["a", "b", "c"], "min": 1, "max": 1, "question": "?"},
            {"answers": ["a", "b"], "blank": True, "min": 0, "max": 2, "question": "??"},
        ],
    }  # fmt: skip
    tool(
        "setup",
        "make-election",
        "--uuid",
        uuid,
        *group,
        "--template",
        tool.file("t.json", json.dumps(template)),
    )
    tool("archive", "init")
    begun = (tool.folder / f"{uuid}.bel").read_bytes()
    (setup,) = archive.read(begun)
    asked, keys, listed = (setup.parts[name] for name in ("election", "trustees", "credentials"))
    assert verify(begun).findings == []
    assert election.encode(election.decode(asked)) == asked
    listed_keys = [credentials.public(credentials.secret(code, uuid)) for code in codes]
    assert credentials.encode(listed_keys) == listed
    private = {
        str(GROUP.raised(secret)): secret
        for path in tool.folder.glob("*.privkey")
        for secret in [int(json.loads(path.read_text()))]
    }
    exponents = {owner: private[str(key)] for owner, key in enumerate(trustees.decode(keys).keys, 1)}
    weights = dict.fromkeys(listed_keys, 1)
    secrets = [credentials.secret(code, uuid) for code in codes]
    made = Made(asked, keys, listed, secrets, weights, exponents, random.Random(4))
    cast = [made.cast(voter) for voter in (0, 1, 2, 3, 4, 1)]
    stamp = int(json.loads(begun[512:550])["timestamp"])
    (tool.folder / "public_creds.json").unlink()
    ours = archive.Writer(stamp)
    ours.setup(asked, keys, listed)
    assert bytes(ours.raw) == begun
    for raw in cast:
        ours.ballot(raw)
        tool("archive", "add-event", "--type=Ballot", given=raw.decode() + "\n")
    tool("archive", "add-event", "--type=EndBallots")
    ours.end_ballots()
    summed = tally.add(asked, cast)
    published = tool("election", "compute-encrypted-tally")
    assert published.splitlines() == [summed.decode(), tally.sized(5, 5, summed).decode()]
    tool("archive", "add-event", "--type=EncryptedTally", given=published)
    ours.encrypted_tally(summed, 5, 5)
    decryptions = {}
    for owner, path in enumerate(sorted(tool.folder.glob("*.privkey"), key=lambda p: place(p, exponents)), 1):
        theirs = tool("election", "decrypt", "--privkey", path, "--trustee-id", str(owner))
        decryptions[owner] = theirs.splitlines()[0].encode()
        tool("archive", "add-event", "--type=PartialDecryption", given=theirs)
        ours.partial_decryption(owner, decryptions[owner])
        factors = tally.check_decryption(
            asked, trustees.decode(keys).keys[owner - 1], summed, decryptions[owner]
        )
        mine = tally.decrypt(asked, summed, exponents[owner])
        assert tally.check_decryption(asked, trustees.decode(keys).keys[owner - 1], summed, mine) == factors
    result = tool("election", "compute-result")
    totals = tally.totals(asked, keys, summed, decryptions, 5)
    assert result.encode().strip() == tally.encode_result(totals)
    tool("archive", "add-event", "--type=Result", given=result)
    ours.result(tally.encode_result(totals))
    whole = (tool.folder / f"{uuid}.bel").read_bytes()
    assert whole == bytes(ours.raw)
    tool.verify(whole)
    report = verify(whole)
    assert (report.findings, report.totals) == ([], totals)


def place(path: Path, exponents: dict[int, int]) -> int:
    """Which owner's key a file holds."""
    secret = int(json.loads(path.read_text()))
    return next(owner for owner, exponent in exponents.items() if exponent == secret)


def test_what_they_refuse_we_refuse(tool: Tool) -> None:
    """And some that they pass over: events that come again, or too late."""
    made = make(MOTION, voters=2, singles=1)
    one, two = made.cast(0), made.cast(1)
    whole = made.archive([one, two])
    events = [(step.kind, list(step.parts.values())) for step in archive.read(whole)]

    def chained(changed: list[tuple[str, list[bytes]]]) -> bytes:
        writer = archive.Writer(STAMP)
        for kind, parts in changed:
            writer.event(kind, parts)
        return bytes(writer.raw)

    other = make(MOTION, voters=1, seed="other").cast(0)
    refused = [
        whole + bytes(1024),
        whole[:512] + whole[512:].replace(b'"1795276959"', b'"1795276958"', 1),
        chained([*events[:1], ("Ballot", [one + b"\n"])]),
        chained([*events[:1], ("Ballot", [one.replace(b'{"', b'{ "', 1)])]),
        chained([*events[:1], ("Ballot", [other])]),
        chained(
            [
                *events[:5],
                ("PartialDecryption", [events[5][1][0], b'{"owner":2,"payload":"' + b"0" * 64 + b'"}']),
            ]
        ),
    ]
    for raw in refused:
        assert tool.fails("election", "verify", "--dir", tool.archive(raw))
        assert verify(raw).findings
    late = chained([*events[:4], ("Ballot", [one])])
    assert not tool.fails("election", "verify", "--dir", tool.archive(late))
    assert [one.code for one in verify(late).findings] == ["ballot-after-end"]


def test_every_archive_at_hand(tool: Tool) -> None:
    for path in sorted(folder("belenios").glob("*/*.bel")):
        tool.verify(path.read_bytes())
        assert verify(path.read_bytes()).findings == []
