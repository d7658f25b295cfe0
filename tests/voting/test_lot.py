"""The public lot: the published vector, the lines of docs/counting.md, and that it is fair."""

import hashlib
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.lot import draw, explain, picks, seed

ROOT = hashlib.sha256(b"a record").digest()
DOCS = Path(__file__).parents[2] / "docs" / "counting.md"


def test_the_vector_of_rfc_3797() -> None:
    """Test case 23: the RFC's own example, with its MD5."""
    left, drawn = list(range(1, 26)), []
    for _, place in picks(b"9319./2.5.8.10.12./9.18.26.34.41.45./", 25, hashlib.md5):
        drawn.append(left.pop(place))
    assert drawn[:10] == [17, 7, 2, 16, 25, 23, 8, 24, 19, 13]
    assert sorted(drawn) == list(range(1, 26))


def test_the_shell_lines_of_the_description_draw_the_same() -> None:
    """They are run as they stand there, with nothing but bash and sha256sum."""
    (lines,) = re.findall(r"```sh\n(root=.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    done = subprocess.run(["bash", "-c", lines], capture_output=True, text=True, check=True)
    root, rolled = re.findall(r"^root=(\w+)$|^rolled='(.*)'$", lines, re.MULTILINE)
    options = re.findall(r"^set -- (.*)$", lines, re.MULTILINE)[0].split()
    found = seed(bytes.fromhex(root[0]), rolled[1])
    assert done.stdout.split() == [found.hex(), *draw(found, options)]


def test_every_step_can_be_followed() -> None:
    key = seed(ROOT, "3 6 1 1 5")
    assert key == hashlib.sha256(f"{ROOT.hex()}/3 6 1 1 5/".encode()).digest()
    steps = explain(key, ["a", "b", "c"])
    assert tuple(step.option for step in steps) == draw(key, ["a", "b", "c"])
    left = ("a", "b", "c")
    for number, step in enumerate(steps):
        counter = bytes([0, number])
        assert step.digest == hashlib.sha256(counter + key.hex().encode() + counter).hexdigest()
        assert (step.number, step.left) == (number, left)
        assert step.place == int(step.digest, 16) % len(left)
        assert step.option == left[step.place]
        left = (*left[: step.place], *left[step.place + 1 :])
    assert left == ()


@pytest.mark.parametrize("rolled", ["", "3,6", "3  6", " 3", "3 ", "03", "3 6 x", "３", "-1", "3\n"])
def test_what_was_rolled_is_written_in_one_way(rolled: str) -> None:
    with pytest.raises(ValueError, match="one blank between"):
        seed(ROOT, rolled)


@given(st.binary(max_size=40), st.lists(st.text(min_size=1), unique=True, max_size=30))
def test_a_lot_is_an_order_of_all_options(key: bytes, options: list[str]) -> None:
    assert sorted(draw(key, options)) == sorted(options)


def test_too_many_to_count_in_two_bytes() -> None:
    with pytest.raises(ValueError, match="65,535"):
        next(picks(b"", 65_536))


def test_every_order_comes_about_equally_often() -> None:
    """Six orders of three options over 6,000 rolls: chi-squared under 20.5, which chance exceeds once in a thousand."""
    found = Counter(draw(seed(ROOT, str(roll)), "abc") for roll in range(6000))
    assert len(found) == 6
    assert sum((times - 1000) ** 2 / 1000 for times in found.values()) < 20.5
