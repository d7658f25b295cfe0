"""What opens a sealed ballot is kept until its poll is settled, and no longer: on both stores, and after a crash."""

from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, delete, func, select, text

from ballots import store
from ballots.engine import is_shared, open_engine
from deliberation.acts import VoidPoll
from tests.actors import Hall, Meeting, eventually, gather, open_hall

pytestmark = pytest.mark.anyio

POSTGRES = pytest.param("postgresql", marks=pytest.mark.postgres)


@pytest.fixture(params=["sqlite", POSTGRES])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> URL | str:
    """Where the service keeps its tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hearing.db"
    found: URL = request.getfixturevalue("fresh_postgres")
    return found


def kept(hall: Hall) -> int:
    """How many openings the operator's table holds."""
    with hall.service.hearings.engine.begin() as connection:
        return connection.scalar(select(func.count()).select_from(store.openings)) or 0


async def comes_to(hall: Hall, number: int) -> None:
    async def there() -> bool:
        return kept(hall) == number

    await eventually(there)


async def vote(meeting: Meeting) -> str:
    """Four ballots, of which one is replaced: five openings."""
    poll = await meeting.open_poll()
    for phone in meeting.phones:
        first = await phone.vote(poll, "for")
    await meeting.phones[-1].vote(poll, "against", replaces=first.leaf)
    return poll


async def test_they_are_deleted_once_the_result_is_published(tmp_path: Path, database: URL | str) -> None:
    async with open_hall(tmp_path, database) as hall:
        meeting = await gather(hall)
        poll = await vote(meeting)
        await meeting.chair.close_poll(poll)
        assert kept(hall) == 5

        await meeting.chair.publish(poll)

        await comes_to(hall, 0)
        assert (await meeting.poll(poll))["result"]["valid"] == {"heads": 4}
        assert (await meeting.chair.publish(poll))["stage"] == "published"


async def test_nobody_ever_learns_the_ballots_of_a_poll_that_was_void_before_its_close(
    tmp_path: Path, database: URL | str
) -> None:
    async with open_hall(tmp_path, database) as hall:
        meeting = await gather(hall)

        await meeting.chair.act(VoidPoll, poll=await vote(meeting), reason="题目读错")
        await comes_to(hall, 0)

        again = await vote(meeting)
        await meeting.chair.close_poll(again)
        assert kept(hall) == 5
        await meeting.chair.publish(again)
        assert (await meeting.poll(again))["result"]["valid"] == {"heads": 4}


async def test_a_poll_that_is_void_after_its_close_keeps_them_until_its_result(meeting: Meeting) -> None:
    """A named result is still shown: until it is, its openings stand nowhere else."""
    poll = await vote(meeting)
    await meeting.chair.close_poll(poll)
    void = await meeting.chair.act(VoidPoll, poll=poll, reason="计时有误")
    await meeting.supervisor.cosign(void.leaf)
    assert (await meeting.poll(poll))["stage"] == "void"
    first = await vote(meeting)
    await meeting.chair.act(VoidPoll, poll=first, reason="题目读错")
    await comes_to(meeting.hall, 5)  # the duty was done, and these were left

    await meeting.chair.publish(poll)

    await comes_to(meeting.hall, 0)
    assert (await meeting.poll(poll))["result"]["options"][0]["total"] == {"heads": 3}


async def test_a_restart_between_reveal_and_tally_loses_nothing(
    tmp_path: Path, database: URL | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_hall(tmp_path, database) as hall:
        meeting = await gather(hall)
        poll = await vote(meeting)
        await meeting.chair.close_poll(poll)
        lost = store.openings.c.leaf == next(iter(meeting.phones[0].sealed))
        with hall.service.hearings.engine.begin() as connection:
            connection.execute(delete(store.openings).where(lost))
        assert (await meeting.chair.publish(poll))["stage"] == "revealed"
        assert kept(hall) == 4
        hearing = hall.hearing

    monkeypatch.setattr("web.records.steward.GRACE", 0.5)
    async with open_hall(tmp_path, database, entries=()) as again:
        assert kept(again) == 4
        await comes_to(again, 0)
        (told,) = (await again.client().get(f"/api/h/{hearing}")).json()["polls"]
        assert (told["result"]["valid"], told["result"]["unopened"]) == ({"heads": 3}, 1)


@pytest.mark.parametrize("adjourned", [False, True])
async def test_what_a_crash_left_is_deleted_at_the_next_start(
    tmp_path: Path, database: URL | str, adjourned: bool
) -> None:
    async with open_hall(tmp_path, database) as hall:
        meeting = await gather(hall)
        poll = await vote(meeting)
        await meeting.chair.close_poll(poll)
        refuse_deletions(hall.service.hearings.engine)
        await meeting.chair.publish(poll)
        if adjourned:
            await meeting.chair.adjourn()
        assert kept(hall) == 5
        hearing = hall.hearing

    allow_deletions(open_engine(database))
    async with open_hall(tmp_path, database, entries=()) as again:
        await comes_to(again, 0)
        (told,) = (await again.client().get(f"/api/h/{hearing}")).json()["polls"]
        assert told["result"]["valid"] == {"heads": 4}


def refuse_deletions(engine: Engine) -> None:
    """The table lets no opening go: as if the service had died before it came to that."""
    body = "BEGIN SELECT RAISE(ABORT, 'no'); END"
    with engine.begin() as connection:
        if is_shared(engine):
            raises = "LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'"
            connection.execute(text(f"CREATE FUNCTION no() RETURNS trigger {raises}"))
            body = "FOR EACH ROW EXECUTE FUNCTION no()"
        connection.execute(text(f"CREATE TRIGGER keep BEFORE DELETE ON openings {body}"))


def allow_deletions(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER keep" + (" ON openings" if is_shared(engine) else "")))
    engine.dispose()


async def test_no_file_of_the_service_holds_what_was_deleted(tmp_path: Path) -> None:
    """SQLite's own log of writes is one of its files."""
    async with open_hall(tmp_path) as hall:
        meeting = await gather(hall)
        poll = await vote(meeting)
        with hall.service.hearings.engine.begin() as connection:
            opening = store.openings.c
            salts = [bytes(one) for one in connection.scalars(select(opening.salt))]
        assert len([salt for salt in salts if found_in(tmp_path, salt)]) == 5
        await meeting.chair.close_poll(poll)
        await meeting.chair.publish(poll)
        await comes_to(hall, 0)

        async def gone() -> bool:
            return not any(found_in(tmp_path, salt) for salt in salts)

        await eventually(gone)


def found_in(folder: Path, secret: bytes) -> bool:
    """Whether bytes stand in any file of a folder, as they are."""
    return any(secret in path.read_bytes() for path in folder.rglob("*") if path.is_file())
