"""What was done since the last daily report? Counted as it ends, since a move is forgotten then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ballast.rebalance.acts import Act, Do, GoOn, Launch
from ballast.rebalance.explain import micro
from ballast.records.rebalancing import MovePhase, Tally


def counted(tally: Tally, acts: Iterable[Act]) -> Tally:
    """With these acts, which were done; the same value where they add nothing."""
    after = tally
    for act in acts:
        if isinstance(act, Launch):
            after = replace(after, launched=after.launched + act.add)
        elif isinstance(act, GoOn) and act.do is Do.UNDO:
            after = replace(after, undone=after.undone + 1)
        elif isinstance(act, GoOn) and is_given_back(act):
            after = replace(
                after,
                given_back=after.given_back + 1,
                tasks=after.tasks + act.move.tasks,
                micro_usd_per_hour=after.micro_usd_per_hour + micro(act.move.saving_usd_per_hour),
            )
    return tally if after == tally else replace(after, revision=tally.revision + 1)


def is_given_back(act: GoOn) -> bool:
    """By us: what went before its group was told to terminate it may be replaced."""
    return act.do is Do.FINISH and act.move.phase is MovePhase.TERMINATING
