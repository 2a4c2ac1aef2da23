"""What ECS says of a service, on EventBridge and in the list that DescribeServices has.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from simulator.world.core.core import Core, Output
from simulator.world.core.records import Service, Task

MORE = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."
LACKS = {
    "RESOURCE:CPU": "has insufficient CPU units available",
    "RESOURCE:MEMORY": "has insufficient memory available",
    "RESOURCE:PORTS": "is already using a port required by your task",
    "RESOURCE:ENI": 'encountered error "RESOURCE:ENI"',
    "RESOURCE:GPU": "has insufficient GPU resource available",
}
SAYS = {
    "SERVICE_STEADY_STATE": "has reached a steady state.",
    "SERVICE_TASK_START_IMPAIRED": "is unable to consistently start tasks successfully.",
    "SERVICE_REBALANCING_STARTED": "is not AZ balanced. AZ Rebalancing in progress.",
    "SERVICE_REBALANCING_COMPLETED": "is AZ balanced.",
}


def announce(core: Core, service: Service, kind: str, name: str, **detail: object) -> None:
    created_at = core.iso(core.clock.now_s)
    core.note("service_action", service=service.name, name=name, **detail)
    if name == "SERVICE_TASK_PLACEMENT_FAILURE":
        reason = str(detail.get("reason"))
        lacks = LACKS.get(reason, "is missing an attribute required by your task")
        what = "was unable to place a task because no container instance met all of its requirements."
        say(core, service, f"{what} The closest matching container-instance {lacks}. {MORE}")
    elif name in SAYS:
        say(core, service, SAYS[name])
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


def of_task(core: Core, task: Task) -> None:
    """A task that runs, or that was told to stop, is news of its service."""
    service = task.service
    if service is None or task.last_status == "STOPPED":
        return
    short = task.arn.rpartition("/")[2]
    if task.desired_status == "STOPPED":
        say(core, service, f"has stopped 1 running tasks: (task {short}).")
    elif task.last_status == "RUNNING":
        say(core, service, f"has started 1 tasks: (task {short}).")


def say(core: Core, service: Service, message: str) -> None:
    core.messages[service.arn].appendleft((core.clock.now_s, f"(service {service.name}) {message}"))


def shown(core: Core, service: Service) -> list[Output]:
    """The newest first, at most a hundred: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceEvent.html."""
    return [
        {
            "id": str(uuid5(NAMESPACE_URL, f"{service.arn} {at_s} {message}")),
            "createdAt": core.moment(at_s),
            "message": message,
        }
        for at_s, message in core.messages[service.arn]
    ]
