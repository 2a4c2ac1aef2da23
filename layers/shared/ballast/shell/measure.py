"""Which steps of a disruption are counted as metrics? Read off the ledger's writes, each of which succeeds once."""

from __future__ import annotations

from ballast.records.disruption import Disruption, Phase
from ballast.records.kept import Kept
from ballast.telemetry import count

TIMED_OUT = frozenset({Phase.FORCED, Phase.ESCALATED, Phase.ROLLED_BACK})


def measure(before: Kept | None, after: Kept | None) -> None:
    """DrainsStarted, DrainsFinished, DrainsTimedOut and TasksMoved, by cluster and reason."""
    if not isinstance(before, Disruption) or not isinstance(after, Disruption) or before.phase is after.phase:
        return
    if after.phase is Phase.DRAINED:
        _count("DrainsFinished", before)
        if before.tasks_at_start:
            _count("TasksMoved", before, before.tasks_at_start)
    elif before.phase is Phase.CLAIMED:
        _count("DrainsStarted", before)
    elif after.phase in TIMED_OUT or before.phase is Phase.ROLLING_BACK:
        _count("DrainsTimedOut", before)


def _count(name: str, disruption: Disruption, number: int = 1) -> None:
    count(name, number, cluster=disruption.cluster, reason=disruption.reason)
