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
    print(
        f"The meeting has ended: see /h/{cast.hearing}. Stop with Ctrl-C; started again, a new one begins.\n"
        f"会议已经结束，结果见 /h/{cast.hearing}。按 Ctrl-C 停止；再次启动会开新的一次。",
        flush=True,
    )


main()
