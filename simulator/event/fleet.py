"""A small standard fleet that has what an event names, in the state that makes the event plausible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from simulator.event.named import Named, detail_of
from simulator.stage import MANAGED
from simulator.world import World
from simulator.world.autoscaling.group_names import provider_name
from simulator.world.autoscaling.group_records import LAUNCHING, TERMINATING, Hook, Member, Passage, Result
from simulator.world.core.records import ContainerInstance, Instance, InstanceState, Status

OTHERS = 3  # instances that the event does not name, where tasks can go
GONE_AFTER_S = 120.0
SPOT = ("EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation")
HEARTBEAT_S = 300


def build_fleet(world: World, named: Named, event: Mapping[str, Any]) -> None:
    """The named instances are in the first group, which is in the first cluster; all clusters are managed."""
    for cluster in named.clusters:
        world.add_cluster(cluster, MANAGED)
    home = named.clusters[0]
    world.registry.next_ids = list(named.hosts)
    for external in named.externals:
        world.add_external_instance(home, instance_id=external)
    world.ec2.next_ids = list(named.instances)
    hook = _hook(named)
    for number, group in enumerate(named.groups):
        desired = len(named.instances) + OTHERS if number == 0 else 1
        world.add_group(
            group,
            home,
            desired=desired,
            maximum=desired if detail_of(event).get("Destination") == "WarmPool" else None,
            spot=event.get("detail-type") in SPOT,
            capacity_provider=provider_name(group),
            hooks=[hook] if hook is not None and number == 0 else (),
        )
    world.registry.next_ids, world.ec2.next_ids = [], []
    world.add_service(home, "api", desired=2 * (len(named.instances) + OTHERS))
    world.add_service(home, "log-agent", daemon=True, cpu=64, memory_mib=64)
    if named.externals:
        world.add_service(home, "till", desired=1, launch_type="EXTERNAL")
    for service in named.services:
        if service not in world.clusters[home].services:
            world.add_service(home, service, desired=2)


def set_state(world: World, named: Named, event: Mapping[str, Any]) -> None:
    """What must be so when AWS sends the event; nothing else tells of it."""
    detail = detail_of(event)
    instances = [world.ec2.instances[instance_id] for instance_id in named.instances]
    match event.get("detail-type"):
        case "EC2 Instance-terminate Lifecycle Action" | "EC2 Instance-launch Lifecycle Action":
            _hold(world, named, detail, instances)
        case "EC2 Instance State-change Notification":
            for instance in instances:
                _enter(world, instance, detail.get("state"))
        case "ECS Container Instance State Change":
            for instance_id in (*named.instances, *named.externals):
                host = world.find_host(instance_id)
                if host is not None:
                    _be_as_told(world, host, detail)
        case _:
            pass


def let_happen(world: World, event: Mapping[str, Any]) -> None:
    """A warning comes true: EC2 takes the instance when it said so."""
    detail = detail_of(event)
    kind = event.get("detail-type")
    taken = kind == SPOT[0] or (isinstance(kind, str) and kind.endswith("Reservation Instance Interruption Warning"))
    if not taken:
        return
    at_s = world.clock.now_s + GONE_AFTER_S
    told = detail.get("instance-termination-time")
    try:
        told_s = world.clock.seconds(datetime.fromisoformat(told)) if isinstance(told, str) else at_s
    except (ValueError, TypeError):
        told_s = at_s
    at_s = told_s if world.clock.now_s <= told_s <= world.clock.now_s + 3600 else at_s
    end = world.ec2.stop if detail.get("instance-action") in ("stop", "hibernate") else world.ec2.terminate
    told_id = detail.get("instance-id")
    instance = world.ec2.instances.get(told_id) if isinstance(told_id, str) else None
    if instance is not None:
        world.clock.at(at_s, partial(end, instance, "spot"))


def _hook(named: Named) -> Hook | None:
    """As Ballast puts its own; the metadata is part of the hook."""
    if named.hook is None:
        return None
    transition = LAUNCHING if named.transition == LAUNCHING else TERMINATING
    return Hook(named.hook, "CONTINUE", HEARTBEAT_S, transition, notification_metadata=named.metadata)


def _hold(world: World, named: Named, detail: Mapping[str, Any], instances: list[Instance]) -> None:
    """The instance waits on the event's hook, beside whatever other hooks its group has by now."""
    group = world.groups.groups[named.groups[0]]
    if named.hook is None or named.hook not in group.hooks:
        return
    for instance in instances:
        member = world.groups.member(instance.id)
        if member is None:
            continue
        if detail.get("Destination") == "WarmPool":
            world.put_warm_pool(group.name, reuse_on_scale_in=True)
        if group.hooks[named.hook].transition == LAUNCHING:
            world.groups.hooks.hold(member, Passage(LAUNCHING, "Pending:Wait", partial(_serve, world)))
        elif detail.get("Action") == "ReplaceRootVolume":
            waits = Passage(
                TERMINATING, "ReplacingRootVolume:Wait", partial(_serve, world), destination="AutoScalingGroup"
            )
            world.groups.hooks.hold(member, replace(waits, action="ReplaceRootVolume"))
        else:
            world.scale_in(group.name, instance.id)
        if named.token is not None and named.hook in member.actions:
            member.actions[named.hook].token = named.token


def _serve(world: World, member: Member, _: Result) -> None:
    world.groups.enter(member, "InService")


def _enter(world: World, instance: Instance, state: object) -> None:
    at_once_s = 0.05
    match state:
        case InstanceState.STOPPING:
            world.ec2.stop(instance, "user")
        case InstanceState.STOPPED:
            world.ec2.stop(instance, "user", takes_s=at_once_s)
        case InstanceState.SHUTTING_DOWN:
            world.ec2.terminate(instance, "user")
        case InstanceState.TERMINATED:
            world.ec2.terminate(instance, "user", takes_s=at_once_s)
        case _:
            pass


def _be_as_told(world: World, host: ContainerInstance, detail: Mapping[str, Any]) -> None:
    if detail.get("status") == Status.DRAINING:
        world.registry.set_status(host, Status.DRAINING, actor="somebody")
    if detail.get("runningTasksCount") == 0:
        for task in list(host.unfinished.values()):
            world.tasks.finish(task, cause="drain", interrupted=False)
    if detail.get("agentConnected") is False:
        world.registry.set_agent(host, connected=False)
