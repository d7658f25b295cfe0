"""What `hearing serve` knows of the address under which phones reach it, and who can read its folder."""

import pytest

from web.settings import is_only_here


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8000", "127.8.8.8", "localhost", "localhost:8000", "a.localhost", "[::1]:80", "0.0.0.0"],
)
def test_addresses_that_lead_every_machine_to_itself(host: str) -> None:
    assert is_only_here(f"http://{host}")


@pytest.mark.parametrize("host", ["192.168.1.7:8000", "hall.example", "localhost.example", "[2001:db8::1]"])
def test_addresses_that_phones_can_reach(host: str) -> None:
    assert not is_only_here(f"https://{host}")
