"""Strategy replace: which group is refreshed, which is left, and when it is over."""

from __future__ import annotations

import pytest

from ballast.facts.fleet import Fleet
from ballast.facts.launch_template import Template
from ballast.plans.plan import Plan
from ballast.plans.update_actions import CancelRefresh
from ballast.policy.windows import read_windows
from ballast.records.rollout import Rollout, RolloutState
from ballast.update.groups.replace import left_by_groups, plan_refreshes, plan_stop
from tests.ballast.update.groups.groups import (
    WEB,
    a_refresh,
    a_replacement,
    between,
    four,
    of_group,
    replace_policy,
    shifted,
    stepping,
)
from tests.ballast.update.rollouts import AFTER, BEFORE, a_fleet, a_parameter, a_template, kept, told
from tests.builders import NOW, after


def step(fleet: Fleet, rollout: Rollout, now: float = 10) -> Plan:
    return plan_refreshes(fleet, rollout, after(now))


def test_a_group_is_on_record_before_anything_is_asked_of_it() -> None:
    begun = step(four(), a_replacement())

    assert (kept(begun).refreshing, kept(begun).refresh_asked_at, kept(begun).wave) == ("web", None, 0)
    assert told(begun) == ["BottlerocketRolloutProgress"]
    [tell, _] = begun.actions
    assert tell.notice.impact.startswith("4 instances of web are replaced")  # type: ignore[attr-defined]  # a Tell


def test_the_group_with_the_fewest_old_instances_goes_first() -> None:
    hosts = (of_group(1), of_group(2), of_group(3, "api"))
    fleet = a_fleet(*hosts, templates=(WEB, a_template("api")), policy=replace_policy())

    assert kept(step(fleet, a_replacement())).refreshing == "api"
    assert kept(step(fleet, a_replacement(groups_done=("api",)))).refreshing == "web"


@pytest.mark.parametrize(
    ("template", "why"),
    [
        (Template("x"), "what it launches from could not be read"),
        (a_template(image_kind=None, own=True), "it boots an image of your own (ami-1)"),
        (a_template(image_kind=("aws-ecs-3", "x86_64")), "it boots aws-ecs-3 x86_64 1.62.1"),
    ],
)
def test_a_group_that_cannot_be_refreshed_is_left_for_a_reason_in_words(template: Template, why: str) -> None:
    fleet = four(templates=(template,))

    assert set(left_by_groups(fleet, a_replacement(), NOW).values()) == {f"web cannot be refreshed: {why}"}
    over = step(fleet, a_replacement())
    assert (kept(over).state, kept(over).excluded) == (RolloutState.DONE, 4)


def test_in_a_rollback_a_group_whose_parameter_still_names_the_bad_release_is_left() -> None:
    back = a_replacement(state=RolloutState.ROLLING_BACK, target=BEFORE, bad_version=AFTER)
    fleet = a_fleet(of_group(1, version=AFTER), templates=(a_parameter(),), policy=replace_policy())

    [why] = left_by_groups(fleet, back, NOW).values()
    assert why.startswith("web cannot be refreshed: it always boots resolve:ssm:")


def test_a_refresh_of_somebody_else_is_waited_for() -> None:
    found = step(four(refreshes=(a_refresh(started_at=after(-90)),)), a_replacement(total=4))

    assert (found.actions, found.reason) == ((), "web is being refreshed already")


def test_a_window_that_is_closed_lets_no_group_begin() -> None:
    policy = replace_policy(windows=read_windows("0 2 * * * for 4h in UTC"))

    found = step(four(policy=policy), a_replacement(total=4))

    assert found.actions == ()
    assert "the next maintenance window opens at" in found.reason


@pytest.mark.parametrize(
    ("state", "ends_as"),
    [(RolloutState.RUNNING, RolloutState.DONE), (RolloutState.ROLLING_BACK, RolloutState.ROLLED_BACK)],
)
def test_a_rollout_ends_once_the_old_instances_are_gone_or_have_had_their_time(
    state: RolloutState, ends_as: RolloutState
) -> None:
    refreshed = a_replacement(groups_done=("web",), wave_done_at=NOW, state=state, total=4, excluded=4)

    assert step(four(), refreshed, 29).actions == ()
    over = kept(step(four(), refreshed, 30))
    assert (over.state, over.ended_at, over.on_target) == (ends_as, after(30), 0)


def test_what_a_refreshed_group_still_runs_is_reported() -> None:
    left = left_by_groups(four(), a_replacement(groups_done=("web",)), NOW)

    assert set(left.values()) == {f"web was refreshed, and it still runs {BEFORE}"}


@pytest.mark.parametrize(
    ("rollout", "stopped"),
    [
        (stepping(), False),
        (between(), False),
        (stepping(state=RolloutState.ROLLING_BACK), False),
        (stepping(state=RolloutState.HALTED), True),
        (between(state=RolloutState.HALTED), True),
        (stepping(state=RolloutState.WAITING), True),
        (stepping(started_at=after(2)), True),
        (a_replacement(), False),
    ],
    ids=["steps", "bakes", "rolls back", "halted", "halted in a bake", "another release waits", "of before", "nothing"],
)
def test_a_refresh_goes_on_only_in_the_phase_that_began_it(rollout: Rollout, *, stopped: bool) -> None:
    found = plan_stop(four(refreshes=(a_refresh(),)), rollout)

    assert (found is not None) is stopped
    if found:
        cancels = [action for action in found.actions if isinstance(action, CancelRefresh)]
        assert cancels == ([CancelRefresh("web")] if rollout.refresh_asked_at else [])
        assert kept(found).refreshing is None


@pytest.mark.parametrize("status", ["RollbackInProgress", "Successful", "Cancelling"])
def test_a_refresh_that_ends_by_itself_is_not_canceled(status: str) -> None:
    found = plan_stop(four(refreshes=(a_refresh(status),)), stepping(state=RolloutState.HALTED))

    assert found
    assert not [action for action in found.actions if isinstance(action, CancelRefresh)]


def test_a_group_that_is_shifted_away_from_a_zone_waits_and_another_one_goes_first() -> None:
    web, db = of_group(1), (of_group(2, "db"), of_group(3, "db"))
    templates = (WEB, a_template("db"))
    both = a_fleet(web, *db, policy=replace_policy(), templates=templates, capacity=shifted())
    alone = a_fleet(web, policy=replace_policy(), templates=templates, capacity=shifted())

    assert kept(step(both, a_replacement())).refreshing == "db"
    assert step(alone, a_replacement()).reason == (
        "web waits: a zonal shift moves Auto Scaling group web away from us-east-1a"
    )
    assert kept(step(alone, a_replacement())).refreshing is None
