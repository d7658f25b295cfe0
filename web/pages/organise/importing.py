"""Importing the register: a preview, row by row, then all of it or nothing.

The file travels with the preview and comes back with the confirmation, so the service keeps nothing of it;
the fingerprint of the preview binds what is stored to what was looked at.
"""

import asyncio
from itertools import groupby
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from ballots.encoding import b64url, unb64url
from web.pages.organise.form import read_form
from web.pages.organise.gate import community_of, read, show, write
from web.people.importing import Preview, commit, preview
from web.people.problems import ImportRefused
from web.people.sheets import FILE_BYTES
from web.texts import language

IMPORT = "/organise/import"
_UPLOAD_BYTES = FILE_BYTES + 64 * 1024
_RETURN_BYTES = FILE_BYTES * 4 // 3 + 64 * 1024
_ORDER = ("wrong", "changed", "new", "unchanged")


@get(IMPORT, include_in_schema=False)
async def get_import(request: Request[Any, Any, Any]) -> Response[str]:
    """Choose a file."""
    await community_of(request)
    return await show(request, "import", {"refused": ""})


@post(IMPORT, status_code=200, request_max_body_size=_UPLOAD_BYTES, include_in_schema=False)
async def post_preview(request: Request[Any, Any, Any]) -> Response[str]:
    """What importing the file would do. Changes nothing."""
    community = await community_of(request)
    data = await _uploaded(request)
    try:
        plan = await read(request, lambda database: preview(database, community, data))
    except ImportRefused as refused:
        return await show(request, "import", {"refused": refused.text(language(request))}, 422)
    return await _show_plan(request, plan, data, "")


@get(IMPORT + "/commit", include_in_schema=False)
async def get_commit() -> Redirect:
    """The form stands on the preview."""
    return Redirect(IMPORT, status_code=303)


@post(IMPORT + "/commit", request_max_body_size=_RETURN_BYTES, include_in_schema=False)
async def post_commit(request: Request[Any, Any, Any]) -> Response[Any]:
    """Import the file as previewed; where the register has changed since, show the preview anew."""
    community = await community_of(request)
    form = await read_form(request)
    try:
        data = unb64url(form.typed("file"))
    except ValueError:
        data = b""
    try:
        await write(request, lambda database: commit(database, community, data, form.typed("seen")))
    except ImportRefused as refused:
        why = refused.text(language(request))
    else:
        return Redirect("/organise/register", status_code=303)
    try:
        plan = await read(request, lambda database: preview(database, community, data))
    except ImportRefused:
        return await show(request, "import", {"refused": why}, 422)
    return await _show_plan(request, plan, data, why)


async def _uploaded(request: Request[Any, Any, Any]) -> bytes:
    """The bytes of the file; none where no file was chosen."""
    found = (await request.form()).get("file")
    if not isinstance(found, UploadFile):
        return b""
    try:
        return await found.read()
    finally:
        await found.close()


async def _show_plan(request: Request[Any, Any, Any], plan: Preview, data: bytes, why: str) -> Response[str]:
    lang = language(request)
    rows = sorted(plan.rows, key=lambda row: _ORDER.index(row.status))
    context = {
        "plan": plan,
        "parts": [(status, list(part)) for status, part in groupby(rows, key=lambda row: row.status)],
        "refused": why,
        "lang_of_problems": lang,
        "file": await asyncio.to_thread(b64url, data),
    }
    return await show(request, "preview", context, 409 if why else 200)
