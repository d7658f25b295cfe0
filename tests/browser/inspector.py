"""Looks at pages as they come by: a picture of each, and whatever is wrong with it."""

from playwright.async_api import Page

from tests.client.barriers import barriers
from tests.client.browser import ARTEFACTS

SMALL = """least => [...document.querySelectorAll('button, a, input, textarea, select, summary')]
  .filter(e => !e.classList.contains('skip'))
  .map(e => [e.getBoundingClientRect(), e])
  .filter(([r]) => r.width && (r.width < least || r.height < least))
  .map(([r, e]) => `${Math.round(r.width)}×${Math.round(r.height)} ${e.outerHTML.slice(0, 120)}`)"""
SIDEWAYS = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
  ? [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 120)).concat('the page') : []"""
SILENT = "() => [...document.querySelectorAll('[data-bind]')].filter(e => /\\{\\w|undefined|\\[object/.test(e.textContent)).map(e => e.outerHTML.slice(0, 120))"

LOADED = "() => [...document.images].every(e => e.complete || !e.getClientRects().length)"
BROKEN = "() => [...document.images].filter(e => e.getClientRects().length && !e.naturalWidth).map(e => e.outerHTML)"

VOTERS_TARGET = 60
"""CSS pixels that everything to be touched measures on voters' pages, both ways."""


class Inspector:
    """Collects pictures and findings under one name.

    Attributes:
        findings: what is wrong: picture, rule, and where.
    """

    def __init__(self, name: str) -> None:
        self.folder = ARTEFACTS / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.findings: list[tuple[str, str, list[str]]] = []

    async def look(self, page: Page, name: str, *, voter: bool = False, whole: bool = True) -> None:
        """Take a picture, and look for what axe finds, small targets, and what sticks out sideways."""
        await page.wait_for_function(LOADED)
        await page.screenshot(path=self.folder / f"{name}.png", full_page=whole)
        for rule, where in await barriers(page):
            self._note(name, rule, where)
        self._note(name, "sideways", await page.evaluate(SIDEWAYS))
        self._note(name, "unfilled", await page.evaluate(SILENT))
        self._note(name, "broken image", await page.evaluate(BROKEN))
        if voter:
            self._note(name, "small", await page.evaluate(SMALL, VOTERS_TARGET))

    def _note(self, name: str, rule: str, where: list[str]) -> None:
        if where:
            self.findings.append((name, rule, where))
