"""Each invariant of services and tasks can fail."""

from __future__ import annotations

import pytest

from simulator.invariants import services
from simulator.result import below_minimum
from simulator.stage import Stage
from tests.simulator.invariants.forbidden import (
    Forbidden,
    Invariant,
    by_ballast,
    said_of_a_good_world,
    sentences,
    set_status,
)


def stop_a_task(stage: Stage) -> None:
    task = next(t for t in stage.world.clusters["prod"].tasks.values() if t.service and t.service.name == "api")
    by_ballast(stage, "ecs", "StopTask", {"cluster": "prod", "task": task.arn})


def stop_a_protected_task(stage: Stage) -> None:
    task = next(iter(stage.world.clusters["prod"].tasks.values()))
    stage.world.protect_task(task.arn, 3600)
    stage.world.stop_task(task.arn, actor="ballast")


def deregister_alive(stage: Stage) -> None:
    stage.world.registry.deregister(stage.world.host(stage.instances("web")[0]), actor="ballast")


FORBIDDEN: tuple[tuple[Invariant, Forbidden], ...] = (
    (services.no_service_below_its_minimum_because_of_ballast, stop_a_task),
    (services.no_task_cut_off_by_ballast, deregister_alive),
    (services.no_protected_task_stopped, stop_a_protected_task),
    (services.no_task_stopped_before_its_deadline, stop_a_task),
)


@pytest.mark.parametrize(("invariant", "forbidden"), FORBIDDEN, ids=lambda each: each.__name__)
def test_a_task_that_is_cut_short_is_missed(invariant: Invariant, forbidden: Forbidden) -> None:
    assert sentences(invariant, forbidden)
    assert said_of_a_good_world() == []


def others_end_another_one_later(stage: Stage) -> None:
    """Of an instance that hears nothing the tasks are replaced before Ballast has it ended; then somebody ends another one."""
    lost, other, *_ = stage.instances("web")
    stage.world.disconnect_agent(lost)
    set_status(stage, "DRAINING", "ballast", lost)
    ended = {"InstanceId": lost, "ShouldDecrementDesiredCapacity": False}
    stage.at(4, stage.world.groups.groups["web"].hooks.clear)  # so that nothing holds it
    stage.at(4, lambda: by_ballast(stage, "autoscaling", "TerminateInstanceInAutoScalingGroup", ended))
    stage.at(8, lambda: stage.world.terminate_instance(other))


def test_what_somebody_else_ends_later_is_not_put_down_to_what_ballast_ended_before() -> None:
    fallen: list[float] = []

    def watched(stage: Stage) -> None:
        others_end_another_one_later(stage)
        stage.at(11, lambda: fallen.extend(f.at_s for f in below_minimum(stage.world.journal)))

    assert sentences(services.no_service_below_its_minimum_because_of_ballast, watched, 12) == []
    assert [at_s for at_s in fallen if at_s >= 8 * 60]


def test_a_stop_long_before_the_deadline_is_missed_where_the_outcome_is_force() -> None:
    assert sentences(services.no_task_stopped_before_its_deadline, stop_a_task, VoluntaryOutcome="force")


def test_there_is_a_forbidden_act_for_each_invariant() -> None:
    assert {invariant for invariant, _ in FORBIDDEN} == set(services.SERVICE_INVARIANTS)
