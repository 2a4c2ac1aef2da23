"""DescribeServices in portions of ten, and what its silence means."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.aws.ecs_services import Services, describe_services
from ballast.errors import TransientError
from ballast.facts.task import Service, ServiceCounts
from tests.aws_stubs import Stubs


def described(name: str, status: str = "ACTIVE", **changes: Any) -> dict[str, Any]:
    return {"serviceName": name, "status": status, "runningCount": 1, "desiredCount": 2, "pendingCount": 3, **changes}


def describes(aws: Stubs, names: list[str], *services: dict[str, Any]) -> None:
    aws.answers("ecs", "describe_services", {"cluster": "prod", "services": names}, {"services": list(services)})


def test_services_are_described_ten_at_a_time_and_each_once(aws: Stubs) -> None:
    names = [f"s{number:02}" for number in range(11)]
    limits: dict[str, Any] = {"deploymentConfiguration": {"minimumHealthyPercent": 50, "maximumPercent": 150}}
    describes(aws, names[:10], described("s00", **limits))
    describes(aws, names[10:], described("s10"))

    assert describe_services("prod", [*names, "s00"]) == {
        "s00": Service("s00", 2, 1, 3, 50, 150),
        "s10": Service("s10", 2, 1, 3, 100, 200),
    }


def test_many_services_are_counted_ten_at_a_time(aws: Stubs) -> None:
    names = [f"web-{number:02}" for number in range(23)]
    for some in (names[:10], names[10:20], names[20:]):
        describes(aws, some, *map(described, some))

    counts = Services().counts("prod", names)

    assert counts["web-22"] == ServiceCounts(running=1, desired=2)
    assert len(counts) == 23


def test_a_deleted_service_has_no_counts(aws: Stubs) -> None:
    describes(aws, ["web"], described("web", "INACTIVE"))

    assert Services().counts("prod", ["web"]) == {}


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_counts_that_cannot_be_read_are_worth_another_try(aws: Stubs, code: str) -> None:
    aws.refuses("ecs", "describe_services", code)

    with pytest.raises(TransientError, match=code):
        Services().counts("prod", ["web"])
