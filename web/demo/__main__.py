"""The players' process: `python -m web.demo DATA URL PACE`."""

import asyncio
import signal
import sys
from pathlib import Path

from web.demo.cast import load
from web.demo.play import Play


def main() -> None:
    """Play until the meeting has ended or the service stops."""
    data, url, pace = sys.argv[1:]
    cast = load(Path(data))
    if cast is None:
        sys.exit("there is no demo in this folder")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    asyncio.run(Play(cast, url, float(pace)).run())


main()
