"""The one exception that says no to an act.

A refusal leaves the record as it was.
Its code is stable and public (docs/spec.md, "Refusals");
what a person reads is written in their language at the edge.
"""


class Refused(Exception):  # noqa: N818 - the field's word is refusal, and it is no fault of ours
    """An act that may not enter the record.

    Attributes:
        code: stable, lower-case, with hyphens, for instance ``poll-closed``.
        facts: what the sentence for people needs, for instance ``{"present": 40, "needed": 41}``.
    """

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({facts})" if facts else self.code
