"""The capacity providers of a cluster, and what CloudWatch says of those that ECS scales.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProvider.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import batched
from typing import Any

from ballast.aws import capacity_providers
from ballast.aws.ecs_clusters import PROVIDERS_MOST, group_of
from ballast.aws.session import client
from ballast_cli.dump.records import Provider
from ballast_cli.dump.troubles import Troubles

MANAGED, FARGATE = "ECS Managed Instances", "AWS Fargate"
IN_PROGRESS = "_IN_PROGRESS"


def providers_of(cluster: str, raw: Mapping[str, Any], now: datetime, troubles: Troubles) -> tuple[Provider, ...]:
    """In the order in which the cluster names them: what shares a budget is looked at in it."""
    names = list(raw.get("capacityProviders", ()))
    metrics = troubles.tried(
        "how much of the capacity providers is reserved", lambda: capacity_providers.providers_of(cluster, now)
    )
    reserved = {each.name: each.reservation for each in metrics or ()}
    answers = [
        each
        for some in batched(names, PROVIDERS_MOST, strict=False)
        for each in client("ecs").describe_capacity_providers(cluster=cluster, capacityProviders=list(some))[
            "capacityProviders"
        ]
    ]
    changing = str(raw.get("attachmentsStatus", "")).endswith(IN_PROGRESS)
    answers.sort(key=lambda each: names.index(each["name"]))
    return tuple(_provider(each, reserved.get(each["name"]), changing=changing) for each in answers)


def _provider(raw: Mapping[str, Any], reservation: float | None, *, changing: bool) -> Provider:
    name, of_group = raw["name"], raw.get("autoScalingGroupProvider")
    if of_group is None:
        return Provider(name, kind=FARGATE if name.startswith("FARGATE") else MANAGED)
    scaling = of_group.get("managedScaling", {})
    return Provider(
        name,
        group_of(of_group["autoScalingGroupArn"]),
        managed_scaling=scaling.get("status") == "ENABLED",
        target_percent=scaling.get("targetCapacity", 100),
        minimum_step=scaling.get("minimumScalingStepSize", 1),
        maximum_step=scaling.get("maximumScalingStepSize", 10_000),
        warmup_s=scaling.get("instanceWarmupPeriod", 300),
        termination_protection=of_group.get("managedTerminationProtection") == "ENABLED",
        managed_draining=of_group.get("managedDraining") == "ENABLED",
        updating=changing or str(raw.get("updateStatus", "")).endswith(IN_PROGRESS),
        reservation=reservation,
    )
