"""A demand becomes integers: equal shapes are one item, hopeless pools go."""

from __future__ import annotations

import pytest

from ballast.packing.planning import plan_capacity
from ballast.packing.problem import Columns, Problem, covers, lighter, room
from tests.ballast.packing.builders import pool, shape, total


def test_equal_shapes_are_packed_as_one_and_named_apart_again() -> None:
    demand = {shape("a", cpu=1024): 3, shape("b", cpu=1024): 5}
    plan = plan_capacity(demand, [pool(cpu=4096)])
    assert total(plan.instances) == {"a": 3, "b": 5}
    assert plan.usd_per_hour == pytest.approx(2 * 0.192)


def test_items_are_merged_and_pools_stand_in_the_order_of_their_price_without_the_hopeless() -> None:
    demand = {shape("a"): 3, shape("b"): 5, shape("c", memory=1024): 1, shape("none"): 0}
    small, dear = pool("small", cpu=128, usd=0.01), pool("dear", usd=0.5)

    problem = Problem(demand, [dear, pool("cheap", usd=0.1, cpu=1024), small])

    assert problem.copies_by_name == [{"a": 3, "b": 5}, {"c": 1}]
    assert problem.count == [8, 1]
    assert [offer.name for offer in problem.pools] == ["cheap", "dear"]
    assert problem.lighter == [[], [0]]
    assert problem.pools_of == [[0, 1], [0, 1]]


def test_a_dearer_pool_that_holds_no_more_is_hopeless() -> None:
    offers = [pool("cheap", usd=0.1), pool("dear", usd=0.2), pool("pinned", usd=0.3)]
    own = shape("b")._replace(pools=frozenset({"pinned"}))

    problem = Problem({shape("a"): 1, own: 1}, offers)

    assert [offer.name for offer in problem.pools] == ["cheap", "pinned"]


def test_a_limit_and_a_port_are_columns_of_their_own() -> None:
    alone = shape("a", **{"port:tcp:80": 1})
    few = shape("b")._replace(copies_per_instance=2)

    columns = Columns([alone, few])

    assert columns.capacity(pool(cpu=4096, memory=8192)) == (4096, 8192, 1, 2)
    assert columns.needs(few) == ((0, 256), (1, 512), (3, 1))
    assert room(columns.needs(alone), (4096, 8192, 1, 2)) == 1
    assert room(columns.needs(few), (4096, 8192, 1, 2)) == 2


def test_one_copy_needs_less_only_where_it_needs_nothing_else() -> None:
    assert lighter(((0, 1),), ((0, 2),))
    assert not lighter(((0, 2),), ((0, 2),))
    assert not lighter(((0, 1), (1, 1)), ((0, 2),))
    assert covers((2, 2), (2, 1))
    assert not covers((2, 0), (2, 1))
