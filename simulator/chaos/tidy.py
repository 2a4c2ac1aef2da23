"""What people put right once the hour of trouble is over, and what a judge writes down meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ballast.records.rollout import Stage as UpdateStage
from ballast.words.codes import Code
from simulator.chaos.draw import managed_groups
from simulator.invariants.drains import NO_OTHER_HOST, SHORTFALL, TOGETHER_S
from simulator.invariants.standstill import ROLLOUT_MOVED, Progress, progress_of
from simulator.result import ledger_items, notices
from simulator.rollout_result import updates_in
from simulator.stage import MANAGED, Stage
from simulator.world.core.records import Cluster, ContainerInstance, Task
from simulator.world.ecs.constraints import CONSTRAINTS
from simulator.world.ecs.container_instances import Change

LOOKS_EVERY_S = 30.0


def tidy_up(stage: Stage) -> None:
    """People correct the tag, undo what was done to groups and clusters, and end what hangs on them alone."""
    world = stage.world
    world.clusters["prod"].tags.pop("ballast:budget", None)
    for name in managed_groups(stage):
        _put_group_right(stage, name)
    for host in [h for c in world.clusters.values() if c not in _managed(stage) for h in c.by_ec2_id.values()]:
        _drain_what_goes(stage, host)
    for cluster in _managed(stage):
        if cluster.status != "ACTIVE":
            world.set_cluster_status(cluster.name, "ACTIVE")
        for host in list(cluster.by_ec2_id.values()):
            _put_host_right(stage, host)
        for task in list(cluster.tasks.values()):
            if task.host.status.value == "DRAINING" and _is_stuck(task):
                world.stop_task(task.arn)


def watch(stage: Stage) -> None:
    """Note what groups want and do not have, what a drain leaves without a host that could run it, and how rollouts move.

    A host that was lost between a look and the drain that follows from it counts as one that could run it: no code can
    know of it in time.
    """
    seen: dict[str, dict[str, int]] = {}
    lost: dict[str, tuple[float, ContainerInstance]] = {}  # when, of those that were ACTIVE, by ARN
    moved: dict[str, Progress] = {}

    def look() -> None:
        stage.clock.after(LOOKS_EVERY_S, look)
        for name, progress in progress_of(ledger_items(stage)).items():
            if moved.get(name) != progress:
                moved[name] = progress
                stage.world.note(ROLLOUT_MOVED, rollout=name, moves=progress.moves, bakes_s=progress.bakes_s)
        count(None)

    def count(_: object) -> None:
        for cluster in _managed(stage):
            groups = [name for name in managed_groups(stage) if _serves(stage, name, cluster)]
            missing = {name: lacks for name in groups if (lacks := _missing(stage, name, cluster))}
            if seen.get(cluster.name) != missing:
                seen[cluster.name] = missing
                stage.world.note(SHORTFALL, cluster=cluster.name, missing=missing)

    def changed(host: ContainerInstance, change: Change) -> None:
        if change is Change.AGENT and host.agent_connected:
            lost.pop(host.arn, None)
        elif change in (Change.AGENT, Change.HOST_ENDS) and host.status.value == "ACTIVE":
            lost.setdefault(host.arn, (stage.clock.now_s, host))
        if change is Change.STATUS and host.status.value == "DRAINING":
            lately = [other for at_s, other in lost.values() if stage.clock.now_s - at_s <= TOGETHER_S]
            services = sorted(set(_without_another_host(host, lately)))
            if services:
                stage.world.note(NO_OTHER_HOST, instance=host.instance.id, services=services)

    stage.clock.after(LOOKS_EVERY_S, look)
    stage.world.registry.watchers.append(changed)
    stage.world.groups.watchers.append(count)


def _managed(stage: Stage) -> list[Cluster]:
    return [cluster for cluster in stage.world.clusters.values() if MANAGED.items() <= cluster.tags.items()]


def _serves(stage: Stage, group: str, cluster: Cluster) -> bool:
    return stage.world.groups.groups[group].cluster is cluster


def _missing(stage: Stage, group: str, cluster: Cluster) -> int:
    """Of those of another cluster nobody knows here what they lack."""
    record = stage.world.groups.groups[group]
    elsewhere = {i for other in stage.world.clusters.values() if other is not cluster for i in other.by_ec2_id}
    there = sum(m.state == "InService" or m.instance.id in elsewhere for m in record.members.values())
    return max(0, record.desired - there)


def _without_another_host(host: ContainerInstance, lost_lately: Iterable[ContainerInstance]) -> Iterator[str]:
    """Services of tasks whose constraints no other host of the cluster meets, whatever runs there."""
    others = [other for other in host.cluster.by_ec2_id.values() if other is not host and other.placeable]
    others += [other for other in lost_lately if other is not host and other.cluster is host.cluster]
    for task in host.unfinished.values():
        service = task.service
        if service is None or service.daemon or task.desired_status == "STOPPED":
            continue
        if not any(_could_run(other, task) for other in others):
            yield service.name


def _could_run(host: ContainerInstance, task: Task) -> bool:
    """Were the host empty; `distinct_instance` asks who is there, so it is left out."""
    shape, spec = host.instance.shape, task.spec
    big_enough = shape.cpu >= spec.cpu and shape.memory_mib >= spec.memory_mib and shape.gpus >= spec.gpus
    return big_enough and all(holds(host, spec) for name, holds in CONSTRAINTS.items() if "Distinct" not in name)


def _put_group_right(stage: Stage, name: str) -> None:
    world, group = stage.world, stage.world.groups.groups[name]
    if group.suspended:
        world.resume_processes(name)
    group.launch_fault = None
    for member in list(group.members.values()):
        if member.state == "Standby":
            world.exit_standby(member.instance.id)
    world.groups.reconcile(group)


def _drain_what_goes(stage: Stage, host: ContainerInstance) -> None:
    """Nobody else moves the tasks of a cluster that Ballast does not look after: its notice, HeldForStranger, asks for it."""
    member = stage.world.groups.member(host.instance.id)
    if member and member.leaving and host.status.value == "ACTIVE":
        stage.world.drain_by_somebody_else(host.instance.id)


def _put_host_right(stage: Stage, host: ContainerInstance) -> None:
    """What stopped, or what ECS or people had set DRAINING and left, is terminated; agents that are away come back.

    What a warm pool has stopped is its own business.

    So is, as its notice asks, what moved to another cluster and is missing here, and what is empty or given up by an
    update and no group replaces.
    """
    world, instance = stage.world, host.instance
    if instance.external:
        world.reconnect_agent(instance.id)
        return
    member = world.groups.member(instance.id)
    if member and member.warm and instance.state.value in ("stopping", "stopped"):
        return
    is_left = host.status.value == "DRAINING" and not (member and member.leaving)
    was_left = is_left and _last_actor(stage, host) in ("somebody", "ecs")
    if (
        instance.state.value == "stopped"
        or was_left
        or _has_moved(stage, host)
        or (not member and (_is_given_up(stage, host) or _is_theirs_to_replace(stage, host)))
    ):
        world.terminate_instance(instance.id)
    if not host.agent_connected:
        world.reconnect_agent(instance.id)


def _has_moved(stage: Stage, host: ContainerInstance) -> bool:
    """Whether this record is what a host left behind that serves another cluster now."""
    current = stage.world.find_host(host.instance.id)
    return current is not None and current.cluster is not host.cluster and not host.agent_connected


def _is_given_up(stage: Stage, host: ContainerInstance) -> bool:
    """Its update failed with its reboot under way, so nobody knows what it runs."""
    updates = (u for u in updates_in(ledger_items(stage)) if u.instance_id == host.instance.id)
    return any(update.harmed and update.stage is UpdateStage.FAILED for update in updates)


def _is_theirs_to_replace(stage: Stage, host: ContainerInstance) -> bool:
    """Whether it is empty and in no group, and people were told so."""
    asked = (n for n in notices(stage) if n["instance"] == host.instance.id and n["cluster"] == host.cluster.name)
    return host.status.value == "DRAINING" and any(n["code"] == Code.DRAINED_OUTSIDE_GROUP for n in asked)


def _last_actor(stage: Stage, host: ContainerInstance) -> str | None:
    actor = None
    for fact in stage.world.journal:
        if fact.kind == "container_instance_status" and fact.data["host"] == host.arn:
            actor = fact.data["actor"]
    return actor


def _is_stuck(task: Task) -> bool:
    service = task.service
    return service is None or service.protected_for_s is not None or service.minimum >= service.maximum
