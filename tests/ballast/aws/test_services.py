"""DescribeServices in portions of ten, and what its silence means."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ballast.aws import services
from ballast.aws.services import Services
from ballast.errors import TransientError
from ballast.facts.service import ServiceCounts


class FakeEcs:
    def __init__(self, status: str = "ACTIVE", error: Exception | None = None) -> None:
        self.status = status
        self.error = error
        self.asked: list[int] = []

    def describe_services(self, *, cluster: str, services: list[str]) -> dict[str, Any]:
        assert cluster == "prod"
        self.asked.append(len(services))
        if self.error:
            raise self.error
        described = [
            {"serviceName": name, "status": self.status, "runningCount": 1, "desiredCount": 2} for name in services
        ]
        return {"services": described}


def test_many_services_are_described_ten_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = FakeEcs()
    monkeypatch.setattr(services, "client", lambda _: ecs)

    counts = Services().counts("prod", [f"web-{n}" for n in range(23)])

    assert ecs.asked == [10, 10, 3]
    assert counts["web-22"] == ServiceCounts(running=1, desired=2)
    assert len(counts) == 23


def test_a_deleted_service_has_no_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "client", lambda _: FakeEcs(status="INACTIVE"))

    assert Services().counts("prod", ["web"]) == {}


def test_throttling_is_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "DescribeServices")
    monkeypatch.setattr(services, "client", lambda _: FakeEcs(error=error))

    with pytest.raises(TransientError):
        Services().counts("prod", ["web"])
