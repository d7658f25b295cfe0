"""The record for everybody: checkpoint, tiles (C2SP tlog-tiles), consistency proofs, receipts, bundle."""

import asyncio
from typing import Annotated, Any

from litestar import MediaType, Request, Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from ballots.encoding import b64
from ballots.merkle import MAX_SIZE
from ballots.refusal import Refused
from ballots.tiles import ENTRIES, WIDTH, Tile, bundle_bytes, parse_path, tile_bytes
from web.problems import problems
from web.records.running import Running
from web.service import running_of

FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""Tiles and receipts never change."""


class ConsistencyOut(Struct, frozen=True):
    """Hashes of RFC 6962 §2.1.2, base64: the record of size `to` begins with that of size `from`."""

    proof: tuple[str, ...]


def text(description: str) -> dict[int, ResponseSpec]:
    """For `responses`: a success that is plain text."""
    return {
        200: ResponseSpec(str, media_type=MediaType.TEXT, generate_examples=False, description=description)
    }


def octets(description: str, media_type: str = "application/octet-stream") -> dict[int, ResponseSpec]:
    """For `responses`: a success that is bytes."""
    return {200: ResponseSpec(bytes, media_type=media_type, generate_examples=False, description=description)}


@get(
    "/h/{hearing:str}/log/checkpoint",
    responses={**text("A signed note"), **problems(404)},
    tags=["log"],
    summary="The newest checkpoint",
)
async def get_checkpoint(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[bytes]:
    """The newest checkpoint as a signed note (C2SP tlog-checkpoint)."""
    record = (await running_of(request, hearing)).record
    return Response(record.checkpoint(), media_type=MediaType.TEXT, headers={"Cache-Control": "no-cache"})


@get(
    "/h/{hearing:str}/log/tile/{path:path}",
    responses={**octets("A tile, or an entry bundle"), **problems(404)},
    tags=["log"],
    summary="A tile of the tree, or a bundle of entries",
)
async def get_tile(
    request: Request[Any, Any, Any], hearing: FromPath[str], path: FromPath[str]
) -> Response[bytes]:
    """`L/N[.p/W]` for hashes, `entries/N[.p/W]` for entries (C2SP tlog-tiles)."""
    running = await running_of(request, hearing)
    try:
        tile = parse_path("tile" + path)
        body = await asyncio.to_thread(_tile, running, tile)
    except (ValueError, IndexError):
        raise Refused("not-found") from None
    return Response(body, media_type="application/octet-stream", headers=dict(FOREVER))


def _tile(running: Running, tile: Tile) -> bytes:
    """The tile's bytes; only what a signed checkpoint covers. Raises IndexError."""
    size = running.record.head.size
    end = tile.index * WIDTH + tile.width
    if end > size >> 8 * max(tile.level, 0):
        raise IndexError("not there yet")
    if tile.level == ENTRIES:
        return bundle_bytes(running.record.entries(end - tile.width, end))
    return tile_bytes(running.record.tree, tile)


@get(
    "/api/h/{hearing:str}/consistency",
    responses=problems(404),
    tags=["log"],
    summary="Prove that the record only grew",
)
async def get_consistency(
    request: Request[Any, Any, Any],
    hearing: FromPath[str],
    old: Annotated[int, QueryParameter(name="from", ge=1, le=MAX_SIZE)],
    new: Annotated[int, QueryParameter(name="to", ge=1, le=MAX_SIZE)],
) -> ConsistencyOut:
    """The proof that the record of `to` acts begins with that of `from` acts."""
    record = (await running_of(request, hearing)).record
    try:
        return ConsistencyOut(tuple(map(b64, record.consistency(old, new))))
    except IndexError:
        raise Refused("unknown-size") from None


@get(
    "/api/h/{hearing:str}/receipts/{leaf:str}",
    responses={**text("A tlog-proof"), **problems(404)},
    tags=["log"],
    summary="The receipt of an act",
)
async def get_receipt(
    request: Request[Any, Any, Any], hearing: FromPath[str], leaf: FromPath[str]
) -> Response[str]:
    """The receipt of the act with this leaf hash, the same bytes as its sender got (C2SP tlog-proof)."""
    running = await running_of(request, hearing)
    receipt = await asyncio.to_thread(running.record.receipt, leaf)
    if receipt is None:
        raise Refused("unknown-entry")
    return Response(receipt, media_type=MediaType.TEXT, headers=dict(FOREVER))


@get(
    "/h/{hearing:str}/{file:str}",
    responses={**octets("HEARING.zip", "application/zip"), **problems(404)},
    tags=["log"],
    summary="The audit bundle",
)
async def get_bundle(
    request: Request[Any, Any, Any], hearing: FromPath[str], file: FromPath[str]
) -> Response[bytes]:
    """`HEARING.zip`: everything an auditor needs, as far as the hearing has come."""
    if file != f"{hearing}.zip":
        raise Refused("not-found")
    running = await running_of(request, hearing)
    return Response(
        await running.archive.bundle(),
        media_type="application/zip",
        headers={"Cache-Control": "no-cache", "Content-Disposition": f'attachment; filename="{file}"'},
    )
