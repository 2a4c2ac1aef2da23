"""What publish_notification understands, and what it says about the rest."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.errors import UnexpectedEventError
from ballast.publish.events import parse
from ballast.records.event import Sweep
from ballast.records.service_failure import FailureName, ServiceEvent
from tests.notification_builders import NOW, SWEEP, a_notice, notice_event, service_event

FAILED = "SERVICE_DEPLOYMENT_FAILED"


def test_a_notice_comes_back_as_it_was_sent() -> None:
    assert parse(notice_event(a_notice())) == a_notice()


def test_the_schedule_is_the_sweep() -> None:
    assert parse(SWEEP) == Sweep(NOW)


@pytest.mark.parametrize("detail_type", ["ECS Service Action", "ECS Deployment State Change"])
def test_both_kinds_of_a_failed_deployment_read_the_same(detail_type: str) -> None:
    event = parse(service_event(FAILED, reason="no luck", detail_type=detail_type))

    assert event == ServiceEvent(FailureName.DEPLOYMENT, "prod", "web", "no luck", NOW)


def test_a_deployment_of_a_service_with_a_short_arn_names_no_cluster() -> None:
    event = service_event(FAILED, detail_type="ECS Deployment State Change")
    event["resources"] = ["arn:aws:ecs:eu-central-1:123456789012:service/web"]

    assert parse(event) == ServiceEvent(FailureName.DEPLOYMENT, "", "web", "RESOURCE:MEMORY", NOW)


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ({}, "not for publish_notification"),
        ({"source": "aws.ecs", "detail-type": "ECS Task State Change"}, "ECS Task State Change"),
        (service_event("SERVICE_DISCOVERY_INSTANCE_UNHEALTHY"), "expected one of SERVICE_TASK_"),
        (service_event(FAILED) | {"resources": []}, "cannot be read"),
        (service_event(FAILED) | {"resources": ["arn:aws:ecs:x:1:cluster/prod"]}, "not the ARN"),
        (service_event(FAILED) | {"time": "yesterday"}, "cannot be read"),
        (service_event(FAILED) | {"detail": None}, "cannot be read"),
        (notice_event(a_notice()) | {"detail": {}}, "docs/events.md"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(event: dict[str, Any], says: str) -> None:
    with pytest.raises(UnexpectedEventError, match=says) as caught:
        parse(event)

    assert "\n" not in str(caught.value)
