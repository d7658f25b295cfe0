"""What the service is measured against: a bare endpoint that decodes the same body and verifies the same signature."""

import json
import sys
from pathlib import Path

import uvicorn
import uvloop
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from litestar import Litestar, post
from litestar.params import JSONBody

from ballots.encoding import unb64url
from web.api.acts import ActIn

KEYS = {
    kid: Ed25519PublicKey.from_public_bytes(bytes.fromhex(raw))
    for kid, raw in json.loads(Path(sys.argv[2]).read_text()).items()
}


@post("/acts")
async def accept(data: JSONBody[ActIn]) -> dict[str, bool]:
    """Verify, and say so."""
    signed, _, signature = data.jws.rpartition(".")
    header = unb64url(signed.partition(".")[0])
    KEYS[header[24:67].decode()].verify(unb64url(signature), signed.encode())
    return {"ok": True}


app = Litestar([accept], openapi_config=None, logging_config=None)

if __name__ == "__main__":
    uvloop.run(
        uvicorn.Server(
            uvicorn.Config(
                app,
                port=int(sys.argv[1]),
                http="httptools",
                ws="none",
                lifespan="off",
                access_log=False,
                log_config=None,
            )
        ).serve()
    )
