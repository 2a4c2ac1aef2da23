"""What came of rebalancing: money before and after, beside the least that any plan could cost; moves, launches, waiting."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from ballast.packing.bound import lower_bound
from ballast.packing.checks import UnplaceableError
from ballast.packing.model import Pool, Shape
from simulator.journal import BALLAST
from simulator.ledger_watch import OVER
from simulator.moves import MOVE, REBALANCE, UNPLACED
from simulator.rebalance_blocked import blocked_of
from simulator.stage import Stage
from simulator.world.autoscaling.group_records import Group
from simulator.world.core.core import Fact
from simulator.world.core.records import Cluster
from simulator.world.core.task_spec import TaskSpec


def rebalance_of(stage: Stage) -> dict[str, Any] | None:
    """None where no cluster says anything of rebalancing."""
    if not any(REBALANCE in cluster.tags for cluster in stage.world.clusters.values()):
        return None
    journal, ends = stage.world.journal, _ends(stage)
    return {
        "usd_per_hour_before": round(stage.usd_per_hour_before, 4),
        "usd_per_hour_after": round(float(stage.world.usd_per_hour()), 4),
        "bound_usd_per_hour": round(bound_usd_per_hour(stage), 4),
        "moves": len(ends),
        "moves_undone": sum(not gone for gone in ends),
        "launched": len(launched_by_ballast(journal)),
        "given_back": sum(ends),
        "pending_task_minutes": pending_task_minutes(journal, stage.clock.now_s),
        "blocked": blocked_of(stage),
    }


def launched_by_ballast(journal: list[Fact]) -> dict[str, float]:
    """When, by instance: what followed from a desired capacity that it raised, and what it launched by call."""
    awaited: Counter[str] = Counter()  # by group
    launched: dict[str, list[str]] = defaultdict(list)
    ours: dict[str, float] = {}
    for fact in journal:
        data = fact.data
        if fact.kind == "instance_launched" and data["group"]:
            launched[data["group"]].append(data["instance"])
            if awaited[data["group"]]:
                awaited[data["group"]] -= 1
                ours[data["instance"]] = fact.at_s
        elif data.get("actor") == BALLAST and fact.kind == "desired_set":
            awaited[data["group"]] = max(0, data["new"] - data["living"])
        elif data.get("actor") == BALLAST and fact.kind == "launched_by_call":
            newest = launched[data["group"]]
            ours |= dict.fromkeys(newest[len(newest) - data["launched"] :], fact.at_s)
    return ours


def pending_task_minutes(journal: list[Fact], until_s: float) -> float:
    """Of tasks for which there was no room, in PROVISIONING or not even there."""
    since: dict[str, float] = {}
    unplaced: dict[tuple[str, str], int] = {}
    last_s = total_s = 0.0
    for fact in journal:
        data = fact.data
        total_s += (len(since) + sum(unplaced.values())) * (fact.at_s - last_s)
        last_s = fact.at_s
        if fact.kind == "task_waits":
            since[data["task"]] = fact.at_s
        elif fact.kind in ("task_placed", "task_gave_up"):
            since.pop(data["task"], None)
        elif fact.kind == UNPLACED:
            unplaced[data["cluster"], data["service"]] = data["tasks"]
    total_s += (len(since) + sum(unplaced.values())) * (until_s - last_s)
    return round(total_s / 60, 1)


def bound_usd_per_hour(stage: Stage) -> float:
    """What no plan undercuts for the tasks that there are, on what their groups may launch; daemons take their part of each."""
    return sum(_bound(stage, cluster) for cluster in stage.world.clusters.values() if REBALANCE in cluster.tags)


def _bound(stage: Stage, cluster: Cluster) -> float:
    pools = {pool.name: group.capacity_provider for group, pool in _pools(stage, cluster)}
    known = [pool for _, pool in _pools(stage, cluster)]
    demand: Counter[Shape] = Counter()
    for number, (spec, provider, copies) in enumerate(_wanted(cluster)):
        may = frozenset(name for name, of in pools.items() if provider in (None, of))
        needs = {"cpu": spec.cpu, "memory": spec.memory_mib, "gpu": spec.gpus, "eni": int(spec.awsvpc)}
        demand[
            Shape(f"{number} {spec.definition}", {key: amount for key, amount in needs.items() if amount}, None, may)
        ] += copies
    demand = Counter({shape: copies for shape, copies in demand.items() if shape.pools})
    try:
        return lower_bound(demand, known).usd_per_hour if demand else 0.0
    except UnplaceableError as error:
        misfits = {misfit.shape for misfit in error.misfits}
        left = {shape: copies for shape, copies in demand.items() if shape.name not in misfits}
        return lower_bound(left, known).usd_per_hour if left else 0.0


def _pools(stage: Stage, cluster: Cluster) -> Iterator[tuple[Group, Pool]]:
    daemons = [s.spec for s in cluster.services.values() if s.daemon]
    cpu, memory = sum(d.cpu for d in daemons), sum(d.memory_mib for d in daemons)
    for group in stage.world.groups.groups.values():
        if group.cluster is not cluster:
            continue
        for shape in group.shapes:
            price = min(stage.world.ec2.prices.assumed(shape, zone, spot=group.spot) for zone in group.zones)
            room = {"cpu": shape.cpu - cpu, "memory": shape.memory_mib - memory, "gpu": shape.gpus}
            room["eni"] = max(shape.task_enis, shape.trunk_enis)
            yield group, Pool(f"{group.name} {shape.instance_type}", shape.instance_type, room, float(price))


def _wanted(cluster: Cluster) -> Iterator[tuple[TaskSpec, str | None, int]]:
    """What runs and what waits, by provider; what a service lacks beyond that, of the first of its providers."""
    there: Counter[tuple[TaskSpec, str | None]] = Counter()
    for task in cluster.tasks.values():
        if not task.is_daemon and task.desired_status == "RUNNING" and task.last_status != "STOPPED":
            there[task.spec, task.provider] += 1
    there.update((one.spec, one.provider) for one in cluster.waiting.values())
    for service in cluster.services.values():
        if service.unplaced and not service.daemon:
            there[service.spec, service.strategy[0].provider if service.strategy else None] += service.unplaced
    for (spec, provider), copies in there.items():
        yield spec, provider, copies


def _ends(stage: Stage) -> list[bool]:
    """Of each move that is over whether its instance went."""
    over: Mapping[str, Fact] = {
        f.data["instance"]: f for f in stage.world.journal if f.kind == MOVE and f.data["phase"] == OVER
    }
    instances = stage.world.ec2.instances
    return [instance not in instances or instances[instance].going for instance in over]
