"""What is launched in the story registers with the attributes that all of its group have, so that the same tasks go there."""

from __future__ import annotations

from collections.abc import Mapping

from ballast_cli.dump.records import Dump
from simulator.world import World
from simulator.world.core.records import ContainerInstance
from simulator.world.ecs.container_instances import Change

# Of each instance its own; the world says it.
OWN = frozenset(
    {"ecs.availability-zone", "ecs.instance-type", "ecs.ami-id", "ecs.subnet-id", "ecs.vpc-id", "ecs.outpost-arn",
     "ecs.awsvpc-trunk-id", "bottlerocket.variant"}
)  # fmt: skip

type Attributes = Mapping[str, str | None]


def outfit_newcomers(world: World, dump: Dump) -> None:
    group_of = {m.instance: group.name for group in dump.groups for m in group.members}
    shared: dict[str | None, dict[str, str | None]] = {}
    for host in dump.hosts:
        for group in {group_of.get(host.instance), None}:
            known = shared.get(group)
            shared[group] = (
                _both(known, host.attributes) if known is not None else _both(host.attributes, host.attributes)
            )

    def joined(host: ContainerInstance, change: Change) -> None:
        if change is Change.JOINED:
            host.attributes = {**shared.get(host.instance.group, shared.get(None, {})), **host.attributes}

    world.registry.watchers.insert(0, joined)


def _both(some: Attributes, others: Attributes) -> dict[str, str | None]:
    return {k: v for k, v in some.items() if k not in OWN and k in others and others[k] == v}
