"""One instance from its first check to its end, stage by stage: each answer of its host, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from ballast.facts.fleet import Host
from ballast.facts.host_answer import HostProblem, UpdateState, UpdateStatus
from ballast.facts.view import InstanceStatus
from ballast.plans.actions import Reactivate, SetScaleInProtection, TerminateInstance
from ballast.plans.plan import Plan
from ballast.policy.policy import Policy
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.document import Document
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage
from ballast.update.plan import plan_update
from tests.ballast.update.rollouts import (
    AFTER,
    BEFORE,
    a_drain,
    a_fleet,
    a_host,
    a_rollout,
    a_status,
    an_update,
    asked,
    documents,
    kept,
    parameters,
    reported,
    update_in,
)
from tests.builders import a_hook, a_membership, acts, after

LATER = after(5.5)
READY = a_status(state=UpdateState.READY, staging=AFTER, staging_boots_next=True, chosen=AFTER)
ON_TARGET = a_status(active=AFTER)
DRAINING = {"status": InstanceStatus.DRAINING}


def plan(host: Host, *, now: datetime = LATER, rollout: Rollout | None = None, policy: Policy | None = None) -> Plan:
    """What follows for this host alone."""
    _, of_host = plan_update(a_fleet(host, policy=policy), rollout or a_rollout(), now)
    return of_host


def after_answer(
    update: InstanceUpdate,
    *,
    now: datetime = LATER,
    status: UpdateStatus | None = None,
    problem: HostProblem | None = None,
    **host: Any,
) -> Plan:
    return plan(a_host(update=update, report=reported(status, problem, "its words"), **host), now=now)


def test_a_checked_host_is_pinned_to_the_exact_target_and_its_settings_are_remembered() -> None:
    update = asked(Document.CHECK, Stage.CHECKING, version_lock=None, ignore_waves=None)

    found = after_answer(update, status=a_status(state=UpdateState.AVAILABLE))

    assert (documents(found), parameters(found)) == ([Document.STAGE], {"TargetVersion": AFTER})
    after_it = kept(found)
    assert (after_it.stage, after_it.version_lock, after_it.ignore_waves) == (Stage.STAGING, "latest", False)


def test_a_checked_host_that_runs_the_target_is_done() -> None:
    found = after_answer(asked(Document.CHECK, Stage.CHECKING), status=ON_TARGET)

    assert (documents(found), kept(found).stage) == ([], Stage.DONE)


@pytest.mark.parametrize("problem", [HostProblem.BUSY, HostProblem.UNSURE, HostProblem.NEVER_REFRESHED])
def test_a_host_that_is_busy_is_asked_again_and_given_up_after_half_an_hour(problem: HostProblem) -> None:
    update = asked(Document.CHECK, Stage.CHECKING)

    assert documents(after_answer(update, problem=problem, now=after(0.5))) == []
    assert documents(after_answer(update, problem=problem)) == [Document.CHECK]
    assert kept(after_answer(update, problem=problem, now=after(31))).stage is Stage.UNSTAGING


def test_a_host_whose_answer_to_staging_is_unsure_is_looked_at_before_anything_is_repeated() -> None:
    assert documents(after_answer(asked(Document.STAGE, Stage.STAGING), problem=HostProblem.UNSURE)) == [Document.CHECK]


def test_a_host_that_would_boot_the_target_is_staged() -> None:
    found = after_answer(asked(Document.STAGE, Stage.STAGING), status=READY)

    assert kept(found).stage is Stage.STAGED


def test_a_prepare_that_looks_successful_and_staged_nothing_fails_the_attempt() -> None:
    found = after_answer(asked(Document.STAGE, Stage.STAGING), status=a_status(state=UpdateState.STAGED))

    after_it = kept(found)
    assert (after_it.stage, after_it.then) == (Stage.UNSTAGING, Stage.FAILED)
    assert documents(found) == [Document.CANCEL]
    assert parameters(found) == {"VersionLock": "latest", "IgnoreWaves": "false"}


def test_a_host_that_came_up_on_the_target_while_it_was_staged_gets_its_settings_back() -> None:
    found = after_answer(asked(Document.STAGE, Stage.STAGING), status=ON_TARGET)

    assert (documents(found), kept(found).stage) == ([Document.RESTORE], Stage.RETURNING)


def test_a_command_that_was_never_noted_is_sent_again() -> None:
    unsent = an_update(stage=Stage.STAGING, asked=Document.STAGE, command_at=after(0))

    assert documents(plan(a_host(update=unsent))) == [Document.STAGE]


def test_a_staged_host_whose_drain_is_on_record_drains() -> None:
    found = plan(a_host(update=an_update(), disruption=a_drain()))

    assert kept(found).stage is Stage.DRAINING


def test_a_staged_host_that_is_disrupted_otherwise_is_taken_back() -> None:
    spot = a_drain(reason=Reason.SPOT_INTERRUPTION)

    found = plan(a_host(update=an_update(), disruption=spot))

    assert (documents(found), kept(found).stage) == ([Document.CANCEL], Stage.UNSTAGING)


def test_an_empty_host_is_told_to_reboot_and_one_with_tasks_is_not() -> None:
    update = an_update(stage=Stage.DRAINING)

    assert documents(plan(a_host(update=update, disruption=a_drain(), instance=DRAINING))) == []
    found = plan(a_host(update=update, disruption=a_drain(phase=Phase.DRAINED), instance=DRAINING))
    assert (documents(found), kept(found).stage) == ([Document.REBOOT], Stage.REBOOTING)


@pytest.mark.parametrize(
    ("drain", "why"),
    [(None, "its drain was called off"), (a_drain(phase=Phase.ROLLED_BACK), "its tasks did not move in time")],
)
def test_a_drain_that_did_not_end_fails_the_attempt(drain: Disruption | None, why: str) -> None:
    found = plan(a_host(update=an_update(stage=Stage.DRAINING), disruption=drain))

    failing = update_in(found)
    assert (failing.stage, failing.then, failing.why) == (Stage.UNSTAGING, Stage.FAILED, why)


@pytest.mark.parametrize(
    "drain", [a_drain(reason=Reason.SPOT_INTERRUPTION), a_drain(hook=a_hook())], ids=["another reason", "our hook"]
)
@pytest.mark.parametrize("stage", [Stage.DRAINING, Stage.REBOOTING])
def test_an_instance_that_goes_anyway_is_told_nothing_more(stage: Stage, drain: Disruption) -> None:
    """Its record goes with it; should it survive, nobody but its update may say that it serves."""
    found = plan(a_host(update=an_update(stage=stage), disruption=drain, instance=DRAINING))

    assert found.actions == ()


def test_a_host_that_survived_a_spot_warning_in_its_reboot_is_asked_before_it_serves() -> None:
    long_ago = asked(Document.REBOOT, Stage.REBOOTING)
    resumed = a_drain(phase=Phase.DRAINED, forced=True, resumed_at=after(30))

    found = plan(a_host(update=long_ago, disruption=resumed, instance=DRAINING), now=after(31))

    assert documents(found) == [Document.CHECK]


def rebooted(**changes: Any) -> InstanceUpdate:
    return asked(Document.CHECK, Stage.REBOOTING, **changes)


def test_a_host_on_the_exact_target_with_its_agent_connected_serves_again() -> None:
    found = after_answer(rebooted(), status=ON_TARGET, disruption=a_drain(unprotected=True), instance=DRAINING)

    assert documents(found) == [Document.RESTORE]
    assert [type(a) for a in found.actions if isinstance(a, Reactivate | SetScaleInProtection)] == [
        Reactivate,
        SetScaleInProtection,
    ]


def test_a_host_on_the_target_whose_agent_is_away_does_not_serve_yet() -> None:
    away = {**DRAINING, "agent_connected": False}

    found = after_answer(rebooted(), status=ON_TARGET, disruption=a_drain(), instance=away)

    assert documents(found) == [Document.CHECK]
    assert not [a for a in found.actions if isinstance(a, Reactivate)]


def test_a_boot_that_fell_back_counts_as_harm_and_the_instance_serves_on_what_it_runs() -> None:
    found = after_answer(
        rebooted(), status=a_status(state=UpdateState.AVAILABLE), disruption=a_drain(), instance=DRAINING
    )

    failing = update_in(found)
    assert (failing.then, failing.harmed) == (Stage.FAILED, True)
    assert failing.why == f"it booted into {BEFORE} again instead of {AFTER}"
    assert [a for a in found.actions if isinstance(a, Reactivate)]


def test_a_host_that_has_not_rebooted_is_looked_at_again_and_told_again_after_five_minutes() -> None:
    host: dict[str, Any] = {"disruption": a_drain(), "instance": DRAINING}

    assert documents(after_answer(rebooted(), status=READY, now=after(2), **host)) == [Document.CHECK]
    assert documents(after_answer(rebooted(), status=READY, now=after(6), **host)) == [Document.REBOOT]


def test_a_host_that_did_not_come_back_in_time_is_terminated_by_its_group() -> None:
    looked_at = rebooted(command_at=after(14))
    host = a_host(update=looked_at, disruption=a_drain(), instance={**DRAINING, "agent_connected": False})

    found = plan(host, now=after(15))

    assert (kept(found).stage, kept(found).harmed) == (Stage.REPLACING, True)
    assert [a for a in found.actions if isinstance(a, TerminateInstance)]


def test_a_termination_that_was_lost_is_asked_for_again_after_ten_minutes() -> None:
    host = a_host(update=an_update(stage=Stage.REPLACING))

    assert plan(host, now=after(9)).actions == ()
    assert [a for a in plan(host, now=after(10)).actions if isinstance(a, TerminateInstance)]
    going = a_host(
        update=an_update(stage=Stage.REPLACING), view={"membership": a_membership(lifecycle_state="Terminating")}
    )
    assert plan(going, now=after(30)).actions == ()


def test_an_instance_that_somebody_set_active_during_its_update_fails() -> None:
    found = plan(a_host(update=rebooted(), disruption=a_drain()))

    assert update_in(found).why == "somebody set it ACTIVE during its update"


def test_settings_that_are_back_end_the_update_and_those_that_are_not_are_asked_for_again() -> None:
    update = asked(Document.RESTORE, Stage.RETURNING)

    assert kept(after_answer(update, status=None)).stage is Stage.DONE
    assert documents(after_answer(update, problem=HostProblem.FAILED)) == [Document.RESTORE]
    late = kept(after_answer(update, problem=HostProblem.FAILED, now=after(16)))
    assert (late.stage, late.why) == (Stage.DONE, "its settings.updates could not be put back")


UNSTAGING: dict[str, Any] = {"then": Stage.FAILED, "why": "it failed"}


@pytest.mark.parametrize("problem", [None, HostProblem.NOT_ALLOWED, HostProblem.NEVER_REFRESHED])
def test_a_cancel_that_had_nothing_to_cancel_ends_the_attempt_with_a_growing_pause(problem: HostProblem | None) -> None:
    first = kept(after_answer(asked(Document.CANCEL, Stage.UNSTAGING, **UNSTAGING), problem=problem))
    second = kept(after_answer(asked(Document.CANCEL, Stage.UNSTAGING, attempts=1, **UNSTAGING), problem=problem))

    assert (first.stage, first.attempts, first.retry_at) == (Stage.FAILED, 1, after(7.5))
    assert (second.attempts, second.retry_at) == (2, after(9.5))


def test_after_the_last_attempt_nothing_is_tried_again() -> None:
    last = kept(after_answer(asked(Document.CANCEL, Stage.UNSTAGING, attempts=2, **UNSTAGING)))

    assert (last.stage, last.attempts, last.retry_at) == (Stage.FAILED, 3, None)
    assert last.failed


def test_a_cancel_that_a_busy_host_refused_is_asked_for_again_for_a_quarter_of_an_hour() -> None:
    update = asked(Document.CANCEL, Stage.UNSTAGING, **UNSTAGING)

    assert documents(after_answer(update, problem=HostProblem.BUSY, now=after(0.5))) == []
    assert documents(after_answer(update, problem=HostProblem.BUSY)) == [Document.CANCEL]
    assert kept(after_answer(update, problem=HostProblem.BUSY, now=after(16))).stage is Stage.FAILED


def test_what_was_abandoned_is_forgotten_once_it_is_unstaged() -> None:
    assert kept(after_answer(asked(Document.CANCEL, Stage.UNSTAGING, then=None))) is None


@pytest.mark.parametrize("stage", [Stage.CHECKING, Stage.STAGING, Stage.STAGED, Stage.DRAINING])
def test_a_halt_takes_back_what_still_serves(stage: Stage) -> None:
    halted = a_rollout(state=RolloutState.HALTED, halted_reason="jo said so")

    found = plan(a_host(update=an_update(stage=stage)), rollout=halted)

    assert (documents(found), kept(found).stage, kept(found).then) == ([Document.CANCEL], Stage.UNSTAGING, None)


def test_what_a_host_stages_is_taken_back_once_it_is_staged() -> None:
    """A cancel amid it found nothing staged, was taken for done, and the host booted the halted release next."""
    halted = a_rollout(state=RolloutState.HALTED, halted_reason="jo said so")
    update = asked(Document.STAGE, Stage.STAGING)

    stages = plan(a_host(update=update), rollout=halted, now=after(3))
    staged = plan(a_host(update=update, report=reported(READY)), rollout=halted, now=after(4))
    silent = plan(a_host(update=update), rollout=halted, now=after(21))

    assert stages.actions == ()
    assert documents(staged) == documents(silent) == [Document.CANCEL]


def test_a_halt_lets_a_reboot_end() -> None:
    halted = a_rollout(state=RolloutState.HALTED, halted_reason="jo said so")
    host = a_host(update=rebooted(), report=reported(ON_TARGET), disruption=a_drain(), instance=DRAINING)

    assert documents(plan(host, rollout=halted)) == [Document.RESTORE]


def test_a_host_that_came_up_with_a_third_version_is_not_on_target() -> None:
    found = after_answer(rebooted(), status=a_status(active="1.63.0"), disruption=a_drain(), instance=DRAINING)

    assert update_in(found).why == f"it booted into 1.63.0 again instead of {AFTER}"


@pytest.mark.parametrize("stage", [Stage.STAGED, Stage.DRAINING, Stage.REBOOTING])
def test_nothing_is_called_off_because_nobody_can_read_the_drain_of_a_host(stage: Stage) -> None:
    """An update whose drain could not be read failed with `its drain was called off`, and its host was set ACTIVE."""
    host = a_host(update=an_update(stage=stage), instance=DRAINING)
    fleet = a_fleet(host)

    plans = plan_update(replace(fleet, cluster=replace(fleet.cluster, unread=frozenset({host.id}))), a_rollout(), LATER)

    assert [acts(plan) for plan in plans[1:]] == []
    assert plan_update(fleet, a_rollout(), LATER)[1:] != ()
