"""What crosses a poor network is packed; what streams or is packed already is left alone."""

import pytest

from tests.actors import Hall
from web.assets import asset

pytestmark = pytest.mark.anyio


async def test_pages_and_scripts_are_packed(hall: Hall) -> None:
    hearing = await hall.convene()
    http = hall.client(headers={"Accept-Encoding": "gzip"})
    for path in (f"/h/{hearing}", asset("phone", "js"), asset("phone", "css")):
        found = await http.get(path)
        assert found.status_code == 200
        assert found.headers["content-encoding"] == "gzip"
        assert found.headers["content-security-policy"]


async def test_bundles_and_tiles_are_not(hall: Hall) -> None:
    hearing = await hall.convene()
    http = hall.client(headers={"Accept-Encoding": "gzip"})
    for path in (f"/h/{hearing}/{hearing}.zip", f"/h/{hearing}/log/tile/entries/000.p/1"):
        found = await http.get(path)
        assert found.status_code == 200
        assert "content-encoding" not in found.headers


async def test_the_state_is_packed_once(hall: Hall) -> None:
    hearing = await hall.convene()
    found = await hall.client(headers={"Accept-Encoding": "gzip"}).get(f"/api/h/{hearing}")
    assert found.headers.get_list("content-encoding") == ["gzip"]
    assert found.json()["hearing"] == hearing
