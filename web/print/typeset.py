"""Content in, PDF out: the one call of Typst."""

import json
from datetime import datetime
from pathlib import Path

import msgspec
import typst
from msgspec import Struct

from web.print.errors import MissingGlyphError
from web.print.fonts import chosen_fonts

_TEMPLATES = Path(__file__).parent


def typeset(template: str, content: Struct, at: datetime) -> bytes:
    """Typeset content as PDF/A-2a, as Typst writes it. Equal content, fonts and moment: equal bytes.

    Args:
        template: name of a `.typ` file beside this module.
        content: what it prints; it reaches the template as JSON and cannot become markup.
        at: the document's date, with its zone, to the second; nothing else of the machine enters the file.

    Raises:
        NoChineseFontError: no Chinese font was found.
        MissingGlyphError: the fonts lack a character.
    """
    fonts = chosen_fonts()
    data = {"content": msgspec.to_builtins(content), "sans": fonts.sans, "serif": fonts.serif}
    try:
        pdf = typst.compile(
            _TEMPLATES / template,
            root=_TEMPLATES,
            format="pdf",
            font_paths=fonts.files,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["a-2a"],
            timestamp=at.replace(microsecond=0),
        )
    except typst.TypstError as error:
        if "could not be displayed" in error.message or "glyph" in error.message:
            raise MissingGlyphError("the fonts lack a character of this document") from None
        raise
    assert isinstance(pdf, bytes)
    return pdf
