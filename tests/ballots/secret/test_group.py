"""The group, and arithmetic in it with gmpy2 and without."""

import importlib.util
import random
import sys
from hashlib import sha256
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.secret import arithmetic
from ballots.secret.group import FEW, GROUP, GroupError


def without_gmpy2() -> ModuleType:
    """The module as it is where gmpy2 is not installed."""
    spec = importlib.util.spec_from_file_location("plain_arithmetic", arithmetic.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sys.modules, "gmpy2", None)
        spec.loader.exec_module(module)
    assert module.gmpy2 is None
    return module


BACKENDS = [pytest.param(arithmetic, id="installed"), pytest.param(without_gmpy2(), id="plain")]
THREE = pow(5, (GROUP.p - 1) // 3, GROUP.p)
"""A number of order 3, outside the group."""


def test_gmpy2_is_what_the_tests_run_with() -> None:
    assert arithmetic.gmpy2 is not None


def test_the_constants() -> None:
    assert sha256(f"{GROUP.p},{GROUP.q},{GROUP.g}".encode()).hexdigest() == CONSTANTS
    assert GROUP.p.bit_length() == 2048
    assert (GROUP.p - 1) % (6 * GROUP.q) == 0
    assert pow(GROUP.g, GROUP.q, GROUP.p) == 1 != GROUP.g
    assert pow(2, GROUP.q - 1, GROUP.q) == pow(2, GROUP.p - 1, GROUP.p) == 1


CONSTANTS = "db292a518337ff4ed0259cc435f3e23e764423971065fc65cf93565d5015a44d"


@pytest.mark.parametrize("backend", BACKENDS)
def test_arithmetic(backend: ModuleType) -> None:
    draw, p = random.Random(1), GROUP.p
    modulus = backend.Modulus(p)
    base = draw.randrange(p)
    table = modulus.table(base, 256)
    for exponent in [0, 1, 255, 256, GROUP.q, 2**256 - 1, *(draw.randrange(GROUP.q) for _ in range(5))]:
        due = pow(base, exponent, p)
        found = [modulus.power(base, exponent), modulus.secret_power(base, exponent), table.power(exponent)]
        assert found == [due] * 3
        assert {type(number) for number in found} == {int}
    assert table.power(2**300) == pow(base, 2**300, p)
    assert modulus.product() == 1
    assert modulus.product(base, base, 3) == base * base * 3 % p
    assert modulus.inverse(base) * base % p == 1
    with pytest.raises((ValueError, ZeroDivisionError)):
        modulus.inverse(0)


@pytest.mark.parametrize("backend", BACKENDS)
def test_logarithms(backend: ModuleType) -> None:
    modulus = backend.Modulus(GROUP.p)
    for limit in (0, 1, 2, 10, 1000):
        exponents = sorted({0, 1, limit // 2, limit} & set(range(limit + 1)))
        powers = [pow(GROUP.g, exponent, GROUP.p) for exponent in exponents]
        assert modulus.logarithms(GROUP.g, powers, limit) == exponents
        with pytest.raises(ValueError, match="no exponent"):
            modulus.logarithms(GROUP.g, [pow(GROUP.g, limit + 1, GROUP.p)], limit)


@pytest.mark.parametrize("backend", BACKENDS)
def test_halves(backend: ModuleType) -> None:
    """Every product is of some of the numbers: with distinct primes one can see of which."""
    primes = [2, 3, 5, 7, 11, 13, 17, 19]
    products = list(backend.Modulus(2**61 - 1).halves(primes))
    assert len(products) == 128
    chosen = [frozenset(prime for prime in primes if product % prime == 0) for product in products]
    for product, primes_in_it in zip(products, chosen, strict=True):
        for prime in primes_in_it:
            product //= prime  # noqa: PLW2901
        assert product == 1
    assert len(set(chosen)) > 60
    assert all(32 < sum(prime in one for one in chosen) < 96 for prime in primes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not-a-number"), ("-1", "not-a-number"), ("+1", "not-a-number"), ("01", "not-a-number"),
        ("1 ", "not-a-number"), ("0x1f", "not-a-number"), ("1_0", "not-a-number"), ("１", "not-a-number"),
        ("1" * 618, "not-a-number"), (str(GROUP.p), "out-of-range"), ("0", "not-in-group"),
        (str(GROUP.p - 1), "not-in-group"), ("2", "not-in-group"), (str(THREE), "not-in-group"),
        (str(GROUP.p - GROUP.g), "not-in-group"),
    ],
)  # fmt: skip
def test_what_is_no_element(text: str, code: str) -> None:
    with pytest.raises(GroupError) as caught:
        GROUP.element(text)
    assert caught.value.code == code


def test_elements_and_exponents() -> None:
    assert GROUP.element("1") == 1
    assert GROUP.element(str(GROUP.g)) == GROUP.g
    assert GROUP.exponent(str(GROUP.q - 1)) == GROUP.q - 1
    with pytest.raises(GroupError) as caught:
        GROUP.exponent(str(GROUP.q))
    assert caught.value.code == "out-of-range"
    assert GROUP.hashed("消息") == int(sha256("消息".encode()).hexdigest(), 16) % GROUP.q


@settings(max_examples=6)
@given(st.integers(0, FEW + 40), st.lists(st.integers(0, 2**20), max_size=3), st.randoms())
def test_strangers_among_many(size: int, where: list[int], draw: random.Random) -> None:
    """Whoever is not in the group is found, also two whose product is."""
    numbers = [GROUP.raised(draw.randrange(GROUP.q)) for _ in range(size)]
    outside = sorted({place % size for place in where}) if size else []
    for place in outside:
        numbers[place] = draw.choice([GROUP.p - numbers[place], numbers[place] * THREE % GROUP.p, 0])
    assert GROUP.strangers(numbers) == outside


def test_two_wrongs_do_not_make_a_right() -> None:
    numbers = [GROUP.g] * (FEW + 10)
    numbers[3] = numbers[FEW] = GROUP.p - GROUP.g
    assert GROUP.contains(GROUP.product(*numbers))
    assert GROUP.strangers(numbers) == [3, FEW]
