import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from ballots.tokens import Token, card_url
from tests.programs import require
from tests.web.print.conftest import AT, COMMUNITY, sample_cards
from tests.web.print.tools import codes_in, pages_of, text_of
from web.print.cards import Face, cards_page, cards_pdf, face, page_policy
from web.print.errors import MissingGlyphError, NoChineseFontError, install_line

BASE = "https://hall.example.org"
CARDS = sample_cards()
FACES = [face(COMMUNITY, card, BASE) for card in CARDS]
CODES = [
    {f"{BASE}/c/{card.number}", card_url(BASE, COMMUNITY.id, card.token, COMMUNITY.anchor)} for card in CARDS
]


def renamed(name: str) -> Face:
    return msgspec.structs.replace(FACES[0], name=name)


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
def test_both_codes_of_every_printed_card_are_read_back(tmp_path: Path) -> None:
    pages = codes_in(cards_pdf(FACES, AT), tmp_path)

    assert [set(page) for page in pages] == [set().union(*CODES[n : n + 3]) for n in range(0, len(CODES), 3)]
    assert all(len(page) == len(set(page)) for page in pages)


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
def test_a_card_carries_its_name_number_token_and_anchor_in_print() -> None:
    pages = pages_of(cards_pdf(FACES, AT))

    for number, (card, front) in enumerate(zip(CARDS, FACES, strict=True)):
        text = re.sub(r"\s", "", pages[number // 3])
        assert card.person.name.replace(" ", "") in text
        assert card.number in text
        assert "".join(front.anchor) in text
        assert all(group in text for group in front.token)
        assert Token.parse("-".join(front.token)) == card.token
        assert "继续访问" in text
        assert BASE.removeprefix("https://") + "/j/qinghuai" in text


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("name", ["王𠮷祥", "周䶮", "𬱖", "Анна Ковальская", "Łucja Ørsted"])
def test_rare_characters_are_in_the_pdf(name: str) -> None:
    assert name in text_of(cards_pdf([renamed(name)], AT))


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("name", ['#panic("x")', "$x$ *b* `r` <l> @y", '"}] \\u{41}', "//c /*d*/"])
def test_a_name_cannot_become_markup(name: str) -> None:
    assert name in text_of(cards_pdf([renamed(name)], AT))


@pytest.mark.foreign
@pytest.mark.usefixtures("fonts")
def test_long_names_stay_on_their_card(tmp_path: Path) -> None:
    names = ["阿卜杜热西提·阿卜杜克热木江", "Wolfeschlegelsteinhausenbergerdorff " * 2, "张伟"]
    long = [msgspec.structs.replace(front, name=name) for front, name in zip(FACES, names, strict=False)]

    pdf = cards_pdf(long, AT)

    assert len(pages_of(pdf)) == 1
    assert [set(page) for page in codes_in(pdf, tmp_path)] == [set().union(*CODES[:3])]


@pytest.mark.usefixtures("fonts")
def test_equal_cards_are_equal_bytes_in_every_process() -> None:
    program = (
        "import sys, pickle\n"
        "from web.print.cards import cards_pdf\n"
        "faces, at = pickle.load(sys.stdin.buffer)\n"
        "sys.stdout.buffer.write(cards_pdf(faces, at))\n"
    )
    here = cards_pdf(FACES[:4], AT)
    there = subprocess.run(
        [sys.executable, "-c", program],
        input=pickle.dumps((FACES[:4], AT)),
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/Lima"},
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout

    assert here == there
    assert here != cards_pdf(FACES[:4], AT.replace(year=2027))
    assert b"<pdfaid:part>2</pdfaid:part>" in here
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in here


def test_without_a_chinese_font_there_is_no_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARING_FONT_DIR", str(tmp_path))

    with pytest.raises(NoChineseFontError) as refused:
        cards_pdf(FACES[:1], AT)

    assert refused.value.install == install_line()
    assert "noto" in install_line()


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("name", ["张😀", "王\U000323af", "\ue000"])
def test_with_a_glyph_missing_there_is_no_pdf(name: str) -> None:
    with pytest.raises(MissingGlyphError) as refused:
        cards_pdf([renamed(name)], AT)

    assert refused.value.install is None
    assert name not in str(refused.value)


def test_a_card_does_not_show_itself_in_a_repr() -> None:
    assert repr(FACES[0]) == "<Face>"


def test_the_page_for_the_browser_carries_the_same_cards_and_nothing_else() -> None:
    page = cards_page([renamed("<script>x</script>"), *FACES[1:]], "sudo install <fonts>")

    assert page.count("<svg") == 2 * len(FACES)
    assert all(front.outer in page and front.inner in page for front in FACES)
    assert all(f"<span>{group}</span>" in page for front in FACES for group in front.token)
    assert page.count('<section class="sheet">') == -(-len(FACES) // 3)
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "sudo install &lt;fonts&gt;" in page
    assert "<script" not in page
    assert not re.search(r"""(?:src|href|action|url)\s*[=(]""", page)
    assert "服务器上运行" not in cards_page(FACES, None)
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri .*", page_policy())


@pytest.mark.browser
def test_the_page_prints_three_cards_to_the_sheet_under_its_policy(tmp_path: Path) -> None:
    chromium = require("chromium")
    policy = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{page_policy()}">'
    page = cards_page(FACES[:7], install_line()).replace('<meta charset="utf-8">', policy)
    (tmp_path / "cards.html").write_text(page, encoding="utf-8")

    subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={tmp_path}/profile", f"--print-to-pdf={tmp_path}/cards.pdf", tmp_path / "cards.html",
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    pages = codes_in((tmp_path / "cards.pdf").read_bytes(), tmp_path)
    assert [set(page) for page in pages] == [set().union(*CODES[n : min(n + 3, 7)]) for n in (0, 3, 6)]
