"""What ECS says of a service: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html."""

from __future__ import annotations

from simulator.world.core.core import Core
from simulator.world.core.records import Service


def announce(core: Core, service: Service, kind: str, name: str, **detail: object) -> None:
    created_at = core.iso(core.clock.now_s)
    core.note("service_action", service=service.name, name=name, **detail)
    core.emit(
        "aws.ecs",
        "ECS Service Action",
        [service.arn],
        {
            "eventType": kind,
            "eventName": name,
            "clusterArn": service.cluster.arn,
            **detail,
            "createdAt": created_at,
        },
    )
