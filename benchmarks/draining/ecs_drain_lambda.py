"""A model, not the program, of github.com/getsocial-rnd/ecs-drain-lambda: one Lambda for each instance, polling.

From its source (handler.go, ecs.go): asks EC2 for the state and the user data, takes the cluster from `ECS_CLUSTER=`;
lists the container instances of the cluster without a filter and describes the first page, so that beyond 100 instances
most are "not found in the cluster"; sets DRAINING; lists tasks once (default status, one page), describes the container
instances again, then describes those tasks every 10 s until all are STOPPED or the 900 s of the Lambda are over;
completes the lifecycle action with CONTINUE.
"""

from __future__ import annotations

import re
import time
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from ballast.aws.session import client
from benchmarks.draining.lambda_peer import Detail

TIMEOUT_S = 900
POLLS_EVERY_S = 10

type Find = Callable[[str, str], dict[str, Any]]


def first_page(cluster: str, instance_id: str) -> dict[str, Any]:
    """As published (ecs.go, getContainerInstance)."""
    arns = client("ecs").list_container_instances(cluster=cluster)["containerInstanceArns"]
    return _describe(cluster, arns, instance_id)


def by_filter(cluster: str, instance_id: str) -> dict[str, Any]:
    """Repaired by us, so that clusters above 100 instances can be compared at all."""
    found = client("ecs").list_container_instances(cluster=cluster, filter=f"ec2InstanceId == {instance_id}")
    return _describe(cluster, found["containerInstanceArns"], instance_id)


def _describe(cluster: str, arns: list[str], instance_id: str) -> dict[str, Any]:
    described = client("ecs").describe_container_instances(cluster=cluster, containerInstances=arns)
    for instance in described["containerInstances"]:
        if instance["ec2InstanceId"] == instance_id:
            return dict(instance)
    raise LookupError(f"{instance_id!r} not found in the cluster {cluster!r}")


def handle(find: Find, detail: Detail) -> None:
    instance_id = detail.get("instance-id") or detail["EC2InstanceId"]
    cluster = _cluster(instance_id)
    if cluster is not None:
        _drain(find, cluster, instance_id)
    if "LifecycleHookName" in detail:
        client("autoscaling").complete_lifecycle_action(
            InstanceId=instance_id,
            LifecycleHookName=detail["LifecycleHookName"],
            LifecycleActionToken=detail["LifecycleActionToken"],
            AutoScalingGroupName=detail["AutoScalingGroupName"],
            LifecycleActionResult="CONTINUE",
        )


def _cluster(instance_id: str) -> str | None:
    """None when the instance is terminated already."""
    described = client("ec2").describe_instances(InstanceIds=[instance_id])
    if described["Reservations"][0]["Instances"][0]["State"]["Name"] in {"shutting-down", "terminated"}:
        return None
    answer = client("ec2").describe_instance_attribute(InstanceId=instance_id, Attribute="userData")
    names = re.findall(r"ECS_CLUSTER=([0-9A-Za-z_\-]*)", b64decode(answer["UserData"]["Value"]).decode())
    return str(names[0])


def _drain(find: Find, cluster: str, instance_id: str) -> None:
    instance = find(cluster, instance_id)
    left = instance["runningTasksCount"]
    tasks: list[str] = []
    while left > 0:
        arn = instance["containerInstanceArn"]
        if instance["status"] != "DRAINING":
            client("ecs").update_container_instances_state(cluster=cluster, containerInstances=[arn], status="DRAINING")
            tasks = client("ecs").list_tasks(cluster=cluster, containerInstance=arn)["taskArns"]
            instance = find(cluster, instance_id)
        if not tasks:
            return
        described = client("ecs").describe_tasks(cluster=cluster, tasks=tasks)["tasks"]
        left = sum(task["lastStatus"] != "STOPPED" for task in described)
        time.sleep(POLLS_EVERY_S)
