"""Which patterns mix best, in fractions of instances."""

from __future__ import annotations

import pytest

from ballast.packing.bound import fluid
from ballast.packing.mixing import Mix, best_mix
from ballast.packing.model import Pool, Shape
from ballast.packing.problem import Problem
from tests.ballast.packing.builders import pool, shape


def mixed(demand: dict[Shape, int], *offers: Pool) -> tuple[Problem, Mix]:
    problem = Problem(demand, offers)
    pools = range(len(problem.pools))
    return problem, best_mix(problem, problem.count, fluid(problem), pools, (), steps=200_000, tolerance=1e-6)


def cost(mix: Mix) -> float:
    return sum(column.price * amount for column, amount in mix.amounts)


def test_two_shapes_that_complement_each_other_share_their_instances() -> None:
    wide, tall = shape("wide", cpu=3072, memory=1024), shape("tall", cpu=1024, memory=12_288)

    problem, mix = mixed({wide: 10, tall: 10}, pool(cpu=4096, memory=16_384, usd=1.0))

    assert cost(mix) == pytest.approx(10.0)
    together = dict.fromkeys(range(len(problem.count)), 1)
    assert [column.pattern for column, amount in mix.amounts if amount > 1e-6] == [together]


def test_every_copy_is_covered_and_one_more_is_worth_its_share_of_the_cheapest_instance() -> None:
    _, mix = mixed({shape(cpu=1024): 10}, pool("cheap", cpu=4096, usd=1.0), pool("dear", cpu=8192, usd=3.0))

    assert sum(column.pattern[0] * amount for column, amount in mix.amounts) == pytest.approx(10)
    assert mix.values == [pytest.approx(0.25)]
    assert cost(mix) == pytest.approx(2.5)


def test_without_steps_nothing_is_mixed_and_what_starts_is_what_there_is() -> None:
    problem = Problem({shape(cpu=1024): 8}, [pool(cpu=4096, usd=1.0)])

    nothing = best_mix(problem, problem.count, fluid(problem), (0,), (), steps=0, tolerance=1e-6)

    assert nothing.amounts == []
