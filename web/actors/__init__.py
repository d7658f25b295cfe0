"""People's devices as scripts play them, over HTTP."""
