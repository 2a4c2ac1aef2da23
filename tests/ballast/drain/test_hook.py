"""Which groups get our lifecycle hook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ballast.drain.events import InstanceTerminating, Survival
from ballast.drain.hook import held_hook, plan_hooks, waited_for_root, with_hook_of
from ballast.facts.group import GroupHook
from ballast.facts.view import Cluster, Provider
from ballast.plans.actions import Claim, PutHook, Record, Tell
from ballast.records.disruption import Phase, Reason
from ballast.records.watch import Watch, WatchKind
from tests.builders import CLUSTER, INSTANCE_ID, NOW, a_cluster, a_scale_in, acts, after, codes

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


def held(minutes: float, token: str | None = None, survives: Survival | None = None) -> InstanceTerminating:
    return InstanceTerminating(INSTANCE_ID, "web", "ballast-drain", after(minutes), token=token, survives=survives)


@pytest.mark.parametrize(("survives", "is_another"), [(Survival.ROOT_VOLUME, True), (None, False)])
def test_the_hold_after_a_wait_for_a_root_volume_is_another_also_if_spot_took_the_instance_meanwhile(
    survives: Survival | None,
    is_another: bool,  # noqa: FBT001
) -> None:
    """Chaos seed 62298: no event told of it, so it had no token, and it was taken for the one that had been let go."""
    first = replace(held_hook(held(-10, "one", survives), None), completed=True)
    taken = a_scale_in(reason=Reason.SPOT_INTERRUPTION, phase=Phase.DRAINED, hook=first)
    wanted = a_scale_in(reason=Reason.LIFECYCLE_HOOK, hook=held_hook(held(0), None))

    known = with_hook_of(wanted, taken)

    assert waited_for_root(taken) is is_another
    assert (known.hook == wanted.hook) is is_another
    assert known.reason is Reason.SPOT_INTERRUPTION
    assert known.phase is (Phase.DRAINING if is_another else Phase.DRAINED)
    assert not waited_for_root(known)
