"""What update_bottlerocket makes of each event that it hears."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.errors import UnexpectedEventError
from ballast.records.command import Command, CommandKind
from ballast.update.events import REFRESH_MOVES, Look, Trouble, parse
from tests.builders import NOW

TIME = "2026-11-23T09:00:00Z"
SERVICE = "arn:aws:ecs:eu-central-1:123456789012:service/prod/api"
CLUSTER_ARN = "arn:aws:ecs:eu-central-1:123456789012:cluster/prod"


def an_event(source: str, kind: str, detail: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"id": "e-1", "source": source, "detail-type": kind, "time": TIME, "detail": detail} | changes


@pytest.mark.parametrize(
    ("event", "look"),
    [
        (
            an_event("aws.ecs", "ECS Container Instance State Change", {"clusterArn": CLUSTER_ARN}),
            Look(NOW, cluster="prod"),
        ),
        (
            an_event(
                "aws.ssm", "EC2 Command Invocation Status-change Notification", {"instance-id": "i-1", "status": "x"}
            ),
            Look(NOW, instance_id="i-1"),
        ),
        (an_event("ballast", "Ballast Instance Drained", {"cluster": "prod"}), Look(NOW, cluster="prod")),
        (an_event("aws.events", "Scheduled Event", {}), Look(NOW)),
        *(
            (an_event("aws.autoscaling", f"EC2 Auto Scaling Instance Refresh {end}", {}), Look(NOW))
            for end in REFRESH_MOVES
        ),
    ],
)
def test_an_event_says_where_to_look(event: dict[str, Any], look: Look) -> None:
    assert parse(event) == look


@pytest.mark.parametrize(
    ("kind", "name", "what"),
    [
        (
            "ECS Deployment State Change",
            "SERVICE_DEPLOYMENT_FAILED",
            "the deployment of service api failed (it broke)",
        ),
        ("ECS Service Action", "SERVICE_TASK_START_IMPAIRED", "tasks of service api fail to start (it broke)"),
    ],
)
def test_a_service_in_trouble_is_named_with_its_reason(kind: str, name: str, what: str) -> None:
    detail = {"eventName": name, "clusterArn": CLUSTER_ARN, "reason": "it broke"}

    heard = parse(an_event("aws.ecs", kind, detail, resources=[SERVICE]))

    assert heard == Trouble("prod", what, NOW)


def test_a_service_that_found_no_place_is_looked_at_and_halts_nothing() -> None:
    detail = {"eventName": "SERVICE_TASK_PLACEMENT_FAILURE", "clusterArn": CLUSTER_ARN, "reason": "RESOURCE:MEMORY"}

    assert parse(an_event("aws.ecs", "ECS Service Action", detail, resources=[SERVICE])) == Look(NOW, cluster="prod")


def test_a_command_of_an_operator_is_read_with_the_time_at_which_it_was_said() -> None:
    heard = parse(an_event("ballast", "Ballast Update Command", {"command": "halt", "cluster": "prod", "by": "jo"}))

    assert heard == Command(CommandKind.HALT, "prod", "jo", NOW, id="e-1", event="e-1")


def test_a_time_without_a_zone_is_utc() -> None:
    assert parse(an_event("aws.events", "Scheduled Event", {}, time="2026-11-23T09:00:00")) == Look(NOW)


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (an_event("aws.s3", "Object Created", {}), "No function handles detail-type 'Object Created'"),
        (an_event("aws.ecs", "Scheduled Event", {}), "No function handles detail-type 'Scheduled Event'"),
        (
            an_event("ballast", "Ballast Instance Drained", {}),
            "'Ballast Instance Drained' event 'e-1' lacks 'cluster'.",
        ),
        (an_event("aws.events", "Scheduled Event", {}, time="soon"), "'Scheduled Event' event 'e-1' cannot be read"),
        (
            an_event("ballast", "Ballast Update Command", {"command": "explode", "cluster": "prod"}),
            "'Ballast Update Command' event 'e-1' cannot be read: command is 'explode'",
        ),
    ],
)
def test_an_event_that_nobody_can_use_is_refused_in_one_sentence(event: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UnexpectedEventError) as refused:
        parse(event)

    assert str(refused.value).startswith(sentence)
