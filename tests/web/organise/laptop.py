"""The organiser at a laptop: forms sent as a browser without scripts would send them."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from litestar import Litestar
from sqlalchemy import func, select

from ballots.encoding import b64url
from ballots.tokens import Token
from web.access.sessions import ORGANISER, session_message
from web.app import create_app
from web.keys import Keys
from web.people.tables import metadata
from web.service import Service
from web.settings import Settings

BASE = "http://hall.example"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "Origin": BASE}
SAMPLE = files("web").joinpath("sample/register.csv").read_bytes()

Fields = Sequence[tuple[str, str]]


@dataclass
class Laptop:
    """A running service, and the organiser's browser."""

    app: Litestar
    token: Token
    data: Path
    http: httpx.AsyncClient

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    def stranger(self) -> httpx.AsyncClient:
        """Another browser; close it yourself."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=BASE)

    async def sign_in(self) -> None:
        challenge = (await self.http.get("/api/organiser/challenge")).json()["challenge"]
        signature = b64url(self.token.key.sign(session_message(ORGANISER, challenge)))
        answer = await self.http.post(
            "/api/organiser/session", json={"challenge": challenge, "signature": signature}
        )
        assert answer.status_code == 204

    async def get(self, path: str, status: int = 200) -> str:
        answer = await self.http.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    async def send(self, path: str, fields: Fields | dict[str, str] = (), **headers: str) -> httpx.Response:
        """Send a form from a page of the service."""
        body = urlencode(fields if isinstance(fields, dict) else list(fields))
        told = {**SAME_ORIGIN, "Content-Type": "application/x-www-form-urlencoded", **headers}
        return await self.http.post(path, content=body, headers=told)

    async def upload(self, data: bytes, name: str = "register.csv") -> httpx.Response:
        """Send a file to be previewed."""
        return await self.http.post("/organise/import", files={"file": (name, data)}, headers=SAME_ORIGIN)

    async def import_register(self, data: bytes = SAMPLE) -> None:
        preview = await self.upload(data)
        assert preview.status_code == 200
        answer = await self.send("/organise/import/commit", hidden(preview.text))
        assert answer.headers["location"] == "/organise/register"

    async def found(self) -> None:
        fields = {"name.zh": "青槐社区", "name.en": "Qinghuai", "id": "qinghuai", "zone": "Asia/Shanghai"}
        assert (await self.send("/organise", fields)).status_code == 303

    async def prepare(self, **changes: str) -> str:
        """A hearing in preparation; its page."""
        answer = await self.send("/organise/new", MATTER | changes)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def add_item(self, draft: str, ballot: str = "named", **changes: str) -> str:
        """Put an item on the agenda; its id."""
        told = {"title.zh": "北门早市", "text.zh": "试行六个月。", "ballot": ballot} | changes
        answer = await self.send(f"{draft}/items/new", told)
        assert answer.status_code == 303, answer.text
        return re.search(r"item-\d+", answer.headers["location"])[0]  # type: ignore[index]

    async def add_question(self, draft: str, item: str, method: str = "motion", **changes: str) -> None:
        answer = await self.send(f"{draft}/items/{item}/questions/new/{method}", QUESTION | changes)
        assert answer.status_code == 303, answer.text

    async def issue(self, who: str, **more: str) -> httpx.Response:
        """Send a form of the page of cards, as it is shown now."""
        seen = dict(hidden(await self.get("/organise/cards?person=" + who)))["seen"]
        return await self.send("/organise/cards", {"who": who, "seen": seen, **more})

    async def print_cards(self) -> dict[str, Token]:
        """Print cards by the browser (where the service has no fonts); tokens by name."""
        answer = await self.issue("lacking")
        assert answer.headers["cache-control"] == "no-store"
        return tokens_on(answer.text)

    async def publish(self, draft: str) -> None:
        shown = await self.get(f"{draft}/publish")
        answer = await self.send(f"{draft}/publish", [*hidden(shown), ("sure", "yes")])
        assert answer.status_code == 303, answer.text

    def rows(self) -> dict[str, int]:
        """How many rows each of the erasable tables has."""
        with self.service.hearings.engine.begin() as connection:
            return {
                table.name: connection.scalar(select(func.count()).select_from(table)) or 0
                for table in metadata.sorted_tables
            }


MATTER = {
    "title.zh": "秋季居民代表会议",
    "title.en": "Autumn meeting",
    "kind": "representatives",
    "place.zh": "社区活动室",
    "place.en": "",
    "starts": "2027-03-01T14:00",
}
QUESTION = {
    "title.zh": "是否同意试行北门早市？",
    "title.en": "",
    "text.zh": "同意在北门试行早市六个月。",
    "text.en": "",
    "preset": "urban.reps",
    "visibility": "sealed",
    "change": "until_close",
}


def hidden(page: str) -> list[tuple[str, str]]:
    """The hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return [(name, unescape(value)) for name, value in found]


def tokens_on(page: str) -> dict[str, Token]:
    """The tokens on a page of cards, by name."""
    names = [unescape(name) for name in re.findall(r'<p class="name">(.*?)</p>', page)]
    blocks = re.findall(r'<p class="token mono">(.*?)</p>', page)
    texts = ["".join(re.findall(r"<span>(\w{4})</span>", block)) for block in blocks]
    return dict(zip(names, map(Token.parse, texts), strict=True))


@asynccontextmanager
async def open_laptop(data: Path, url: str = BASE, **options: Any) -> AsyncGenerator[Laptop, None]:
    """A service that was just started for the first time."""
    token = Keys(data).issue_organiser()
    options.setdefault("database", f"sqlite:///{data / 'hearing.db'}")
    async with open_worker(data, token, url=url, **options) as laptop:
        yield laptop


@asynccontextmanager
async def open_worker(data: Path, token: Token, **options: Any) -> AsyncGenerator[Laptop, None]:
    """A service on a data folder that there is already, for the bearer of the organiser's code."""
    app = create_app(Settings(data=data, **options))
    async with app.lifespan(), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as http:
        yield Laptop(app, token, data, http)
