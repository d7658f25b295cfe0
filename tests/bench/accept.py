"""Server CPU for each ballot that is durably accepted over HTTP, against a bare endpoint that only verifies.

SQLite, one worker, 64 clients, bodies signed beforehand; both servers run under the same uvicorn settings.
`python -m tests.bench.accept [--voters N]`
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ballots.judge import Opening
from deliberation import acts
from tests.actors import both, open_hall, question
from tests.bench.load import Load, fire, http_post
from tests.ports import free_port
from web.access.limits import Buckets
from web.actors.device import seal
from web.actors.participants import Officer, Phone
from web.people.drafts import DraftItem
from web.people.register import Entry

POLLS = 10
BAR = 0.6


async def prepare(data: Path, voters: int, count: int = POLLS) -> tuple[str, list[list[bytes]]]:
    """A data folder with an open meeting and open polls; the hearing, and for each poll all ballots, signed.

    The voters' public keys are put beside it, for the bare endpoint.
    """
    people = (Entry(name="chair", roles=("chair",)), *(Entry(name=f"voter {n}") for n in range(voters)))
    questions = tuple(question(f"q{n}") for n in range(count))
    agenda = (DraftItem("one", both("一", "one"), both("一", "one"), "named", questions),)
    async with open_hall(data, entries=people) as hall:
        # One officer checks in a thousand people here, faster than any hand could.
        hall.app.state.service = replace(hall.service, acts=Buckets(burst=1e6, rate=1e6))
        hearing = await hall.convene(agenda)
        chair = await hall.join(Officer, "chair", "chair")
        phones = [await hall.join(Phone, entry.name) for entry in people[1:]]
        await chair.open()
        for phone in phones:
            await chair.check_in(phone.seat.member)
        await chair.call("one")
        names = [told["hash"] for told in (await chair.state())["items"][0]["questions"]]
        polls = [(await chair.open_poll("one", name)).leaf for name in names]
        for phone in phones:
            phone.head = chair.head
        keys = {phone.key.kid: phone.key.public.hex() for phone in phones}
        (data / "public.json").write_text(json.dumps(keys), encoding="ascii")
        return hearing, [[ballot(phone, poll, seal("for")) for phone in phones] for poll in polls]


def ballot(phone: Phone, poll: str, opening: Opening) -> bytes:
    """The request of one sealed ballot."""
    sealed = opening.commitment
    return phone.signed(acts.CastBallot, poll=poll, replaces=None, commitment=sealed, opening=opening)


@contextmanager
def served(command: list[str], port: int, environment: dict[str, str]) -> Iterator[int]:
    """A server in a process of its own, once it listens; its process id."""
    with subprocess.Popen(
        [sys.executable, *command], env=os.environ | environment, stdout=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(200):
                time.sleep(0.05)
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)


def run(voters: int) -> tuple[list[Load], list[Load]]:
    """Rounds of ours and of the bare endpoint in turn, each with the same bodies."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        hearing, rounds = asyncio.run(prepare(data, voters))
        ours, bare = free_port(), free_port()
        told = {"HEARING_DATA": folder, "HEARING_URL": "http://hall.example", "HEARING_PORT": str(ours)}
        serve = ["-m", "web.cli", "serve"]
        check = ["-m", "tests.bench.bare", str(bare), str(data / "public.json")]
        found: tuple[list[Load], list[Load]] = ([], [])
        with served(serve, ours, told) as our_pid, served(check, bare, {}) as bare_pid:
            for bodies in rounds:
                path = f"/api/h/{hearing}/acts"
                found[0].append(asyncio.run(fire(ours, our_pid, [http_post(path, body) for body in bodies])))
                found[1].append(
                    asyncio.run(fire(bare, bare_pid, [http_post("/acts", body) for body in bodies]))
                )
        assert all(set(load.statuses) == {201} for load in (*found[0], *found[1]))
        return found


def table(ours: list[Load], bare: list[Load]) -> str:
    """The figures as lines of a table; the first round warms both up and is left out."""
    lines = []
    cost = {}
    for name, loads in (("ours", ours[1:]), ("bare", bare[1:])):
        count = [len(load.statuses) for load in loads]
        cost[name] = statistics.median(1e6 * load.cpu / n for load, n in zip(loads, count, strict=True))
        rate = statistics.median(n / load.seconds for load, n in zip(loads, count, strict=True))
        waits = sorted(wait for load in loads for wait in load.latencies)
        p50, p99 = (1000 * waits[int(len(waits) * share)] for share in (0.5, 0.99))
        lines.append(
            f"{name}  {cost[name]:6.0f} µs CPU/ballot  {rate:6.0f}/s  p50 {p50:5.1f} ms  p99 {p99:6.1f} ms"
        )
    ratio = cost["bare"] / cost["ours"]
    return "\n".join([*lines, f"bare ÷ ours = {ratio:.2f} (bar: {BAR})"])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=400)
    asked = parser.parse_args()
    print(table(*run(asked.voters)))


if __name__ == "__main__":
    main()
