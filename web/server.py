"""Serving: uvicorn with what a hearing needs of it."""

import asyncio
import gc
import logging
import resource
import signal
from collections.abc import Awaitable, Callable
from types import FrameType

import uvicorn
import uvloop
from litestar import Litestar

from web.app import create_app
from web.service import Service
from web.settings import Settings

GRACE = 5
"""Seconds that answers under way have when the service stops."""
KEEP_ALIVE = 65
"""Seconds that a silent connection is kept: longer than phones poll, so that they need no new one."""


class Server(uvicorn.Server):
    """Ends live streams as soon as it is told to stop, so that nobody waits for them.

    The signal ends here: raised again, as uvicorn does, it would kill the process before records are closed.
    """

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service
        self._loop = asyncio.get_running_loop()

    def handle_exit(self, sig: int, _frame: FrameType | None) -> None:
        """A signal to stop has come."""
        self._loop.call_soon_threadsafe(self._service.hearings.end_streams)
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


Ready = Callable[[Service], Awaitable[None]]
"""What to do once everything is open, before the first request is served."""


def serve(settings: Settings, ready: Ready | None = None) -> None:
    """Run the service until it is told to stop.

    Raises:
        ballots.unsafe.Unsafe: it must not start.
        web.database.DatabaseTooNewError: the database is from a later version.
    """
    allow_many_connections()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        uvloop.run(_serve(create_app(settings), settings, ready))
    except KeyboardInterrupt:
        return  # while it was starting
    except BaseExceptionGroup as group:  # the application's lifespan wraps what forbids the start
        raise _first(group) from None


async def _serve(app: Litestar, settings: Settings, ready: Ready | None) -> None:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=KEEP_ALIVE,
    )
    async with app.lifespan():  # here and not by uvicorn: what forbids a start reaches the caller
        if ready is not None:
            await ready(app.state.service)
        collect_seldom()
        await Server(config, app.state.service).serve()


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def collect_seldom() -> None:
    """Let the garbage collector leave alone what a hearing keeps for its whole life, and run less often.

    Measured under 64 voting clients: some 10 % less CPU a ballot, and the longest pauses gone.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def allow_many_connections() -> None:
    """Raise the limit of open files to what the system allows: every listener holds one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
