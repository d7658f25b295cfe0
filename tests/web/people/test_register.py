import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from ballots.encoding import b64url
from ballots.tokens import parse_card
from deliberation.acts import Member
from deliberation.roll import commitment, seat_of
from voting.presets import preset
from web.people import cards, register, seats, tables
from web.people.columns import parse_area
from web.people.register import Community, Entry

NOW, LATER = "2026-11-01T08:00:00.000Z", "2026-12-01T08:00:00.000Z"
PEOPLE = [
    Entry(name="张伟", roles=("chair", "representative"), area=8950, contact="10000000001"),
    Entry(name="欧阳娜", sex="female", grid="第一网格", building="3号楼", unit="2单元", area=7000),
    Entry(name="李静", roles=("desk",)),
]


def add(conn: Connection, community: Community) -> list[register.Person]:
    return register.add_persons(conn, community.id, PEOPLE)


def test_a_community_and_its_people_come_back_as_they_went_in(conn: Connection, community: Community) -> None:
    people = add(conn, community)

    assert community == register.get_community(conn, community.id)
    assert register.get_community(conn, "nowhere") is None
    assert people == register.get_persons(conn, community.id)
    assert people[1] == register.get_person(conn, people[1].id)
    assert len(community.anchor) == 16


def test_the_register_holds_nobody_twice(conn: Connection, community: Community) -> None:
    with pytest.raises(IntegrityError):
        register.add_persons(conn, community.id, [PEOPLE[1], PEOPLE[1]])


def test_a_person_is_not_named_by_a_repr(conn: Connection, community: Community) -> None:
    assert repr(add(conn, community)[0]) == "<Person>"


def test_the_tables_know_a_card_by_its_public_key_only(conn: Connection, community: Community) -> None:
    people = add(conn, community)

    issued = cards.issue_cards(conn, people, NOW)

    stored = str([list(conn.execute(select(table))) for table in tables.metadata.sorted_tables])
    for card in issued:
        assert b64url(card.token.key.public) in stored
        assert card.token.text not in stored
        assert card.token.text.lower() not in stored.lower()
        assert b64url(card.token.secret) not in stored
        assert card.token.secret.hex() not in stored
        assert card.token.text not in repr(card)
        assert card.number == parse_card(card.number)
    assert people == [card.person for card in issued]


def test_a_reprint_is_a_reissue_and_the_old_card_still_opens_its_hearing(
    conn: Connection, community: Community
) -> None:
    people = add(conn, community)
    old = cards.issue_cards(conn, people, NOW)[1]
    seats.seat_people(conn, "h00000000001", people)

    new = cards.issue_cards(conn, [people[1]], LATER)[0]
    seats.seat_people(conn, "h00000000002", people)

    kept = cards.get_card(conn, old.number)
    assert kept is not None
    assert kept.revoked_at == LATER
    assert [s.hearing for s in seats.seats_of_token(conn, old.token.key.public)] == ["h00000000001"]
    assert [s.hearing for s in seats.seats_of_token(conn, new.token.key.public)] == ["h00000000002"]
    assert cards.good_tokens(conn, people)[people[1].id] == new.token.key.public


def test_a_roll_opens_to_its_people_and_says_nothing_by_itself(
    conn: Connection, community: Community
) -> None:
    people = add(conn, community)
    issued = {card.person.id: card for card in cards.issue_cards(conn, people, NOW)}

    roll = seats.seat_people(conn, "h00000000001", people, preset("owners.ordinary").measures)

    opened = {seat.member: seat for seat in seats.seats_of_hearing(conn, "h00000000001")}
    assert {member.id for member in roll} == set(opened)
    assert len(roll) == 4
    assert len({member.commitment for member in roll}) == 4
    for member in roll:
        seat = opened[member.id]
        assert issued[seat.person].token.key.public == seat.token
        assert commitment(seat.salt, seat.token) == member.commitment
        assert seat_of(member).member == member
    assert sorted(m.weights.get("area", 0) for m in roll) == [0, 0, 7000, 8950]
    assert {m.role: m.weights["heads"] for m in roll} == {"chair": 0, "desk": 0, "representative": 1}


def test_the_order_of_a_roll_does_not_follow_the_register(conn: Connection, community: Community) -> None:
    people = register.add_persons(conn, community.id, [Entry(name=f"某{n}") for n in range(40)])
    cards.issue_cards(conn, people, NOW)

    roll: tuple[Member, ...] = seats.seat_people(conn, "h00000000001", people)

    who = {seat.member: seat.person for seat in seats.seats_of_hearing(conn, "h00000000001")}
    assert [who[member.id] for member in roll] != [person.id for person in people]


def test_nobody_is_seated_without_a_card_or_the_area_that_the_rule_needs(
    conn: Connection, community: Community
) -> None:
    people = add(conn, community)
    with pytest.raises(seats.SeatingError) as no_card:
        seats.seat_people(conn, "h00000000001", people)
    bare = register.add_persons(conn, community.id, [Entry(name="王芳")])
    cards.issue_cards(conn, [*people, *bare], NOW)
    with pytest.raises(seats.SeatingError) as no_area:
        seats.seat_people(conn, "h00000000001", [*people, *bare], ("heads", "area"))

    assert ("no-card", people) == (no_card.value.reason, no_card.value.people)
    assert ("no-area", bare) == (no_area.value.reason, no_area.value.people)
    assert seats.seats_of_hearing(conn, "h00000000001") == []


def test_erasing_a_person_leaves_nothing_of_them(conn: Connection, community: Community) -> None:
    people = add(conn, community)
    card = cards.issue_cards(conn, people, NOW)[0]
    seats.seat_people(conn, "h00000000001", people)

    register.erase_person(conn, people[0].id)

    assert register.get_person(conn, people[0].id) is None
    assert cards.get_card(conn, card.number) is None
    assert seats.seats_of_token(conn, card.token.key.public) == []
    counts = [
        conn.scalar(select(func.count()).select_from(t))
        for t in (tables.persons, tables.cards, tables.members)
    ]
    assert counts == [2, 2, 2]


@pytest.mark.parametrize(
    ("text", "area"),
    [("89.5", 8950), ("89", 8900), ("0.01", 1), (" 120.25 ", 12025), ("1000000", 100_000_000)],
)
def test_areas_are_exact(text: str, area: int) -> None:
    assert area == parse_area(text)


@pytest.mark.parametrize(
    "text",
    ["", "89.555", "-1", "0", "0.00", "1e3", "89,5", "89.", ".5", "1000000.01", "nan", "８９", "1 000"],
)
def test_what_is_no_exact_area_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="area"):
        parse_area(text)


@given(st.integers(1, 100_000_000))
def test_every_hundredth_is_kept(area: int) -> None:
    assert area == parse_area(f"{area // 100}.{area % 100:02d}")
