"""Work on all cores: the results are those of doing it here, in order."""

import os

from web.parallel import Helpers


def where(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def test_work_is_spread_over_processes_and_comes_back_in_order() -> None:
    with Helpers(1) as helpers:
        made = list(helpers.spread(where, range(200)))
    assert [square for square, _ in made] == [number * number for number in range(200)]
    assert len({process for _, process in made}) == 2


def test_alone_it_is_done_here() -> None:
    with Helpers(0) as helpers:
        assert {process for _, process in helpers.spread(where, range(3))} == {os.getpid()}
