"""Is what Ballast launched before a repair given back once it is not needed?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator.journal import BALLAST
from simulator.ledger_watch import OVER
from simulator.moves import rebalances
from simulator.repairs import REPAIR
from simulator.stage import Stage
from simulator.world.core.core import Fact

GIVEN_BACK_WITHIN_S = 20 * 60.0  # a group that cannot be asked is tried for a quarter of an hour


@dataclass(slots=True)
class Raise:
    """One more that Ballast wanted of a group; `newcomers`: what was launched for it and runs nothing but daemons."""

    at_s: float
    desired: int
    newcomers: set[str] = field(default_factory=set)
    over_s: float | None = None  # when the repair ended
    ill: str = ""


def what_was_launched_first_goes_again(stage: Stage) -> Iterator[str]:
    """Where the ill one stays, nobody else has sized the group since, and no task but daemons' came to what was launched."""
    for name, raised in sorted(_raises(stage).items()):
        group = stage.world.groups.groups.get(name)
        if group is None or group.cluster is None or rebalances(stage, group.cluster.name):
            continue
        if raised.over_s is None or stage.clock.now_s - raised.over_s < GIVEN_BACK_WITHIN_S:
            continue
        ill = stage.world.ec2.instances.get(raised.ill)
        spare = any(not _works(stage, instance) for instance in raised.newcomers)
        if ill is not None and not ill.going and group.desired == raised.desired and spare:
            yield (
                f"{name} still wants the one more that was launched at {raised.at_s:.0f} s for {raised.ill}, "
                f"whose repair was over at {raised.over_s:.0f} s"
            )


def _raises(stage: Stage) -> dict[str, Raise]:
    """By group, those that nobody has taken back or made use of."""
    found: dict[str, Raise] = {}
    lowered: set[str] = set()  # whose end was asked for together with their place
    for fact in stage.world.journal:
        data = fact.data
        if fact.kind == "desired_set":
            one_more = data["actor"] == BALLAST and data["new"] == data["old"] + 1
            found.pop(data["group"], None)
            found |= {data["group"]: Raise(fact.at_s, data["new"])} if one_more else {}
        elif fact.kind == "instance_launched" and data["group"] in found:
            found[data["group"]].newcomers.add(data["instance"])
        elif fact.kind == REPAIR and data["phase"] == OVER and data["group"] in found:
            raised = found[data["group"]]
            if raised.over_s is None:  # any later one is of another instance
                raised.over_s, raised.ill = fact.at_s, data["instance"]
        elif fact.kind == "asked" and data["params"].get("ShouldDecrementDesiredCapacity"):
            lowered.add(data["params"].get("InstanceId", ""))
        elif (gone := _no_more_spare(stage, fact)) is not None:
            for group, raised in tuple(found.items()):
                if gone in raised.newcomers & lowered:
                    del found[group]  # who grows it again is somebody else
                raised.newcomers.discard(gone)
    return found


def _works(stage: Stage, instance: str) -> bool:
    hosts = (cluster.by_ec2_id.get(instance) for cluster in stage.world.clusters.values())
    tasks = (task for host in hosts if host for task in host.unfinished.values())
    return any(task.service is None or not task.service.daemon for task in tasks)


def _no_more_spare(stage: Stage, fact: Fact) -> str | None:
    """The instance that goes, or to which a task comes that is no daemon's."""
    if fact.kind == "instance_state" and fact.data["state"] == "shutting-down":
        return str(fact.data["instance"])
    if fact.kind != "task_placed":
        return None
    service = stage.world.clusters[fact.data["cluster"]].services.get(fact.data["service"] or "")
    return None if service is not None and service.daemon else str(fact.data["instance"])


LAUNCHED_FIRST_INVARIANTS = (what_was_launched_first_goes_again,)
