"""ECS answers about tasks, and StopTask."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.world.core.core import Output, Params, arn
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import at_most, page, page_size
from simulator.world.core.records import FORGOTTEN_AFTER_S, Cluster, Task
from simulator.world.ecs.container_instance_shapes import tag_list
from simulator.world.ecs.instances_api import find_host_by_name
from simulator.world.ecs.task_shapes import shown_containers, shown_size, task_definition
from simulator.world.ecs.waiting_shapes import find_waiting, waiting_arns, waiting_shown
from simulator.world.parts import Parts


def list_tasks(world: Parts, params: Params, _actor: str) -> Output:
    """Only tasks whose desired status is RUNNING, unless STOPPED is asked for; pages of 100.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
    """
    cluster = world.cluster(params.get("cluster"))
    desired_status = params.get("desiredStatus", "RUNNING")
    arns = [
        task.arn
        for task in _tasks_in_question(cluster, params)
        if world.ecs_answers.listed_status(task) == desired_status and _visible(world, task)
    ]
    arns += waiting_arns(world, cluster, params)
    size = page_size(params.get("maxResults"), 100, 100)
    shown, token = page(arns, params.get("nextToken"), size)
    return {"taskArns": shown, **({"nextToken": token} if token else {})}


def describe_tasks(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html."""
    cluster = world.cluster(params.get("cluster"))
    wanted = params["tasks"]
    if not wanted:
        raise AwsError("InvalidParameterException", "Tasks cannot be empty.")
    at_most(wanted, 100, "tasks")
    with_tags = "TAGS" in params.get("include", ())
    shown, failures = [], []
    for name in wanted:
        task = _find(world, cluster, name)
        waiting = find_waiting(world, cluster, _task_arn(cluster, name))
        if task is not None:
            shown.append(_task(world, task, with_tags=with_tags))
        elif waiting is not None:
            shown.append(waiting_shown(world, waiting, with_tags=with_tags))
        else:
            failures.append({"arn": _task_arn(cluster, name), "reason": "MISSING"})
    return {"tasks": shown, "failures": failures}


def stop_task(world: Parts, params: Params, actor: str) -> Output:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html."""
    cluster = world.cluster(params.get("cluster"))
    task = _find(world, cluster, params["task"])
    reason = params.get("reason", "Task stopped by user")
    waiting = find_waiting(world, cluster, _task_arn(cluster, params["task"]))
    if task is None and waiting is not None:
        world.scheduler.waiting.stop(waiting, "UserInitiated", reason)
        return {"task": waiting_shown(world, waiting, with_tags=False)}
    if task is None:
        raise AwsError("InvalidParameterException", "The referenced task was not found.")
    world.tasks.stop(task, code="UserInitiated", reason=reason, cause=actor)
    return {"task": _task(world, task, with_tags=False)}


def get_task_protection(world: Parts, params: Params, _actor: str) -> Output:
    """Tasks of no service cannot be protected: TASK_NOT_VALID.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_GetTaskProtection.html
    """
    cluster = world.cluster(params["cluster"])
    wanted = params.get("tasks", ())
    at_most(wanted, 100, "tasks")
    shown, failures = [], []
    for name in wanted:
        task = _find(world, cluster, name)
        if task is None:
            failures.append({"arn": _task_arn(cluster, name), "reason": "MISSING"})
        elif task.service is None:
            failures.append({"arn": task.arn, "reason": "TASK_NOT_VALID"})
        else:
            protected = world.scheduler.protected(task)
            entry: Output = {"taskArn": task.arn, "protectionEnabled": protected}
            if protected and task.protected_until_s is not None:
                entry["expirationDate"] = world.moment(task.protected_until_s)
            shown.append(entry)
    return {"protectedTasks": shown, "failures": failures}


def _tasks_in_question(cluster: Cluster, params: Params) -> list[Task]:
    """An unknown container instance or service is an error; one that is just gone has only old tasks."""
    service_name = params.get("serviceName")
    if service_name is not None and service_name.rpartition("/")[2] not in cluster.services:
        raise AwsError("ServiceNotFoundException", "Service not found.")
    tasks: Iterable[Task] = cluster.tasks.values()
    if "containerInstance" in params:
        host = find_host_by_name(cluster, params["containerInstance"])
        if host is None:
            raise AwsError("InvalidParameterException", "Container instance was not found.")
        tasks = [*host.unfinished.values(), *host.ended]
    group = f"service:{service_name.rpartition('/')[2]}" if service_name else None
    family = params.get("family")  # of the task definition, whoever started the task: API_ListTasks
    started_by = params.get("startedBy")
    return [
        task
        for task in tasks
        if group in (None, task.group) and family in (None, task.spec.family) and started_by in (None, task.started_by)
    ]


def _visible(world: Parts, task: Task) -> bool:
    stopped_at_s = task.stopped_at_s
    return stopped_at_s is None or world.clock.now_s < stopped_at_s + FORGOTTEN_AFTER_S


def _find(world: Parts, cluster: Cluster, name: str) -> Task | None:
    task = cluster.tasks.get(_task_arn(cluster, name))
    return task if task is not None and _visible(world, task) else None


def _task_arn(cluster: Cluster, name: str) -> str:
    return name if name.startswith("arn:") else arn("ecs", f"task/{cluster.name}/{name}")


def _task(world: Parts, task: Task, *, with_tags: bool) -> Output:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html; times that have not come are absent."""
    shown: Output = {
        "taskArn": task.arn,
        "clusterArn": task.host.cluster.arn,
        "containerInstanceArn": task.host.arn,
        "taskDefinitionArn": arn("ecs", f"task-definition/{task.spec.definition}"),
        "connectivity": "CONNECTED" if task.host.agent_connected else "DISCONNECTED",
        "containers": shown_containers(task),
        "createdAt": world.moment(task.created_at_s),
        "desiredStatus": task.desired_status,
        "lastStatus": task.last_status,
        "group": task.group,
        "healthStatus": "UNKNOWN",
        "launchType": "MANAGED_INSTANCES" if task.host.instance.ecs_managed else task.spec.launch_type,
        "overrides": {"containerOverrides": []},
        "tags": tag_list(dict(task.spec.tags)) if with_tags else [],
        "version": task.version,
    }
    shown |= shown_size(task)
    if task.host.instance.zone:
        shown["availabilityZone"] = task.host.instance.zone
    if task.started_by is not None:
        shown["startedBy"] = task.started_by
    provider = task.host.instance.capacity_provider if task.host.instance.ecs_managed else task.provider
    if provider is not None:
        shown["capacityProviderName"] = provider
    for key, at_s in (
        ("startedAt", task.started_at_s),
        ("stoppingAt", task.stopping_at_s),
        ("stoppedAt", task.stopped_at_s),
    ):
        if at_s is not None:
            shown[key] = world.moment(at_s)
    if task.desired_status == "STOPPED":
        shown["stoppedReason"] = task.stopped_reason
        if task.stop_code is not None:
            shown["stopCode"] = task.stop_code
    return shown


def describe_task_definition(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html."""
    family, _, revision = params["taskDefinition"].rpartition("/")[2].partition(":")
    clusters = world.clusters.values()
    specs = (service.spec for cluster in clusters for service in cluster.services.values())
    tasks = (task.spec for cluster in clusters for task in cluster.tasks.values())
    named = [spec for spec in (*specs, *tasks) if spec.family == family and revision in ("", str(spec.revision))]
    spec = max(named, key=lambda spec: spec.revision, default=None)
    if spec is None:
        raise AwsError("ClientException", "Unable to describe task definition.")
    return {"taskDefinition": task_definition(spec), "tags": []}


OPERATIONS = {
    "DescribeTaskDefinition": describe_task_definition,
    "ListTasks": list_tasks,
    "DescribeTasks": describe_tasks,
    "StopTask": stop_task,
    "GetTaskProtection": get_task_protection,
}
