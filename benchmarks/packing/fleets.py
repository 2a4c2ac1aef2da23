"""Which fragmented fleets are consolidated? Filled as ECS fills, then emptied unevenly by departures."""

from __future__ import annotations

import random

from ballast.packing.model import Node, Pool, Shape
from benchmarks.packing.workloads import LATTICE, Demand, pools, zipf

LITTLE = [(128, 256), (128, 512), (256, 512), *LATTICE]


def services(seed: int, count: int = 40) -> list[tuple[Shape, int]]:
    """Shapes of small services and how many copies of each there are among 10,000."""
    rng = random.Random(seed)
    likely = [(c / 128) ** -1.5 for c, _ in LITTLE]
    result = []
    for i, copies in enumerate(zipf(rng, count, 10_000, 1.1)):
        cpu, memory = rng.choices(LITTLE, likely)[0]
        if memory > 512:
            memory -= rng.choice((0, 0, 0, 64, 128))
        requirements = {"cpu": cpu, "memory": memory, "eni": int(rng.random() < 0.5)}
        if not requirements["eni"] and copies <= 200 and rng.random() < 0.2:
            requirements[f"port:tcp:{8000 + i}"] = 1
        result.append((Shape(f"service-{i}", requirements), copies))
    return result


def fleet(instances: int, utilisation: float, seed: int) -> tuple[list[Node], list[Shape], list[Pool]]:
    """Instances of 15 types, filled up, then left by tasks (by some more than by others) down to `utilisation`.

    Utilisation is that of CPU or of memory, whichever is the higher.
    """
    rng = random.Random(seed)
    offers = sorted(pools("fleet"), key=lambda p: p.name)
    mix = services(seed)
    shapes = [shape for shape, _ in mix]
    weights = [copies for _, copies in mix]
    resources = sorted({r for s in shapes for r in s.requirements})
    chosen = [rng.choice(offers) for _ in range(instances)]
    free = [[pool.capacity.get(r, 1) for r in resources] for pool in chosen]
    needs = [[shape.requirements.get(r, 0) for r in resources] for shape in shapes]
    cpu, memory = resources.index("cpu"), resources.index("memory")
    loads: list[dict[int, int]] = [{} for _ in chosen]
    filling = list(range(instances))
    failures = 0
    while filling and failures < 400:
        item = rng.choices(range(len(shapes)), weights)[0]
        tried = [filling[rng.randrange(len(filling))] for _ in range(6)]
        fitting = [i for i in tried if all(a <= f for a, f in zip(needs[item], free[i], strict=True))]
        if not fitting:
            failures += 1
            continue
        failures = 0
        best = min(fitting, key=lambda i: free[i][memory])
        loads[best][item] = loads[best].get(item, 0) + 1
        free[best] = [f - a for f, a in zip(free[best], needs[item], strict=True)]
        if free[best][cpu] < 128 or free[best][memory] < 512:
            filling.remove(best)
    capacity = {r: sum(pool.capacity[r] for pool in chosen) for r in ("cpu", "memory")}
    used = {r: sum(n * shapes[s].requirements[r] for load in loads for s, n in load.items()) for r in capacity}
    emptier = [rng.random() ** 2 for _ in chosen]
    tasks = [(i, s) for i, load in enumerate(loads) for s, n in load.items() for _ in range(n)]
    tasks.sort(key=lambda task: rng.random() * (0.3 + emptier[task[0]]), reverse=True)
    for i, s in tasks:
        if max(used[r] / capacity[r] for r in capacity) <= utilisation:
            break
        loads[i][s] -= 1
        for r in used:
            used[r] -= shapes[s].requirements[r]
    nodes = [
        Node(f"i-{i:05}", pool.name, {shapes[s].name: n for s, n in load.items() if n})
        for i, (pool, load) in enumerate(zip(chosen, loads, strict=True))
    ]
    return nodes, shapes, offers


def demand_of(nodes: list[Node], shapes: list[Shape]) -> Demand:
    total = dict.fromkeys((s.name for s in shapes), 0)
    for node in nodes:
        for name, copies in node.load.items():
            total[name] += copies
    return {shape: total[shape.name] for shape in shapes}
