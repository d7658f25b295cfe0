"""What a running service is told from outside: the environment variables HEARING_*, and nothing else."""

import ipaddress
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class SettingsError(ValueError):
    """A variable has a value that cannot be used; the message names both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One service.

    Attributes:
        data: the one folder to back up: database, keys, checkpoint lock.
        url: scheme and host under which phones reach the service, `https://hall.example`; no path.
        database: `sqlite:///FILE` or `postgresql://…`.
        host: address to listen on.
        port: TCP port to listen on.
        zone: IANA time zone of new communities.
    """

    data: Path
    url: str
    database: str
    host: str = "127.0.0.1"
    port: int = 8000
    zone: str = "Asia/Shanghai"

    @property
    def authority(self) -> str:
        """Host and, if there is one, port of the public URL: the HOST of a record's origin."""
        return urlsplit(self.url).netloc

    @property
    def secure(self) -> bool:
        """Whether phones come by https, so that cookies may insist on it."""
        return self.url.startswith("https://")

    @property
    def only_here(self) -> bool:
        """Whether no other machine can open the public URL."""
        return is_only_here(self.url)


def keep_private(data: Path) -> None:
    """Make the data folder, for its owner only, and whatever this process writes from now on likewise."""
    os.umask(0o077)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)


def is_only_here(url: str) -> bool:
    """Whether a URL leads every machine to itself: a loopback address, or none in particular (0.0.0.0)."""
    host = urlsplit(url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def own_address() -> str:
    """This machine's address in its network; nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in the environment, with their defaults.

    * `HEARING_DATA`: folder, default `./hearing-data`.
    * `HEARING_URL`: public URL, default `http://HOST:PORT`.
    * `HEARING_DATABASE_URL`: default the SQLite file `hearing.db` in the data folder.
    * `HEARING_HOST`, `HEARING_PORT`: default `127.0.0.1`, `8000`.
    * `HEARING_ZONE`: default `Asia/Shanghai`.

    Raises:
        SettingsError: a value that cannot be used.
    """
    env = os.environ if environ is None else environ
    data = Path(env.get("HEARING_DATA", "hearing-data")).absolute()
    host = env.get("HEARING_HOST", "127.0.0.1")
    port = _port(env.get("HEARING_PORT", "8000"))
    return Settings(
        data=data,
        url=_url(env.get("HEARING_URL", f"http://{host}:{port}")),
        database=env.get("HEARING_DATABASE_URL", f"sqlite:///{data / 'hearing.db'}"),
        host=host,
        port=port,
        zone=_zone(env.get("HEARING_ZONE", "Asia/Shanghai")),
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"HEARING_PORT is not a port: {text!r}")
    return int(text)


def _url(text: str) -> str:
    parts = urlsplit(text)
    plain = parts.netloc and not (
        parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    )
    if parts.scheme not in ("http", "https") or not plain:
        raise SettingsError(f"HEARING_URL is scheme and host, such as https://hall.example, not {text!r}")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsError(f"HEARING_ZONE is not an IANA time zone: {text!r}") from None
    return text
