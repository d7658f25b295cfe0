"""Ports for the services that tests start in processes of their own."""

import random
import socket

FIRST, LAST = 20_000, 32_000
"""Systems give none of these to a connection that asks for any: theirs begin at 32768 or later."""
_random = random.SystemRandom()  # tests seed the other one, in every worker alike


def free_port() -> int:
    """A port that nobody listens on, and that nobody is given until a service asks for it by its number."""
    while True:
        port = _random.randrange(FIRST, LAST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
