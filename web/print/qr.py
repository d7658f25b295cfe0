"""QR codes (ISO/IEC 18004) as one SVG path, for Typst and for browsers."""

from typing import Literal

import qrcode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

QUIET = 4
"""Light modules around a code, as the standard wants."""


def qr_svg(text: str, correction: Literal["M", "Q"] = "M") -> str:
    """A code as SVG, one unit a module, black on white.

    Args:
        text: what scanners read.
        correction: M restores 15 % of a damaged code, Q 25 %.
    """
    code = qrcode.QRCode(
        error_correction=ERROR_CORRECT_M if correction == "M" else ERROR_CORRECT_Q, border=QUIET
    )
    code.add_data(text, optimize=0)
    matrix = code.get_matrix()
    size = len(matrix)
    path = "".join(_row(y, row) for y, row in enumerate(matrix))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )


def _row(y: int, row: list[bool]) -> str:
    """The dark modules of a row, neighbours joined."""
    runs, start = [], None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            runs.append(f"M{start} {y}h{x - start}v1H{start}z")
            start = None
    return "".join(runs)
