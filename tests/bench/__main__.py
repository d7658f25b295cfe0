"""The table of ratios: `make bench`. Each is measured in one run against something honest.

Machines differ and are shared: a ratio is the figure to quote, a rate or a time stands beside it for the eye.
"""

from tests.bench import accept, box, crowd, encrypt, motion, page, secret, stv, verify
from tests.soak import SOAKS

VOTERS = 400
ROUNDS = 100


def main() -> None:
    """Print every part as it is done."""
    print("Ballots over HTTP, SQLite, one worker, 64 clients", flush=True)
    print(accept.table(*accept.run(VOTERS)), end="\n\n", flush=True)
    print("Encrypted ballots over HTTP, SQLite, one worker, 64 clients", flush=True)
    print(box.run(VOTERS // 2), end="\n\n", flush=True)
    print("The auditor's command", flush=True)
    print(verify.run(1000, 100), end="\n\n", flush=True)
    print("Scottish STV", flush=True)
    print(stv.run(), end="\n\n", flush=True)
    print("A motion by heads and area", flush=True)
    print(motion.run(1_000_000), end="\n\n", flush=True)
    print("A hall of phones", flush=True)
    print(crowd.run(1000), end="\n\n", flush=True)
    print("Verifying a secret poll", flush=True)
    print(secret.run(1000), end="\n\n", flush=True)
    print("A secret ballot in Chromium", flush=True)
    print(encrypt.run(), end="\n\n", flush=True)
    print("Lighthouse, the phone's page", flush=True)
    print(page.run(), end="\n\n", flush=True)
    for name, soak in SOAKS.items():
        print(f"{name}: {soak(ROUNDS, 2026)}", flush=True)


if __name__ == "__main__":
    main()
