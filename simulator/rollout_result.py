"""What a rollout did to the fleet, read from the journal and the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ballast.aws.ledger_items import read_all
from ballast.policy.policy import Policy, read_policy
from ballast.records.kept import Kept
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState
from simulator.stage import Stage
from simulator.world.core.core import Fact

BALLAST = "ballast"
EXTERNAL = "mi-"  # how the ids of hosts of ECS Anywhere begin


def rollout_of(items: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The rollout in the ledger as it stands, None when there is none."""
    rollout = next((r for r in rollouts_in(items)), None)
    if rollout is None:
        return None
    kept = ("target", "total", "on_target", "failed", "excluded", "halted_reason")
    return {"state": rollout.state.value, **{name: getattr(rollout, name) for name in kept}}


def updates_in(items: list[dict[str, Any]]) -> list[InstanceUpdate]:
    return list(_those(InstanceUpdate, items, "update#"))


def rollouts_in(items: list[dict[str, Any]]) -> Iterator[Rollout]:
    return iter(_those(Rollout, items, "rollout#"))


def _those[T: Kept](kind: type[T], items: list[dict[str, Any]], prefix: str) -> tuple[T, ...]:
    """As Ballast sees them: what an attacker has spoilt is put right later, and judged then."""
    return read_all(kind, (item for item in items if item["item"]["S"].startswith(prefix)))[0]


def rollouts_under_way(items: list[dict[str, Any]]) -> list[Rollout]:
    return [r for r in rollouts_in(items) if r.state in (RolloutState.RUNNING, RolloutState.ROLLING_BACK)]


def budget_violations(stage: Stage) -> Iterator[str]:
    """Each time that Ballast sets an instance DRAINING of its own will while the cluster's budget is used up.

    Used up by every instance that is draining or whose agent is disconnected, whoever is to blame. A drain that an
    interruption, a scheduled change or a scale-in forces does not count as Ballast's will.
    """
    out: dict[str, set[str]] = defaultdict(set)
    members: dict[str, set[str]] = {
        name: {id_ for id_ in c.by_ec2_id if not id_.startswith(EXTERNAL)} for name, c in stage.world.clusters.items()
    }
    forced: set[str] = set()
    for fact in stage.world.journal:
        data = fact.data
        if fact.kind in ("spot_warned", "capacity_reservation_warned", "hook_waiting", "rebalance_recommended"):
            forced.add(data["instance"])
        elif fact.kind in ("retirement_scheduled", "capacity_block_ends"):
            forced |= set(data["instances"])
        elif fact.kind == "instance_state" and data["state"] in ("stopping", "shutting-down"):
            forced.add(data["instance"])
        elif str(data.get("instance")).startswith(EXTERNAL):
            continue  # not Ballast's, and no part of the budget
        elif fact.kind == "container_instance_status":
            cluster, instance = data["cluster"], data["instance"]
            if data["new"] != "DRAINING":
                out[cluster].discard(instance)
                continue
            out[cluster].add(instance)
            allowed = budget_of(stage, cluster, len(members[cluster] | out[cluster]))
            if data["actor"] == BALLAST and instance not in forced and len(out[cluster] - forced) > allowed:
                yield f"{fact.at_s:.0f} s: {len(out[cluster] - forced)} of {cluster} out of service, allowed {allowed}"
        elif fact.kind == "container_instance_deregistered":
            out[data["cluster"]].discard(data["instance"])
            members[data["cluster"]].discard(data["instance"])
        elif fact.kind == "instance_joined":
            members[data["cluster"]].add(data["instance"])


def budget_of(stage: Stage, cluster: str, instances: int) -> int:
    policy = Policy(budget=stage.scenario.parameters.get("DisruptionBudget", Policy().budget))
    return read_policy(policy, stage.world.clusters[cluster].tags).budget_of(instances)


def minutes_out_of_service(journal: list[Fact], until_s: float, actor: str = BALLAST) -> float:
    """Instance-minutes between DRAINING by the actor and ACTIVE, or the end of the instance."""
    since: dict[str, float] = {}
    total_s = 0.0
    for fact in journal:
        if fact.kind == "container_instance_status" and fact.data["new"] == "DRAINING":
            if fact.data["actor"] == actor:
                since.setdefault(fact.data["instance"], fact.at_s)
        elif fact.kind in ("container_instance_status", "container_instance_deregistered"):
            total_s += fact.at_s - since.pop(fact.data["instance"], fact.at_s)
    total_s += sum(until_s - at_s for at_s in since.values())
    return round(total_s / 60, 1)


def moves_per_task(stage: Stage) -> float:
    """Service tasks that ended on a draining instance, over the tasks that services want."""
    draining: set[str] = set()
    daemons = {s.name for c in stage.world.clusters.values() for s in c.services.values() if s.daemon}
    moves = 0
    for fact in stage.world.journal:
        if fact.kind == "container_instance_status":
            change = draining.add if fact.data["new"] == "DRAINING" else draining.discard
            change(fact.data["instance"])
        elif fact.kind == "task_stopped" and fact.data["service"] and fact.data["service"] not in daemons:
            moves += fact.data["instance"] in draining
    wanted = sum(s.desired for c in stage.world.clusters.values() for s in c.services.values() if not s.daemon)
    return round(moves / wanted, 2) if wanted else 0.0


def stranded_draining(stage: Stage) -> list[str]:
    """Instances that Ballast had set DRAINING and that are so still."""
    drained_by: dict[str, str] = {}
    for fact in stage.world.journal:
        if fact.kind == "container_instance_status" and fact.data["new"] == "DRAINING":
            drained_by[fact.data["instance"]] = fact.data["actor"]
    hosts = (host for cluster in stage.world.clusters.values() for host in cluster.by_ec2_id.values())
    return [
        host.instance.id
        for host in hosts
        if host.status.value == "DRAINING" and drained_by.get(host.instance.id) == BALLAST
    ]
