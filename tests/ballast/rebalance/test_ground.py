"""What several methods work out from one snapshot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.rebalance.snapshot import Snapshot
from tests.ballast.rebalance.builders import (
    OFFERS,
    a_group,
    a_provider,
    a_snapshot,
    a_task,
    an_instance,
    ground,
    some_tasks,
)


def two_groups(**of_the_other: object) -> Snapshot:
    """One runs what needs memory, the other what needs CPU."""
    one = an_instance(1, *some_tasks(2, cpu_units=64, memory_mib=6000))
    other = an_instance(
        2, *some_tasks(2, "api", cpu_units=1500, memory_mib=500), group="other", host={"capacity_provider": "o"}
    )
    return replace(
        a_snapshot(one, other),
        providers=(a_provider(), a_provider(name="o", group="other")),
        groups=(a_group(one), a_group(other, name="other", **of_the_other)),
    )


def test_values_are_those_of_the_whole_cluster_where_the_same_is_offered() -> None:
    here = ground(two_groups())

    assert here.values(here.parts[0]) == here.values(here.parts[1])
    assert len(here.values(here.parts[0])) == 2


def test_groups_that_offer_something_else_have_values_of_their_own() -> None:
    here = ground(two_groups(offers=(OFFERS["m6i.large"],)))

    assert [len(here.values(part)) for part in here.parts] == [1, 1]


def test_tasks_by_launch_type_are_valued_on_all_that_their_groups_offer() -> None:
    snapshot = two_groups(offers=(OFFERS["m6i.large"],))
    instances = [replace(i, host=replace(i.host, capacity_provider=None)) for i in snapshot.instances]
    here = ground(replace(snapshot, instances=tuple(instances), providers=()))

    assert {pool.instance_type for pool in here.pools(here.parts[0], ())[0]} == {"m6i.xlarge", "m6i.large"}
    assert here.values(here.parts[0]) == here.values(here.parts[1])


def test_what_fits_on_nothing_has_no_value() -> None:
    here = ground(a_snapshot(an_instance(1, a_task(memory_mib=99_000), a_task("api"))))

    assert len(here.values(here.parts[0])) == 1
    assert here.worth(here.parts[0], here.snapshot.instances[0]) > 0


def test_of_very_many_kinds_of_tasks_like_ones_have_like_values() -> None:
    many = [a_task(f"s{n}", memory_mib=1000 + n) for n in range(50)]
    here = ground(a_snapshot(*(an_instance(n, *many[n::10]) for n in range(10))))
    values = here.values(here.parts[0]).values()

    assert len(values) == 50
    assert max(values) == pytest.approx(min(values))


def test_an_instance_that_nobody_listed_is_busy_if_ecs_counts_tasks_on_it() -> None:
    counted = replace(an_instance(1, host={"running_tasks": 1}), tasks=None)
    here = ground(a_snapshot(counted))

    assert here.is_busy(counted)
    assert not here.is_busy(replace(counted, host=replace(counted.host, running_tasks=0)))
