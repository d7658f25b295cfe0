"""Files of ballots, in and out: bytes become a `Profile`, and back. Nothing here opens a file."""
