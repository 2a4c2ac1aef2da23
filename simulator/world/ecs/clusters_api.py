"""ECS answers about clusters and capacity providers."""

from __future__ import annotations

from simulator.world.core.capacity_records import CapacityProvider, ScalingRules
from simulator.world.core.core import Output, Params, arn
from simulator.world.core.paging import at_most, page, page_size
from simulator.world.core.records import Cluster, Status
from simulator.world.ecs.container_instance_shapes import tag_list
from simulator.world.parts import Parts


def list_clusters(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html."""
    shows_inactive = world.ecs_answers.lists_inactive
    arns = [cluster.arn for cluster in world.clusters.values() if shows_inactive or cluster.status != "INACTIVE"]
    size = page_size(params.get("maxResults"), 100, 100)
    shown, token = page(arns, params.get("nextToken"), size)
    return {"clusterArns": shown, **({"nextToken": token} if token else {})}


def describe_clusters(world: Parts, params: Params, _actor: str) -> Output:
    """Unknown clusters are failures with the reason MISSING.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html
    """
    wanted = params.get("clusters") or ["default"]
    at_most(wanted, 100, "clusters")
    with_tags = "TAGS" in params.get("include", ())
    shown, failures = [], []
    for name_or_arn in wanted:
        cluster = world.clusters.get(name_or_arn.rpartition("/")[2])
        if cluster is None:
            missing = arn("ecs", f"cluster/{name_or_arn.rpartition('/')[2]}")
            failures.append({"arn": missing, "reason": "MISSING"})
        else:
            attached = _attachments(cluster) if "ATTACHMENTS" in params.get("include", ()) else {}
            shown.append(_cluster(cluster, with_tags=with_tags) | attached)
    return {"clusters": shown, "failures": failures}


def describe_capacity_providers(world: Parts, params: Params, _actor: str) -> Output:
    """Managed Instances providers belong to a cluster and show only when that cluster is named; pages of 10.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeCapacityProviders.html
    """
    wanted = [name.rpartition("/")[2] for name in params.get("capacityProviders", ())]
    at_most(wanted, 100, "capacityProviders")
    cluster = world.cluster(params["cluster"]) if params.get("cluster") else None
    known = {
        name: provider
        for name, provider in world.providers.items()
        if provider.group is not None or provider.cluster is cluster
    }
    if cluster is not None and not wanted:
        wanted = list(cluster.providers)
    names = wanted or list(known)
    size = page_size(params.get("maxResults"), 10, 10)
    shown, token = page(names, params.get("nextToken"), size)
    return {
        "capacityProviders": [_provider(known[name]) for name in shown if name in known],
        "failures": [
            {"arn": arn("ecs", f"capacity-provider/{name}"), "reason": "MISSING"} for name in shown if name not in known
        ],
        **({"nextToken": token} if token else {}),
    }


def tag_resource(world: Parts, params: Params, _actor: str) -> Output:
    """Of a cluster; other resources are not known.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TagResource.html
    """
    kind, _, name = params["resourceArn"].rpartition(":")[2].partition("/")
    if kind != "cluster":
        raise NotImplementedError(f"The simulated ECS tags clusters, and {params['resourceArn']} is none.")
    world.cluster(name).tags.update({tag["key"]: tag["value"] for tag in params["tags"]})
    return {}


def _cluster(cluster: Cluster, *, with_tags: bool) -> Output:
    hosts = list(cluster.container_instances.values())
    return {
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": cluster.status,
        "registeredContainerInstancesCount": sum(host.status is not Status.INACTIVE for host in hosts),
        "runningTasksCount": sum(host.running for host in hosts),
        "pendingTasksCount": sum(host.pending for host in hosts),
        "activeServicesCount": len(cluster.services),
        "statistics": [],
        "tags": tag_list(cluster.tags) if with_tags else [],
        "settings": [],
        "capacityProviders": list(cluster.providers),
        "defaultCapacityProviderStrategy": [],
    }


def _attachments(cluster: Cluster) -> Output:
    """Which scaling policy of Auto Scaling is a provider's: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Cluster.html."""
    changing = any(provider.update == "UPDATE_IN_PROGRESS" for provider in cluster.providers.values())
    return {
        "attachments": [
            {
                "id": provider.policy.removeprefix("ECSManagedAutoScalingPolicy-"),
                "type": "as_policy",
                "status": "CREATED",
                "details": [
                    {"name": "capacityProviderName", "value": provider.name},
                    {"name": "scalingPolicyName", "value": provider.policy},
                ],
            }
            for provider in cluster.providers.values()
            if provider.policy
        ],
        "attachmentsStatus": f"UPDATE_{'IN_PROGRESS' if changing else 'COMPLETE'}",
    }


def _provider(provider: CapacityProvider) -> Output:
    shown: Output = {
        "capacityProviderArn": provider.arn,
        "name": provider.name,
        "status": "ACTIVE",
        "tags": [],
    }
    if provider.group is None:
        return shown | {
            "cluster": provider.cluster.name,
            "type": "MANAGED_INSTANCES",
            "managedInstancesProvider": {
                "infrastructureRoleArn": "arn:aws:iam::123456789012:role/ecsInfrastructureRole",
                "instanceLaunchTemplate": {"monitoring": "BASIC"},
                "propagateTags": "NONE",
            },
        }
    rules = provider.scaling or ScalingRules()
    if provider.update is not None:
        shown["updateStatus"] = provider.update
    return shown | {
        "type": "EC2_AUTOSCALING",
        "autoScalingGroupProvider": {
            "autoScalingGroupArn": provider.group_arn,
            "managedScaling": {
                "status": _enabled(provider.managed_scaling),
                "targetCapacity": provider.target_capacity,
                "minimumScalingStepSize": rules.minimum_step,
                "maximumScalingStepSize": rules.maximum_step,
                "instanceWarmupPeriod": round(rules.warmup_s),
            },
            "managedTerminationProtection": _enabled(provider.termination_protection),
            "managedDraining": _enabled(provider.managed_draining),
        },
    }


def _enabled(value: bool) -> str:  # noqa: FBT001 - the value is what is shown, not an option
    return "ENABLED" if value else "DISABLED"


OPERATIONS = {
    "ListClusters": list_clusters,
    "DescribeClusters": describe_clusters,
    "DescribeCapacityProviders": describe_capacity_providers,
    "TagResource": tag_resource,
}
