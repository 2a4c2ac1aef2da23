"""Input that makes no sense is refused in one sentence that names it."""

from __future__ import annotations

import math
import re

import pytest

from ballast.packing.bound import lower_bound
from ballast.packing.checks import Misfit, UnplaceableError
from ballast.packing.consolidation import plan_consolidation
from ballast.packing.model import Node, Pool, Shape
from ballast.packing.planning import plan_capacity
from tests.ballast.packing.builders import Demand, pool, price_list, shape


@pytest.mark.parametrize(
    ("demand", "offers", "sentence"),
    [
        ({shape(): -1}, [pool()], "The number of copies of shape 'web' is -1; it must be a whole number, 0 or more."),
        (
            {shape(cpu=-1): 1},
            [pool()],
            "The cpu requirement of shape 'web' is -1; it must be a whole number, 0 or more.",
        ),
        ({shape(memory=0.5): 1}, [pool()], "The memory requirement of shape 'web' is 0.5; "),  # type: ignore[arg-type]
        (
            {shape(): 1},
            [pool(cpu=-5)],
            "The cpu capacity of pool 'm6i.xlarge' is -5; it must be a whole number, 0 or more.",
        ),
        ({shape(): 1}, [pool(usd=-0.1)], "The price of pool 'm6i.xlarge' is -0.1 $/h; it must be 0 or more."),
        ({shape(): 1}, [pool(usd=math.nan)], "The price of pool 'm6i.xlarge' is nan $/h; it must be 0 or more."),
        ({shape(): 1}, [pool(), pool(usd=1.0)], "Two pools have the name 'm6i.xlarge'."),
        ({shape(): 1, shape(cpu=1): 1}, [pool()], "Two shapes have the name 'web'."),
        ({Shape("web", {"cpu": 1}, copies_per_instance=0): 1}, [pool()], "Shape 'web' allows 0 copies per instance; "),
        (
            {Shape("web", {"cpu": 1}, pools=frozenset({"x"})): 1},
            [pool()],
            "Shape 'web' may use pool 'x', but there is no such pool.",
        ),
    ],
)
def test_a_demand_that_makes_no_sense_is_refused(demand: Demand, offers: list[Pool], sentence: str) -> None:
    for question in (lower_bound, plan_capacity):
        with pytest.raises(ValueError, match="^" + re.escape(sentence)):
            question(demand, offers)


@pytest.mark.parametrize(
    ("nodes", "budget", "saving", "sentence"),
    [
        ([Node("i-1", "x", {})], 1, 0.0, "Node 'i-1' is in pool 'x', but there is no such pool."),
        ([Node("i-1", "m6i.xlarge", {"x": 1})], 1, 0.0, "Node 'i-1' holds shape 'x', but there is no such shape."),
        ([Node("i-1", "m6i.xlarge", {"web": -1})], 1, 0.0, "The number of copies of shape 'web' on node 'i-1' is -1; "),
        (
            [Node("i-1", "m6i.xlarge", {})] * 1 + [Node("i-1", "m6i.xlarge", {"web": 1})],
            1,
            0.0,
            "Two nodes have the id 'i-1'.",
        ),
        ([], -1, 0.0, "The budget of instances is -1; it must be a whole number, 0 or more."),
        ([], 1, -0.5, "The saving per move is -0.5 $/h; it must be 0 or more."),
    ],
)
def test_a_fleet_that_makes_no_sense_is_refused(nodes: list[Node], budget: int, saving: float, sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(sentence)):
        plan_consolidation(nodes, [shape()], [pool()], budget=budget, saving_per_move_usd_per_hour=saving)


def test_a_negative_value_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^The value of shape 'web' is -1 "):
        plan_capacity({shape(): 1}, [pool()], value_by_shape={"web": -1})


def test_every_shape_that_fits_no_pool_is_named_with_what_it_lacks() -> None:
    demand = {
        shape("big", memory=70_000): 1,
        shape("fine"): 1,
        shape("gpu", gpu=1): 2,
        Shape("homeless", {"cpu": 1}, pools=frozenset()): 1,
        shape("idle", memory=99_999_999): 0,
    }
    with pytest.raises(UnplaceableError) as raised:
        plan_capacity(demand, price_list())
    assert raised.value.misfits == (
        Misfit("big", "memory", 70_000, 63_569),
        Misfit("gpu", "gpu", 1, 0),
        Misfit("homeless", "cpu", 1, 0),
    )
    assert str(raised.value) == (
        "Some shapes fit no pool: 'big' needs 70000 memory, the largest on offer is 63569; "
        "'gpu' needs 1 gpu, the largest on offer is 0; 'homeless' needs 1 cpu, the largest on offer is 0."
    )


def test_a_shape_that_no_single_pool_satisfies_is_named_with_what_the_nearest_pool_lacks() -> None:
    offers = [pool("much-cpu", cpu=8, memory=2), pool("much-memory", cpu=2, memory=9)]
    with pytest.raises(UnplaceableError, match=r"'web' needs 8 memory, the largest on offer is 2\."):
        lower_bound({shape(cpu=8, memory=8): 1}, offers)
