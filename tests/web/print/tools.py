"""Reads paper back with other people's programs."""

import subprocess
from pathlib import Path

from tests.programs import require


def text_of(pdf: bytes) -> str:
    """The text of a PDF in the order in which it was set, as poppler extracts it."""
    require("pdftoppm")
    run = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60
    )
    return run.stdout.decode()


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    return text_of(pdf).removesuffix("\f").split("\f")


def codes_in(pdf: bytes, folder: Path) -> list[list[str]]:
    """What zbar reads on each page of a PDF, printed at 150 dpi."""
    rasterize, scan = require("pdftoppm"), require("zbarimg")
    subprocess.run(
        [rasterize, "-r", "150", "-gray", "-", folder / "page"], input=pdf, check=True, timeout=120
    )
    return [codes_on(scan, image) for image in sorted(folder.glob("page-*"))]


def codes_on(scan: str, image: Path) -> list[str]:
    """What zbar reads in an image."""
    run = subprocess.run([scan, "--quiet", "--raw", image], capture_output=True, timeout=60, check=False)
    return run.stdout.decode().split()
