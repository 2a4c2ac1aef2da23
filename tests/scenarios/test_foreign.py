"""What comes to the event bus from another account or Region, word for word as our own would say it: nobody hears it.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from simulator.delivery.records import HOSTILE
from simulator.stage import Stage
from tests.scenarios.stages import Played
from tests.scenarios.test_replacing import play_on
from tests.scenarios.test_updates import fleet, state

OURS, STRANGER, ABROAD = "123456789012", "444455556666", "eu-central-1"
SERVICE = f"arn:aws:ecs:us-east-1:{OURS}:service/prod/api"
FAILURE = {"eventType": "ERROR", "clusterArn": f"arn:aws:ecs:us-east-1:{OURS}:cluster/prod", "reason": "x"}
PAGE = {"severity": "page", "what": "Forged.", "incident": "prod/forged", "id": "forged", "closesIncident": False}


def told(
    instance: str, notice: Mapping[str, Any], release: Mapping[str, Any]
) -> Iterator[tuple[str, str, list[str], dict[str, Any]]]:
    """Of our own stack these would drain, halt, roll back, pause, recall and page; source, type, resources and detail."""
    yield "aws.ec2", "EC2 Spot Instance Interruption Warning", [], {"instance-id": instance, "instance-action": "stop"}
    yield "aws.ec2", "EC2 Instance State-change Notification", [], {"instance-id": instance, "state": "terminated"}
    yield "aws.ecs", "ECS Service Action", [SERVICE], {**FAILURE, "eventName": "SERVICE_TASK_START_IMPAIRED"}
    yield "aws.ecs", "ECS Deployment State Change", [SERVICE], {**FAILURE, "eventName": "SERVICE_DEPLOYMENT_FAILED"}
    yield "ballast", "Ballast Update Command", [], {"command": "rollback", "cluster": "prod", "by": "jo"}
    yield "ballast", "Ballast Update Command", [], {"command": "pause", "cluster": "prod", "by": "jo"}
    yield "ballast", "Bottlerocket Release Recalled", [], dict(release)
    yield "ballast", "Ballast Instance Drained", [], {"cluster": "prod", "instanceId": instance}
    yield "ballast", "Ballast Notice", [], {**notice, **PAGE}


@cache
def played(account: str | None, region: str, heard: str = "") -> tuple[list[tuple[Any, ...]], list[str], Played]:
    """With all of it from there, amid a rollout (None: without); what the world did, and what people and queues got."""

    def send(stage: Stage) -> None:
        put = [each.event for each in stage.deployment.bus.events]
        notice, release = (
            next(e["detail"] for e in put if e["detail-type"] == kind)
            for kind in ("Ballast Notice", "Bottlerocket Release Available")
        )
        for number, (source, kind, resources, detail) in enumerate(told(stage.instances("web")[-1], notice, release)):
            origin = {"account": account, "region": region, "source": source, "detail-type": kind, "version": "0"}
            at = f"{stage.clock.utc:%Y-%m-%dT%H:%M:%SZ}"
            stage.deployment.bus.put(
                {**origin, "id": f"{HOSTILE}{number}", "time": at, "resources": resources, "detail": detail}
            )

    def happens(stage: Stage) -> None:
        if account:
            stage.at(9, lambda: send(stage))

    stage, found = play_on(fleet(happens, minutes=30, parameters={"EventAccounts": heard}))
    facts = [(fact.at_s, fact.kind, str(sorted(fact.data.items(), key=str))) for fact in stage.world.journal]
    said = [str(look) for message in stage.deployment.slack.messages for look in message.looks]
    return facts, [*said, *map(str, stage.deployment.dead_letters), *map(str, found.result.notices)], found


@pytest.mark.parametrize(
    ("account", "region", "heard"),
    [
        (STRANGER, "us-east-1", ""),
        (OURS, ABROAD, ""),
        (STRANGER, ABROAD, STRANGER),
        (STRANGER, "us-east-1", "777788889999"),
    ],
)
def test_what_comes_from_elsewhere_changes_nothing_at_all(account: str, region: str, heard: str) -> None:
    assert played(account, region, heard)[:2] == played(None, region)[:2]


def test_our_own_of_the_same_words_is_heard() -> None:
    """So that silence above is not for want of a voice."""
    _, said, found = played(OURS, "us-east-1")

    assert "Forged." in str(said)
    assert state(found) != state(played(None, "us-east-1")[2])
    assert "SpotInterruption" in found.codes


def test_an_account_that_is_named_may_say_what_ballast_says_and_nothing_of_hosts_and_services() -> None:
    _, said, found = played(STRANGER, "us-east-1", STRANGER)

    assert "Forged." in str(said)
    assert state(found) == "rolling_back"
    assert {"SpotInterruption", "InstanceStopping", "DeploymentFailed", "TaskStartImpaired"}.isdisjoint(found.codes)
