"""How many new instances take tasks."""

from __future__ import annotations

from ballast.packing.model import Pool
from ballast.rebalance.filling import filled, least_instances
from tests.ballast.rebalance.builders import a_snapshot, a_task, an_instance, ground, some_tasks


def test_a_plan_needs_at_least_what_its_scarcest_resource_wants() -> None:
    here = ground(a_snapshot(an_instance(1, *some_tasks(3))))
    ask = here.asks.of(a_task())
    pool = Pool("web", "m6i.xlarge", {"cpu": 4096, "memory": 16000}, 0.2)

    assert [least_instances(pool, [ask], {ask.name: copies}) for copies in (0, 1, 8, 9)] == [0, 1, 1, 2]


def test_what_is_launched_takes_the_rest_one_task_after_the_other() -> None:
    here = ground(a_snapshot(an_instance(1, *some_tasks(3))))
    ask = here.asks.of(a_task())
    pool = Pool("web", "m6i.xlarge", {"cpu": 4096, "memory": 16000}, 0.2)

    assert [filled(pool, [ask], {ask.name: copies}, 2) for copies in (0, 1, 8, 9, 16, 17)] == [0, 1, 1, 2, 2, 0]
