"""What a hearing's papers say, in one language: taken from its state, given to `web.print.forms` to typeset.

The same content makes the PDF and the page. Names come in from outside, masked for the public.
"""
