"""ECS answers about container instances, and what may be done to them."""

from __future__ import annotations

from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import at_most, page, page_size
from simulator.world.core.records import Cluster, ContainerInstance, Status
from simulator.world.ecs.container_instance_shapes import description
from simulator.world.ecs.host_filter import chosen_hosts
from simulator.world.parts import Parts


def list_container_instances(world: Parts, params: Params, _actor: str) -> Output:
    """In pages of 100. Deregistered ones are not listed; without `status` every other status is.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListContainerInstances.html
    """
    cluster = world.cluster(params.get("cluster"))
    status = params.get("status")
    lagging = bool(world.ecs_answers.list_lag_s.get(cluster.name))
    arns = [
        host.arn
        for host in chosen_hosts(cluster, params.get("filter"), with_inactive=lagging)
        if world.ecs_answers.lists(host) and status in (None, host.status.value)
    ]
    size = page_size(params.get("maxResults"), 100, 100)
    shown, token = page(arns, params.get("nextToken"), size)
    return {"containerInstanceArns": shown, **({"nextToken": token} if token else {})}


def describe_container_instances(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html."""
    cluster = world.cluster(params.get("cluster"))
    wanted = params["containerInstances"]
    if not wanted:
        raise AwsError("InvalidParameterException", "Container instances cannot be empty.")
    at_most(wanted, 100, "containerInstances")
    with_tags = "TAGS" in params.get("include", ())
    health = world.host_health if "CONTAINER_INSTANCE_HEALTH" in params.get("include", ()) else None
    found, failures = _look_up(cluster, wanted)
    shown = [description(world, host, with_tags=with_tags, health=health) for host in found]
    return {"containerInstances": shown, "failures": failures}


def update_container_instances_state(world: Parts, params: Params, actor: str) -> Output:
    """DRAINING from ACTIVE, ACTIVE from DRAINING; at most 10 instances a call.

    "A container instance can't be changed to DRAINING until it has reached an ACTIVE status. If the instance is in any
    other status, an error will be received." The page does not say where; here it is a failure of that instance,
    with its status as the reason.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html
    """
    cluster = world.cluster(params.get("cluster"))
    wanted = params["containerInstances"]
    at_most(wanted, 10, "instanceIds")
    if params["status"] not in (Status.ACTIVE, Status.DRAINING):
        raise AwsError("InvalidParameterException", "Container instance status is not valid.")
    found, failures = _look_up(cluster, wanted)
    shown = []
    for host in found:
        if host.status in (Status.ACTIVE, Status.DRAINING):
            world.registry.set_status(host, Status(params["status"]), actor=actor)
            shown.append(description(world, host, with_tags=False))
        else:
            failures.append({"arn": host.arn, "reason": host.status.value})
    return {"containerInstances": shown, "failures": failures}


def deregister_container_instance(world: Parts, params: Params, actor: str) -> Output:
    """Refused while tasks run, unless forced; a forced ECS Managed Instance is terminated at once.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterContainerInstance.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instances-patching.html
    """
    cluster = world.cluster(params.get("cluster"))
    host = find_host_by_name(cluster, params["containerInstance"])
    if host is None or host.status is Status.INACTIVE:
        raise AwsError("InvalidParameterException", "Referenced container instance was not found.")
    forced = params.get("force", False)
    if host.unfinished and not forced:
        raise AwsError("InvalidParameterException", "Found running tasks on the instance.")
    world.registry.deregister(host, actor=actor)
    if forced and host.instance.ecs_managed:
        world.ec2.terminate(host.instance, "deregistered")
    return {"containerInstance": description(world, host, with_tags=False)}


def find_host_by_name(cluster: Cluster, id_or_arn: str) -> ContainerInstance | None:
    if id_or_arn in cluster.container_instances:
        return cluster.container_instances[id_or_arn]
    end = "/" + id_or_arn.rpartition("/")[2]
    hosts = cluster.container_instances.items()
    return next((host for host_arn, host in hosts if host_arn.endswith(end)), None)


def _look_up(cluster: Cluster, wanted: list[str]) -> tuple[list[ContainerInstance], list[dict[str, str]]]:
    """Unknown ones are failures with the reason MISSING (developerguide/api_failures_messages.html)."""
    found, failures = [], []
    for name in wanted:
        host = find_host_by_name(cluster, name)
        if host is None:
            failures.append({"arn": name, "reason": "MISSING"})
        else:
            found.append(host)
    return found, failures


OPERATIONS = {
    "ListContainerInstances": list_container_instances,
    "DescribeContainerInstances": describe_container_instances,
    "UpdateContainerInstancesState": update_container_instances_state,
    "DeregisterContainerInstance": deregister_container_instance,
}
