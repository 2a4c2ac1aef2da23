"""What a task asks of an instance, and what an instance has left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.demands import Constraints, Demands
from ballast.facts.task import TaskKind
from ballast.rebalance.asks import Asks, free_room, offered, taken_once, welcomes
from tests.ballast.rebalance.builders import OFFERS, a_task, an_instance, some_tasks, workload

AWSVPC = Demands(own_interface=True)
NOBODY: frozenset[str] = frozenset()


def asks_of(**constraints: object) -> Asks:
    limits = Constraints(**constraints)  # type: ignore[arg-type] # as the test names them
    return Asks({"web": workload("web", 1, service={"constraints": limits})})


def test_tasks_that_ask_the_same_are_one_ask() -> None:
    asks = Asks({})

    assert asks.of(a_task()) is asks.of(a_task())
    assert asks.of(a_task()) is not asks.of(a_task(memory_mib=2001))
    assert dict(asks.of(a_task(demands=Demands(gpus=2))).requirements) == {"cpu": 512, "memory": 2000, "gpu": 2}


def test_demands_that_come_and_go_are_never_taken_for_each_other() -> None:
    """A new object may get the place in memory of one that is gone."""
    asks = Asks({})

    assert all(asks.of(a_task(demands=Demands(gpus=n))).requirements.get("gpu", 0) == n for n in range(200))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"demands": None}, "its task definition could not be read"),
        ({"sized": False}, "neither it nor its containers say how much memory it may use"),
        ({"memory_mib": -1}, "it reserves a negative amount"),
    ],
)
def test_a_task_that_nobody_can_size_is_known_as_such(changes: dict[str, Any], why: str) -> None:
    assert Asks({}).of(a_task(**changes)).unknown == why


def test_ecs_has_no_resource_for_interfaces_so_they_are_counted() -> None:
    host = an_instance(1, *some_tasks(3, demands=AWSVPC), a_task(), a_task(demands=None))

    assert free_room(host)["eni"] == 8 - 4


def test_where_the_tasks_are_not_listed_each_may_have_an_interface() -> None:
    host = replace(an_instance(1, *some_tasks(3)), tasks=None)

    assert free_room(host)["eni"] == 8 - 3


def test_a_port_in_use_is_taken_and_so_is_the_place_of_a_service_that_wants_distinct_instances() -> None:
    empty, taken = an_instance(1), an_instance(2, a_task(host_ports=frozenset({80})))
    unlisted = replace(empty, tasks=None)

    assert free_room(taken)["port:80"] == 0
    assert "port:80" not in free_room(empty)
    assert taken_once(taken, ["service:web", "service:api"]) == {"port:distinct service:web": 0}
    assert taken_once(empty, ["service:web"]) == {}
    assert taken_once(unlisted, ["service:web"]) == {"port:distinct service:web": 0}


def test_negative_amounts_are_no_room() -> None:
    host = an_instance(1, host={"free_cpu_units": -5, "free_memory_mib": -1}, interfaces=-3)

    assert free_room(host) == {"cpu": 0, "memory": 0, "gpu": 0, "eni": 0}


def test_attributes_and_expressions_decide_where_it_is_welcome() -> None:
    arm = an_instance(1, host={"attributes": {"arch": "arm64"}})
    ask = asks_of(expressions=("attribute:arch == arm64",)).of(a_task(demands=Demands(attributes=frozenset({"arch"}))))

    assert welcomes(arm, ask, NOBODY)
    assert not welcomes(an_instance(2), ask, NOBODY)


@pytest.mark.parametrize(
    ("expression", "beside", "arriving", "welcome"),
    [
        ("task:group == service:db", "db", NOBODY, True),
        ("task:group == service:db", "other", NOBODY, False),
        ("not(task:group == service:db)", "other", NOBODY, True),
        ("not(task:group == service:db)", "other", frozenset({"service:db"}), False),
        ("task:group != service:web", "db", frozenset({"service:web"}), True),
        ("runningTasksCount > 3", "db", NOBODY, False),
    ],
)
def test_what_other_tasks_are_there_counts_and_what_may_come_is_not_known(
    expression: str,
    beside: str,
    arriving: frozenset[str],
    welcome: bool,  # noqa: FBT001
) -> None:
    ask = asks_of(expressions=(expression,)).of(a_task())

    assert welcomes(an_instance(1, a_task(beside)), ask, arriving) is welcome


def test_beside_tasks_that_nobody_listed_a_task_group_is_unknown() -> None:
    ask = asks_of(expressions=("not(task:group == service:db)",)).of(a_task())

    assert not welcomes(replace(an_instance(1), tasks=None), ask, NOBODY)


def test_one_copy_at_a_time_goes_to_an_instance_if_its_own_kind_matters() -> None:
    ask = asks_of(expressions=("task:group != service:web",)).of(a_task())

    assert ask.requirements["port:one at a time service:web"] == 1


@pytest.mark.parametrize(
    ("expression", "zones", "known"),
    [
        ("attribute:ecs.instance-type == m6i.xlarge", ("a",), True),
        ("attribute:ecs.availability-zone == a", ("a",), True),
        ("attribute:ecs.availability-zone == a", ("a", "b"), False),
        ("attribute:ecs.availability-zone != a", ("a", "b"), False),
        ("attribute:rack == 7", ("a",), False),
        ("ec2InstanceId == i-1", ("a",), False),
        ("not(task:group == service:db)", ("a",), False),
    ],
)
def test_of_an_instance_to_come_only_what_is_sure_counts(expression: str, zones: tuple[str, ...], known: bool) -> None:  # noqa: FBT001
    ask = asks_of(expressions=(expression,)).of(a_task())

    assert offered(OFFERS["m6i.xlarge"], ask, zones) is known


def test_a_standalone_task_has_no_limits_of_a_service() -> None:
    task = a_task(group="family:web", kind=TaskKind.STANDALONE)

    assert asks_of(distinct=True).of(task).anywhere
