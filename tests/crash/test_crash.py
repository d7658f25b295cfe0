"""A handful of kills over each store; `python -m tests.soak` has the hundreds."""

from pathlib import Path

import pytest

from tests.crash.rounds import rounds


@pytest.mark.parametrize("store", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_no_acknowledged_act_is_lost_when_the_service_is_killed(
    store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/hearings.sqlite"
    if store == "postgresql":
        url = request.getfixturevalue("postgres").render_as_string(hide_password=False)
    assert rounds(url, tmp_path, count=5, seed=20261121) > 50
