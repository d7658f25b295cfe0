"""Lighthouse on the phone's page, as a cheap phone on a poor network: figures for the eye, not a bar.

360 × 740, 400 kbit/s, 400 ms, CPU ÷ 6, simulated; needs npm, which fetches Lighthouse, and Chromium.
`python -m tests.bench.page`
"""

import asyncio
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.bench.accept import prepare, served
from tests.ports import free_port

LIGHTHOUSE = "lighthouse@12.8.2"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SETTINGS = (
    "--quiet",
    "--output=json",
    "--only-categories=performance,accessibility,best-practices",
    "--form-factor=mobile",
    "--screenEmulation.mobile",
    "--screenEmulation.width=360",
    "--screenEmulation.height=740",
    "--screenEmulation.deviceScaleFactor=2",
    "--throttling-method=simulate",
    "--throttling.rttMs=400",
    "--throttling.throughputKbps=400",
    "--throttling.cpuSlowdownMultiplier=6",
    f"--chrome-flags={' '.join(FLAGS)}",
)
AUDITS = {
    "FCP": "first-contentful-paint",
    "TTI": "interactive",
    "TBT": "total-blocking-time",
    "bytes": "total-byte-weight",
}


def run() -> str:
    """The figures as a line, or what is missing."""
    chromium, npm = shutil.which("chromium"), shutil.which("npm")
    if chromium is None or npm is None:
        return "skipped: apt-get install chromium npm"
    with tempfile.TemporaryDirectory() as folder:
        hearing, _ = asyncio.run(prepare(Path(folder), 3))
        port = free_port()
        told = {"HEARING_DATA": folder, "HEARING_URL": f"http://127.0.0.1:{port}", "HEARING_PORT": str(port)}
        with served(["-m", "web.cli", "serve"], port, told):
            page = f"http://127.0.0.1:{port}/h/{hearing}/me"
            done = subprocess.run(
                [npm, "exec", "--yes", LIGHTHOUSE, "--", page, *SETTINGS],
                env=os.environ | {"CHROME_PATH": chromium},
                capture_output=True,
                text=True,
                check=False,
                cwd=folder,
            )
    if done.returncode:
        return f"failed: {done.stderr.strip()[-300:]}"
    found = json.loads(done.stdout)
    scores = "  ".join(f"{name} {one['score']:.2f}" for name, one in found["categories"].items())
    audits = "  ".join(f"{name} {found['audits'][audit]['displayValue']}" for name, audit in AUDITS.items())
    return f"{scores}\n{audits}"


if __name__ == "__main__":
    print(run())
