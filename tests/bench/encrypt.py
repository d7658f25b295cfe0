"""A secret ballot of three choices, made in Chromium at CPU ÷ 6, against the plain BigInt powers that it needs.

The ballot includes all that a voter waits for: key derivation, the tables of the election's key, encryption,
proofs and signature. The powers are as many (25), of 256 bits, one bit after the other.
`python -m tests.bench.encrypt`
"""

import asyncio
import shutil
from statistics import median

from tests.client import node
from tests.client.browser import chromium

SLOWER = 6
ROUNDS = 8


async def measure() -> dict[str, list[float]]:
    """Milliseconds, round by round."""
    script = node.node("test/encrypt.mjs")
    async with chromium() as browser:
        page = await browser.new_page()
        await page.evaluate(script)
        throttle = await page.context.new_cdp_session(page)
        await throttle.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        times: dict[str, list[float]] = await page.evaluate(f"measure({ROUNDS})")
        return times


def run() -> str:
    """The figures as lines, or what is missing."""
    if shutil.which("chromium") is None:
        return "skipped: apt-get install chromium"
    times = asyncio.run(measure())
    first, ballot, powers = times["ballots"][0], median(times["ballots"][1:]), median(times["powers"])
    return (
        f"a ballot {ballot:.0f} ms, the first {first:.0f} ms; plain powers {powers:.0f} ms at CPU ÷ {SLOWER}\n"
        f"ballot ÷ plain powers  {ballot / powers:.2f}"
    )


if __name__ == "__main__":
    print(run())
