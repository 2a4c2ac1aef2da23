"""How many tasks does a service run, how many should it, and how far may it go down? The one reader of DescribeServices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Any

from ballast.aws.session import client
from ballast.errors import CallFailedError, TransientError
from ballast.facts.demands import Constraints
from ballast.facts.task import Service, ServiceCounts

if TYPE_CHECKING:
    from ballast.aws.session import RawService

AT_ONCE = 10  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html


def describe_services(cluster: str, names: Iterable[str]) -> dict[str, Service]:
    """By name."""
    return {raw["serviceName"]: service(raw) for raw in described(cluster, names)}


class Services:
    def counts(self, cluster: str, services: Sequence[str]) -> Mapping[str, ServiceCounts]:
        """By service name; a service that is deleted, on its way there, or in a cluster that is gone is left out.

        Raises TransientError whatever else goes wrong: the next sweep asks again.
        """
        try:
            return {
                raw["serviceName"]: ServiceCounts(raw["runningCount"], raw["desiredCount"])
                for raw in described(cluster, services)
                if raw["status"] == "ACTIVE"
            }
        except CallFailedError as error:
            if error.code == "ClusterNotFoundException":
                return {}
            raise TransientError(f"ECS does not describe services: {error}") from error


def described(cluster: str, names: Iterable[str], *, tagged: bool = False) -> Iterator[RawService]:
    """As ECS describes them; those that it does not find are left out."""
    for some in batched(sorted(set(names)), AT_ONCE, strict=False):
        asked: Any = {"include": ["TAGS"]} if tagged else {}
        yield from client("ecs").describe_services(cluster=cluster, services=list(some), **asked)["services"]


def service(raw: RawService) -> Service:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html."""
    deployment = raw.get("deploymentConfiguration", {})
    placed = raw.get("placementConstraints", [])
    return Service(
        name=raw["serviceName"],
        desired=raw["desiredCount"],
        running=raw["runningCount"],
        pending=raw["pendingCount"],
        minimum_healthy_percent=deployment.get("minimumHealthyPercent", 100),
        maximum_percent=deployment.get("maximumPercent", 200),
        constraints=Constraints(
            expressions=tuple(c.get("expression", "") for c in placed if c.get("type") == "memberOf"),
            distinct=any(c.get("type") == "distinctInstance" for c in placed),
        ),
        placement_failure=_placement_failure(raw.get("events", [])),
    )


def _placement_failure(events: Sequence[Any]) -> str:
    """ECS's own reason, where the newest event of the service is one. Events come newest first.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
    """
    message = str(events[0].get("message", "")) if events else ""
    before, found, why = message.partition("was unable to place a task because ")
    return why.partition(" For more information")[0].strip().rstrip(".") if found and before else ""
