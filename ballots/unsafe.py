"""When a record must not go on: what happened, what is safe, and what the person in charge can do."""

_SENTENCES = {
    "database-behind": """\
The database holds {held} acts of this hearing, but this service has signed that there were {signed}.
Most likely the database was restored from an older backup.
What is safe: nothing was changed. The receipts that people hold remain proof of their acts.
What to do: bring back the newest copy of the database (SQLite: the file and the -wal file beside it)
and start again. Do not delete the checkpoint lock: it is what noticed. If the missing acts are lost
for good, say so to everyone, keep both files, and hold the hearing again under a new id.""",
    "other-history": """\
The database tells another history of this hearing than the one this service has signed:
the first {signed} acts are not the same. It was altered, or it belongs to another installation.
What is safe: nothing was changed. The signed checkpoint is in the checkpoint lock, and the receipts
that people hold remain proof of their acts.
What to do: keep a copy of both files as evidence, bring back the database that belongs to this
service, and start again. Do not delete the checkpoint lock.""",
    "database-damaged": """\
Act {seq} of this hearing is missing from the database or is not what was written ({why}).
What is safe: nothing was changed. The receipts that people hold remain proof of their acts.
What to do: keep a copy of the database as evidence, bring back a good copy that is at least as new,
and start again.""",
    "lock-unreadable": """\
The last signed checkpoint of this hearing cannot be believed: {why}.
The checkpoint lock was altered, or the service's key is not the one that signed it.
What is safe: nothing was changed.
What to do: bring back the key and the checkpoint lock from the same data folder, and start again.""",
}


class Unsafe(Exception):  # noqa: N818 - it says what going on would be
    """The record stops, or does not start, because going on would break a promise it has signed.

    Attributes:
        code: `database-behind`, `other-history`, `database-damaged` or `lock-unreadable`.
        hearing: the hearing's id, or the origin of its record.
        facts: what the sentence needs, for instance ``{"held": 120, "signed": 128}``.
    """

    def __init__(self, code: str, hearing: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.hearing = hearing
        self.facts = facts

    def __str__(self) -> str:
        return f"Hearing {self.hearing}\n{_SENTENCES[self.code].format(**self.facts)}"
