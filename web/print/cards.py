"""QR cards (design: two codes a card): as PDF, and as a page that the browser prints.

A card is a strip of three panels. The flap folds in over the inner code, the front folds back:
outside the public code and the card number, inside, covered, what only the bearer may see.
The PDF is made once from the tokens just issued, and not stored.
"""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import jinja2
from msgspec import Struct

from ballots.encoding import groups
from ballots.tokens import card_url
from voting.rules import Text
from web.people.cards import IssuedCard
from web.people.register import Community
from web.print.qr import qr_svg
from web.print.typeset import typeset

_TEMPLATE = Path(__file__).parents[1] / "templates" / "print_cards.html"


class Face(Struct, frozen=True):
    """What one card says. It holds the token: never log it, never keep it.

    Attributes:
        community: the body's name.
        name: of the bearer, in full.
        line: who they are, below the name, such as 居民代表 · 3号楼.
        number: the card number in groups.
        outer: SVG of the public code.
        inner: SVG of the bearer's code.
        page: where the token can be typed, without the scheme.
        token: the token's groups of four.
        anchor: the anchor's groups of four.
    """

    community: Text
    name: str
    line: str
    number: str
    outer: str
    inner: str
    page: str
    token: tuple[str, ...]
    anchor: tuple[str, ...]

    def __repr__(self) -> str:
        """Neither name nor token."""
        return "<Face>"


class Sheet(Struct, frozen=True):
    """The cards of one PDF, in order."""

    cards: tuple[Face, ...]


def face(community: Community, card: IssuedCard, base: str) -> Face:
    """What the card of a person says.

    Args:
        community: whose card it is.
        card: just issued.
        base: scheme and host of the service, `https://hall.example`.
    """
    person, anchor = card.person, community.anchor
    return Face(
        community=community.name,
        name=person.name,
        line=" · ".join(part for part in (person.capacity, person.building) if part),
        number=groups(card.number, 3, " "),
        outer=qr_svg(f"{base}/c/{card.number}", "Q"),
        inner=qr_svg(card_url(base, community.id, card.token, anchor)),
        page=f"{base.partition('://')[2]}/j/{community.id}",
        token=tuple(groups(card.token.text, 4).split("-")),
        anchor=tuple(groups(anchor, 4).split("-")),
    )


def cards_pdf(faces: Iterable[Face], at: datetime) -> bytes:
    """The cards as PDF, A4, three a page.

    Raises:
        web.print.errors.PaperError: no PDF can be made here; show `cards_page` instead.
    """
    return typeset("cards.typ", Sheet(tuple(faces)), at)


def cards_page(faces: Iterable[Face], install: str | None) -> str:
    """The same cards as a page for the browser, which has fonts of its own. Send it with `page_policy()`.

    Args:
        faces: the cards.
        install: the line that would let the service make a PDF (`PaperError.install`), or None.
    """
    return _template().render(cards=list(faces), install=install)


@cache
def page_policy() -> str:
    """The Content-Security-Policy of the page: no script, nothing loaded, its own style and no other."""
    style = _TEMPLATE.read_text(encoding="utf-8").partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
