"""Strategy replace: which group is refreshed, how, and what becomes of its refresh."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.facts.fleet import Fleet, Host
from ballast.facts.launch_template import Template
from ballast.facts.refresh import Refresh
from ballast.plans.actions import Claim, Tell
from ballast.plans.plan import Plan
from ballast.plans.update_actions import CancelRefresh, FollowImage, StartRefresh
from ballast.policy.policy import Policy
from ballast.policy.updates import LaunchTemplates, Strategy, UpdatePolicy
from ballast.policy.windows import read_windows
from ballast.records.rollout import Rollout, RolloutState
from ballast.update.groups.replace import left_by_groups, plan_refreshes, plan_stop
from tests.ballast.update.rollouts import AFTER, BEFORE, a_fleet, a_host, a_release, a_rollout, kept, told
from tests.builders import NOW, a_membership, a_policy, after, minutes

WEB = Template("web", "ami-1", BEFORE, "lt-1", version="7")


def replace_policy(budget: str = "2", **changes: Any) -> Policy:
    return a_policy(
        budget=budget,
        updates=UpdatePolicy(**{"strategy": Strategy.REPLACE, "launch_templates": LaunchTemplates.FOLLOW, **changes}),
    )


def a_replacement(**changes: Any) -> Rollout:
    return a_rollout(**({"strategy": "replace"} | changes))


def refreshing(**changes: Any) -> Rollout:
    """The refresh of `web` was asked for at minute 1."""
    return a_replacement(**({"refreshing": "web", "refresh_asked_at": after(1), "total": 4} | changes))


def of_group(number: int, group: str = "web", **changes: Any) -> Host:
    return a_host(number, view={"membership": a_membership(group=group)}, **changes)


def four(*, templates: tuple[Template, ...] = (WEB,), policy: Policy | None = None, **changes: Any) -> Fleet:
    known: dict[str, Any] = {"templates": templates, "image_id": "ami-2"}
    hosts = (of_group(number) for number in range(1, 5))
    return a_fleet(*hosts, policy=policy or replace_policy(), **(known | changes))


def a_refresh(status: str = "InProgress", **changes: Any) -> Refresh:
    return replace(Refresh("web", "r-1", status, after(1)), **changes)


def step(fleet: Fleet, rollout: Rollout, now: float = 10) -> Plan:
    return plan_refreshes(fleet, rollout, after(now))


def asked_of(plan: Plan) -> StartRefresh:
    [start] = [action for action in plan.actions if isinstance(action, StartRefresh)]
    return start


def test_a_refresh_is_on_record_before_it_is_asked_for() -> None:
    claim, start, tell = step(four(), a_replacement()).actions

    assert isinstance(claim, Claim)
    assert isinstance(start, StartRefresh)
    assert isinstance(tell, Tell)
    assert (claim.after.refreshing, claim.after.refresh_asked_at) == ("web", after(10))
    assert tell.notice.impact.startswith("4 instances of web are replaced")


def test_the_group_with_the_fewest_old_instances_goes_first() -> None:
    fleet = a_fleet(
        of_group(1), of_group(2), of_group(3, "api"),
        templates=(WEB, Template("api", "ami-1", BEFORE, "lt-2")), image_id="ami-2", policy=replace_policy(),
    )  # fmt: skip

    assert kept(step(fleet, a_replacement())).refreshing == "api"
    assert kept(step(fleet, a_replacement(groups_done=("api",)))).refreshing == "web"


@pytest.mark.parametrize(
    ("template", "actions", "auto_rollback"),
    [
        (WEB, [StartRefresh], True),
        (Template("web", "ami-1", BEFORE, "lt-1", version="$Latest"), [FollowImage, StartRefresh], False),
        (Template("web", "ami-1", BEFORE, "lt-1", version="$Default"), [FollowImage, StartRefresh], False),
        (Template("web", "ami-2", AFTER, "lt-1", version="8"), [StartRefresh], False),
        (Template("web", "resolve:ssm:/aws/service/bottlerocket/x"), [StartRefresh], False),
    ],
    ids=["a number", "$Latest", "$Default", "it boots the target already", "it resolves a parameter"],
)
def test_a_template_moves_with_its_refresh_or_before_it_and_auto_scaling_rolls_back_what_it_can(
    template: Template, actions: list[type], *, auto_rollback: bool
) -> None:
    found = step(four(templates=(template,)), a_replacement())

    assert [type(action) for action in found.actions if isinstance(action, StartRefresh | FollowImage)] == actions
    assert asked_of(found).preferences.auto_rollback is auto_rollback
    assert (asked_of(found).towards is not None) is (template is WEB)


def test_only_where_the_version_of_the_template_tells_old_from_new_are_new_instances_skipped() -> None:
    resolves = Template("web", "resolve:ssm:/aws/service/bottlerocket/x")

    assert asked_of(step(four(), a_replacement())).preferences.skip_matching
    assert not asked_of(step(four(templates=(resolves,)), a_replacement())).preferences.skip_matching


@pytest.mark.parametrize(
    ("hosts", "budget", "most"), [(4, "1", 125), (4, "2", 150), (4, "9", 200), (30, "10 percent", 110), (1, "1", 200)]
)
def test_no_more_are_launched_at_once_than_the_budget_allows(hosts: int, budget: str, most: int) -> None:
    policy = replace_policy(budget)
    fleet = a_fleet(*(of_group(n) for n in range(1, hosts + 1)), templates=(WEB,), image_id="ami-2", policy=policy)

    assert asked_of(step(fleet, a_replacement())).preferences.max_healthy_percent == most


@pytest.mark.parametrize(
    ("hosts", "checkpoints"), [(1, (100,)), (4, (25, 30, 100)), (10, (10, 30, 100)), (200, (1, 10, 30, 100))]
)
def test_a_refresh_waits_after_its_canary_and_after_each_wave(hosts: int, checkpoints: tuple[int, ...]) -> None:
    fleet = a_fleet(
        *(of_group(n) for n in range(1, hosts + 1)), templates=(WEB,), image_id="ami-2", policy=replace_policy()
    )

    preferences = asked_of(step(fleet, a_replacement())).preferences

    assert (preferences.checkpoints, preferences.checkpoint_delay_s) == (checkpoints, 3600)


def test_a_bake_that_is_longer_than_auto_scaling_waits_is_cut_to_two_days() -> None:
    fleet = four(policy=replace_policy(wave_bake=timedelta(days=7)))

    assert asked_of(step(fleet, a_replacement())).preferences.checkpoint_delay_s == 48 * 3600


@pytest.mark.parametrize(
    ("templates", "policy", "why"),
    [
        ((), replace_policy(), "what it launches from could not be read"),
        ((Template("web", "ami-1", BEFORE),), replace_policy(), "it has no launch template"),
        (
            (WEB,),
            replace_policy(launch_templates=LaunchTemplates.REPORT),
            "the parameter UpdateLaunchTemplates=report says that drift is only told",
        ),
        (
            (Template("web", "ami-9", None, "lt-1"),),
            replace_policy(),
            f"its launch template boots ami-9, which is not Bottlerocket {AFTER}",
        ),
    ],
)
def test_a_group_that_cannot_be_refreshed_is_left_for_a_reason_in_words(
    templates: tuple[Template, ...], policy: Policy, why: str
) -> None:
    fleet = four(templates=templates, policy=policy)

    assert set(left_by_groups(fleet, a_replacement(), NOW).values()) == {f"web cannot be refreshed: {why}"}
    over = step(fleet, a_replacement())
    assert (kept(over).state, kept(over).excluded) == (RolloutState.DONE, 4)


def test_a_group_waits_for_an_image_that_is_not_published() -> None:
    left = left_by_groups(four(image_id=None), a_replacement(), NOW)

    assert set(left.values()) == {"web cannot be refreshed: the image is not published"}


def test_in_a_rollback_a_group_whose_parameter_still_names_the_bad_release_is_left() -> None:
    back = a_replacement(state=RolloutState.ROLLING_BACK, target=BEFORE, bad_version=AFTER)
    resolves = Template("web", "resolve:ssm:/p")
    fleet = a_fleet(of_group(1, version=AFTER), templates=(resolves,), policy=replace_policy())

    left = left_by_groups(fleet, back, NOW)

    assert list(left.values()) == ["web cannot be refreshed: it always boots resolve:ssm:/p"]
    gone_back = a_release(version=BEFORE, recalled=(AFTER,))
    recalled = a_fleet(of_group(1, version=AFTER), templates=(resolves,), release=gone_back, policy=replace_policy())
    assert left_by_groups(recalled, back, NOW) == {}


def test_a_refresh_of_somebody_else_is_waited_for() -> None:
    found = step(four(refreshes=(a_refresh(started_at=after(-90)),)), a_replacement(total=4))

    assert (found.actions, found.reason) == ((), "web is being refreshed already")


def test_a_refresh_that_does_not_show_up_in_two_minutes_is_asked_for_again() -> None:
    before_ours = a_refresh("Successful", started_at=after(-90))

    for seen in ((), (before_ours,)):
        assert step(four(refreshes=seen), refreshing(), 2.9).actions == ()
        again = step(four(refreshes=seen), refreshing(), 3)
        assert asked_of(again).group == "web"
        assert kept(again).refresh_asked_at == after(3)


def test_a_refresh_on_its_way_is_told_when_the_count_changes_and_not_otherwise() -> None:
    one_done = a_fleet(
        of_group(1, version=AFTER), *(of_group(n) for n in (2, 3, 4)),
        templates=(WEB,), refreshes=(a_refresh(percent=25),), policy=replace_policy(),
    )  # fmt: skip

    assert step(four(refreshes=(a_refresh(),)), refreshing()).actions == ()
    assert told(step(one_done, refreshing())) == ["BottlerocketRolloutProgress"]


@pytest.mark.parametrize(("status", "paused"), [("InProgress", True), ("Pending", True), ("RollbackInProgress", False)])
def test_a_window_that_closes_pauses_a_refresh_but_not_its_rollback(status: str, *, paused: bool) -> None:
    policy = replace_policy(windows=read_windows("0 2 * * * for 4h in UTC"))
    fleet = four(refreshes=(a_refresh(status),), policy=policy)

    found = step(fleet, refreshing())

    assert ([a for a in found.actions if isinstance(a, CancelRefresh)] == [CancelRefresh("web")]) is paused
    if paused:
        assert (kept(found).refreshing, kept(found).state) == (None, RolloutState.RUNNING)


def test_a_window_that_is_closed_lets_no_refresh_begin() -> None:
    policy = replace_policy(windows=read_windows("0 2 * * * for 4h in UTC"))

    found = step(four(policy=policy), a_replacement(total=4))

    assert found.actions == ()
    assert "the next maintenance window opens at" in found.reason


def test_a_refresh_that_succeeded_closes_its_group_and_another_group_may_begin() -> None:
    done = step(four(refreshes=(a_refresh("Successful"),)), refreshing())

    assert told(done) == ["BottlerocketRolloutProgress"]
    assert (kept(done).refreshing, kept(done).groups_done, kept(done).wave_done_at) == (None, ("web",), after(10))


@pytest.mark.parametrize("status", ["Failed", "Cancelled", "RollbackSuccessful", "RollbackFailed"])
@pytest.mark.parametrize(("why", "words"), [(None, ""), ("an instance was unhealthy.", ": an instance was unhealthy")])
def test_a_refresh_that_ended_otherwise_halts_the_rollout_and_pages_with_its_reason(
    status: str, why: str | None, words: str
) -> None:
    halted = step(four(refreshes=(a_refresh(status, why=why),)), refreshing())

    assert kept(halted).halted_reason == f"the instance refresh of web ended as {status}{words}"
    assert (kept(halted).state, kept(halted).refreshing) == (RolloutState.HALTED, None)
    assert [a.notice.severity for a in halted.actions if isinstance(a, Tell)] == ["page"]


@pytest.mark.parametrize(
    ("state", "ends_as"),
    [(RolloutState.RUNNING, RolloutState.DONE), (RolloutState.ROLLING_BACK, RolloutState.ROLLED_BACK)],
)
def test_a_rollout_ends_once_ssm_knows_the_new_instances_or_has_had_its_time(
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
        (refreshing(), False),
        (refreshing(state=RolloutState.ROLLING_BACK), False),
        (refreshing(state=RolloutState.HALTED), True),
        (refreshing(state=RolloutState.WAITING), True),
        (refreshing(started_at=after(2)), True),
        (a_replacement(), False),
    ],
    ids=["runs", "rolls back", "halted", "another release waits", "of the phase before", "nothing is refreshed"],
)
def test_a_refresh_goes_on_only_in_the_phase_that_began_it(rollout: Rollout, *, stopped: bool) -> None:
    found = plan_stop(four(refreshes=(a_refresh(),)), rollout)

    assert (found is not None) is stopped
    if found:
        assert found.actions[0] == CancelRefresh("web")
        assert kept(found).refreshing is None


@pytest.mark.parametrize("status", ["RollbackInProgress", "Successful", "Cancelling"])
def test_a_refresh_that_ends_by_itself_is_not_canceled(status: str) -> None:
    found = plan_stop(four(refreshes=(a_refresh(status),)), refreshing(state=RolloutState.HALTED))

    assert found
    assert not [action for action in found.actions if isinstance(action, CancelRefresh)]


def test_the_longer_of_the_two_bakes_is_waited_for() -> None:
    fleet = four(policy=replace_policy(canary_bake=minutes(10), wave_bake=minutes(20)))

    assert asked_of(step(fleet, a_replacement())).preferences.checkpoint_delay_s == 1200
