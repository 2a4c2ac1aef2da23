"""How far a refresh goes: one canary, then a wave at a time, in Auto Scaling's percentages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ballast.facts.refresh import RefreshPreferences
from ballast.records.rollout import RolloutState
from ballast.update.groups.steps import Step, next_step, preferences_of
from tests.ballast.update.groups.groups import WEB, between, four, launched, of_group, replace_policy
from tests.ballast.update.rollouts import AFTER, BEFORE, a_fleet, a_parameter, a_template


def preferences(step: Step, template: Any = WEB, budget: str = "2", **changes: Any) -> RefreshPreferences:
    return preferences_of(step, template, replace_policy(budget, **changes), auto_rollback=False)


@pytest.mark.parametrize(
    ("size", "arrived", "wave", "expected"),
    [
        (30, 0, 0, Step(0, 1, 30, last=False)),
        (30, 1, 1, Step(1, 2, 30, last=False)),
        (30, 3, 2, Step(2, 6, 30, last=False)),
        (30, 9, 3, Step(3, 21, 30, last=True)),
        (30, 4, 0, Step(2, 5, 30, last=False)),
        (30, 30, 0, None),
        (1, 0, 0, Step(0, 1, 1, last=True)),
        (2, 1, 1, Step(1, 1, 2, last=True)),
    ],
)
def test_a_step_replaces_what_its_wave_has_left(size: int, arrived: int, wave: int, expected: Step | None) -> None:
    hosts = (of_group(n, version=AFTER if n <= arrived else BEFORE) for n in range(1, size + 1))

    assert next_step(a_fleet(*hosts, policy=replace_policy()), between(wave=wave), "web") == expected


def test_no_wave_is_run_twice_so_that_a_group_that_stays_old_comes_to_an_end() -> None:
    assert next_step(four(), between(wave=4), "web") is None


def test_a_rollback_is_one_step() -> None:
    back = between(state=RolloutState.ROLLING_BACK, target=BEFORE, bad_version=AFTER)
    bad = four(new=(launched(8), launched(9)))

    assert next_step(bad, back, "web") == Step(0, 2, 4, last=True)
    assert next_step(four(), back, "web") is None


@pytest.mark.parametrize(
    ("instances", "size", "percent"), [(1, 30, 3), (1, 4, 25), (2, 3, 66), (6, 30, 20), (1, 200, 1)]
)
def test_the_share_is_never_more_than_the_step_where_percentages_can_say_it(
    instances: int, size: int, percent: int
) -> None:
    found = preferences(Step(1, instances, size, last=False))

    assert (found.percent, found.skip_matching) == (percent, False)
    reached = -(-size * percent // 100)  # Auto Scaling's: at least that share
    assert reached == max(instances, -(-size // 100))


def test_at_the_end_all_that_do_not_match_are_replaced_where_versions_can_be_compared() -> None:
    end = Step(3, 10, 40, last=True)

    assert (preferences(end).percent, preferences(end).skip_matching) == (100, True)
    for template in (a_parameter(), a_template(picks_types=True)):
        assert (preferences(end, template).percent, preferences(end, template).skip_matching) == (25, False)


@pytest.mark.parametrize(
    ("size", "budget", "most"), [(4, "1", 125), (4, "2", 150), (4, "9", 200), (30, "10 percent", 110), (1, "1", 200)]
)
def test_no_more_are_launched_at_once_than_the_budget_allows(size: int, budget: str, most: int) -> None:
    assert preferences(Step(3, size, size, last=True), budget=budget).max_healthy_percent == most


def test_a_canary_warms_up_for_as_long_as_it_has_to_be_verified_so_no_old_instance_goes_before() -> None:
    assert preferences(Step(0, 1, 4, last=False)).warmup_s == 19 * 60
    assert preferences(Step(0, 1, 4, last=False), return_time=timedelta(days=7)).warmup_s == 7200
    assert preferences(Step(1, 1, 4, last=False)).warmup_s is None
