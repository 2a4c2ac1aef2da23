"""Which records end although no part settles them? A move of a provider or group that is no more, a shortage long over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ballast.rebalance.acts import Do, GoOn, Round
from ballast.rebalance.ground import Ground
from ballast.rebalance.settle import settle
from ballast.rebalance.shortages import FORGOTTEN
from ballast.records.rebalancing import Shortage

PATIENCE = timedelta(hours=1)  # after a move's deadline: its provider may only be unreadable for a while


def settled(ground: Ground) -> Round:
    """A round in which what is under way takes its next step, and nothing begins."""
    acts = [act for part in ground.parts for act in settle(ground, part)]
    return Round((*acts, *orphans(ground)), (), (), ground.now)


def orphans(ground: Ground) -> Iterator[GoOn]:
    """Moves of no part, or of one whose group cannot be read: undone if the instance is still registered, else forgotten.

    At once where its group, which can be read or was deleted, does not have it either; else what is unknown is waited for.
    """
    of_parts = {move.instance_id for part in ground.parts if part.group for move in part.moves}
    registered = {instance.id for instance in ground.snapshot.instances}
    members = dict.fromkeys(ground.snapshot.deleted, frozenset[str]())
    members |= {group.name: group.capacity.members for group in ground.snapshot.groups}
    for move in ground.snapshot.moves:
        gone = move.group in members and move.instance_id not in members[move.group] | registered
        if move.instance_id in of_parts or not (gone or ground.now - move.deadline > PATIENCE):
            continue
        if move.instance_id in registered:
            why = "its capacity provider or group cannot be read, or is not that of the cluster any more"
            yield GoOn(move, Do.UNDO, why, None)
        else:
            yield GoOn(move, Do.FINISH, "neither it nor its provider or group belongs to the cluster any more", None)


def forgotten(ground: Ground) -> tuple[Shortage, ...]:
    """Those that nobody has to remember: the pool begins anew."""
    return tuple(
        s for s in ground.snapshot.shortages if ground.now - s.failed_at >= FORGOTTEN and ground.now >= s.until
    )
