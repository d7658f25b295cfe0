"""`hearing serve`: run the service."""

from argparse import Namespace

from web.commands import Subparsers
from web.commands.organiser import show
from web.keys import Keys
from web.server import serve
from web.settings import keep_private, own_address, read_settings

DESCRIPTION = """Run the service. Everything to back up is in one folder, HEARING_DATA (./hearing-data).
HEARING_URL is the address under which phones reach it; HEARING_HOST and HEARING_PORT say where it listens."""


def add(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("serve", help="run the service", description=DESCRIPTION)
    parser.set_defaults(run=run)


def run(_arguments: Namespace) -> int:
    """Serve until told to stop. The first start prints the organiser's code."""
    settings = read_settings()
    keep_private(settings.data)
    keys = Keys(settings.data)
    if keys.organiser() is None:
        show(settings, keys.issue_organiser())
    print(f"{settings.url}/  (Ctrl-C stops the service)", flush=True)
    if settings.only_here:
        address = f"http://{own_address()}:{settings.port}"
        print(f"Phones cannot reach it: start it with HEARING_HOST=0.0.0.0 HEARING_URL={address}", flush=True)
    serve(settings)
    return 0
