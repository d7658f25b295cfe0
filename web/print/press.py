"""The press: one document at a time, beside everything else the service does.

Typesetting takes up to a second of a core. In a thread of its own it holds up neither the event loop nor
the threads that read the database.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from msgspec import Struct

C = TypeVar("C", bound=Struct)
_PRESS = ThreadPoolExecutor(1, thread_name_prefix="press")


async def printed(make: Callable[[C, datetime], bytes], content: C, at: datetime) -> bytes:
    """The PDF of some content, as soon as the press is free.

    Args:
        make: one of the functions of `web.print.forms`.
        content: what it prints.
        at: the document's date.

    Raises:
        web.print.errors.PaperError: no PDF can be made here.
    """
    return await asyncio.get_running_loop().run_in_executor(_PRESS, make, content, at)
