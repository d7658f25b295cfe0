"""`hearing demo`: a sample hearing that runs by itself, for a newcomer to watch and to join."""

import contextlib
import os
import signal
import subprocess
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import qrcode

from web.access.checkin import screen_key
from web.commands import Subparsers
from web.demo.cast import Cast, load
from web.demo.play import PATIENCE, SECRET_PATIENCE
from web.demo.sample import again, prepare
from web.server import serve
from web.service import Service
from web.settings import Settings, keep_private, own_address, read_settings

DESCRIPTION = """Convene a sample meeting and let a script run it; join with a phone, or take over as chair.
The data is in HEARING_DATA (./hearing-demo): stop with Ctrl-C and start again, everything is still there."""


def add(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("demo", help="watch a sample meeting", description=DESCRIPTION)
    parser.add_argument("--pace", type=float, default=2.0, help="seconds between two steps (default 2)")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Serve the sample hearing until told to stop."""
    settings = _settings()
    keep_private(settings.data)
    players: list[subprocess.Popen[bytes]] = []

    async def ready(service: Service) -> None:
        cast = load(settings.data) or await prepare(service)
        if await service.hearings.is_over(cast.hearing):
            print("The meeting before has ended; this is a new one. 上一次会议已经结束，这是新的一次。")
            cast = await again(service, cast)
        _show(settings, cast, screen_key(service.keys, cast.hearing), arguments.pace)
        players.append(_start_players(settings, arguments.pace))

    try:
        serve(settings, ready)
    finally:
        for process in players:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
    return 0


def _settings() -> Settings:
    """As for `serve`, but under an address that a phone in the same network can reach."""
    chosen = {"HEARING_DATA": "hearing-demo", "HEARING_HOST": "0.0.0.0", **os.environ}  # noqa: S104 - phones must reach it
    settings = read_settings(chosen)
    if "HEARING_URL" not in os.environ and settings.host == "0.0.0.0":  # noqa: S104 - as above
        settings = replace(settings, url=f"http://{own_address()}:{settings.port}")
    return settings


def _start_players(settings: Settings, pace: float) -> subprocess.Popen[bytes]:
    address = f"http://127.0.0.1:{settings.port}"
    arguments = [sys.executable, "-m", "web.demo", str(settings.data), address, str(pace)]
    return subprocess.Popen(arguments, start_new_session=True)  # noqa: S603 - ourselves


def _show(settings: Settings, cast: Cast, key: str, pace: float) -> None:
    page = f"{settings.url}/h/{cast.hearing}"
    join = f"{settings.url}/j/{cast.community}#"
    card = f"{join}{cast.guest}.{cast.anchor}"
    office = cast.supervisor and (
        f"  cosign   监督员  {join}{cast.supervisor}.{cast.anchor}\n"
        f"                   (you are {cast.supervisor_name}, to sign with the chair and to hold a key\n"
        "                   of the secret vote's box; in another browser)\n"
    )
    secret, other = (f"{steps * pace / 60:.2g}" for steps in (SECRET_PATIENCE, PATIENCE))
    code = qrcode.QRCode(border=2)
    code.add_data(card)
    code.print_ascii(out=sys.stdout, invert=True)
    print(
        f"""Scan the code with a phone in this network: you are {cast.guest_name}, representative.
扫描二维码：您是居民代表{cast.guest_name}。

  phone    手机    {card}
  screen   大屏幕  {page}/screen#{key}
  console  主持台  {join}{cast.chair}.{cast.anchor}
                   (you are {cast.chair_name}; once you enter, the scripted chair leaves the meeting to you)
{office}  public   公示页  {page}
  bundle   审计包  {page}/{cast.hearing}.zip

Once you are checked in, the chair waits for your ballot: {secret} minutes in the secret vote, else {other}.
您报到以后，主持人会等您投票：无记名表决等 {secret} 分钟，其他表决等 {other} 分钟。

This is a rehearsal in {_short(settings.data)}. Ctrl-C stops it; start it again and it goes on.
演练数据保存在 {_short(settings.data)}，Ctrl-C 停止，再次启动接着进行。
""",
        flush=True,
    )


def _short(folder: Path) -> str:
    with contextlib.suppress(ValueError):
        return str(folder.relative_to(Path.cwd()))
    return str(folder)
