"""The demo as a newcomer meets it: the real command, its players in their own process, and the audit."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from ballots.bundle import read_from
from deliberation import acts
from deliberation.audit import Expectations, audit
from tests.ports import free_port
from web.actors.device import open_card
from web.actors.participants import Officer
from web.demo.cast import Cast, load
from web.demo.play import PATIENCE, SECRET_PATIENCE, Play


@contextmanager
def demo(data: Path, port: int, pace: str = "0") -> Iterator[Path]:
    """`hearing demo`, at full speed unless told otherwise; yields the file with what it prints."""
    shown = data.with_suffix(f".{time.monotonic_ns()}.txt")
    settings = {"HEARING_DATA": str(data), "HEARING_HOST": "127.0.0.1", "HEARING_PORT": str(port)}
    with shown.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "demo", "--pace", pace],
            env={**os.environ, **settings},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield shown
    finally:
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(60) == 0, shown.read_text()
        finally:
            process.kill()


def wait_for(url: str, accept: Any, seconds: float = 300) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = httpx.get(url, timeout=10)
            if found.status_code == 200 and accept(found):
                return found
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{url} never became what was waited for")


def hearing_of(shown: Path) -> str:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        found = re.search(r"/h/([0-9a-z]{12})\n", shown.read_text())
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(shown.read_text())


@pytest.mark.timeout(900)
def test_the_demo_runs_by_itself_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    with demo(data, port) as shown:
        hearing = hearing_of(shown)
        api = f"http://127.0.0.1:{port}/api/h/{hearing}"
        wait_for(api, lambda found: found.json()["called"] is not None)
    with demo(data, port) as shown:
        assert hearing_of(shown) == hearing
        state = wait_for(api, lambda found: found.json()["phase"] == "adjourned").json()
        bundle = httpx.get(f"http://127.0.0.1:{port}/h/{hearing}/{hearing}.zip").content

    with demo(data, port) as shown:
        assert hearing_of(shown) != hearing, "a meeting that has ended is followed by another"

    cards = set(re.findall(r"/j/qinghuai#\w{28}\.\w{16}", shown.read_text()))
    assert len(cards) == 3, "a representative's, a chair's and a supervisor's"
    assert state["rehearsal"]
    assert [poll["stage"] for poll in state["polls"]] == ["published"] * 4
    *motions, ranking, appraisal = (poll["result"] for poll in state["polls"])
    assert {result["decision"] for result in motions} <= {"passed", "rejected"}
    assert (ranking["method"], ranking["decision"]) == ("borda", "decided")
    assert len(ranking["chosen"]) == 2
    assert (appraisal["method"], appraisal["decision"]) == ("grading", "counted")
    assert appraisal["valid"]["heads"] > 50
    anchor = re.search(r"\.([0-9A-Z]{16})\n", shown.read_text())
    assert anchor
    report = audit(read_from(BytesIO(bundle)), Expectations(anchor=anchor[1]))
    assert report.findings == []
    assert report.tied
    assert report.state is not None
    assert report.state.holders is not None
    held = [report.state.seats[one].member.role for one in report.state.holders.holders]
    assert held == ["chair", "supervisor", "observer"], "three bodies: none can open the box alone"


async def officer(url: str, cast: Cast, role: str) -> Officer:
    """A second browser with the key of somebody whom the script plays."""
    player = next(player for player in cast.players if player.role == role)
    http = httpx.AsyncClient(base_url=url, timeout=30)
    seats = await open_card(http, cast.community, player.card, cast.anchor)
    device = Officer(http, next(seat for seat in seats if seat.role == role), player.key)
    await device.sign_in()
    await device.follow()
    return device


async def send_some_away(url: str, cast: Cast) -> None:
    """Take two who are here and one who is not off the roll, sign one out, take a phone and the desk out."""
    chair, supervisor = await officer(url, cast, "chair"), await officer(url, cast, "supervisor")
    here: list[dict[str, Any]] = []
    while len(here) < 4:  # people come in by and by
        members = (await chair.http.get(f"{chair.api}/desk")).json()["members"]
        voters = [one for one in members if one["role"] == "representative" and one["device"]]
        here = [one for one in voters if one["present_since"]]
    absent = [one for one in voters if not one["present_since"]]
    gone = [one["id"] for one in [*here[:2], *absent[:1]]]
    leaf = (await chair.act(acts.AmendRoll, add=[], remove=gone, reason="已搬走")).leaf
    await supervisor.cosign(leaf)
    await chair.act(acts.GoOut, member=here[2]["id"])
    lost = here[3]["device"]
    leaf = (await chair.act(acts.Revoke, device=lost, reason="手机丢了", reballot=False)).leaf
    await supervisor.cosign(leaf)
    desk = next(one["id"] for one in members if one["role"] == "desk")
    await chair.act(acts.EndRole, member=desk, reason="换人")
    for device in (chair, supervisor):
        await device.http.aclose()


@pytest.mark.timeout(900)
def test_the_others_go_on_when_somebody_is_sent_away_also_after_a_restart(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    url = f"http://127.0.0.1:{port}"
    with demo(data, port, "0.1") as shown:
        api = f"{url}/api/h/{hearing_of(shown)}"
        wait_for(api, lambda found: found.json()["phase"] == "open")
        cast = load(data)
        assert cast is not None
        asyncio.run(send_some_away(url, cast))
        wait_for(api, lambda found: found.json()["called"] is not None)
        assert "Traceback" not in shown.read_text()
    with demo(data, port) as shown:
        state = wait_for(api, lambda found: found.json()["phase"] == "adjourned").json()
        assert "Traceback" not in shown.read_text()
    assert state["attendance"]["eligible"] == 61 - 3
    assert [poll["stage"] for poll in state["polls"]] == ["published"] * 4


@pytest.mark.parametrize(("box", "steps"), [(None, PATIENCE), ({"cast": 60, "issued": 61}, SECRET_PATIENCE)])
def test_the_chair_waits_longer_in_a_secret_vote_for_whoever_has_checked_in(
    box: dict[str, int] | None, steps: int
) -> None:
    play = Play(Cast("h", "c", "a", (), "", "Guest", "", "Chair"), "http://127.0.0.1", pace=2)
    poll = {"id": "p", "stage": "open", "box": box}
    state = {"phase": "open", "called": "aid", "polls": [poll]}
    mine = {"poll": "p", "may": True, "ballot": None}
    guest = {"id": "m", "role": "representative", "polls": [mine]}
    away, here = ({**guest, "present_since": since} for since in (None, "2026-11-21T08:00:00.000Z"))
    assert not play._waits_for_guest(state, [away]), "nobody has taken the seat"
    assert sum(play._waits_for_guest(state, [here]) for _ in range(2 * SECRET_PATIENCE)) == steps - 1
    voted = {**poll, "id": "q", "box": box and {"cast": 61, "issued": 61}}
    done = {**here, "polls": [{**mine, "poll": "q", "ballot": None if box else "leaf"}]}
    assert not play._waits_for_guest({**state, "polls": [voted]}, [done])
