"""Secret ballots: the Belenios protocol v1 over BELENIOS-2048, which foreign programs verify.

The specification: https://www.belenios.org/specification.pdf (2.0). What is read here is read strictly:
the exact bytes, every element in the group, every exponent in its range, no unknown fields.
"""
