"""What is the least possible cost? Linear programs that HiGHS solves, as judge of our own bound and plans."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import highspy
import numpy as np

from ballast.packing.model import Node, Pool, Shape
from ballast.packing.problem import Columns, Problem, room

INFINITE = highspy.kHighsInf


class Program:
    """A linear program built column by column."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, float]] = []
        self.cost: list[float] = []
        self.upper: list[float] = []
        self.start: list[int] = [0]
        self.index: list[int] = []
        self.value: list[float] = []

    def row(self, low: float, high: float) -> int:
        self.rows.append((low, high))
        return len(self.rows) - 1

    def column(self, cost: float, entries: Sequence[tuple[int, float]], upper: float = INFINITE) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        for row, value in entries:
            self.index.append(row)
            self.value.append(value)
        self.start.append(len(self.index))
        return len(self.cost) - 1

    def solve(
        self, *, integer: Sequence[int] = (), seconds: float = 60.0, gap: float = 1e-3
    ) -> tuple[float, float, list[float], list[float]]:
        """Returns the least cost, the proven bound on it, the columns' values and the rows' duals."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.rows)
        lp.col_cost_ = np.array(self.cost, float)
        lp.col_lower_ = np.zeros(len(self.cost))
        lp.col_upper_ = np.array(self.upper, float)
        lp.row_lower_ = np.array([low for low, _ in self.rows], float)
        lp.row_upper_ = np.array([high for _, high in self.rows], float)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.array(self.start, np.int32)
        lp.a_matrix_.index_ = np.array(self.index, np.int32)
        lp.a_matrix_.value_ = np.array(self.value, float)
        if integer:
            kinds = [highspy.HighsVarType.kContinuous] * len(self.cost)
            for column in integer:
                kinds[column] = highspy.HighsVarType.kInteger
            lp.integrality_ = kinds
        solver = highspy.Highs()  # type: ignore[no-untyped-call] # the package has no types
        solver.silent()
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("time_limit", seconds)
        solver.setOptionValue("mip_rel_gap", gap)
        solver.passModel(lp)
        solver.run()
        info, solution = solver.getInfo(), solver.getSolution()
        cost = info.objective_function_value
        return cost, info.mip_dual_bound if integer else cost, list(solution.col_value), list(solution.row_dual)


def fluid_bound(demand: Mapping[Shape, int], pools: Sequence[Pool]) -> float:
    """The least cost in $/h if tasks and instances could be split: shape x pool, one row per resource of a pool."""
    problem, program = Problem(demand, pools), Program()
    covered = [program.row(float(copies), float(copies)) for copies in problem.count]
    for pool, capacity in enumerate(problem.capacity):
        room = [program.row(-INFINITE, 0.0) for _ in capacity]
        program.column(problem.price[pool], [(room[c], -float(have)) for c, have in enumerate(capacity)])
        for item in problem.items_of[pool]:
            taken = [(room[c], float(amount)) for c, amount in problem.needs[item]]
            program.column(0.0, [(covered[item], 1.0), *taken])
    return program.solve()[0]


def pattern_bound(demand: Mapping[Shape, int], pools: Sequence[Pool], *, seconds: float, target: float = 1e-3) -> float:
    """The least cost in $/h if only instances could be split (Gilmore and Gomory's bound): at least `fluid_bound`.

    Patterns come from an exact knapsack per pool. When time runs out, Farley's bound makes the values found so far a
    certificate: values / max over pools of (worth of the best pattern / price) can be exceeded by no instance.
    """
    problem = Problem(demand, pools)
    patterns = [
        (min(problem.pools_of[item], key=lambda t: problem.price[t] / room(needs, problem.capacity[t])), item)
        for item, needs in enumerate(problem.needs)
    ]
    columns = [(pool, {item: room(problem.needs[item], problem.capacity[pool])}) for pool, item in patterns]
    best, deadline = 0.0, time.monotonic() + seconds
    while time.monotonic() < deadline:
        master = Program()
        covered = [master.row(float(copies), INFINITE) for copies in problem.count]
        for pool, pattern in columns:
            master.column(problem.price[pool], [(covered[item], float(n)) for item, n in pattern.items()])
        cost, _, _, values = master.solve()
        dearest = 1.0
        for pool, capacity in enumerate(problem.capacity):
            knapsack = Program()
            rows = [knapsack.row(-INFINITE, float(have)) for have in capacity]
            for item in problem.items_of[pool]:
                entries = [(rows[c], float(amount)) for c, amount in problem.needs[item]]
                knapsack.column(-values[item], entries, float(problem.count[item]))
            count = len(problem.items_of[pool])
            gain, proven, chosen, _ = knapsack.solve(integer=range(count), gap=target / 10, seconds=5.0)
            dearest = max(dearest, -proven / problem.price[pool])
            if -gain > problem.price[pool] * (1 + 1e-7):
                items = problem.items_of[pool]
                columns.append((pool, {items[i]: round(n) for i, n in enumerate(chosen) if round(n)}))
        best = max(best, cost / dearest)
        if best >= cost * (1 - target):
            break
    return best


def saving_bound(
    nodes: Sequence[Node], shapes: Sequence[Shape], pools: Sequence[Pool], budget: int, move: float
) -> float:
    """No consolidation nets more $/h, if tasks and instances could be split: one row per resource, and the budget.

    Removing an instance takes its capacity away, launching one adds some; what is left has to hold the demand.
    """
    columns = Columns(shapes)
    needs = {shape.name: columns.needs(shape) for shape in shapes}
    capacity = {pool.name: columns.capacity(pool) for pool in pools}
    price = {pool.name: pool.price_usd_per_hour for pool in pools}
    width = len(columns.resources) + len(columns.limits)
    spare = [0] * width
    for node in nodes:
        for column in range(width):
            spare[column] += capacity[node.pool][column]
        for name, copies in node.load.items():
            for column, amount in needs[name]:
                spare[column] -= copies * amount
    program = Program()
    room = [program.row(-INFINITE, float(free)) for free in spare]
    removed = program.row(-INFINITE, float(budget))
    for node in nodes:
        gain = price[node.pool] - move * sum(node.load.values())
        entries = [(room[c], float(have)) for c, have in enumerate(capacity[node.pool]) if have]
        program.column(-gain, [*entries, (removed, 1.0)], 1.0)
    for pool in pools:
        entries = [(room[c], -float(have)) for c, have in enumerate(capacity[pool.name]) if have]
        program.column(price[pool.name], entries)
    return -program.solve()[0]
