from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.programs import missing
from tests.web.organise.laptop import Laptop, open_laptop
from web.print.errors import NoChineseFontError
from web.print.fonts import chosen_fonts


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def first_start(tmp_path: Path) -> AsyncGenerator[Laptop, None]:
    """Signed in, and nothing is there yet."""
    async with open_laptop(tmp_path) as laptop:
        await laptop.sign_in()
        yield laptop


@pytest.fixture
async def laptop(first_start: Laptop) -> Laptop:
    """With a community."""
    await first_start.found()
    return first_start


@pytest.fixture
def no_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service finds no Chinese font."""
    folder = tmp_path / "no-fonts"
    folder.mkdir()
    monkeypatch.setenv("HEARING_FONT_DIR", str(folder))


@pytest.fixture
def fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service finds the fonts of this machine; skip where there is no Chinese one."""
    monkeypatch.delenv("HEARING_FONT_DIR", raising=False)
    try:
        chosen_fonts()
    except NoChineseFontError:
        missing("a Chinese font", "apt-get install fonts-noto-cjk")
