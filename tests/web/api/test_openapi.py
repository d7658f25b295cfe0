"""The OpenAPI document is true: schemathesis asks for what it describes and holds the answers against it."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import integers, one_of
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.actors import HOST, eventually, gather, open_hall
from tests.web.api.test_moves import NewPhone
from web.app import create_app
from web.settings import Settings

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]


@dataclass
class Served:
    """A running meeting on a port of this machine: its base URL, its id, a chair's cookie, a poll, a leaf, digits of a move."""

    base: str = ""
    hearing: str = ""
    poll: str = ""
    leaf: str = ""
    number: str = ""
    cookies: dict[str, str] | None = None


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service on a loop and a thread of its own."""
    found, ready, stop = Served(), threading.Event(), threading.Event()
    thread = threading.Thread(
        target=lambda: asyncio.run(_serve(tmp_path_factory.mktemp("api"), found, ready, stop))
    )
    thread.start()
    try:
        assert ready.wait(30)
        yield found
    finally:
        stop.set()
        thread.join()


async def _serve(data: Path, found: Served, ready: threading.Event, stop: threading.Event) -> None:
    async with open_hall(data) as hall:
        meeting = await gather(hall)
        await meeting.phones[0].comment("stalls", "A word.")
        await meeting.phones[0].ask_floor("stalls")
        found.hearing, found.poll = hall.hearing, await meeting.open_poll()
        found.leaf = (await meeting.phones[0].vote(found.poll, "for")).leaf
        await meeting.chair.close_poll(found.poll)
        await meeting.chair.publish(found.poll)
        found.cookies = {str(one.name): str(one.value) for one in meeting.chair.http.cookies.jar}
        new = NewPhone(hall, meeting.chair, "周敏")
        await new.ask()
        found.number = new.digits
        config = uvicorn.Config(
            hall.app, port=0, lifespan="off", log_config=None, access_log=False, ws="none"
        )
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve())
        await eventually(lambda: _is(server.started))
        found.base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        ready.set()
        await asyncio.to_thread(stop.wait)
        server.should_exit = True
        await running


async def _is(value: bool) -> bool:
    return value


DOCUMENT = create_app(
    Settings(data=Path("unused"), url=f"http://{HOST}", database="sqlite:///unused")
).openapi_schema.to_schema()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT).exclude(path_regex="/live$")  # a stream has no end
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}


@pytest.mark.parametrize("label", OPERATIONS)
def test_answers_are_as_documented(label: str, served: Served) -> None:
    known = {"hearing": served.hearing, "poll": served.poll, "leaf": served.leaf, "number": served.number}
    known |= {"path": "entries/000.p/1", "file": f"{served.hearing}.zip", "ballot": "0" * 64}

    positive, negative = (OPERATIONS[label].as_strategy(generation_mode=mode) for mode in GenerationMode)

    @given(one_of(positive, negative), integers(0, 2))
    @settings(
        max_examples=40, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        derandomize=True, database=None,
    )  # fmt: skip
    def ask(case: schemathesis.Case, chance: int) -> None:
        if chance:  # two of three ask for what is there
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
        headers = {"Sec-Fetch-Site": "same-origin"}
        case.call_and_validate(base_url=served.base, checks=CHECKS, cookies=served.cookies, headers=headers)

    ask()


def test_the_document_is_served_as_it_is(served: Served) -> None:
    assert httpx.get(f"{served.base}/api/openapi.json").json() == DOCUMENT
    assert DOCUMENT["openapi"].startswith("3.1")
