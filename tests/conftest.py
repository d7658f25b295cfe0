"""Fixtures for all tests, and an end for those that would wait for ever."""

import asyncio
import functools
import inspect
import re
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import settings

from tests.postgres import fresh_postgres, postgres

__all__ = ["fresh_postgres", "postgres"]

# How long an example takes depends on who else uses the machine; the time limit of a test is enough.
settings.register_profile("steady", settings.default, deadline=None)
settings.load_profile("steady")

PATIENCE = 0.8
"""Of its time limit, the share that a test may await. At the limit itself pytest-timeout can only end
the whole worker, and does not know which of the tasks waits for what."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        marked = pyfuncitem.get_closest_marker("timeout")
        limit = marked.args[0] if marked else float(pyfuncitem.config.getini("timeout"))
        pyfuncitem.obj = _patient(pyfuncitem.obj, PATIENCE * limit)


Test = Callable[..., Coroutine[Any, Any, None]]


def _patient(test: Test, seconds: float) -> Test:
    """The test with a limit; at the limit, every task says where it stands."""

    @functools.wraps(test)
    async def limited(*arguments: Any, **fixtures: Any) -> None:
        done, _ = await asyncio.wait(
            {task := asyncio.create_task(test(*arguments, **fixtures))}, timeout=seconds
        )
        if not done:
            for each in asyncio.all_tasks():
                each.print_stack(file=sys.stderr)
            task.cancel()
            raise TimeoutError(f"the test waited for {seconds:.0f} s: see the tasks on stderr")
        await task

    return limited


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Which real elections were not looked at, because their data are not on this machine."""
    said = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    missing = sorted(
        {found[1] for text in said if (found := re.search(r"data set (\w+) is not at hand", text))}
    )
    terminalreporter.write_line(
        f"data sets not at hand: {len(missing)}{': ' if missing else ''}{', '.join(missing)}"
    )
