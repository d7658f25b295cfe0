"""Keys of ours, of belenios-tool, and of both together: that program holds an election with them."""

import subprocess
from pathlib import Path

import msgspec
import pytest

from ballots.secret import form, pedersen, pki, tally, trustees
from ballots.secret.group import GROUP
from ballots.secret.verify import verify
from tests.ballots.secret.ceremony import ceremony
from tests.programs import require

pytestmark = pytest.mark.foreign

QUESTIONS = b'{"description":"d","name":"n","questions":[{"answers":["yes","no"],"min":1,"max":1,"question":"Adopt?"}]}'
CHOICES = ("[[1,0]]", "[[0,1]]", "[[1,0]]")


class Place:
    """A folder in which belenios-tool works."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = require("belenios-tool")
        self.uuid = self.run("setup", "generate-token").decode().strip()

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """What the program answers, which must be content."""
        command = [self.program, *arguments]
        done = subprocess.run(
            command, cwd=self.folder, input=given, capture_output=True, check=False, timeout=120
        )
        assert done.returncode == 0, (arguments, done.stderr.decode())
        return done.stdout

    def setup(self, *arguments: str, given: bytes = b"") -> bytes:
        return self.run("setup", *arguments, "--group", GROUP.name, given=given)

    def deal(self, step: int, *arguments: str, given: bytes = b"") -> bytes:
        return self.setup("generate-trustee-key-threshold", "--step", str(step), *arguments, given=given)

    def write(self, name: str, raw: bytes) -> None:
        (self.folder / name).write_bytes(raw)

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def event(self, kind: str, raw: bytes = b"") -> None:
        self.run("archive", "add-event", f"--type={kind}", given=raw and raw + b"\n")

    def vote(self) -> tuple[bytes, bytes]:
        """Hold an election with `trustees.json` up to its tally; gives the bytes of election and tally."""
        self.setup("generate-credentials", "--uuid", self.uuid, "--count", str(len(CHOICES)))
        for made, name in (("*.pubcreds", "public_creds.json"), ("*.privcreds", "private_creds.txt")):
            (file,) = self.folder.glob(made)
            file.rename(self.folder / name)
        self.write("questions.json", QUESTIONS)
        self.setup("make-election", "--uuid", self.uuid, "--template", "questions.json")
        election = self.read("election.json").rstrip(b"\n")
        self.run("archive", "init")
        for name in ("election.json", "trustees.json", "public_creds.json"):
            (self.folder / name).unlink()
        credentials = [line.split()[1] for line in self.read("private_creds.txt").splitlines()]
        for credential, choice in zip(credentials, CHOICES, strict=True):
            self.write("credential", credential + b"\n")
            self.write("choice", choice.encode() + b"\n")
            ballot = self.run("election", "generate-ballot", "--privcred", "credential", "--ballot", "choice")
            self.event("Ballot", ballot.rstrip(b"\n"))
        self.event("EndBallots")
        summed = self.run("election", "compute-encrypted-tally").rstrip(b"\n")
        self.event("EncryptedTally", summed)
        return election, summed_in(self.read(f"{self.uuid}.bel"))

    def decrypted(self, owner: int, raw: bytes) -> None:
        """Add the decryption of an owner, as it is written in archives."""
        owned = form.encode({"owner": owner, "payload": form.digest(raw)})
        self.event("PartialDecryption", raw + b"\n" + owned)

    def count(self) -> None:
        """Let the program compute the result and verify everything; we find the same."""
        self.event("Result", self.run("election", "compute-result").rstrip(b"\n"))
        self.run("election", "verify")
        report = verify(self.read(f"{self.uuid}.bel"))
        assert (report.findings, report.totals) == ([], ((2, 1),))


def summed_in(archive: bytes) -> bytes:
    """The encrypted tally: the data member two before the last event."""
    found = []
    while archive:
        size = int(archive[124:135], 8)
        found.append(archive[512 : 512 + size])
        archive = archive[512 - (-size // 512) * 512 :]
    return found[-3]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize(("size", "threshold"), [(1, 1), (2, 2), (3, 2), (5, 3)])
def test_holders_of_ours_decrypt(place: Place, size: int, threshold: int) -> None:
    """The last holders that suffice, so that indices are seen not to be counted from the first."""
    party = ceremony(size, threshold)
    place.write("trustees.json", party.trustees)
    election, summed = place.vote()
    assert msgspec.json.decode(election)["public_key"] == str(party.read.election_key)
    for owner in range(size - threshold + 1, size + 1):
        place.decrypted(owner, tally.decrypt(election, summed, party.shares[owner - 1].exponent))
    place.count()


def test_a_holder_of_ours_may_decrypt_with_the_foreign_program(place: Place) -> None:
    party = ceremony(3, 2)
    place.write("trustees.json", party.trustees)
    place.vote()
    for owner in (1, 3):
        place.write("seed", party.seeds[owner - 1].encode() + b"\n")
        place.write("dkey", pedersen.decryption_key(party.seeds[owner - 1], party.shares[owner - 1]) + b"\n")
        keys = "--key", "seed", "--decryption-key", "dkey"
        decryption = place.run("election", "decrypt-threshold", *keys, "--trustee-id", str(owner))
        place.event("PartialDecryption", decryption.rstrip(b"\n"))
    place.count()


@pytest.mark.parametrize("deciders", [(1, 2), (2, 3)])
def test_a_key_of_ours_and_the_foreign_program_together(place: Place, deciders: tuple[int, ...]) -> None:
    """2 of 3: holder 1 is ours, 2 and 3 are belenios-tool, which also leads through the six steps."""
    place.deal(1)
    place.deal(1)
    seed, files = pki.seed(), sorted(place.folder.glob("*.key"))
    certificates = [
        pedersen.certificate(seed, 3, 2, 1),
        *(file.with_suffix(".cert").read_bytes().rstrip(b"\n") for file in files),
    ]
    place.write("certs.jsons", b"".join(raw + b"\n" for raw in certificates))
    known = "--certs", "certs.jsons"
    place.deal(2, *known)
    polynomials = [pedersen.polynomial(seed, certificates, 1, 2, foreign=True)]
    for file in files:
        raw = place.deal(3, *known, "--key", file.name, "--threshold", "2")
        polynomials.append(raw.rstrip(b"\n"))
    place.write("polynomials.jsons", b"".join(raw + b"\n" for raw in polynomials))
    known = *known, "--polynomials", "polynomials.jsons"
    place.deal(4, *known)
    share = pedersen.share(seed, certificates, polynomials, 1, foreign=True)
    kept = pedersen.decryption_key(seed, share).decode()
    outputs = [form.encode({"private_key": kept, "public_key": msgspec.Raw(share.message)})]
    for file in files:
        given = file.with_suffix(".vinput").read_bytes()
        made = place.deal(5, "--certs", "certs.jsons", "--key", file.name, given=given)
        outputs.append(made.rstrip(b"\n"))
    place.write("threshold.json", place.deal(6, *known, given=b"".join(raw + b"\n" for raw in outputs)))
    place.write("public_keys.jsons", b"")
    place.run("setup", "make-trustees")
    (place.folder / "threshold.json").unlink(missing_ok=True)
    read = trustees.decode(place.read("trustees.json").rstrip(b"\n"))
    assert read.keys[0] == GROUP.power(GROUP.g, share.exponent)
    assert not read.current
    for index, file in enumerate(files, 2):
        theirs = file.read_text().strip()
        found = pedersen.share(theirs, certificates, polynomials, index, foreign=True)
        assert read.keys[index - 1] == GROUP.power(GROUP.g, found.exponent)
    election, summed = place.vote()
    for owner in deciders:
        if owner == 1:
            place.decrypted(1, tally.decrypt(election, summed, share.exponent))
            continue
        key = files[owner - 2].name
        keys = "--key", key, "--decryption-key", key.replace(".key", ".dkey")
        decryption = place.run("election", "decrypt-threshold", *keys, "--trustee-id", str(owner))
        place.event("PartialDecryption", decryption.rstrip(b"\n"))
    place.count()
