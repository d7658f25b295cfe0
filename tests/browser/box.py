"""The people at a ballot box with several locks: who votes, who looks on with a second device, who holds a key."""

import asyncio
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, Request, expect

from tests.actors import PATIENT, eventually
from tests.browser.people import OPTIONS, Human, Representative
from tests.client.representative import sent
from tests.programs import require
from web.texts import Language, texts

PASSPHRASE = "青石板 下雨天 三号楼 豆浆"
NO_CODE = 4
"""What `zbarimg` ends with where it sees none."""
WRONG = "豆浆 油条 三号楼 雨"


class Voter(Representative):
    """A representative whose phone has a booth.

    Attributes:
        booth: what it says there.
        errors: what went wrong in its scripts.
        casts: the requests that brought its ballot.
    """

    def __init__(self, page: Page, lang: Language = "zh", who: str = "") -> None:
        super().__init__(page, lang)
        self.booth: dict[str, str] = texts(lang)["booth"]["page"]
        self.errors: list[str] = []
        self.casts: list[Request] = []
        if who:
            self.name = f"{self.name}-{who}"
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.url.endswith("/ballots"):
            self.casts.append(request)

    async def offered(self, election: str = "") -> None:
        """Wait until this phone's credential is in the record; it offers it without a word."""

        async def received() -> bool:
            offers = [one for one in await sent(self.page) if one["kind"] == "credential.offer"]
            told = [one["state"] for one in offers if election in ("", one["about"]["election"])]
            return set(told) == {"received"}

        await eventually(received)

    async def member(self) -> str:
        """The entry of the roll that this phone acts for."""
        seat = "Object.keys(localStorage).filter(k => k.endsWith('/seat')).map(k => localStorage[k])[0]"
        found: str = json.loads(await self.page.evaluate(seat))["member"]
        return found

    async def lock(self, option: str) -> None:
        """Choose, read it back, and have it encrypted."""
        await self.choose(option)
        await self.seal()

    async def seal(self) -> None:
        """Have what was read back encrypted."""
        await self.press(self.booth["seal"])
        await expect(self.button(self.booth["cast"])).to_be_visible()

    async def cast(self) -> None:
        """Put what was encrypted into the box."""
        await self.press(self.booth["cast"])

    async def spoil(self) -> None:
        """Have what was encrypted opened before everybody; it is no ballot any more."""
        await self.press(self.booth["test"])
        await self.press(self.booth["spoil"])

    async def kept(self, kind: str) -> dict[str, Any]:
        """What this phone keeps of its ballot, or of the one that it was tested with."""
        found = await self.page.evaluate(
            f"Object.keys(localStorage).filter(k => k.includes('/{kind}/')).map(k => localStorage[k])"
        )
        (one,) = found
        told: dict[str, Any] = json.loads(one)
        return told

    async def keeps_no_choice(self) -> None:
        """What was chosen is kept nowhere, and the ballot came without anything that tells whose it is."""
        stored = await self.page.evaluate("Object.values(localStorage).join(' ')")
        assert "ballots" in stored
        for option in OPTIONS["en"]:
            assert f'"{option}"' not in stored.replace('\\"', '"')
        assert self.casts
        for request in self.casts:
            assert "cookie" not in await request.all_headers()

    @property
    def hash(self) -> Locator:
        """The fingerprint of a ballot."""
        return self.page.locator(".hash:visible")


class SecondDevice(Voter):
    """Whoever tests somebody else's phone with their own."""

    def __init__(self, page: Page, lang: Language = "zh") -> None:
        super().__init__(page, lang)
        self.name = f"second-{lang}"
        self.second: dict[str, str] = texts(lang)["booth"]["second"]


class KeyHolder(Human):
    """Somebody at the key holder's page.

    Args:
        address: of that page.
    """

    file = "keys"

    def __init__(self, page: Page, lang: Language, address: str) -> None:
        super().__init__(page, lang)
        self.address = address

    async def arrive(self) -> None:
        """Open the page."""
        await self.page.goto(self.address)

    async def make_key(self) -> None:
        """Think of a passphrase, make the key, print the sheet, and type the passphrase again."""
        await self.expects(self.says["step-make"])
        await self.page.locator("#passphrase").fill(PASSPHRASE)
        await self.press(self.words["make"])
        await self.expects(self.words["sheet_secret"])
        await self.page.locator("#confirm").fill(WRONG)
        await self.press(self.words["confirm_button"])
        await self.expects(self.says["trouble-passphrase"])
        await self.page.locator("#confirm").fill(PASSPHRASE)
        await self.press(self.words["confirm_button"])
        await expect(self.button(self.words["confirm_button"])).to_be_hidden()

    async def sheet(self) -> str:
        """The backup sheet: what a scanner reads from it, which it says in letters as well."""
        await self.press(self.words["again"])
        letters = await self.page.locator("#sheet-letters").inner_text()
        assert re.fullmatch(r"HK1\.( [0-9A-Z]{1,5})+", letters)
        read = await scanned(self.page.locator("#sheet-code"))
        assert read == f"{self.address}#{letters.replace(' ', '')}"
        return read

    async def print_sheet(self, picture: Path) -> None:
        """The sheet alone comes out of the printer."""
        await self.page.emulate_media(media="print")
        await self.page.screenshot(path=picture, full_page=True)
        await expect(self.page.locator(".sheet")).to_be_visible()
        await expect(self.page.locator(".card").first).to_be_hidden()
        await self.page.emulate_media(media="screen")

    async def accept(self) -> None:
        """Everything else has gone by itself."""
        await self.button(self.words["accept"]).click()

    async def restore(self, passphrase: str, says: str) -> None:
        """Type the passphrase of the sheet whose code was scanned, and read an answer."""
        await self.page.locator("#sheet-pass").fill(passphrase)
        await self.press(self.words["restore_button"])
        await self.expects(says)

    async def open_box(self, fingerprint: str, *, restored: bool = False) -> None:
        """Compare with the screen, and open; with a key from its sheet say first that no other device has."""
        await expect(self.page.locator(".box .print")).to_have_text(fingerprint)
        if restored:
            await self.expects(self.words["asks_says"])
            await expect(self.button(self.words["open"])).to_be_hidden()
            await self.press(self.words["sure"])
        await self.press(self.words["open"])


async def scanned(picture: Locator) -> str:
    """What another program reads from a code on a page.

    One holds it there until it reads: a page whose words change moves the code away.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "code.png"
        async with asyncio.timeout(PATIENT):
            while True:
                await picture.screenshot(path=path)
                if read := await asyncio.to_thread(_read, path):
                    return read


def _read(path: Path) -> str:
    command = [require("zbarimg"), "-q", "--raw", str(path)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode in (0, NO_CODE), found.stderr
    return found.stdout.strip()
