"""Which Chinese fonts there are: only those in known folders, chosen by name.

Typst looks nowhere else, so equal fonts give equal bytes.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst

from web.print.errors import NoChineseFontError

FONT_DIR = "HEARING_FONT_DIR"
"""Environment variable: a folder with fonts, used instead of the usual ones."""

_USUAL = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "~/Library/Fonts",
)
_SANS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Source Han Sans CN", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Heiti SC",
    "STHeiti", "SimHei",
)  # fmt: skip
_SERIF = (
    "Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Source Han Serif CN", "Songti SC",
    "STSong", "SimSun", "FangSong",
)  # fmt: skip
_LENDING = (
    "Plangothic P1", "Plangothic P2", "SimSun-ExtB", "HanaMinA", "HanaMinB", "BabelStone Han",
    "Libertinus Serif", "DejaVu Sans Mono",
)  # fmt: skip
"""Fonts that lend what the others lack: the rarest Han characters, and ⅔. Typst brings the last two."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The fonts of a document.

    Attributes:
        files: what Typst loads.
        sans: families for headings and labels, best first; the later ones lend rare characters.
        serif: families for running text.
    """

    files: typst.Fonts
    sans: tuple[str, ...]
    serif: tuple[str, ...]


def chosen_fonts() -> Chosen:
    """The fonts to use on this machine.

    Raises:
        NoChineseFontError: there is none.
    """
    folder = os.environ.get(FONT_DIR)
    return _choose((folder,) if folder else _USUAL)


@lru_cache(maxsize=4)
def _choose(folders: tuple[str, ...]) -> Chosen:
    paths = [path for path in (Path(folder).expanduser() for folder in folders) if path.is_dir()]
    files = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=paths)
    found = set(files.families())
    sans = tuple(family for family in _SANS if family in found)
    serif = tuple(family for family in _SERIF if family in found)
    if not sans and not serif:
        raise NoChineseFontError(f"no Chinese font in {', '.join(folders)}")
    lending = tuple(family for family in _LENDING if family in found)
    return Chosen(files, sans + serif + lending, serif + sans + lending)
