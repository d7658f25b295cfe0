"""Pages from templates, in the language of the person."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie

from web.assets import asset
from web.texts import COOKIE, GAP, LANGUAGES, language, texts

YEAR = 365 * 24 * 3600


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = asset
    return environment


def page(
    request: Request[Any, Any, Any],
    template: str,
    context: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """A page: the template is given `lang`, the texts `t`, the request's `path`, and the context.

    Where two sentences meet, templates put `gap`.

    `?lang=` is remembered in a cookie.
    """
    lang = language(request)
    told = {"lang": lang, "gap": GAP[lang], "t": texts(lang), "path": request.url.path, **context}
    asked = request.query_params.get(COOKIE)
    chosen = (
        [Cookie(COOKIE, value=lang, max_age=YEAR, samesite="lax", httponly=True)]
        if asked in LANGUAGES
        else []
    )
    return Response(
        _environment().get_template(template).render(told),
        media_type=MediaType.HTML,
        status_code=status,
        headers={"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie", **(headers or {})},
        cookies=chosen,
    )
