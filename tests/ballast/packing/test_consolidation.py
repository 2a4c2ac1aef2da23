"""Consolidation keeps its promises: every task has a place, within the budget, for at least the saving asked for."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballast.packing.consolidation import plan_consolidation
from ballast.packing.model import Consolidation, Node, Pool, Shape
from tests.ballast.packing.builders import fleets, holds, pool, price_list, shape, total

CENT = 1e-9


def consolidate(nodes: list[Node], shapes: list[Shape], offers: list[Pool], **options: float) -> Consolidation:
    return plan_consolidation(
        nodes,
        shapes,
        offers,
        budget=int(options.get("budget", len(nodes))),
        saving_per_move_usd_per_hour=options.get("move", 0.0),
    )


@given(fleets(), st.integers(0, 12), st.sampled_from((0.0, 0.01, 0.1)))
@settings(max_examples=200, deadline=None)
def test_no_copy_is_lost_or_invented_nothing_is_overfilled_and_the_saving_is_as_promised(
    world: tuple[list[Node], list[Shape], list[Pool]], budget: int, move: float
) -> None:
    nodes, shapes, offers = world
    result = consolidate(nodes, shapes, offers, budget=budget, move=move)
    by_id, price = {n.id: n for n in nodes}, {p.name: p for p in offers}

    placed = total(result.launch)
    for load in result.placements.values():
        placed.update(load)
    assert placed == sum((Counter(by_id[i].load) for i in result.remove), Counter())

    assert not set(result.remove) & set(result.placements)
    for node_id, load in result.placements.items():
        node = by_id[node_id]
        assert holds(price[node.pool], Counter(node.load) + Counter(load), shapes)
    assert all(holds(price[i.pool], i.load, shapes) for i in result.launch)

    assert len(set(result.remove)) == len(result.remove) <= budget
    assert result.moves == sum(sum(by_id[i].load.values()) for i in result.remove)
    bought = sum(price[i.pool].price_usd_per_hour * i.count for i in result.launch)
    given_back = sum(price[by_id[i].pool].price_usd_per_hour for i in result.remove)
    assert result.saving_usd_per_hour == pytest.approx(given_back - bought)
    assert result.saving_usd_per_hour >= move * result.moves - CENT
    assert result == consolidate(nodes, shapes, offers, budget=budget, move=move)


def test_an_empty_instance_goes_and_nothing_moves() -> None:
    nodes = [Node("full", "m6i.xlarge", {"web": 16}), Node("empty", "m6i.xlarge", {})]
    result = consolidate(nodes, [shape()], price_list(), move=1.0)
    assert result == Consolidation(("empty",), (), {}, 0, 0.192)


def test_tasks_go_into_free_room_before_anything_is_launched() -> None:
    nodes = [Node("a", "m6i.xlarge", {"web": 4}), Node("b", "m6i.xlarge", {"web": 8})]
    result = consolidate(nodes, [shape()], [pool()])
    assert (result.remove, result.launch, result.placements) == (("a",), (), {"b": {"web": 4}})


def test_a_dear_instance_is_replaced_by_a_cheaper_one_when_nothing_has_room() -> None:
    nodes = [Node("a", "r6i.2xlarge", {"web": 15})]
    result = consolidate(nodes, [shape()], price_list())
    assert [(i.pool, i.load, i.count) for i in result.launch] == [("c6i.xlarge", {"web": 15}, 1)]
    assert result.saving_usd_per_hour == pytest.approx(0.504 - 0.17)


def test_two_half_empty_instances_become_one_new_one() -> None:
    nodes = [Node(i, "r6i.2xlarge", {"web": 7}) for i in ("a", "b")]
    result = consolidate(nodes, [shape()], price_list())
    assert result.saving_usd_per_hour == pytest.approx(2 * 0.504 - 0.17)


def test_a_move_that_saves_less_than_it_is_worth_is_not_made() -> None:
    nodes = [Node("a", "m6i.xlarge", {"web": 4}), Node("b", "m6i.xlarge", {"web": 8})]
    assert consolidate(nodes, [shape()], [pool()], move=0.04).remove == ("a",)
    assert consolidate(nodes, [shape()], [pool()], move=0.05).remove == ()


def test_instances_that_may_not_be_removed_stay_but_receive() -> None:
    nodes = [Node(i, "m6i.xlarge", {"web": 4}) for i in ("a", "b")]
    result = plan_consolidation(
        nodes, [shape()], price_list(), budget=2, saving_per_move_usd_per_hour=0, may_remove=lambda n: n.id != "a"
    )
    assert (result.remove, result.placements) == (("b",), {"a": {"web": 4}})


def test_a_budget_of_none_removes_none() -> None:
    assert consolidate([Node("a", "m6i.xlarge", {})], [], price_list(), budget=0).remove == ()


def test_a_host_port_keeps_two_tasks_apart() -> None:
    port = shape("port", **{"port:tcp:80": 1})
    nodes = [Node(i, "c6i.xlarge", {"port": 1}) for i in ("a", "b")]
    assert consolidate(nodes, [port], price_list()).remove == ()


def test_an_instance_that_holds_more_than_the_price_list_allows_is_left_alone_and_receives_nothing() -> None:
    nodes = [Node("over", "c6i.xlarge", {"web": 40}), Node("b", "c6i.xlarge", {"web": 1})]
    offers = [pool("c6i.xlarge", 4096, 7700, 0.17)]
    assert "over" not in consolidate(nodes, [shape()], offers).placements


def test_a_task_that_fits_no_pool_any_more_keeps_its_instance() -> None:
    nodes = [Node("old", "c6i.xlarge", {"huge": 1}), Node("empty", "c6i.xlarge", {})]
    huge = shape("huge", memory=99_999)
    assert consolidate(nodes, [huge], [pool("c6i.xlarge", 4096, 7700, 0.17)]).remove == ("empty",)
