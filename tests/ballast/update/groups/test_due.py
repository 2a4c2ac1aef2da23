"""When launch templates and refreshes are looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ballast.plans.actions import Record
from ballast.records.rollout import Rollout, RolloutState
from ballast.update.groups.due import groups_are_due, is_drift_due
from ballast.update.groups.templates import plan_templates
from tests.ballast.update.rollouts import a_fleet, a_rollout, kept
from tests.builders import NOW, after

OVER = a_rollout(state=RolloutState.DONE, ended_at=NOW)


@pytest.mark.parametrize(
    ("rollout", "due"),
    [
        (a_rollout(), False),
        (a_rollout(strategy="replace"), True),
        (a_rollout(state=RolloutState.HALTED), True),
        (a_rollout(state=RolloutState.HALTED, groups_seen_at=NOW), False),
        (a_rollout(state=RolloutState.HALTED, groups_seen_at=after(-9)), True),
        (a_rollout(state=RolloutState.ROLLING_BACK), True),
        (a_rollout(strategy="replace", state=RolloutState.HALTED, groups_seen_at=NOW), False),
        (a_rollout(strategy="replace", state=RolloutState.HALTED, refreshing="web"), True),
    ],
)
def test_while_a_rollout_goes_on_groups_matter_where_they_are_refreshed_or_may_boot_what_was_left(
    rollout: Rollout, *, due: bool
) -> None:
    assert groups_are_due(rollout, after(1)) is due


def test_for_an_hour_after_the_end_every_sweep_looks_and_nothing_is_written_for_it() -> None:
    assert groups_are_due(OVER, after(59))
    assert plan_templates(a_fleet(), OVER, after(59)).actions == ()


def test_then_a_look_is_due_an_hour_after_the_last_however_late_the_sweep_comes() -> None:
    plan = plan_templates(a_fleet(), OVER, after(60))

    seen = kept(plan)
    assert plan.actions == (Record(OVER, seen),)
    assert seen.groups_seen_at == after(60)
    assert [groups_are_due(seen, after(minutes)) for minutes in (61, 119, 120, 121, 190)] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert plan_templates(a_fleet(), seen, after(61)).actions == ()


def test_a_rollout_that_ended_before_looks_were_on_record_is_looked_at() -> None:
    assert is_drift_due(OVER, NOW + timedelta(days=30))


def test_a_rollout_that_has_not_ended_is_not_looked_at_for_drift() -> None:
    assert not is_drift_due(a_rollout(), NOW + timedelta(days=30))
