from __future__ import annotations

import logging
import os
import random
import time
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_lambda_powertools import Metrics
from aws_lambda_powertools.utilities.parameters import get_secret

import ballast.clock
from ballast.aws.session import client
from simulator.delivery.faults import ALL_FAULTS
from tests.simulator.delivery.small_stack import CONTAINER_INSTANCE, TEMPLATE, Ballast

SECOND_FUNCTION = """
  Tell:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/tell
      Environment: { Variables: { DEAD_LETTERS: other, ONLY_TELL: "1" } }
      Events:
        Events: { Type: SQS, Properties: { Queue: !GetAtt Told.Arn, BatchSize: 1 } }
  Told: { Type: AWS::SQS::Queue }
  Said:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [aws.ec2] }
      Targets: [{ Id: Told, Arn: !GetAtt Told.Arn }]
"""


def work(event: Any, _context: Any) -> Any:
    """Reads, acts and writes, and gives one record back."""
    client("ecs").list_container_instances(cluster="c")
    client("ecs").update_container_instances_state(
        cluster="c", containerInstances=[CONTAINER_INSTANCE], status="DRAINING"
    )
    client("dynamodb").put_item(TableName=os.environ["TABLE"], Item={"id": {"S": "a"}})
    failure = {"itemIdentifier": event["Records"][0]["messageId"]}
    return {"batchItemFailures": [failure] if random.random() < 0.2 else []}  # noqa: S311


def run(folder: Path, seed: int) -> tuple[Any, ...]:
    template = TEMPLATE.replace("State: DISABLED", "State: ENABLED")
    random.seed(time.monotonic_ns())  # what the process drew before does not matter
    with Ballast(folder, work, seed=seed, faults=ALL_FAULTS, template=template) as ballast:
        for _ in range(50):
            ballast.world.emit()
            ballast.run(10)
        ballast.run(2000)
        deployment = ballast.deployment
        return (
            deployment.calls,
            deployment.invocations,
            deployment.bus.events,
            deployment.bus.lost,
            deployment.dead_letters,
        )


def test_the_same_seed_gives_the_same_run(tmp_path: Path) -> None:
    first, second, other = (run(tmp_path, seed) for seed in (7, 7, 8))

    assert first == second
    assert first != other


def test_handlers_see_virtual_time_and_sleep_in_it(tmp_path: Path) -> None:
    seen: list[float] = []

    def handler(*_: Any) -> None:
        for _attempt in range(2):
            seen.append(ballast.clock.utc_now().timestamp())
            time.sleep(30)

    with Ballast(tmp_path, handler) as small:
        small.world.emit()
        small.run(100)
        assert ballast.clock.utc_now() == small.clock.utc

    assert seen[1] - seen[0] == pytest.approx(30)
    assert seen[0] - small.clock.epoch.timestamp() < 5


def test_everything_is_as_before_after_the_deployment(tmp_path: Path) -> None:
    before = (dict(os.environ), ballast.clock.utc_now, time.sleep, random.getstate())
    disabled = logging.root.manager.disable
    with Ballast(tmp_path, work, faults=ALL_FAULTS) as small:
        small.world.emit()
        small.run(60)
        assert os.environ["AWS_REGION"] == "us-east-1"
        assert os.environ["POWERTOOLS_LOG_LEVEL"] == "CRITICAL"
        assert os.environ != before[0]

    assert (dict(os.environ), ballast.clock.utc_now, time.sleep, random.getstate()) == before
    assert logging.root.manager.disable == disabled


def test_each_function_sees_its_own_variables_while_invocations_overlap(tmp_path: Path) -> None:
    seen: set[tuple[str, str, str | None]] = set()

    def look(_: Any, context: Any) -> None:
        for _attempt in range(5):
            client("ec2").describe_instances(InstanceIds=["i-1"])
            name = context.function_name.rpartition("-")[2]
            seen.add((name, os.environ["DEAD_LETTERS"][-11:], os.environ.get("ONLY_TELL")))

    small = Ballast(tmp_path, look, template=TEMPLATE + SECOND_FUNCTION)
    small.deployment._handlers = {"Drain": look, "Tell": look}
    with small:
        for _ in range(20):
            small.world.emit()
        small.run(60)

    assert seen == {("Drain", "DeadLetters", None), ("Tell", "other", "1")}


def test_only_one_deployment_is_active_at_a_time(tmp_path: Path) -> None:
    with Ballast(tmp_path, work), pytest.raises(RuntimeError, match="Another deployment"):
        Ballast(tmp_path, work).__enter__()


def test_clients_outlive_a_deployment_and_meet_the_next_one(tmp_path: Path) -> None:
    found = []
    for arn in ("first", "second"):
        with Ballast(tmp_path, work) as small:
            small.world.answers["ListContainerInstances"] = {"containerInstanceArns": [arn]}
            found.append(client("ecs").list_container_instances()["containerInstanceArns"])

    assert found == [["first"], ["second"]]


def test_a_session_of_its_own_reaches_the_simulator_too(tmp_path: Path) -> None:
    with Ballast(tmp_path, work):
        answer = boto3.session.Session().client("ecs").list_container_instances()

    assert answer["containerInstanceArns"] == [CONTAINER_INSTANCE]


def test_a_cached_secret_is_read_again_after_virtual_seconds(tmp_path: Path) -> None:
    def handler(*_: Any) -> None:
        get_secret("slack", max_age=60)

    with Ballast(tmp_path, handler) as small:
        small.deployment.secrets["slack"] = "xoxb-1"
        for _ in range(3):  # about 0, 40 and 80 s
            small.world.emit()
            small.run(40)

    assert small.deployment.aws_calls == {"secretsmanager:GetSecretValue": 2}


def test_metrics_are_kept_and_nothing_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    metrics = Metrics(namespace="Ballast", service="drain")

    @metrics.log_metrics
    def handler(*_: Any) -> None:
        metrics.add_metric(name="DrainsStarted", unit="Count", value=2)

    with Ballast(tmp_path, handler) as small:
        small.world.emit()
        small.run(10)

    assert [metric["DrainsStarted"] for metric in small.deployment.metrics] == [[2.0]]
    assert capsys.readouterr().out == ""
