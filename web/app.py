"""The application: every route, and what starts and stops with it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.static_files import create_static_files_router

from ballots.engine import open_engine
from web import api, pages
from web.access.limits import Buckets
from web.access.moves import Moves
from web.access.security import SecurityHeaders
from web.access.sessions import Sessions
from web.api.schema import ResultSchema
from web.asgi import Application
from web.assets import DIST, STATIC
from web.database import upgrade
from web.keys import Keys
from web.problems import HANDLERS as PROBLEM_HANDLERS
from web.records.hearings import Hearings
from web.service import Service
from web.settings import Settings

UNPACKED = ["^/api/", r"\.zip$", r"\.pdf$", "/log/"]
"""Paths whose answers are not compressed on the way: those pack themselves, stream, or gain nothing."""
BODY_BYTES = 64 * 1024
"""Bytes of a request's body at most, where a route does not say otherwise."""


def create_app(settings: Settings) -> Litestar:
    """The application for these settings. Nothing is opened before its lifespan begins.

    While that begins it may raise `ballots.unsafe.Unsafe`: the service must not start.
    """

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None, None]:
        keys = Keys(settings.data)
        engine = open_engine(settings.database)
        await asyncio.to_thread(upgrade, engine)
        hearings = Hearings(engine, keys, settings.data)
        app.state.service = Service(
            settings=settings,
            keys=keys,
            hearings=hearings,
            sessions=Sessions(keys),
            moves=Moves(),
            acts=Buckets(burst=60, rate=5),
            codes=Buckets(burst=5, rate=0.1),
        )
        try:
            await hearings.start()
            yield
        finally:
            await hearings.close()

    security = SecurityHeaders(secure=settings.secure)
    return Application(
        route_handlers=[*api.HANDLERS, *pages.HANDLERS, *_static_files()],
        lifespan=[lifespan],
        exception_handlers=PROBLEM_HANDLERS,
        before_send=[security],
        state=State({"security": security}),
        openapi_config=_openapi(),
        plugins=[ResultSchema()],
        request_max_body_size=BODY_BYTES,
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=6, minimum_size=1000, exclude=UNPACKED
        ),
        logging_config=None,
    )


def _static_files() -> list[Router]:
    """Built files have their hash in their names and never change; the others may."""
    forever = CacheControlHeader(max_age=365 * 24 * 3600, immutable=True, public=True)
    hour = CacheControlHeader(max_age=3600, public=True)
    folders = (("/static/dist", DIST, forever), ("/static", STATIC, hour))
    return [
        create_static_files_router(path, [folder], cache_control=control, include_in_schema=False)
        for path, folder, control in folders
        if folder.is_dir()
    ]


def _openapi() -> OpenAPIConfig:
    screen = SecurityScheme(
        type="http", scheme="bearer", description="The key in the fragment of a screen's address"
    )
    return OpenAPIConfig(
        title="Hearing",
        version="1",
        description="Residents' hearings that a stranger can verify. Formats: docs/spec.md.",
        path="/api",
        render_plugins=[JsonRenderPlugin()],
        components=Components(security_schemes={"screen": screen}),
        use_handler_docstrings=True,
    )
