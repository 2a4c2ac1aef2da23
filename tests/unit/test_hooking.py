"""Which groups get our lifecycle hook."""

from __future__ import annotations

import pytest

from ballast.draining.hooking import GroupHook, plan_hooks
from ballast.model import Provider
from ballast.plan import PutHook, Tell
from tests.builders import CLUSTER, NOW, a_cluster, codes

OURS = GroupHook("web", "ballast-drain", 900, "CONTINUE")


def put(groups: tuple[str, ...], *hooks: GroupHook, managed: str | None = None) -> list[str]:
    providers = (Provider("p", managed, managed_draining=True),) if managed else ()
    plans = plan_hooks(a_cluster(providers=providers), groups, hooks, NOW)
    return [action.group for plan in plans for action in plan.actions if isinstance(action, PutHook)]


def test_a_group_without_any_hook_gets_ours_and_the_operator_is_told() -> None:
    [plan] = plan_hooks(a_cluster(), ("web",), (), NOW)

    assert plan.actions[0] == PutHook("web", "ballast-drain", CLUSTER)
    assert codes(plan) == ["LifecycleHookPut"]
    assert isinstance(plan.actions[1], Tell)


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
    assert put(("web",), hook) == (["web"] if is_put else [])


def test_where_ecs_drains_its_own_hook_is_enough() -> None:
    assert put(("web", "batch"), managed="web") == ["batch"]


def test_managed_instances_have_no_group_and_get_no_hook() -> None:
    cluster = a_cluster(providers=(Provider("by-ecs", None, managed_draining=True),), groups=())

    assert plan_hooks(cluster, cluster.groups, (), NOW) == ()
