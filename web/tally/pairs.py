"""Counts by pairs, told: Schulze and ranked pairs."""

from collections.abc import Sequence

from voting.methods.ranked_pairs import RankedPairsSteps
from voting.methods.schulze import Duel, Path, SchulzeSteps
from web.tally.story import Block, Paragraph, Table, Words


def schulze(steps: SchulzeSteps, words: Words) -> list[Block]:
    """The matrix, every two options compared by their paths, and the order that comes of it."""
    duels: list[Block] = [Paragraph(_duel(one, words)) for one in steps.duels]
    places = [
        Paragraph(words("pairs.place", number=number, names=words.list(among)))
        for number, among in enumerate(steps.places, 1)
    ]
    return [matrix(steps.options, steps.pairs, words), *duels, *places]


def ranked_pairs(steps: RankedPairsSteps, words: Words) -> list[Block]:
    """The matrix, and every win in its turn."""
    turns = [
        Paragraph(
            words(
                f"pairs.{turn.verdict}",
                winner=words.name(turn.winner),
                loser=words.name(turn.loser),
                strength=turn.strength,
                because=_arrows(turn.because, words),
            )
        )
        for turn in steps.turns
    ]
    return [matrix(steps.options, steps.pairs, words), *turns]


def matrix(options: Sequence[str], pairs: Sequence[Sequence[int]], words: Words) -> Table:
    """Who is put before whom by how many papers."""
    return Table(
        words("pairs.caption"),
        (words("option"), *map(words.name, options)),
        tuple(
            (
                words.name(one),
                *("—" if one == other else str(number) for other, number in zip(options, row, strict=True)),
            )
            for one, row in zip(options, pairs, strict=True)
        ),
    )


def _duel(duel: Duel, words: Words) -> str:
    one, other, forth, back = duel.one, duel.other, duel.forth, duel.back
    if back.strength > forth.strength:
        one, other, forth, back = other, one, back, forth
    kind = "beats" if forth.strength > back.strength else "even"
    if not back.over:
        kind = "alone" if forth.over else "none"
    return words(
        f"pairs.{kind}",
        one=words.name(one),
        other=words.name(other),
        forth=_path(forth, words),
        back=_path(back, words),
        strong=forth.strength,
        weak=back.strength,
    )


def _path(path: Path, words: Words) -> str:
    return words("pairs.path", path=_arrows(path.over, words))


def _arrows(options: Sequence[str], words: Words) -> str:
    return " → ".join(map(words.name, options))
