"""Each way in which a part of Ballast can stop, or fall behind, rings the alarm that says where to look; a storm rings none."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from simulator.delivery.code import Code
from simulator.delivery.records import DeadLetter
from simulator.stage import BUTTONS, MANAGED, Scenario, Stage
from tests.template.alarms import ALARMS, RESOURCES, Watched, metrics_of, next_state

MOST_ALARMS, MOST_METRICS = 12, 13  # of the second each is charged: https://aws.amazon.com/cloudwatch/pricing/
STARTS_AT = 15  # minutes
# By function: the queue that its schedule fills, and the alarm that misses it.
DEAD_MEN = {
    "DrainInstance": "DrainSweeps",
    "UpdateBottlerocket": "UpdateEvents",
    "RebalanceCapacity": "RebalanceEvents",
    "PublishNotification": "Notices",
    "WatchBottlerocket": "ReleaseChecks",
}
MINUTELY = [function for function in DEAD_MEN if function != "WatchBottlerocket"]
LETTERS = {
    "DrainEvents": "DrainEventsDeadLettered",
    "UpdateEvents": "UpdateEventsDeadLettered",
    "ReleaseChecks": "UpdateEventsDeadLettered",
    "RebalanceEvents": "RebalanceEventsDeadLettered",
    "Notices": "NoticesDeadLettered",
    "Pages": "NoticesDeadLettered",
    "Clicks": "NoticesDeadLettered",
}
HAS_SWEEPS = ["UpdateEvents", "RebalanceEvents", "Notices"]

type Harm = Callable[[Stage, Watched], None]


def rung(harm: Harm, minutes: float = 45) -> set[str]:
    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("spot", "prod", desired=3, spot=True, capacity_provider="spot")
        stage.world.add_service("prod", "api", desired=3)
        stage.world.add_cluster("other", MANAGED)

    with Stage(Scenario("alarms", "Something stops", minutes, build, BUTTONS), 1) as stage:
        watched = Watched(stage)
        stage.at(STARTS_AT, partial(harm, stage, watched))
        stage.play()
        return watched.rang


def switched_off(queue: str) -> Harm:
    """Its event source mapping."""

    def harm(stage: Stage, _: Watched) -> None:
        [source] = [each for each in stage.deployment.sources if each.name.endswith(queue)]
        source.switch(on=False)

    return harm


def never_due(function: str) -> Harm:
    """The rule of its schedule is disabled."""
    queue = DEAD_MEN[function]

    def harm(stage: Stage, _: Watched) -> None:
        bus = stage.deployment.bus
        deliver = bus._deliver

        def delivered(rule: Any, event: Mapping[str, Any]) -> None:
            if rule.every_s is None or rule.queues != (queue,):
                deliver(rule, event)

        bus._deliver = delivered  # type: ignore[method-assign]

    return harm


def throttled(function: str, every: int = 1) -> Harm:
    """Lambda refuses each so many-th run, and the messages come back after their visibility timeout."""

    def harm(stage: Stage, watched: Watched) -> None:
        deployed = stage.deployment.functions[function]
        invoke, asked = deployed.invoke, [0]

        def invoked(event: Any, ended: Any) -> None:
            asked[0] += 1
            if asked[0] % every:
                invoke(event, ended)
            else:
                watched.throttled[function] += 1
                stage.clock.after(1, lambda: ended(None, ok=False))

        deployed.invoke = invoked  # type: ignore[method-assign]

    return harm


def failing(function: str, when: str = "") -> Harm:
    """It crashes, at once or by batches in which something is."""

    def harm(stage: Stage, _: Watched) -> None:
        deployed = stage.deployment.functions[function]
        handler = deployed._code.handler

        def crashes(event: Mapping[str, Any], context: Any) -> Any:
            if when in str(event):
                raise MemoryError
            return handler(event, context)

        deployed._code = Code(crashes)

    return harm


def sent(queue: str, body: str, delay_s: float = 0) -> Harm:
    def harm(stage: Stage, _: Watched) -> None:
        stage.deployment.queues[queue].send(body, delay_s=delay_s)

    return harm


def warned(stage: Stage, watched: Watched, first: Harm) -> None:
    first(stage, watched)
    stage.world.warn_spot(stage.instances("spot")[0])


@pytest.mark.parametrize("function", MINUTELY)
def test_a_schedule_that_is_off_rings_the_alarm_of_its_function_alone(function: str) -> None:
    assert rung(never_due(function)) == {f"{function}Silent"}


@pytest.mark.parametrize("function", MINUTELY)
def test_a_queue_that_is_read_no_more_rings_the_alarm_of_its_function_alone(function: str) -> None:
    assert rung(switched_off(DEAD_MEN[function])) == {f"{function}Silent"}


@pytest.mark.parametrize("function", MINUTELY)
def test_a_function_that_always_fails_rings(function: str) -> None:
    also = {"DrainInstanceFailing"} if function == "DrainInstance" else set()

    assert rung(failing(function)) == {f"{function}Silent", *also}


@pytest.mark.parametrize("function", MINUTELY)
def test_a_function_that_lambda_does_not_run_rings(function: str) -> None:
    also = {"DrainInstanceFailing"} if function == "DrainInstance" else set()

    assert rung(throttled(function)) == {f"{function}Silent", *also}


@pytest.mark.parametrize("harm", [never_due("WatchBottlerocket"), switched_off("ReleaseChecks")])
def test_a_release_that_nobody_looks_for_rings_within_hours(harm: Harm) -> None:
    assert rung(harm, 300) == {"WatchBottlerocketSilent"}


@pytest.mark.parametrize("harm", [failing("WatchBottlerocket"), throttled("WatchBottlerocket")])
def test_a_check_for_releases_that_fails_rings_as_a_dead_letter_within_the_hour(harm: Harm) -> None:
    assert rung(harm, 150) == {"UpdateEventsDeadLettered"}


@pytest.mark.parametrize("every", [2, 3])
def test_lambda_that_runs_drain_instance_only_now_and_then_rings(every: int) -> None:
    assert "DrainInstanceFailing" in rung(throttled("DrainInstance", every))


def test_sweeps_of_one_cluster_that_always_crash_ring_although_the_others_go_on() -> None:
    assert rung(failing("DrainInstance", '"cluster": "prod"')) == {"DrainInstanceFailing"}


def test_a_spot_warning_that_nobody_reads_rings_before_it_is_over() -> None:
    assert rung(partial(warned, first=switched_off("DrainInstanceDrainEvents")), STARTS_AT + 4) == {
        "DrainEventsWaiting"
    }


def test_a_page_that_nobody_reads_rings_after_two_minutes() -> None:
    def harm(stage: Stage, watched: Watched) -> None:
        switched_off("Pages")(stage, watched)
        stage.deployment.queues["Pages"].send("{}")

    assert rung(harm, STARTS_AT + 4) == {"PagesWaiting"}


@pytest.mark.parametrize("queue", LETTERS)
def test_what_nobody_can_read_rings_where_it_was_sent(queue: str) -> None:
    assert rung(sent(queue, "no JSON"), STARTS_AT + 5) == {LETTERS[queue]}


@pytest.mark.parametrize("queue", HAS_SWEEPS)
def test_a_queue_that_is_behind_rings_where_somebody_reads_it_all_the_same(queue: str) -> None:
    """The schedule's event comes ten minutes late because of what stands before it."""
    body = json.dumps(
        {"id": "1", "source": "aws.events", "detail-type": "Scheduled Event", "time": "2026-01-01T00:00:00Z"}
        | {"account": "123456789012", "region": "us-east-1", "resources": [], "detail": {}}
    )

    assert rung(sent(queue, body, delay_s=660)) == {LETTERS[queue]}
    assert rung(sent(queue, body, delay_s=480)) == set()


def test_a_busy_hour_rings_nothing() -> None:
    def harm(stage: Stage, _: Watched) -> None:
        for instance in stage.instances("spot"):
            stage.world.warn_spot(instance)

    assert rung(harm, 75) == set()


@pytest.mark.parametrize("function", DEAD_MEN)
def test_a_dead_mans_switch_does_not_ring_at_install_and_stays_once_nothing_is_known(function: str) -> None:
    """A queue that nobody asks for six hours has no data points: they are missing before it is made, and much later."""
    alarm = ALARMS[f"{function}Silent"]
    [(metric, queue)] = metrics_of(alarm).values()

    assert (metric, queue, alarm["Statistic"]) == ("NumberOfMessagesDeleted", DEAD_MEN[function], "Sum")
    assert next_state(alarm, {"": [None, None, None, 5.0]}, "INSUFFICIENT_DATA") != "ALARM"
    assert next_state(alarm, {"": [0.0, None, None, None]}, "ALARM") == "ALARM"
    assert next_state(alarm, {"": [0.0, 0.0, 0.0, 5.0]}, "ALARM") == "OK"


def test_each_function_has_a_dead_mans_switch_and_no_other_alarm_rings_for_want_of_data() -> None:
    """What only people set going has none: who pressed sees that nothing happens."""
    functions = [
        name
        for name, each in RESOURCES.items()
        if each["Type"] == "AWS::Serverless::Function" and each.get("Condition") != "HasButtons"
    ]
    missing = {name: each["TreatMissingData"] for name, each in ALARMS.items()}

    assert sorted(functions) == sorted(DEAD_MEN)
    assert {name for name, treated in missing.items() if treated == "ignore"} == {f"{f}Silent" for f in functions}
    assert set(missing.values()) == {"ignore", "notBreaching"}


def test_there_are_no_more_alarms_than_somebody_reads_and_no_more_metrics_than_they_need() -> None:
    assert len(ALARMS) <= MOST_ALARMS
    assert sum(len(metrics_of(alarm)) for alarm in ALARMS.values()) <= MOST_METRICS


def test_letters_are_counted_by_the_queue_that_they_lie_in() -> None:
    assert DeadLetter(0, "NoticesDeadLetters", "", {}).queue == metrics_of(ALARMS["NoticesDeadLettered"])[""][1]
