"""Amazon ECS, capacity providers as rebalancing needs them: who scales, how far, and whether they are being changed.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProvider.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from ballast.aws.ecs_clusters import PROVIDERS_MOST, group_of
from ballast.aws.session import client
from ballast.errors import CallFailedError, TransientError
from ballast.rebalance.snapshot import Provider
from ballast.telemetry import logger

if TYPE_CHECKING:
    from ballast.aws.session import RawCapacityProvider

IN_PROGRESS = "_IN_PROGRESS"
LATELY = timedelta(minutes=5)  # CapacityProviderReservation has a value a minute, which comes late
PERIOD_S = 60


def providers_of(cluster: str, now: datetime) -> tuple[Provider, ...]:
    """All of the cluster, as ECS tells by now; raises CallFailedError.

    Raises TransientError where ECS does not describe one: its group would look as if nobody scaled it.
    """
    told = client("ecs").describe_clusters(clusters=[cluster], include=["ATTACHMENTS"])["clusters"]
    if not told:
        raise TransientError(f"ECS does not describe cluster {cluster}.")
    changing, names = told[0].get("attachmentsStatus", ""), told[0].get("capacityProviders", [])
    found = tuple(_provider(raw, changing) for raw in _described(cluster, names))
    if missing := sorted(set(names) - {provider.name for provider in found}):
        raise TransientError(f"ECS does not describe capacity provider {missing[0]} of cluster {cluster}.")
    scaled = [provider.name for provider in found if provider.group and provider.managed_scaling]
    reservations = _reservations(cluster, scaled, now)
    return tuple(replace(provider, reservation=reservations.get(provider.name)) for provider in found)


def _described(cluster: str, names: Sequence[str]) -> Iterator[RawCapacityProvider]:
    for some in batched(names, PROVIDERS_MOST, strict=False):
        yield from client("ecs").describe_capacity_providers(cluster=cluster, capacityProviders=list(some))[
            "capacityProviders"
        ]


def _provider(raw: RawCapacityProvider, changing: str) -> Provider:
    name, group = raw["name"], raw.get("autoScalingGroupProvider")
    if group is None:
        return Provider(name, None, "AWS Fargate" if name.startswith("FARGATE") else "ECS Managed Instances")
    scaling: Mapping[str, Any] = group.get("managedScaling", {})
    states = (changing if changing.endswith(IN_PROGRESS) else "", raw.get("updateStatus", ""))
    return Provider(
        name,
        group_of(group["autoScalingGroupArn"]),
        managed_scaling=scaling.get("status") == "ENABLED",
        target_percent=scaling.get("targetCapacity", 100),
        termination_protection=group.get("managedTerminationProtection") == "ENABLED",
        updating=next((state for state in states if state.endswith(IN_PROGRESS)), ""),
    )


def _reservations(cluster: str, names: Sequence[str], now: datetime) -> dict[str, float]:
    """The newest CapacityProviderReservation of each, in one call for all; what is not told is left out.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html
    """
    queries: Any = [
        {"Id": f"p{number}", "MetricStat": _statistic(cluster, name), "ReturnData": True}
        for number, name in enumerate(names)
    ]
    if not queries:
        return {}
    try:
        pages = client("cloudwatch").get_paginator("get_metric_data")
        told = pages.paginate(MetricDataQueries=queries, StartTime=now - LATELY, EndTime=now)
        values = {result["Id"]: result["Values"] for page in told for result in page["MetricDataResults"]}
    except CallFailedError as error:
        logger.warning("the reservation of capacity providers cannot be read", why=str(error))
        return {}
    return {name: values[f"p{n}"][0] for n, name in enumerate(names) if values.get(f"p{n}")}


def _statistic(cluster: str, provider: str) -> dict[str, Any]:
    dimensions = {"ClusterName": cluster, "CapacityProviderName": provider}
    return {
        "Metric": {
            "Namespace": "AWS/ECS/ManagedScaling",
            "MetricName": "CapacityProviderReservation",
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        },
        "Period": PERIOD_S,
        "Stat": "Average",
    }
