"""May a drill be asked for? It is written down as a drain that waits; drain_instance begins it, or says why not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ballast.facts.view import Cluster
from ballast.records.command import Command
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.rollout import InstanceUpdate, Stage

if TYPE_CHECKING:
    from typing import Protocol

    class Books(Protocol):
        """What the ledger holds about the cluster."""

        @property
        def disruptions(self) -> tuple[Disruption, ...]: ...
        @property
        def updates(self) -> tuple[InstanceUpdate, ...]: ...
        @property
        def unread_drains(self) -> frozenset[str]: ...


def wanted_drill(command: Command, now: datetime) -> Disruption:
    """Heard again it is the same."""
    return Disruption(
        str(command.cluster), str(command.instance), Reason.DRILL, Phase.WAITING, forced=False,
        started_at=min(command.at, now), revision=1,
    )  # fmt: skip


def why_no_drill(wanted: Disruption, cluster: Cluster, books: Books, now: datetime) -> str | None:
    """In a sentence; None where it may be asked for, or was by the same word."""
    if any(
        (d.item, d.reason, d.started_at) == (wanted.item, wanted.reason, wanted.started_at) for d in books.disruptions
    ):
        return None
    if pause := cluster.policy.pause(now):
        return f"{pause.words}, so nothing voluntary begins."
    if wanted.instance_id in books.unread_drains:
        return f"What was begun with {wanted.instance_id} cannot be read."
    for each in books.disruptions:
        if each.instance_id == wanted.instance_id:
            why = f"{each.reason}, {each.phase}".replace("_", " ")
            return f"{wanted.instance_id} is drained already, or was a short while ago ({why})."
        if each.reason is Reason.DRILL:
            return f"A drill of {each.instance_id} is under way in {cluster.name}, and there is one at a time."
    if any(u.instance_id == wanted.instance_id and u.stage is not Stage.DONE for u in books.updates):
        return f"{wanted.instance_id} is being updated."
    return None
