"""The parts that need no hearing: settings, keys, check-in codes, sessions, rate limits."""

import stat
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from ballots.encoding import b64url
from ballots.engine import open_engine
from ballots.refusal import Refused
from ballots.signing import PrivateKey
from ballots.store import metadata, openings
from web import cli
from web.access import checkin
from web.access.limits import Buckets
from web.access.sessions import CHALLENGE_SECONDS, SESSION_SECONDS, Sessions, session_message
from web.commands.organiser import show
from web.keys import KeyFileError, Keys
from web.settings import SettingsError, read_settings

H = "0123456789ab"


def test_settings_have_defaults_and_come_from_the_environment_alone(tmp_path: Path) -> None:
    plain = read_settings({})
    assert (plain.host, plain.port, plain.url, plain.secure) == (
        "127.0.0.1",
        8000,
        "http://127.0.0.1:8000",
        False,
    )
    assert plain.database == f"sqlite:///{Path('hearing-data').absolute()}/hearing.db"

    told = read_settings(
        {"HEARING_DATA": str(tmp_path), "HEARING_URL": "https://Hall.Example/", "HEARING_PORT": "80"}
    )
    assert (told.url, told.authority, told.secure) == ("https://hall.example", "hall.example", True)
    assert told.database == f"sqlite:///{tmp_path}/hearing.db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEARING_PORT", "0"), ("HEARING_PORT", "x"), ("HEARING_PORT", "70000"), ("HEARING_ZONE", "Mars/Olympus"),
        ("HEARING_ZONE", "../etc"), ("HEARING_URL", "hall.example"), ("HEARING_URL", "http://hall.example/path"),
        ("HEARING_URL", "http://user@hall.example"), ("HEARING_URL", "ftp://hall.example"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used_are_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_keys_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    first, second = Keys(tmp_path), Keys(tmp_path)
    assert first.service.public == second.service.public
    assert first.mac("screen", H) == second.mac("screen", H) != first.mac("check-in", H)
    assert first.community("east").public == second.community("east").public != first.community("west").public
    files = list((tmp_path / "keys").iterdir())
    assert {file.name for file in files} == {"service", "secret", "community-east", "community-west"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    with pytest.raises(ValueError, match="community"):
        first.community("../service")


def test_a_key_that_others_can_read_or_that_is_damaged_stops_the_start(tmp_path: Path) -> None:
    Keys(tmp_path)
    service = tmp_path / "keys" / "service"
    service.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        Keys(tmp_path)
    service.chmod(0o600)
    service.write_text("nothing")
    with pytest.raises(KeyFileError, match="backup"):
        Keys(tmp_path)


def test_reissuing_the_organisers_code_ends_the_one_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARING_DATA", str(tmp_path))
    keys = Keys(tmp_path)
    assert keys.organiser() is None
    old = keys.issue_organiser()
    show(read_settings(), old)
    assert f"http://127.0.0.1:8000/o#{old.text}" in capsys.readouterr().out

    assert cli.main(["organiser", "--reissue"]) == 0
    assert "/o#" in capsys.readouterr().out
    assert keys.organiser() != old.key.public
    assert not any(old.text.encode() in file.read_bytes() for file in (tmp_path / "keys").iterdir())


def test_a_check_in_code_holds_for_its_window_and_the_next(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    shown = datetime(2026, 11, 21, 8, 0, 10, tzinfo=UTC)
    code = checkin.code(keys, H, shown)
    assert (len(code), code.isdigit(), checkin.seconds_left(shown)) == (6, True, 20)
    for seconds, good in ((0, True), (19, True), (20, True), (49, True), (50, False), (-11, False)):
        assert checkin.is_current(keys, H, code, shown + timedelta(seconds=seconds)) is good
    assert checkin.screen_key(keys, H) != checkin.screen_key(keys, "9" * 12)
    assert not checkin.is_screen_key(keys, H, "é")


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    clock = Clock()
    buckets = Buckets(burst=3, rate=2, clock=clock)

    def given(key: str, tries: int) -> int:
        count = 0
        for _ in range(tries):
            with suppress(Refused):
                buckets.take(key)
                count += 1
        return count

    assert (given("a", 10), given("b", 2)) == (3, 2)
    clock.now += 1
    assert given("a", 10) == 2
    clock.now += 3600
    assert given("c", 1) == 1
    assert len(buckets._full_at) == 1


def test_sessions_end_and_cannot_be_made_up(tmp_path: Path) -> None:
    clock, keys, device = Clock(), Keys(tmp_path), PrivateKey.generate()
    sessions = Sessions(keys, clock)

    def sign_in(scope: str, challenge: str) -> str:
        signature = b64url(device.sign(session_message(scope, challenge)))
        return sessions.open(scope, device.public, challenge, signature, device.kid)

    cookie = sign_in(H, sessions.challenge(H))
    assert sessions.holder(H, cookie) == device.kid
    for wrong in (
        None,
        "",
        "x",
        "é",
        ("B" if cookie[0] == "A" else "A") + cookie[1:],
        b64url(bytes(100)),
        sessions.challenge(H),
    ):
        with pytest.raises(Refused, match="not-signed-in"):
            sessions.holder(H, wrong)
    with pytest.raises(Refused, match="not-signed-in"):
        sessions.holder("9" * 12, cookie)
    with pytest.raises(Refused, match="bad-challenge"):
        sign_in("9" * 12, sessions.challenge(H))
    old = sessions.challenge(H)
    clock.now += CHALLENGE_SECONDS + 1
    with pytest.raises(Refused, match="bad-challenge"):
        sign_in(H, old)
    clock.now += SESSION_SECONDS
    with pytest.raises(Refused, match="not-signed-in"):
        sessions.holder(H, cookie)


def test_the_command_says_why_it_does_not_start(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARING_PORT", "none")
    assert cli.main(["serve"]) == 1
    assert "HEARING_PORT" in capsys.readouterr().err


def test_a_database_error_does_not_repeat_what_was_to_be_written(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    metadata.create_all(engine)
    row = {"hearing": H, "leaf": "0" * 64, "salt": b"salt", "choice": b'"against"'}
    with engine.begin() as connection:
        connection.execute(openings.insert(), row)
    with pytest.raises(IntegrityError) as why, engine.begin() as connection:
        connection.execute(openings.insert(), row)
    assert "against" not in str(why.value)
    engine.dispose()
