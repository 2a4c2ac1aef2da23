"""Clusters, their capacity providers, hosts and groups: whole pages and batches, for there may be thousands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import batched
from typing import TYPE_CHECKING, Any

from ballast.aws.ecs import container_instance, described, tags
from ballast.aws.ecs_clusters import PROVIDERS_MOST, cluster_names, describe, group_of
from ballast.aws.lifecycle_hooks import terminating_hooks
from ballast.errors import CallFailedError
from ballast.policy.settings import CLUSTER_TAG
from ballast_cli.doctor.asks.look import at_once, look, pages, service
from ballast_cli.doctor.fleet import ClusterSeen, GroupSeen, HostSeen, Managed, ProviderSeen
from ballast_cli.doctor.seen import Seen, Unseen

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

GROUPS_A_PAGE = 100  # https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
HOSTS_MOST = 50


def clusters_here() -> tuple[ClusterSeen, ...]:
    """Every one of the account in this Region: a near miss is one that nobody would ask about."""
    return tuple(
        ClusterSeen(
            raw["clusterName"],
            raw["clusterArn"],
            raw["status"],
            tags(raw),
            tuple(raw.get("capacityProviders", ())),
            raw.get("registeredContainerInstancesCount", 0),
            raw.get("runningTasksCount", 0),
        )
        for raw in describe(cluster_names())
    )


def managed_of(clusters: Sequence[ClusterSeen], updated: Collection[str]) -> tuple[Managed, ...]:
    """`updated`: clusters whose Bottlerocket hosts are updated, so that SSM must reach them."""
    raw_groups = look(lambda: pages("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups",
        PaginationConfig={"PageSize": GROUPS_A_PAGE}))  # fmt: skip
    found = at_once(_parts, clusters)
    found = [_with_groups(each, raw_groups) for each in found]
    hooks = _hooks({g.name for each in found if not isinstance(each.groups, Unseen) for g in each.groups})
    return tuple(at_once(lambda each: _with_reach(_with_hooks(each, hooks), updated), found))


def _parts(cluster: ClusterSeen) -> Managed:
    providers = look(lambda: tuple(_providers(cluster)))
    return Managed(cluster.name, providers, look(lambda: _hosts(cluster.name)))


def _providers(cluster: ClusterSeen) -> Iterable[ProviderSeen]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AutoScalingGroupProvider.html"""
    names = [name for name in cluster.provider_names if not name.startswith("FARGATE")]
    for some in batched(names, PROVIDERS_MOST, strict=False):
        told = service("ecs").describe_capacity_providers(cluster=cluster.name, capacityProviders=list(some))
        for raw in told["capacityProviders"]:
            if group := raw.get("autoScalingGroupProvider"):
                yield ProviderSeen(
                    raw["name"],
                    group_of(group["autoScalingGroupArn"]),
                    managed_draining=group.get("managedDraining") == "ENABLED",
                    termination_protection=group.get("managedTerminationProtection") == "ENABLED",
                    managed_scaling=group.get("managedScaling", {}).get("status") == "ENABLED",
                )


def _hosts(cluster: str) -> tuple[HostSeen, ...]:
    """A hundred a call: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html"""
    found = (container_instance(cluster, raw) for raw in described(cluster)[0])
    return tuple(HostSeen(i.instance_id, i.status, i.agent_connected, i.variant) for i in found)


def _with_groups(managed: Managed, raw_groups: Seen[list[RawGroup]]) -> Managed:
    """Those of its providers, those that its hosts are in, and those that are tagged as its own."""
    if isinstance(raw_groups, Unseen):
        return replace(managed, groups=raw_groups)
    providers = () if isinstance(managed.providers, Unseen) else managed.providers
    hosts = () if isinstance(managed.hosts, Unseen) else managed.hosts
    ids, named = {host.instance_id for host in hosts}, {provider.group for provider in providers}
    groups = [group for group in map(_group, raw_groups)
        if group.name in named or group.instances & ids or group.tags.get(CLUSTER_TAG) == managed.name]  # fmt: skip
    there = {group.name for group in groups}
    gone = tuple((provider.name, provider.group) for provider in providers if provider.group not in there)
    return replace(managed, groups=tuple(groups), gone=gone)


def _group(raw: Mapping[str, Any]) -> GroupSeen:
    return GroupSeen(
        raw["AutoScalingGroupName"],
        {tag["Key"]: tag.get("Value", "") for tag in raw.get("Tags", ())},
        frozenset(each["InstanceId"] for each in raw.get("Instances", ())),
        {each["ProcessName"]: each.get("SuspensionReason", "") for each in raw.get("SuspendedProcesses", ())},
        raw.get("Operator", {}).get("Principal"),
        raw.get("NewInstancesProtectedFromScaleIn", False),
        raw["DesiredCapacity"],
        raw["MaxSize"],
    )


def _hooks(groups: Iterable[str]) -> dict[str, Any]:
    """One call a group, as AWS has no other: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLifecycleHooks.html"""
    names = sorted(groups)
    return dict(zip(names, at_once(lambda name: look(lambda: terminating_hooks(name)), names), strict=True))


def _with_hooks(managed: Managed, hooks: Mapping[str, Any]) -> Managed:
    if isinstance(managed.groups, Unseen):
        return managed
    return replace(managed, groups=tuple(replace(group, hooks=hooks[group.name]) for group in managed.groups))


def _with_reach(managed: Managed, updated: Collection[str]) -> Managed:
    if isinstance(managed.hosts, Unseen) or managed.name not in updated:
        return managed
    wanted = [host.instance_id for host in managed.hosts if host.variant]
    online = look(lambda: _online(wanted))
    if isinstance(online, Unseen):
        return replace(managed, reach=online)
    hosts = (replace(h, online=h.instance_id in online) if h.variant else h for h in managed.hosts)
    return replace(managed, hosts=tuple(hosts))


def _online(ids: Sequence[str]) -> frozenset[str]:
    """Those that SSM hears from. An id that SSM finds invalid is an error for all that are asked with it, so halves are asked.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
    """
    return frozenset(each for some in batched(sorted(ids), HOSTS_MOST, strict=False) for each in _online_of(some))


def _online_of(ids: Sequence[str]) -> list[str]:
    asked = {"Filters": [{"Key": "InstanceIds", "Values": list(ids)}], "MaxResults": HOSTS_MOST}
    try:
        found = service("ssm").describe_instance_information(**asked)["InstanceInformationList"]
    except CallFailedError as error:
        if error.code != "InvalidInstanceId":
            raise
        half = len(ids) // 2
        return [*_online_of(ids[:half]), *_online_of(ids[half:])] if half else []
    return [raw["InstanceId"] for raw in found if raw.get("PingStatus") == "Online"]
