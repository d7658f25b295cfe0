"""What diagrams are drawn with: a frame with title and description, texts, lengths, letters for options."""

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from unicodedata import east_asian_width

WIDTH = 720
"""Pixels of a diagram; pages scale it."""
MARGIN = 180
"""Pixels on the left for names."""
COLOURS = ("#1f5fa8", "#b4531a", "#2c7a3f", "#7a3b96", "#8a6d00", "#0f7b85", "#a8324f", "#555555")
INK = "#1a1a1a"
_FONT = "system-ui,'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',sans-serif"


def frame(height: int, title: str, description: str, parts: Sequence[str]) -> str:
    """A whole diagram, with what it is called and what it says for those who listen."""
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="{_FONT}" font-size="14">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
        f"{label(8, 22, title, bold=True)}\n{body}\n</svg>\n"
    )


def label(
    x: float, y: float, text: str, *, anchor: str = "start", fill: str = INK, bold: bool = False
) -> str:
    """A text; y is its base line."""
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"{weight}>{escape(text)}</text>'


def px(length: Fraction) -> str:
    """A length, rounded to a tenth of a pixel."""
    tenths = round(length * 10)
    return f"{tenths // 10}.{tenths % 10}"


def letter(number: int) -> str:
    """A, B … Z, A1, B1 …: how an option is called where its name has no room."""
    return chr(ord("A") + number % 26) + (str(number // 26) if number >= 26 else "")


def fit(text: str, pixels: int) -> str:
    """As much of a name as has room, at 14 pixels a wide character and 8 a narrow one."""
    used = 0
    for place, one in enumerate(text):
        used += 14 if east_asian_width(one) in "WF" else 8
        if used > pixels:
            return text[: max(1, place - 1)] + "…"
    return text
