"""Which clusters do we look after, and what belongs to them?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import batched
from typing import TYPE_CHECKING

from ballast.aws.ecs import tags
from ballast.aws.session import client
from ballast.facts.view import Provider
from ballast.policy.policy import is_managed

if TYPE_CHECKING:
    from ballast.aws.session import RawCapacityProvider, RawCluster

DESCRIBE_MOST = 100
PROVIDERS_MOST = 10  # a page of DescribeCapacityProviders


def managed_clusters(
    names: Sequence[str], doubtful: Callable[[RawCluster], None] | None = None
) -> Iterator[RawCluster]:
    """DescribeClusters answers of the named clusters, or of those tagged `ballast:managed=true` when none is named.

    Of every status: a cluster that is FAILED, or not yet or no longer ACTIVE, still has its instances and tasks.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Cluster.html
    One call's at a time, so that what has been seen is of use although a later call fails. `doubtful` hears of those whose
    tag nobody can read.
    """
    for raw in describe(list(names) or _cluster_arns()):
        managed = True if names else is_managed(tags(raw))
        if managed:
            yield raw
        elif managed is None and doubtful:
            doubtful(raw)


def describe(names: Sequence[str]) -> Iterator[RawCluster]:
    """With their tags; those that ECS does not find are left out."""
    for some in batched(names, DESCRIBE_MOST, strict=False):
        yield from client("ecs").describe_clusters(clusters=list(some), include=["TAGS"])["clusters"]


def cluster_names() -> list[str]:
    """Of every cluster of the account in this Region."""
    return [arn.rpartition("/")[2] for arn in _cluster_arns()]


def _cluster_arns() -> list[str]:
    return [arn for page in client("ecs").get_paginator("list_clusters").paginate() for arn in page["clusterArns"]]


def providers(cluster: str, names: Sequence[str]) -> tuple[Provider, ...]:
    """The capacity providers of a cluster; those of Fargate are left out."""
    answers = (
        raw
        for some in batched(names, PROVIDERS_MOST, strict=False)
        for raw in client("ecs").describe_capacity_providers(cluster=cluster, capacityProviders=list(some))[
            "capacityProviders"
        ]
    )
    return tuple(_provider(raw) for raw in answers if not raw["name"].startswith("FARGATE"))


def _provider(raw: RawCapacityProvider) -> Provider:
    group = raw.get("autoScalingGroupProvider")
    if group is None:
        return Provider(raw["name"], None, managed_draining=True)
    return Provider(
        raw["name"],
        group_of(group["autoScalingGroupArn"]),
        managed_draining=group.get("managedDraining") == "ENABLED",
    )


def group_of(arn: str) -> str:
    """The group's name, which may have slashes of its own.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html (resource types)
    """
    return arn.partition("autoScalingGroupName/")[2]


def daemon_services(cluster: str) -> tuple[str, ...]:
    pages = client("ecs").get_paginator("list_services").paginate(cluster=cluster, schedulingStrategy="DAEMON")
    return tuple(arn.rpartition("/")[2] for page in pages for arn in page["serviceArns"])
