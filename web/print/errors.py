"""Why a PDF cannot be made: then the web shows a page for the browser's own printing instead."""

import shutil

_INSTALL = {
    "apt-get": "sudo apt-get install fonts-noto-cjk",
    "dnf": "sudo dnf install google-noto-sans-cjk-fonts google-noto-serif-cjk-fonts",
    "pacman": "sudo pacman -S noto-fonts-cjk",
    "apk": "sudo apk add font-noto-cjk",
    "zypper": "sudo zypper install google-noto-sans-sc-fonts google-noto-serif-sc-fonts",
    "brew": "brew install --cask font-noto-sans-cjk-sc font-noto-serif-cjk-sc",
}


class PaperError(Exception):
    """A PDF cannot be made here.

    Attributes:
        install: the line that would change that on this machine, or None.
    """

    install: str | None = None


class NoChineseFontError(PaperError):
    """No font with Chinese characters was found in the usual folders or in HEARING_FONT_DIR."""

    def __init__(self, explanation: str) -> None:
        super().__init__(explanation)
        self.install = install_line()


class MissingGlyphError(PaperError):
    """The fonts that were found lack a character, for instance of a rare name; no PDF was made."""


def install_line() -> str:
    """The line that installs Noto CJK, for the package manager that this machine has."""
    return next((line for tool, line in _INSTALL.items() if shutil.which(tool)), _INSTALL["apt-get"])
