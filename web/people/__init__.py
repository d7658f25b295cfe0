"""The people behind the record: names, homes, contacts, cards. Ordinary tables, erasable.

Nothing of this is in the record, which knows salted commitments only
(docs/decisions/0006-erasable-people.md).
"""
