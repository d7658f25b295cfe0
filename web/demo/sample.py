"""The sample hearing: 61 representatives of a community, five matters, one by secret ballot."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import msgspec

from ballots.encoding import new_id, utc
from ballots.tokens import Token
from voting.questions import Text
from web.demo.cast import Cast, Player, save
from web.people.cards import IssuedCard, issue_cards
from web.people.drafts import Draft, DraftItem, save_draft
from web.people.importing import commit, preview
from web.people.register import Community, add_community, get_persons
from web.records.convene import convene
from web.service import Service

COMMUNITY = "qinghuai"
NAME = Text(zh="青槐社区", en="Qinghuai community")


async def prepare(service: Service) -> Cast:
    """Set the sample community up and publish its first notice; the cast is kept in the data folder."""
    hearings, settings = service.hearings, service.settings
    root = service.keys.community(COMMUNITY)
    community = Community(COMMUNITY, NAME, settings.zone, root.public)
    with hearings.engine.begin() as connection:
        add_community(connection, community)
        register = _sample("register.csv")
        commit(connection, community, register, preview(connection, community, register).fingerprint)
        people = get_persons(connection, COMMUNITY)
        cards = issue_cards(connection, people, utc(datetime.now(UTC)))
    cast = _cast(await _convene(service), community.anchor, cards)
    save(settings.data, cast)
    return cast


async def again(service: Service, cast: Cast) -> Cast:
    """Another rehearsal for the same cards, when the one before has ended; every device has a new key."""
    players = tuple(Player.new(player.role, player.card) for player in cast.players)
    spare = Player.new("supervisor", Token.parse(cast.supervisor)).device
    cast = msgspec.structs.replace(cast, hearing=await _convene(service), players=players, spare=spare)
    save(service.settings.data, cast)
    return cast


async def _convene(service: Service) -> str:
    """Publish the notice of a sample hearing of everybody in the register; its id."""
    hearings, now = service.hearings, datetime.now(UTC)
    draft = Draft(
        id=new_id(),
        community=COMMUNITY,
        kind="representatives",
        title=Text(zh="青槐社区居民代表会议", en="Qinghuai representatives’ meeting"),
        place=Text(zh="社区党群服务中心二楼会议室", en="Community centre, upper hall"),
        starts=utc(now + timedelta(minutes=2)),
        rehearsal=True,
        agenda=msgspec.json.decode(_sample("agenda.json"), type=tuple[DraftItem, ...]),
    )
    with hearings.engine.begin() as connection:
        people = get_persons(connection, COMMUNITY)
        save_draft(connection, draft)
    await convene(hearings, service.settings.authority, draft, people)
    return draft.id


def _cast(hearing: str, anchor: str, cards: list[IssuedCard]) -> Cast:
    """All are played but a representative, the second chair who can take over, and the supervisor with a key.

    The usual key holders are the first chair, the first supervisor, and an observer: the subdistrict's.
    """
    *_, guest = (card for card in cards if "representative" in card.person.roles)
    *_, chair = (card for card in cards if "chair" in card.person.roles)
    supervisor, *_ = (card for card in cards if "supervisor" in card.person.roles)
    left = (guest, chair, supervisor)
    return Cast(
        hearing=hearing,
        community=COMMUNITY,
        anchor=anchor,
        players=tuple(Player.new(c.person.roles[0], c.token) for c in cards if c not in left),
        guest=guest.token.text,
        guest_name=guest.person.name,
        chair=chair.token.text,
        chair_name=chair.person.name,
        supervisor=supervisor.token.text,
        supervisor_name=supervisor.person.name,
        spare=Player.new("supervisor", supervisor.token).device,
    )


def _sample(name: str) -> bytes:
    return files("web").joinpath("sample", name).read_bytes()
