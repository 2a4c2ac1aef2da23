"""How does a record of the ledger move on? By its next revision, which every write is conditional on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ballast.records.kept import Kept


def next_revision[T: Kept](record: T, **changes: Any) -> T:
    """The record with the changes, one revision later."""
    return replace(record, revision=record.revision + 1, **changes)
