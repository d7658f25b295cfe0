"""What axe finds on a page: barriers to people who see, hear or move otherwise."""

from playwright.async_api import Page

from tests.client import node

AXE = node.CLIENT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """async tags => (await axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
})).violations.map(one => [one.id, one.nodes.map(node => node.html.slice(0, 200))])"""
"""What passes is not brought out of the page: on a full page that takes longer than to look."""


async def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """Rule, and the elements that break it."""
    node.build()
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    return [(rule, where) for rule, where in await page.evaluate(RUN, TAGS)]
