"""Every code that the import can raise has its sentence in both languages, with the same facts."""

import re
from pathlib import Path

from web.people import importing
from web.texts import texts

SOURCES = [
    Path(importing.__file__).with_name(name)
    for name in ("sheets.py", "columns.py", "owners.py", "importing.py")
]
CODES = r'(?:ImportRefused|problem|wrong|Cell)\((?:text|"")?(?:text\[[^]]*\])?,? ?"([a-z0-9-]+)"|, "(bad-(?:sex|area))"'


def test_codes_and_sentences_fit() -> None:
    zh, en = texts("zh")["imports"], texts("en")["imports"]
    found = {
        code for path in SOURCES for pair in re.findall(CODES, path.read_text()) for code in pair if code
    }

    assert set(zh) == set(en) == found
    assert all(set(re.findall(r"{\w+}", zh[code])) == set(re.findall(r"{\w+}", en[code])) for code in zh)
