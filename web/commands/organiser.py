"""`hearing organiser --reissue`: a new organiser's code, for the lost laptop."""

import sys
from argparse import Namespace

import qrcode

from ballots.tokens import Token
from web.commands import Subparsers
from web.keys import Keys
from web.settings import Settings, read_settings


def add(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("organiser", help="make a new code for the organiser")
    parser.add_argument(
        "--reissue", action="store_true", required=True, help="the code before is no longer good"
    )
    parser.set_defaults(run=run)


def run(_arguments: Namespace) -> int:
    """Issue a new code and show it; whoever was signed in by the one before is signed out."""
    settings = read_settings()
    show(settings, Keys(settings.data).issue_organiser())
    return 0


def show(settings: Settings, token: Token) -> None:
    """Print the organiser's address, as a code to scan and as text. It is shown once and kept nowhere."""
    address = f"{settings.url}/o#{token.text}"
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    code.print_ascii(out=sys.stdout, invert=True)
    print(
        f"Organiser (主办方): {address}\nWhoever has this code can convene meetings. It is not shown again."
    )
