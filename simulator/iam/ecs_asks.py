"""What do calls of ECS ask for? `ecs:cluster` and resource tags are offered to all; the reference says who has them.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.iam.ask import Ask, Pairs
from simulator.iam.estate import Estate, pairs

type Params = Mapping[str, Any]
type Asks = list[Ask]


def asks_of(estate: Estate, operation: str, params: Params) -> Asks | None:
    """None: this operation is not known here."""
    find = OPERATIONS.get(operation)
    return find(estate, f"ecs:{operation}", params) if find else None


def _name(params: Params) -> str:
    return str(params.get("cluster") or "default").rpartition("/")[2]


def _facts(estate: Estate, cluster: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (("ecs:cluster", (estate.arn("ecs", f"cluster/{cluster}"),)),)


def _nothing(_estate: Estate, action: str, _params: Params) -> Asks:
    return [Ask(action)]


def _in_cluster(estate: Estate, action: str, params: Params) -> Asks:
    return [Ask(action, facts=_facts(estate, _name(params)))]


def _clusters(estate: Estate, action: str, params: Params) -> Asks:
    names = params.get("clusters") or [_name(params)]
    return [_cluster(estate, action, str(each).rpartition("/")[2]) for each in names]


def _cluster(estate: Estate, action: str, name: str) -> Ask:
    cluster = estate.cluster(name)
    tags = pairs(cluster.tags) if cluster else ()
    return Ask(action, estate.arn("ecs", f"cluster/{name}"), "cluster", tags, _facts(estate, name))


def _members(kind: str, *keys: str, tags: Callable[[Estate, str, str], Pairs]) -> Callable[[Estate, str, Params], Asks]:
    """Of the things that one of the parameters names, by name or ARN; without any, of all of the cluster."""

    def find(estate: Estate, action: str, params: Params) -> Asks:
        cluster = _name(params)
        facts = _facts(estate, cluster)
        named = next((params[key] for key in keys if params.get(key)), "*")
        asks = []
        for each in [named] if isinstance(named, str) else named:
            arn = each if each.startswith("arn:") else estate.arn("ecs", f"{kind}/{cluster}/{each}")
            asks.append(Ask(action, arn, kind, tags(estate, cluster, arn), facts))
        return asks

    return find


def _host_tags(estate: Estate, cluster: str, arn: str) -> Pairs:
    found = estate.cluster(cluster)
    host = found.container_instances.get(arn) if found else None
    return pairs(host.tags) if host else ()


def _task_tags(estate: Estate, cluster: str, arn: str) -> Pairs:
    found = estate.cluster(cluster)
    task = found.tasks.get(arn) if found else None
    return task.spec.tags if task else ()


def _service_tags(estate: Estate, cluster: str, arn: str) -> Pairs:
    found = estate.cluster(cluster)
    service = found.services.get(arn.rpartition("/")[2]) if found else None
    return pairs(service.tags) if service else ()


def _capacity_providers(estate: Estate, action: str, params: Params) -> Asks:
    """They belong to the account, not to a cluster; asked without names, all of them are."""
    names = params.get("capacityProviders") or ["*"]
    arns = [each if each.startswith("arn:") else estate.arn("ecs", f"capacity-provider/{each}") for each in names]
    return [Ask(action, arn, "capacity-provider") for arn in arns]


OPERATIONS: dict[str, Callable[[Estate, str, Params], Asks]] = {
    "ListClusters": _nothing,
    "DescribeTaskDefinition": _nothing,
    "DescribeClusters": _clusters,
    "DescribeCapacityProviders": _capacity_providers,
    "ListContainerInstances": _clusters,
    "DeregisterContainerInstance": _clusters,
    "ListServices": _in_cluster,
    "DescribeContainerInstances": _members("container-instance", "containerInstances", tags=_host_tags),
    "UpdateContainerInstancesState": _members("container-instance", "containerInstances", tags=_host_tags),
    # Without an instance: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_id-based-policy-examples.html
    "ListTasks": _members("container-instance", "containerInstance", tags=_host_tags),
    "DescribeTasks": _members("task", "tasks", tags=_task_tags),
    "GetTaskProtection": _members("task", "tasks", tags=_task_tags),
    "StopTask": _members("task", "task", tags=_task_tags),
    "DescribeServices": _members("service", "services", tags=_service_tags),
}
