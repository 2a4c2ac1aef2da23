"""What goes on when the dump is taken: instances that leave, fail a check, are about to be retired, or have not joined yet."""

from __future__ import annotations

from functools import partial

from ballast_cli.dump.records import Dump
from simulator.world import World
from simulator.world.core.records import Cluster, Instance

JOINS_WITHIN_S = 900.0  # after its launch; one that is older is taken for one that never joins
USUAL_S = (60.0, 120.0)


def begin(world: World, dump: Dump) -> None:
    """With its events, which is how Ballast hears of it."""
    cluster = world.clusters[dump.cluster.name]
    for group in dump.groups:
        played = world.groups.groups[group.name]
        for member in group.members:
            if member.state.startswith("Terminating"):
                world.groups.terminate(played.members[member.instance], "user")
        if len(played.staying) < played.desired:
            world.groups.reconcile(played)
    for each in dump.instances:
        instance = world.ec2.instances[each.id]
        if each.impaired:
            world.fail_status_checks(each.id, "system" if each.impaired == "system" else "instance")
        if each.retires_at and each.retires_at > dump.taken_at:
            world.schedule_retirement([each.id], each.retires_at)
        young = world.clock.now_s - instance.launched_at_s < JOINS_WITHIN_S
        if each.state == "running" and each.id not in cluster.by_ec2_id and young:
            world.clock.after(world.between(USUAL_S), partial(_join, world, instance, cluster))


def _join(world: World, instance: Instance, cluster: Cluster) -> None:
    if not instance.going:
        world.registry.join(instance, cluster)
