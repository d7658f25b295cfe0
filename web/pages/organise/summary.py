"""The hearings of the service in a line each."""

import asyncio
from dataclasses import dataclass
from typing import Any

from litestar import Request

from deliberation.state import Phase, State
from voting.rules import Text
from web.service import running_of, service_of


@dataclass(frozen=True, slots=True)
class Summary:
    """A hearing that has been convened."""

    id: str
    title: Text
    starts: str
    phase: Phase
    rehearsal: bool


async def convened(request: Request[Any, Any, Any]) -> list[Summary]:
    """Every hearing that has been convened, the latest first."""
    ids = await asyncio.to_thread(service_of(request).hearings.ids)
    found = [await (await running_of(request, hearing)).ask(summary) for hearing in ids]
    return sorted(found, key=lambda hearing: hearing.starts, reverse=True)


def summary(state: State) -> Summary:
    """What the line says."""
    assert state.convene is not None
    assert state.notice is not None
    return Summary(
        state.convene.hearing, state.notice.title, state.notice.starts, state.phase, state.convene.rehearsal
    )
