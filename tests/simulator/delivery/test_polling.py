from __future__ import annotations

import os
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from ballast.aws.session import client
from simulator.delivery.deployment import Deployment
from simulator.delivery.records import Outcome
from simulator.stage import Scenario
from tests.simulator.delivery.small_stack import Ballast, Handler


def run(folder: Path, handler: Handler, *, events: int = 1, seconds: float = 3000, **parameters: str) -> Ballast:
    with Ballast(folder, handler, parameters=parameters) as ballast:
        for _ in range(events):
            ballast.world.emit()
        ballast.run(seconds)
    return ballast


def test_a_window_gathers_events_into_batches(tmp_path: Path) -> None:
    sizes: list[int] = []
    run(tmp_path, lambda event, _: sizes.append(len(event["Records"])), events=30, Window="10")

    assert sum(sizes) == 30
    assert len(sizes) <= 4  # one for each poller


def test_a_full_batch_does_not_wait_for_its_window(tmp_path: Path) -> None:
    ballast = run(tmp_path, lambda *_: None, events=40, seconds=20, Window="300", Batch="2")

    assert sum(i.records for i in ballast.deployment.invocations) >= 36
    assert {i.records for i in ballast.deployment.invocations} == {2}


def test_only_the_reported_items_come_again(tmp_path: Path) -> None:
    counts: list[tuple[str, str]] = []

    def handler(event: Any, _: Any) -> Any:
        failures = []
        for record in event["Records"]:
            received = record["attributes"]["ApproximateReceiveCount"]
            counts.append((record["messageId"], received))
            if len(counts) == 1:
                failures.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failures}

    run(tmp_path, handler, events=5)
    first = counts[0][0]

    assert len(counts) == 6
    assert [received for message, received in counts if message == first] == ["1", "2"]


@pytest.mark.parametrize(
    "response",
    [
        {"batchItemFailures": [{"itemIdentifier": "unknown"}]},
        {"batchItemFailures": [{"wrong": "key"}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
    ],
)
def test_a_response_that_lambda_cannot_read_fails_the_whole_batch(tmp_path: Path, response: Any) -> None:
    ballast = run(tmp_path, lambda *_: response)

    assert len(ballast.deployment.dead_letters) == 1


def test_a_batch_that_raises_is_retried_after_the_visibility_timeout(tmp_path: Path) -> None:
    started: list[float] = []

    def handler(*_: Any) -> None:
        started.append(len(started))
        if len(started) == 1:
            raise RuntimeError("no")

    ballast = run(tmp_path, handler)
    [first, second] = ballast.deployment.invocations

    assert (first.outcome, second.outcome) == (Outcome.ERROR, Outcome.OK)
    assert "RuntimeError: no" in str(first.error)
    assert 360 - 3 < second.started_s - first.started_s < 363


def test_what_fails_too_often_is_dead_lettered(tmp_path: Path) -> None:
    def handler(*_: Any) -> None:
        raise RuntimeError("no")

    ballast = run(tmp_path, handler)
    [letter] = ballast.deployment.dead_letters

    assert len(ballast.deployment.invocations) == 3
    assert letter.queue == "DeadLetters"
    assert "i-1" in letter.body


def test_invocations_overlap_up_to_the_maximum_concurrency(tmp_path: Path) -> None:
    open_now, most = set(), 0

    def handler(_: Any, context: Any) -> None:
        nonlocal most
        open_now.add(context.aws_request_id)
        most = max(most, len(open_now))
        client("ec2").describe_instances(InstanceIds=["i-1"])
        open_now.discard(context.aws_request_id)

    run(tmp_path, handler, events=200, Window="0", Batch="1")

    assert most == 4


def test_a_first_start_is_cold_and_the_next_is_warm(tmp_path: Path) -> None:
    with Ballast(tmp_path, lambda *_: None) as ballast:
        for _ in range(2):
            ballast.world.emit()
            ballast.run(60)

    assert [i.cold for i in ballast.deployment.invocations] == [True, False]


def test_a_function_dead_letters_a_message_with_its_reason(tmp_path: Path) -> None:
    def handler(event: Any, _: Any) -> None:
        client("sqs").send_message(
            QueueUrl=os.environ["DEAD_LETTERS"],
            MessageBody=event["Records"][0]["body"],
            MessageAttributes={"ERROR_CODE": {"DataType": "String", "StringValue": "X"}},
        )

    [letter] = run(tmp_path, handler).deployment.dead_letters

    assert (letter.queue, letter.attributes) == ("DeadLetters", {"ERROR_CODE": "X"})


def waits_s(folder: Path, *, messages: int = 1, window: str, realistic: bool = True) -> list[float]:
    """Seconds from each event (one in two minutes, or all at once) until its function starts, for many seeds."""
    waits = []
    for seed in range(12):
        where = folder / f"{window}-{seed}-{messages}-{realistic}"
        where.mkdir()
        with Ballast(
            where, lambda *_: None, seed=seed, parameters={"Window": window}, realistic_polling=realistic
        ) as ballast:
            ballast.run(120)
            for _ in range(messages):
                ballast.world.emit()
            ballast.run(60)
            waits += [i.started_s - 120 for i in ballast.deployment.invocations]
    return waits


def test_a_quiet_queue_with_a_window_may_wait_up_to_twenty_seconds(tmp_path: Path) -> None:
    waits = waits_s(tmp_path, window="1")

    assert max(waits) > 15
    assert max(waits) < 20 + 3  # delivery and a cold start
    assert min(waits) >= 1


def test_a_queue_without_a_window_is_read_at_once(tmp_path: Path) -> None:
    assert max(waits_s(tmp_path, window="0")) < 3


def test_a_window_longer_than_twenty_seconds_stays_what_it_is(tmp_path: Path) -> None:
    assert min(waits_s(tmp_path, window="40")) >= 40


def test_a_busy_queue_waits_for_its_window_only(tmp_path: Path) -> None:
    first = min(waits_s(tmp_path, messages=60, window="1"))

    assert first < 5


def test_the_wait_is_on_unless_a_deployment_switches_it_off(tmp_path: Path) -> None:
    assert signature(Deployment).parameters["realistic_polling"].default is True
    assert Scenario("quiet", "Nothing", 1, lambda _: None).realistic_polling
    assert max(waits_s(tmp_path, window="1", realistic=False)) < 5
