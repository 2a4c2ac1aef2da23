"""The simulated account as peers see it: they also ask EC2 for user data, which Ballast never does."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.world import World


@dataclass(frozen=True, slots=True)
class Account:
    """Every instance has the user data that a peer needs to find its cluster: `ECS_CLUSTER=name`."""

    world: World

    def handle(self, service: str, operation: str, params: Mapping[str, Any], *, actor: str = "peer") -> dict[str, Any]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html."""
        if operation != "DescribeInstanceAttribute":
            return self.world.handle(service, operation, params, actor=actor)
        instance_id = params["InstanceId"]
        cluster = self.world.ec2.instances[instance_id].cluster
        text = f"#!/bin/bash\necho ECS_CLUSTER={cluster.name if cluster else ''} >> /etc/ecs/ecs.config\n"
        return {"InstanceId": instance_id, "UserData": {"Value": b64encode(text.encode()).decode()}}

    def check_refused(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        self.world.check_refused(service, operation, params)

    def subscribe(self, listener: Callable[[dict[str, Any]], None]) -> None:
        self.world.subscribe(listener)
