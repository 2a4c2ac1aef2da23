"""What the values say about themselves."""

from __future__ import annotations

import pytest

from ballast.facts.task import TaskKind
from ballast.facts.view import Provider, View
from ballast.records.disruption import Disruption, Phase
from tests.builders import (
    a_cluster,
    a_container_instance,
    a_disruption,
    a_draining_instance,
    a_task,
    a_view,
    a_voluntary,
    a_waiting,
)


@pytest.mark.parametrize(
    ("known", "takes"),
    [
        (a_voluntary(), True),
        (a_voluntary(phase=Phase.CLAIMED), True),
        (a_voluntary(phase=Phase.ROLLING_BACK), True),
        (a_waiting(), False),
        (a_voluntary(phase=Phase.ROLLED_BACK), False),
        (a_disruption(), False),
        (a_voluntary(forced=True), False),
    ],
)
def test_only_voluntary_drains_under_way_take_budget(known: Disruption, takes: bool) -> None:  # noqa: FBT001
    assert known.takes_budget is takes


def test_an_instance_of_a_provider_without_a_group_is_managed_by_ecs() -> None:
    cluster = a_cluster(providers=(Provider("by-ecs", None, True), Provider("web-provider", "web", False)))  # noqa: FBT003

    assert cluster.managed_by_ecs(a_container_instance(capacity_provider="by-ecs"))
    assert not cluster.managed_by_ecs(a_container_instance())
    assert not cluster.managed_by_ecs(a_container_instance(capacity_provider=None))


@pytest.mark.parametrize(
    ("view", "empty"),
    [
        (a_view(tasks=()), True),
        (a_view(tasks=(a_task(last_status="STOPPED"),)), True),
        (a_view(tasks=(a_task(last_status="DEPROVISIONING"),)), False),
        (a_view(), False),  # not looked up
        (a_view(instance=a_draining_instance(running_tasks=0)), False),
        (a_view(instance=None), False),  # it may be in another cluster
        (a_view(instance=None, tasks=()), False),
        (a_view(instance=None, others=(a_container_instance(),), tasks=()), True),
        (a_view(tasks=(a_task(kind=TaskKind.UNREAD),)), False),
    ],
)
def test_an_instance_is_empty_only_when_every_listed_task_has_stopped(view: View, empty: bool) -> None:  # noqa: FBT001
    assert view.empty is empty


def test_pending_tasks_are_counted_too() -> None:
    view = a_view(instance=a_container_instance(running_tasks=0, pending_tasks=1))

    assert view.counted_tasks == 1
    assert not view.may_be_empty
    assert a_view(instance=None).counted_tasks == 0
