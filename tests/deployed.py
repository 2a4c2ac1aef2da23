"""drain_instance as it is deployed: the template's rules, queue and variables around it, a simulated AWS behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

from simulator.clock import Clock
from simulator.delivery.deployment import Deployment
from simulator.world import World
from tests.builders import ROOT, load_event
from tests.changes import changes_in


class Deployed:
    """A cluster `prod` with one group of three instances; `send` puts messages straight into the function's queue."""

    def __init__(self, deployment: Deployment, world: World, clock: Clock) -> None:
        self.deployment = deployment
        self.world = world
        self.clock = clock

    @property
    def instance_ids(self) -> list[str]:
        return list(self.world.groups.groups["web"].members)

    @property
    def mutations(self) -> dict[str, int]:
        return changes_in(self.deployment.aws_calls)

    @property
    def notices(self) -> list[Mapping[str, Any]]:
        return [put.event["detail"] for put in self.deployment.bus.events if put.event["source"] == "ballast"]

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.deployment.queues["DrainEvents"].send(body)
        self.run(20)

    def run(self, seconds: float) -> None:
        self.clock.run_until(self.clock.now_s + seconds)

    def a_spot_warning(self, instance_id: str, **changes: Any) -> str:
        detail = {"instance-id": instance_id, "instance-action": "terminate"}
        event = load_event("ec2_spot_interruption_warning") | {"time": self.clock.utc.isoformat(), "detail": detail}
        return json.dumps(event | changes)

    def status(self, instance_id: str) -> str:
        return str(self.world.host(instance_id).status)


@contextmanager
def deployed(**parameters: str) -> Iterator[Deployed]:
    clock = Clock()
    world = World(clock, Random(7))  # noqa: S311 - a simulation wants a seed
    world.add_cluster("prod", {"ballast:managed": "true"})
    world.add_group("web", "prod", desired=3, capacity_provider="web")
    world.add_service("prod", "api", desired=3)
    deployment = Deployment(
        world,
        clock,
        Random(7),  # noqa: S311
        template=ROOT / "template.yaml",
        parameters=parameters,
    )
    with deployment:
        yield Deployed(deployment, world, clock)


def spent(fleet: Deployed, operation: str) -> list[str]:
    """What the run of the function asked of AWS in which it first made this call."""
    calls = fleet.deployment.calls
    run = next(call.invocation for call in calls if call.operation == operation)
    return [
        f"{call.operation}"
        for call in calls
        if call.invocation == run and call.service in ("ecs", "ec2", "autoscaling")
    ]
