"""While Ballast is paused, or nobody follows its drains, no rollout begins anything; what is half done is ended or put back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.fleet import Fleet, Host
from ballast.facts.host_answer import UpdateState
from ballast.facts.launch_template import Template
from ballast.facts.refresh import Refresh
from ballast.facts.view import InstanceStatus
from ballast.plans.action import Place
from ballast.plans.actions import Claim, Reactivate, StartDraining, Tell, TerminateInstance
from ballast.plans.plan import Plan
from ballast.plans.update_actions import CancelRefresh, FollowImage, RunCommand, StartRefresh
from ballast.policy.updates import Strategy
from ballast.records.disruption import Phase
from ballast.records.document import Document
from ballast.records.rollout import Rollout, RolloutState, Stage
from ballast.update.brake import silence
from ballast.update.plan import plan_update
from tests.ballast.update.rollouts import (
    AFTER,
    BEFORE,
    a_drain,
    a_fleet,
    a_host,
    a_policy_of_updates,
    a_release,
    a_rollout,
    a_status,
    an_update,
    asked,
    documents,
    kept,
    reported,
    told,
    update_in,
)
from tests.builders import NOW, a_brake, a_hook, after

LATER = after(30)
PAUSED = {"policy": replace(a_policy_of_updates(), brake=a_brake())}
SILENT = {"drains_seen_at": after(20)}
BRAKES = pytest.mark.parametrize("brake", [PAUSED, SILENT], ids=["paused", "silent"])
DRAINING = {"status": InstanceStatus.DRAINING}
READY = a_status(state=UpdateState.READY, staging=AFTER, staging_boots_next=True, chosen=AFTER)
LAGS = Template("web", "ami-1", BEFORE, "lt-1", "$Latest")
RUNNING = Refresh("web", "r-1", "InProgress", after(5))


def begins(plan: Plan) -> list[object]:
    return [action for action in plan.actions if _is_voluntary(action)]


def _is_voluntary(action: object) -> bool:
    if isinstance(action, RunCommand):
        return action.document in (Document.STAGE, Document.REBOOT)
    if isinstance(action, Claim):
        return bool(action.budget)
    return isinstance(action, StartDraining | TerminateInstance | StartRefresh | FollowImage)


def plans(fleet: Fleet, rollout: Rollout | None = None) -> tuple[Plan, ...]:
    return plan_update(fleet, rollout or a_rollout(), LATER)


def of_host(host: Host, brake: dict[str, Any]) -> Plan:
    return plans(a_fleet(host, **brake))[1]


def checked(**changes: Any) -> Host:
    return a_host(update=asked(Document.CHECK, Stage.CHECKING), report=reported(a_status()), **changes)


@BRAKES
@pytest.mark.parametrize(
    "host",
    [
        a_host(),
        checked(),
        a_host(update=an_update(stage=Stage.STAGING, asked=Document.STAGE, command_at=NOW)),
        a_host(update=an_update()),
        a_host(update=an_update(stage=Stage.FAILED, retry_at=after(20))),
        a_host(update=an_update(stage=Stage.REPLACING)),
        a_host(
            update=an_update(stage=Stage.REBOOTING, asked=Document.CHECK, command_id="c", command_at=after(29)),
            report=reported(READY), instance=DRAINING, disruption=a_drain(phase=Phase.DRAINED),
        ),
    ],
    ids=["untouched", "checked", "staging", "staged", "due again", "replaced", "not rebooted"],
)  # fmt: skip
def test_no_instance_is_taken_a_step_further(host: Host, brake: dict[str, Any]) -> None:
    free = a_fleet(host, release=a_release(seen_at=NOW))

    assert [action for plan in plans(replace(free, **_on(free, brake))) for action in begins(plan)] == []


def _on(fleet: Fleet, brake: dict[str, Any]) -> dict[str, Any]:
    return {"cluster": replace(fleet.cluster, policy=brake["policy"])} if "policy" in brake else brake


@BRAKES
@pytest.mark.parametrize("phase", [Phase.CLAIMED, Phase.DRAINING, Phase.DRAINED, Phase.ROLLED_BACK])
def test_what_drains_is_given_back_and_taken_off_what_is_staged(phase: Phase, brake: dict[str, Any]) -> None:
    host = a_host(update=an_update(stage=Stage.DRAINING), instance=DRAINING, disruption=a_drain(phase=phase))

    plan = of_host(host, brake)

    assert begins(plan) == []
    assert documents(plan) == [Document.CANCEL]
    assert Reactivate(host.instance.cluster, host.instance.arn) in plan.actions
    assert (update_in(plan).stage, update_in(plan).then) == (Stage.UNSTAGING, None)


@BRAKES
def test_one_that_its_group_takes_as_well_is_left_to_its_drain(brake: dict[str, Any]) -> None:
    drain = a_drain(phase=Phase.DRAINED, hook=a_hook())

    plan = of_host(a_host(update=an_update(stage=Stage.DRAINING), instance=DRAINING, disruption=drain), brake)

    assert plan.actions == ()


@BRAKES
def test_what_has_rebooted_is_verified_and_given_back(brake: dict[str, Any]) -> None:
    update = an_update(stage=Stage.REBOOTING, asked=Document.CHECK, command_id="c", command_at=after(29))
    host = a_host(
        update=update, report=reported(a_status(active=AFTER)), instance=DRAINING, disruption=a_drain(phase=Phase.DRAINED)
    )  # fmt: skip

    plan = of_host(host, brake)

    assert documents(plan) == [Document.RESTORE]
    assert Reactivate(host.instance.cluster, host.instance.arn) in plan.actions


@BRAKES
def test_one_that_does_not_come_back_is_asked_on_and_not_replaced(brake: dict[str, Any]) -> None:
    update = an_update(stage=Stage.REBOOTING, asked=Document.CHECK, command_id="c", command_at=after(20))
    host = a_host(update=update, instance=DRAINING, disruption=a_drain(phase=Phase.DRAINED))

    assert documents(of_host(host, brake)) == [Document.CHECK]


@BRAKES
@pytest.mark.parametrize("asked_at", [5, 25])
def test_an_instance_refresh_is_cancelled_and_none_begins(asked_at: float, brake: dict[str, Any]) -> None:
    replaces = a_rollout(strategy="replace")
    refreshed = replace(replaces, refreshing="web", refresh_asked_at=after(asked_at))

    running = plans(a_fleet(templates=(LAGS,), refreshes=(RUNNING,), **brake), refreshed)[0]
    unseen = plans(a_fleet(templates=(LAGS,), **brake), refreshed)[0]
    idle = plans(a_fleet(templates=(LAGS,), **brake), replaces)[0]

    assert begins(running) == begins(unseen) == begins(idle) == []
    assert (CancelRefresh("web") in running.actions) is (asked_at == 5)


@BRAKES
def test_no_launch_template_follows(brake: dict[str, Any]) -> None:
    done = a_rollout(state=RolloutState.DONE, ended_at=after(25))

    assert plans(a_fleet(a_host(version=AFTER), templates=(LAGS,), **brake), done)[0].actions == ()


def test_a_rollout_that_waits_does_not_begin_while_it_is_paused() -> None:
    waiting = a_rollout(state=RolloutState.WAITING, started_at=None, approved_at=NOW)

    assert plans(a_fleet(**PAUSED), waiting)[0] == Plan(a_brake().words)


@BRAKES
def test_it_is_told_once_with_what_is_left_in_which_state_and_once_when_it_is_over(brake: dict[str, Any]) -> None:
    hosts = (
        a_host(1, update=an_update(1, stage=Stage.DRAINING), instance=DRAINING, disruption=a_drain()),
        a_host(2, update=an_update(2, stage=Stage.REBOOTING), instance=DRAINING, disruption=a_drain(phase=Phase.DRAINED)),
        a_host(3, update=an_update(3)),
    )  # fmt: skip
    rollout = a_rollout(total=3, moved_at=after(25))

    first = plans(a_fleet(*hosts, **brake), rollout)[0]
    again = plans(a_fleet(*hosts, **brake), kept(first))[0]
    over = plan_update(a_fleet(*hosts), kept(first), after(61))[0]

    [notice] = [action.notice for action in first.actions if isinstance(action, Tell)]
    assert notice.code == "BottlerocketRolloutHeld"
    assert notice.impact == (
        f"Back to ACTIVE: {hosts[0].id}. Verified first and then given back: {hosts[1].id}. "
        "Prepared, and serving on: 1 instance."
    )
    assert again.actions == ()
    assert told(over) == ["BottlerocketRolloutProgress"]
    assert kept(over).held is None


def test_the_notice_says_who_paused_or_that_somebody_has_to_see_to_it() -> None:
    of_pause, of_silence = (
        next(a.notice for a in plans(a_fleet(**brake), a_rollout(total=1))[0].actions if isinstance(a, Tell))
        for brake in (PAUSED, SILENT)
    )

    assert (of_pause.severity, of_silence.severity) == ("info", "ticket")
    assert of_pause.why == "Ballast is paused until 2026-11-23 10:00 UTC by jo: release day."
    assert of_silence.why == (
        "drain_instance, which follows the drains of updates, has not run since 2026-11-23 09:20 UTC."
    )


def test_two_lost_minutes_are_no_silence_and_what_nobody_has_noted_is_none() -> None:
    assert silence(a_fleet(drains_seen_at=after(27.1)), LATER) is None
    assert silence(a_fleet(), LATER) is None
    assert silence(a_fleet(drains_seen_at=after(27)), LATER)


STAGES = {
    "untouched": a_host(),
    "checked": checked(),
    "staged": a_host(update=an_update()),
    "drained": a_host(update=an_update(stage=Stage.DRAINING), instance=DRAINING, disruption=a_drain(phase=Phase.DRAINED)),
    "back": a_host(
        update=an_update(stage=Stage.REBOOTING, asked=Document.CHECK, command_id="c", command_at=after(29)),
        report=reported(a_status(active=AFTER)), instance=DRAINING, disruption=a_drain(phase=Phase.DRAINED),
    ),
    "never back": a_host(
        update=an_update(stage=Stage.REBOOTING, asked=Document.CHECK, command_id="c", command_at=after(29)),
        instance=DRAINING, disruption=a_drain(phase=Phase.DRAINED),
    ),
    "replaced": a_host(update=an_update(stage=Stage.REPLACING)),
    "owing": a_host(update=an_update(stage=Stage.DONE, owes=Document.RESTORE, owed_since=NOW)),
}  # fmt: skip


@pytest.mark.parametrize("state", [RolloutState.RUNNING, RolloutState.HALTED, RolloutState.ROLLING_BACK])
@pytest.mark.parametrize("host", STAGES.values(), ids=STAGES)
def test_without_the_right_nothing_is_begun_ended_claimed_or_timed(host: Host, state: RolloutState) -> None:
    """What AWS would refuse would be a host that "did not come back", because nobody may ask it."""
    fleet = a_fleet(host, release=a_release(seen_at=NOW), may_update=Strategy.OFF)
    rollout = a_rollout(state=state, halted_reason="x" if state is RolloutState.HALTED else None, started_at=NOW)

    found = plans(fleet, rollout)

    assert [a for plan in found for a in plan.actions if a.place is Place.ACT] == []
    assert [plan.actions for plan in found[1:] if plan.actions] == []
    left = host.update is not None or state is not RolloutState.HALTED
    assert any("until its parameter UpdateRights=in-place grants it" in plan.reason for plan in found) is left


@pytest.mark.parametrize(("granted", "cancels"), [(Strategy.REPLACE, True), (Strategy.IN_PLACE, False)])
def test_a_refresh_is_driven_and_cancelled_by_who_was_granted_refreshes(granted: Strategy, *, cancels: bool) -> None:
    fleet = a_fleet(a_host(), refreshes=(RUNNING,), templates=(LAGS,), may_update=granted)
    rollout = a_rollout(
        strategy=Strategy.REPLACE, refreshing="web", refresh_asked_at=after(5), state=RolloutState.HALTED
    )

    assert any(isinstance(a, CancelRefresh) for plan in plans(fleet, rollout) for a in plan.actions) is cancels


def test_a_halted_rollout_whose_hosts_are_left_for_want_of_a_right_is_a_ticket_that_names_them() -> None:
    host = a_host(update=an_update(stage=Stage.REPLACING, since=NOW))
    fleet = a_fleet(host, may_update=Strategy.OFF)

    counted = kept(plans(fleet, a_rollout(state=RolloutState.HALTED, halted_reason="x", started_at=NOW))[0])
    stands = plan_update(fleet, counted, after(60))[0]

    [notice] = [a.notice for a in stands.actions if isinstance(a, Tell)]
    assert (notice.code, notice.severity) == ("BottlerocketRolloutStands", "ticket")
    assert notice.impact.endswith(f"Left as they are: {host.id} (replacing).")
