"""Which groups get our lifecycle hook."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ballast.drain.hook import plan_hooks
from ballast.facts.group import GroupHook
from ballast.facts.view import Cluster, Provider
from ballast.plans.actions import Claim, PutHook, Record, Tell
from ballast.records.watch import Watch, WatchKind
from tests.builders import CLUSTER, NOW, a_cluster, acts, after, codes

UNTOLD = Watch(CLUSTER, WatchKind.HOOK_PUT, "web", NOW)
OURS = GroupHook("web", "ballast-drain", 900, "CONTINUE")
BY_ECS = {"AmazonECSManaged": ""}
BY_OPERATOR = {"ballast:managed": "true"}


def put(cluster: Cluster, groups: Mapping[str, Mapping[str, str]], *hooks: GroupHook) -> list[str]:
    plans = plan_hooks(cluster, groups, hooks, (), NOW)
    return [action.group for plan in plans for action in plan.actions if isinstance(action, PutHook)]


@pytest.mark.parametrize("tags", [BY_ECS, BY_OPERATOR, BY_ECS | {"Name": "web"}])
def test_a_group_without_any_hook_gets_ours_and_the_operator_is_told(tags: Mapping[str, str]) -> None:
    [plan] = plan_hooks(a_cluster(), {"web": tags}, (), (), NOW)

    assert acts(plan) == (Claim(UNTOLD), PutHook("web", "ballast-drain", CLUSTER), Record(UNTOLD, None))
    assert codes(plan) == ["LifecycleHookPut"]


@pytest.mark.parametrize("tags", [{}, {"ballast:managed": "false"}, {"Name": "web"}])
def test_a_group_that_our_role_may_not_touch_is_a_ticket(tags: Mapping[str, str]) -> None:
    [plan] = plan_hooks(a_cluster(), {"web": tags}, (), (), NOW)

    assert acts(plan) == ()
    assert isinstance(told := plan.actions[0], Tell)
    assert (told.notice.code, told.notice.severity) == ("GroupNotTagged", "ticket")
    assert "web" in told.notice.what


@pytest.mark.parametrize("hooks", [(), (OURS,), (GroupHook("web", "ballast-drain", 900, "ABANDON"),)])
@pytest.mark.parametrize("watches", [(), (UNTOLD,)])
def test_a_group_that_its_operator_alone_may_change_gets_no_hook_and_is_a_ticket(
    hooks: tuple[GroupHook, ...], watches: tuple[Watch, ...]
) -> None:
    [plan] = plan_hooks(a_cluster(), {"web": BY_ECS}, hooks, watches, NOW, operators={"web": "batch.amazonaws.com"})

    assert acts(plan) == tuple(Record(watch, None) for watch in watches)
    assert isinstance(told := plan.actions[0], Tell)
    assert (told.notice.code, told.notice.severity) == ("GroupOperated", "ticket")
    assert "web" in told.notice.what
    assert "batch.amazonaws.com" in told.notice.what


@pytest.mark.parametrize(
    ("hook", "is_put"),
    [
        (OURS, False),
        (GroupHook("web", "ballast-drain", 300, "CONTINUE"), False),
        (GroupHook("web", "ballast-drain", 299, "CONTINUE"), True),  # runs out between two sweeps
        (GroupHook("web", "ballast-drain", 900, "ABANDON"), True),  # skips the other hooks of the group
        (GroupHook("web", "backup", 900, "CONTINUE"), True),
        (GroupHook("other", "ballast-drain", 900, "CONTINUE"), True),
    ],
)
def test_a_hook_of_ours_that_works_is_left_alone(hook: GroupHook, is_put: bool) -> None:  # noqa: FBT001
    assert put(a_cluster(), {"web": BY_ECS}, hook) == (["web"] if is_put else [])


def test_where_ecs_drains_its_own_hook_is_enough() -> None:
    cluster = a_cluster(providers=(Provider("p", "web", managed_draining=True),))

    assert put(cluster, {"web": BY_ECS, "batch": BY_ECS}) == ["batch"]


def test_managed_instances_have_no_group_and_get_no_hook() -> None:
    cluster = a_cluster(providers=(Provider("by-ecs", None, managed_draining=True),), groups=())

    assert put(cluster, {}) == []


def test_a_hook_that_was_put_and_not_told_is_told_by_a_later_round() -> None:
    """0.1.0 had put it, PutEvents failed, and nobody heard of it."""
    [plan] = plan_hooks(a_cluster(), {"web": BY_ECS}, (OURS,), (UNTOLD,), after(15))

    assert codes(plan) == ["LifecycleHookPut"]
    assert acts(plan) == (Record(UNTOLD, None),)


def test_a_hook_that_could_not_be_put_is_tried_again_under_the_same_record() -> None:
    [plan] = plan_hooks(a_cluster(), {"web": BY_ECS}, (), (UNTOLD,), after(15))

    assert acts(plan) == (PutHook("web", "ballast-drain", CLUSTER), Record(UNTOLD, None))


def test_a_group_that_ecs_drains_by_now_is_not_told_of_a_hook_that_was_never_put() -> None:
    cluster = a_cluster(providers=(Provider("p", "web", managed_draining=True),))

    [plan] = plan_hooks(cluster, {"web": BY_ECS}, (), (UNTOLD,), after(15))

    assert (codes(plan), acts(plan)) == ([], (Record(UNTOLD, None),))
