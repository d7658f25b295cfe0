from datetime import UTC, datetime
from importlib.resources import files

import pytest

from ballots.tokens import Token, new_card
from tests.programs import missing
from voting.rules import Text
from web.people import columns, sheets
from web.people.cards import IssuedCard
from web.people.register import FIELDS, Community, Person
from web.print.errors import NoChineseFontError
from web.print.fonts import chosen_fonts

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
COMMUNITY = Community(
    id="qinghuai",
    name=Text(zh="青槐社区", en="Qinghuai Community"),
    zone="Asia/Shanghai",
    root=bytes.fromhex("3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"),
)


@pytest.fixture
def fonts() -> None:
    """Skip where no Chinese font is installed."""
    try:
        chosen_fonts()
    except NoChineseFontError:
        missing("a Chinese font", "apt-get install fonts-noto-cjk")


def sample_cards() -> list[IssuedCard]:
    """A card for everyone in the sample register, made without a database."""
    header, rows = columns.find_header(sheets.read(files("web").joinpath("sample/register.csv").read_bytes()))
    names, ours = columns.plain_names(COMMUNITY.name.zh), COMMUNITY.name.zh
    entries = [columns.read_row(header, row, names, ours).entry for row in rows]
    return [
        IssuedCard(
            Person(**{name: getattr(entry, name) for name in FIELDS}, id=number, community=COMMUNITY.id),
            new_card(),
            Token.new(),
        )
        for number, entry in enumerate(entries, 1)
    ]
