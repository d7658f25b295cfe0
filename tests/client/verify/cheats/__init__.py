"""One act that the rules refuse, after a good meeting so far: every refusal that decides a ballot."""

from tests.client.verify.cheats import lots, order, people, polls, starts
from tests.client.verify.cheats.book import CHEATS

__all__ = ["CHEATS", "lots", "order", "people", "polls", "starts"]
