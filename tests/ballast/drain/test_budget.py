"""How many instances are out of service, and how many may be."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.drain.budget import budget_of, out_of_service
from ballast.facts.view import ContainerInstance, InstanceStatus, Provider
from tests.builders import (
    INSTANCE_ID,
    a_cluster,
    a_container_instance,
    a_group,
    a_judged_view,
    a_policy,
)

SELF = a_container_instance()
DRAINING = a_container_instance(1, status=InstanceStatus.DRAINING)
LOST = a_container_instance(2, agent_connected=False)
SECOND, THIRD, FOURTH = (a_container_instance(number) for number in (2, 3, 4))


def out(*neighbours: ContainerInstance, **changes: Any) -> int:
    return out_of_service(a_judged_view(neighbours=neighbours, **changes))


def test_a_group_above_its_desired_size_has_none_out_of_service() -> None:
    above = a_group(SELF, SECOND, THIRD, desired=2, starting=frozenset({"i-9"}))

    assert out(SECOND, THIRD, capacity=(above,)) == 0


def test_an_instance_with_a_lost_agent_is_out_of_service_too() -> None:
    assert out(LOST, DRAINING, THIRD) == 2


def test_a_voluntary_drain_in_flight_is_not_counted_twice() -> None:
    in_flight = frozenset({DRAINING.instance_id})

    assert out(DRAINING, in_flight=in_flight) == 0
    assert out(DRAINING, SECOND, in_flight=in_flight, capacity=(a_group(SELF, DRAINING, SECOND),)) == 0


def test_what_went_and_was_not_replaced_is_out_of_service() -> None:
    assert out(SECOND, THIRD, capacity=(a_group(SELF, SECOND, THIRD, desired=5),)) == 2


def test_a_replacement_counts_once_it_serves() -> None:
    starts = frozenset({FOURTH.instance_id})

    assert out(SECOND, capacity=(a_group(SELF, SECOND, desired=3, starting=starts),)) == 1
    assert out(SECOND, capacity=(a_group(SELF, SECOND, FOURTH),)) == 1  # in service, but not registered
    assert out(SECOND, FOURTH, capacity=(a_group(SELF, SECOND, FOURTH),)) == 0


def test_one_that_leaves_and_the_one_in_its_place_are_one() -> None:
    leaves = frozenset({DRAINING.instance_id})

    assert out(DRAINING, SECOND, capacity=(a_group(SELF, SECOND, desired=3, leaving=leaves),)) == 1


def test_a_voluntary_one_that_its_group_replaces_is_in_flight_and_nothing_else() -> None:
    leaves = frozenset({DRAINING.instance_id})
    group = a_group(SELF, SECOND, desired=3, leaving=leaves)

    assert out(DRAINING, SECOND, in_flight=leaves, capacity=(group,)) == 0


def test_what_a_scale_in_takes_is_out_of_service_while_it_is_there() -> None:
    leaves = frozenset({DRAINING.instance_id})

    assert out(DRAINING, SECOND, capacity=(a_group(SELF, SECOND, leaving=leaves),)) == 1


def test_standby_that_is_not_to_be_replaced_takes_no_budget() -> None:
    """It is in no list of the group that counts, and the desired capacity is one less."""
    assert out(SECOND, THIRD, capacity=(a_group(SELF, SECOND),)) == 0


def test_what_waits_in_a_warm_pool_is_neither_out_of_service_nor_one_of_those_that_should_be() -> None:
    """A rollout stood still: three that the pool had hibernated took a budget of two."""
    warm = frozenset({LOST.instance_id, DRAINING.instance_id})
    group = a_group(SELF, THIRD, warm=warm)
    view = a_judged_view(
        neighbours=(LOST, DRAINING, THIRD), capacity=(group,), cluster=a_cluster(policy=a_policy(budget="50%"))
    )

    assert (out_of_service(view), budget_of(view)) == (0, 1)


def test_what_serves_another_managed_cluster_is_not_missing_here() -> None:
    elsewhere = a_group(SELF, SECOND, FOURTH, desired=4, shared=True)

    assert out(SECOND, capacity=(elsewhere,)) == 1


@pytest.mark.parametrize("desired", [(3, 0), (2, 1)])
def test_each_group_is_counted_for_itself(desired: tuple[int, int]) -> None:
    groups = (a_group(SELF, desired=desired[0]), a_group(SECOND, group="spot", desired=desired[1]))

    assert out(SECOND, capacity=groups) == (2 if desired == (3, 0) else 1)


def test_instances_of_ecs_itself_neither_use_the_budget_nor_raise_it() -> None:
    by_ecs = tuple(
        a_container_instance(number, capacity_provider="by-ecs", status=InstanceStatus.DRAINING)
        for number in range(10, 60)
    )
    cluster = a_cluster(providers=(Provider("by-ecs", None, managed_draining=False),))
    view = a_judged_view(cluster=cluster, neighbours=(SECOND, *by_ecs))

    assert out_of_service(view) == 0
    assert budget_of(view) == 1


def test_the_budget_is_a_share_of_what_there_should_be() -> None:
    neighbours = tuple(a_container_instance(n) for n in range(29))

    assert budget_of(a_judged_view(neighbours=neighbours)) == 3
    assert budget_of(a_judged_view(neighbours=neighbours[:9], capacity=(a_group(desired=30),))) == 3
    assert budget_of(a_judged_view(cluster=a_cluster(instances=50), neighbours=None)) == 5


def test_the_instance_itself_is_not_counted_as_out() -> None:
    view = a_judged_view(instance=a_container_instance(agent_connected=False), neighbours=(SECOND,))

    assert view.instance_id == INSTANCE_ID
    assert out_of_service(view) == 0


def test_one_whose_own_agent_is_lost_does_not_use_up_the_budget_for_itself() -> None:
    ill = a_container_instance(agent_connected=False)
    others = (a_container_instance(1), a_container_instance(2))
    view = a_judged_view(instance=ill, neighbours=others, capacity=(a_group(ill, *others),))

    assert out_of_service(view) == 0
