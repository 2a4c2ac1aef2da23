from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from ballast.aws.session import client
from ballast.errors import CallFailedError
from simulator.delivery.faults import NO_FAULTS, Faults
from simulator.delivery.throttling import refusal
from simulator.world.core.errors import AwsError
from tests.simulator.delivery.small_stack import CONTAINER_INSTANCE, Ballast


@contextmanager
def calling(folder: Path, work: Callable[[], Any], faults: Faults = NO_FAULTS) -> Iterator[tuple[Ballast, list[Any]]]:
    """Run `work` inside one invocation; gives its result or the ClientError that it failed with."""
    found: list[Any] = []

    def handler(*_: Any) -> None:
        try:
            found.append(work())
        except CallFailedError as error:
            found.append(error.__cause__)

    with Ballast(folder, handler, faults=faults) as ballast:
        ballast.world.emit()
        yield ballast, found


def look() -> Any:
    return client("ecs").list_container_instances(cluster="c")


def test_an_answer_reaches_the_caller_as_botocore_gives_it(tmp_path: Path) -> None:
    with calling(tmp_path, look) as (ballast, found):
        ballast.run(10)

    assert found[0]["containerInstanceArns"] == [CONTAINER_INSTANCE]
    assert ballast.deployment.aws_calls == {"ecs:ListContainerInstances": 1}
    assert ballast.world.asked[0][1:] == ("ballast:ecs:ListContainerInstances", {"cluster": "c"})


def test_an_error_of_the_world_is_the_right_client_error(tmp_path: Path) -> None:
    with calling(tmp_path, look) as (ballast, found):
        ballast.world.answers["ListContainerInstances"] = AwsError("ClusterNotFoundException", "Cluster not found.")
        ballast.run(10)

    assert type(found[0]).__name__ == "ClusterNotFoundException"
    assert found[0].response["Error"]["Message"] == "Cluster not found."
    assert [call.outcome for call in ballast.deployment.calls] == ["ClusterNotFoundException"]


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ({"containerInstanceArns": [], "instances": []}, r"\.instances does not exist in AWS's"),
        ({"containerInstanceArns": "all"}, "AWS gives a list"),
        ({"containerInstanceArns": [1]}, r"containerInstanceArns\[0\] is 1; AWS gives a string"),
    ],
)
def test_an_answer_that_aws_could_not_give_is_refused(tmp_path: Path, answer: dict[str, Any], complaint: str) -> None:
    with calling(tmp_path, look) as (ballast, _):
        ballast.world.answers["ListContainerInstances"] = answer
        ballast.run(10)

    assert complaint.replace("\\", "") in str(ballast.deployment.invocations[0].error)


def test_a_call_that_the_simulator_does_not_answer_fails_loudly(tmp_path: Path) -> None:
    with calling(tmp_path, lambda: boto3.client("s3").list_buckets()) as (ballast, _):
        ballast.run(10)

    assert "does not answer s3:ListBuckets" in str(ballast.deployment.invocations[0].error)


def test_a_throttled_call_is_retried_with_backoff_until_the_attempts_are_used_up(
    tmp_path: Path,
) -> None:
    with calling(tmp_path, look, Faults(throttled_call=1)) as (ballast, found):
        ballast.run(60)
    at_s = [call.at_s for call in ballast.deployment.calls]

    assert found[0].response["Error"]["Code"] == "ThrottlingException"
    assert len(at_s) == 4  # session.py asks for four
    assert 0.3 < at_s[-1] - at_s[0] < 1 + 2 + 4 + 1
    assert ballast.world.asked == []


def test_a_throttled_call_succeeds_when_a_retry_gets_through(tmp_path: Path) -> None:
    with calling(tmp_path, look) as (ballast, found):
        limits = ballast.deployment.front_door.limits
        for _ in range(100):
            limits.check("ecs", "ListTasks", {})  # the same bucket
        ballast.run(60)

    assert found[0]["containerInstanceArns"] == [CONTAINER_INSTANCE]


def test_a_bucket_holds_its_burst_and_refills(tmp_path: Path) -> None:
    with Ballast(tmp_path, lambda *_: None) as ballast:
        check = ballast.deployment.front_door.limits.check
        for _ in range(100):
            check("ecs", "DescribeTasks", {})
        with pytest.raises(AwsError, match="ThrottlingException"):
            check("ecs", "DescribeTasks", {})
        check("ecs", "StopTask", {})
        ballast.run(1)
        for _ in range(20):
            check("ecs", "DescribeTasks", {})
        with pytest.raises(AwsError, match="ThrottlingException"):
            check("ecs", "DescribeTasks", {})


@pytest.mark.parametrize(
    ("service", "code"),
    [
        ("ecs", "ThrottlingException"),
        ("ec2", "RequestLimitExceeded"),
        ("autoscaling", "Throttling"),
    ],
)
def test_each_service_throttles_in_its_own_words(service: str, code: str) -> None:
    assert refusal(service).code == code


def test_a_client_that_does_not_retry_is_not_retried(tmp_path: Path) -> None:
    def once() -> Any:
        config = Config(retries={"mode": "standard", "total_max_attempts": 1})
        return boto3.client("ecs", config=config).list_container_instances(cluster="c")

    with calling(tmp_path, once, Faults(throttled_call=1)) as (ballast, _):
        ballast.run(60)

    assert ballast.deployment.aws_calls == {"ecs:ListContainerInstances": 1}


def test_a_refused_instance_is_a_failure_and_is_not_changed(tmp_path: Path) -> None:
    def act() -> Any:
        return client("ecs").update_container_instances_state(
            cluster="c", containerInstances=["a", "b"], status="DRAINING"
        )

    with calling(tmp_path, act, Faults(refused_instance=1)) as (ballast, found):
        ballast.run(10)
    [failure] = found[0]["failures"]
    [(_, _, asked)] = ballast.world.asked

    assert failure["reason"] == "INTERNAL"
    assert {failure["arn"], *asked["containerInstances"]} == {"a", "b"}


def test_a_notice_is_put_on_the_bus_and_an_aws_source_is_refused(tmp_path: Path) -> None:
    def put() -> Any:
        entry = {"Source": "ballast", "DetailType": "Ballast Notice", "Detail": '{"a": 1}'}
        entries: list[Any] = [entry, {**entry, "Source": "aws.ecs"}, {**entry, "Detail": "no"}]
        return client("events").put_events(Entries=entries)

    with calling(tmp_path, put) as (ballast, found):
        ballast.run(6)
    events = [e.event for e in ballast.deployment.bus.events if e.event["source"] == "ballast"]

    assert found[0]["FailedEntryCount"] == 2
    assert [e.get("ErrorCode") for e in found[0]["Entries"]] == [
        None,
        "NotAuthorizedForSourceException",
        "MalformedDetail",
    ]
    assert (events[0]["detail-type"], events[0]["detail"]) == ("Ballast Notice", {"a": 1})
    assert len(found) > 1  # the rule brought the notice back


def test_a_secret_is_read_and_a_missing_one_is_not_found(tmp_path: Path) -> None:
    def read() -> Any:
        return client("secretsmanager").get_secret_value(SecretId="arn:slack")

    with calling(tmp_path, read) as (ballast, found):
        ballast.deployment.secrets["arn:slack"] = json.dumps({"bot_token": "xoxb-1"})
        ballast.run(10)
        del ballast.deployment.secrets["arn:slack"]
        ballast.world.emit()
        ballast.run(10)

    assert json.loads(found[0]["SecretString"]) == {"bot_token": "xoxb-1"}
    assert type(found[1]).__name__ == "ResourceNotFoundException"


def test_a_publication_is_recorded_and_a_bad_subject_refused(tmp_path: Path) -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:ballast-Topic"

    def publish() -> Any:
        client("sns").publish(
            TopicArn=topic,
            Message="hello",
            Subject="Drain",
            MessageAttributes={"severity": {"DataType": "String", "StringValue": "page"}},
        )
        client("sns").publish(TopicArn=topic, Message="hello", Subject="two\nlines")

    with calling(tmp_path, publish) as (ballast, found):
        ballast.run(10)
    [message] = ballast.deployment.messages

    assert (message.message, message.subject) == ("hello", "Drain")
    assert message.attributes == {"severity": "page"}
    assert found[0].response["Error"]["Code"] == "InvalidParameter"
