"""The search for the best pattern of one instance, against trying all of them."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballast.packing.model import Pool, Shape
from ballast.packing.patterns import contenders, search, tighten, worth
from ballast.packing.problem import Problem

POOL = Pool("only", "m6i.large", {"cpu": 16, "memory": 20}, 0.1)
NEEDS = st.tuples(st.integers(1, 8), st.integers(0, 12))


@settings(max_examples=300, deadline=None)
@given(
    needs=st.lists(NEEDS, min_size=1, max_size=4, unique=True),
    copies=st.lists(st.integers(1, 6), min_size=4, max_size=4),
    extras=st.lists(st.integers(0, 3), min_size=4, max_size=4),
)
def test_with_steps_enough_no_pattern_is_worth_more_than_the_one_found(
    needs: list[tuple[int, int]], copies: list[int], extras: list[int]
) -> None:
    demand = {Shape(f"{c}x{m}", {"cpu": c, "memory": m}): n for (c, m), n in zip(needs, copies, strict=False)}
    problem = Problem(demand, [POOL])
    # Worth about as much as they need, so that the best pattern is found by looking, not by density alone.
    values = [float(sum(amount for _, amount in n) + extra) for n, extra in zip(problem.needs, extras, strict=False)]
    most = 0.0
    for counts in product(*(range(n + 1) for n in problem.count)):
        used = [0, 0]
        for item, n in enumerate(counts):
            for column, amount in problem.needs[item]:
                used[column] += n * amount
        if all(u <= have for u, have in zip(used, problem.capacity[0], strict=True)):
            most = max(most, worth(dict(enumerate(counts)), values))

    items = contenders(problem, 0, problem.count, values)
    weights = {0: 0.5, 1: 0.5}
    bound = tighten(problem, 0, items, values, weights)
    found, _ = search(problem, 0, items, problem.count, values, weights, 0.0, 100_000)

    assert worth(found, values) == pytest.approx(most)
    assert bound >= most * (1 - 1e-9)


def test_a_search_ends_when_its_steps_are_spent_and_keeps_what_it_found() -> None:
    demand = {Shape(f"{c}x{m}", {"cpu": c, "memory": m}): 9 for c in range(1, 6) for m in range(1, 6)}
    problem = Problem(demand, [POOL])
    values = [1 + 0.37 * ((7 * item) % 5) for item in range(len(problem.needs))]
    items = list(range(len(problem.needs)))

    found, left = search(problem, 0, items, problem.count, values, {0: 0.5, 1: 0.5}, 0.0, 60)
    better, rest = search(problem, 0, items, problem.count, values, {0: 0.5, 1: 0.5}, 0.0, 100_000)

    assert left == 0
    assert found
    assert worth(better, values) >= worth(found, values)
    assert rest > 0


def test_an_item_that_a_lighter_plentiful_one_of_the_same_value_replaces_is_no_contender() -> None:
    light, heavy = Shape("light", {"cpu": 2, "memory": 2}), Shape("heavy", {"cpu": 3, "memory": 2})

    assert contenders(Problem({light: 8, heavy: 8}, [POOL]), 0, [8, 8], [1.0, 1.0]) == [0]
    assert contenders(Problem({light: 7, heavy: 8}, [POOL]), 0, [7, 8], [1.0, 1.0]) == [0, 1]
    assert contenders(Problem({light: 8, heavy: 8}, [POOL]), 0, [8, 8], [1.0, 1.1]) == [0, 1]
