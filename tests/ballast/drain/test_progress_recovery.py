"""A function died half-way, or people stepped in: the next step puts it right."""

from __future__ import annotations

from dataclasses import replace

from ballast.drain.progress import plan_progress
from ballast.facts.view import InstanceStatus
from ballast.plans.actions import Reactivate, Record, SetScaleInProtection, StartDraining, StopTask
from ballast.plans.plan import next_revision
from ballast.records.disruption import Phase
from tests.builders import (
    CLUSTER,
    GROUP,
    INSTANCE_ID,
    NOW,
    a_container_instance,
    a_disruption,
    a_draining_view,
    a_scale_in,
    a_task,
    a_view,
    a_voluntary,
    acts,
    after,
    closes,
    codes,
)

ARN = a_container_instance().arn


# A function died half-way


def test_a_claim_whose_function_died_is_taken_up_with_the_act() -> None:
    known = a_disruption(phase=Phase.CLAIMED)

    plan = plan_progress(a_view(known), NOW)

    assert acts(plan) == (
        StartDraining(CLUSTER, ARN),
        Record(known, next_revision(replace(known, phase=Phase.DRAINING))),
    )
    assert codes(plan) == ["SpotInterruption"]


def test_a_claim_whose_function_died_after_the_act_is_only_recorded() -> None:
    known = a_disruption(phase=Phase.CLAIMED)

    plan = plan_progress(a_draining_view(known), NOW)

    assert acts(plan) == (Record(known, next_revision(replace(known, phase=Phase.DRAINING))),)
    assert codes(plan) == ["SpotInterruption"]


def test_a_claim_of_an_instance_that_cannot_run_anything_tells_nothing() -> None:
    known = a_disruption(phase=Phase.CLAIMED)
    view = a_view(known, instance=a_container_instance(status=InstanceStatus.DEREGISTERING))

    assert plan_progress(view, NOW).actions == (Record(known, next_revision(replace(known, phase=Phase.DRAINING))),)


def test_a_claim_waits_while_the_instance_registers() -> None:
    view = a_view(a_disruption(phase=Phase.CLAIMED), instance=a_container_instance(status=InstanceStatus.REGISTERING))

    assert plan_progress(view, NOW).actions == ()


def test_a_rollback_whose_function_died_is_taken_up() -> None:
    known = a_voluntary(phase=Phase.ROLLING_BACK, goes_at=None, unprotected=True)

    plan = plan_progress(a_draining_view(known), NOW)

    assert acts(plan)[:2] == (
        Reactivate(CLUSTER, ARN),
        SetScaleInProtection(GROUP, INSTANCE_ID, protected=True),
    )


def test_a_rollback_whose_function_died_after_the_act_is_only_recorded() -> None:
    known = a_voluntary(phase=Phase.ROLLING_BACK, goes_at=None)

    plan = plan_progress(a_view(known), NOW)

    rolled_back = next_revision(replace(known, phase=Phase.ROLLED_BACK, deadline=None, retry_at=after(60)))
    assert acts(plan) == (Record(known, rolled_back),)
    assert codes(plan) == ["DrainRolledBack"]


def test_forcing_whose_function_died_is_taken_up_before_and_after_the_deadline() -> None:
    known = a_scale_in(phase=Phase.FORCING)
    view = a_draining_view(known, tasks=(a_task(),))

    for now in (NOW, after(90)):
        assert isinstance(plan_progress(view, now).actions[0], StopTask)
    assert plan_progress(a_draining_view(known), NOW).actions == ()  # its tasks have to be read first


# What people do


def test_a_forced_drain_that_somebody_cancelled_is_begun_again() -> None:
    assert plan_progress(a_view(a_scale_in()), NOW).actions == (StartDraining(CLUSTER, ARN),)


def test_a_voluntary_drain_yields_to_somebody_who_sets_the_instance_active() -> None:
    known = a_voluntary(unprotected=True)

    plan = plan_progress(a_view(known), NOW)

    assert acts(plan) == closes(known, SetScaleInProtection(GROUP, INSTANCE_ID, protected=True))
    assert codes(plan) == ["DrainCancelled"]
