"""Small changes to exact bytes, for the property that each of them is noticed."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn


@st.composite
def changed(draw: DrawFn, raw: bytes) -> bytes:
    """The bytes with one of them replaced, taken out, doubled or put in."""
    at = draw(st.integers(0, len(raw) - 1))
    other = draw(st.integers(0, 255).filter(lambda byte: byte != raw[at]))
    kind = draw(st.sampled_from(["replace", "remove", "insert"]))
    if kind == "replace":
        return raw[:at] + bytes([other]) + raw[at + 1 :]
    if kind == "remove":
        return raw[:at] + raw[at + 1 :]
    return raw[:at] + bytes([other]) + raw[at:]
