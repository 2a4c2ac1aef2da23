"""How does a record of the ledger move on? By its next revision, which every write is conditional on."""

from __future__ import annotations

from dataclasses import replace

from ballast.records.kept import Kept


def next_revision[T: Kept](record: T) -> T:
    """The record, changed or not, one revision later: `next_revision(replace(known, phase=Phase.DRAINED))`.

    The changes are not its own arguments, because a type checker knows the fields of `replace` only.
    """
    return replace(record, revision=record.revision + 1)
