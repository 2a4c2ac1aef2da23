"""How ECS shows a task that waits for an instance: in PROVISIONING, on no container instance.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from __future__ import annotations

from simulator.world.core.capacity_records import WaitingTask
from simulator.world.core.core import Output, Params, arn
from simulator.world.core.records import FORGOTTEN_AFTER_S, Cluster
from simulator.world.ecs.container_instance_shapes import tag_list
from simulator.world.parts import Parts


def waiting_arns(world: Parts, cluster: Cluster, params: Params) -> list[str]:
    """Those that a ListTasks asks for; none of them is on a container instance."""
    if "containerInstance" in params:
        return []
    stopped = params.get("desiredStatus", "RUNNING") == "STOPPED"
    service, family, started_by = params.get("serviceName"), params.get("family"), params.get("startedBy")
    group = f"service:{service.rpartition('/')[2]}" if service else None
    return [
        one.arn
        for one in (_remembered(world, cluster) if stopped else cluster.waiting.values())
        if group in (None, one.group)
        and (family is None or one.group == f"family:{family}")
        and started_by in (None, one.started_by)
    ]


def find_waiting(world: Parts, cluster: Cluster, task_arn: str) -> WaitingTask | None:
    known = cluster.waiting.get(task_arn)
    return known or next((one for one in _remembered(world, cluster) if one.arn == task_arn), None)


def _remembered(world: Parts, cluster: Cluster) -> list[WaitingTask]:
    since_s = world.clock.now_s - FORGOTTEN_AFTER_S
    return [one for one in cluster.gave_up if one.stopped_at_s is not None and one.stopped_at_s > since_s]


def waiting_shown(world: Parts, one: WaitingTask, *, with_tags: bool) -> Output:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html."""
    status = "PROVISIONING" if one.stopped_at_s is None else "STOPPED"
    size = {"cpu": str(one.spec.cpu), "memory": str(one.spec.memory_mib)} if one.spec.has_task_size else {}
    shown: Output = {
        "taskArn": one.arn,
        "clusterArn": one.cluster.arn,
        "taskDefinitionArn": arn("ecs", f"task-definition/{one.spec.definition}"),
        "containers": [],
        "createdAt": world.moment(one.created_at_s),
        "desiredStatus": "RUNNING" if one.stopped_at_s is None else "STOPPED",
        "lastStatus": status,
        "group": one.group,
        "healthStatus": "UNKNOWN",
        "launchType": one.spec.launch_type,
        "capacityProviderName": one.provider,
        "overrides": {"containerOverrides": []},
        "tags": tag_list(dict(one.spec.tags)) if with_tags else [],
        "version": 1 if one.stopped_at_s is None else 2,
        **size,
    }
    if one.started_by is not None:
        shown["startedBy"] = one.started_by
    if one.stopped_at_s is not None:
        shown["stoppedAt"] = world.moment(one.stopped_at_s)
        shown |= {"stopCode": one.stop_code, "stoppedReason": one.stopped_reason}
    return shown
