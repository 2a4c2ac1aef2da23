"""What ECS says of a service that fails."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ballast.records.service_failure import FailureName, ServiceEvent, parse_service_event

ARN = "arn:aws:ecs:eu-central-1:123456789012:"


def event(resource: str = f"{ARN}service/prod/web", **detail: Any) -> dict[str, Any]:
    own = {"eventName": "SERVICE_DEPLOYMENT_FAILED", "reason": "it failed"}
    return {"time": "2026-11-23T09:00:00Z", "resources": [resource], "detail": own | detail}


def test_the_service_is_named_by_the_resource_and_its_cluster_by_either() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)

    assert parse_service_event(event()) == ServiceEvent(FailureName.DEPLOYMENT, "prod", "web", "it failed", at)
    old = parse_service_event(event(f"{ARN}service/web", clusterArn=f"{ARN}cluster/prod"))
    assert (old.cluster, old.service) == ("prod", "web")
    assert parse_service_event(event(f"{ARN}service/web")).cluster == ""


def test_a_reason_may_lack_and_is_cut_to_what_a_notice_shows() -> None:
    assert parse_service_event(event(reason=None)).reason == ""
    assert len(parse_service_event(event(reason="x" * 2_000)).reason) == 800


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (event(eventName="SERVICE_STARTED"), "eventName is 'SERVICE_STARTED'; expected one of"),
        (event(f"{ARN}service/prod/"), "is not the ARN of a service"),
        (event(f"{ARN}cluster/prod"), "is not the ARN of a service"),
        (event(f"{ARN}service/a/b/c"), "is not the ARN of a service"),
        (event() | {"resources": []}, "text that can be printed"),
    ],
)
def test_what_is_none_of_the_four_events_is_refused_in_words(raw: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"expected one of|is not the ARN|printed") as refused:
        parse_service_event(raw)

    assert sentence in str(refused.value)
