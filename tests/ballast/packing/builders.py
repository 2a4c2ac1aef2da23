"""Small worlds for the packing tests: a valid default for everything that a test does not care about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from hypothesis import strategies as st

from ballast.packing.model import Node, PlannedInstances, Pool, Shape

type Demand = dict[Shape, int]

PRICE_LIST = {  # instance type: (CPU units, MiB registered, branch interfaces, $/h), us-east-1, on demand, 2026-07-20
    "c6i.xlarge": (4096, 7700, 19, 0.17),
    "m6i.xlarge": (4096, 15564, 19, 0.192),
    "r6i.xlarge": (4096, 31457, 19, 0.252),
    "c6i.2xlarge": (8192, 15564, 39, 0.34),
    "m6i.2xlarge": (8192, 31457, 39, 0.384),
    "r6i.2xlarge": (8192, 63569, 39, 0.504),
}


def shape(name: str = "web", cpu: int = 256, memory: int = 512, **more: int) -> Shape:
    return Shape(name, {"cpu": cpu, "memory": memory, **more})


def pool(name: str = "m6i.xlarge", cpu: int = 4096, memory: int = 15564, usd: float = 0.192, **more: int) -> Pool:
    return Pool(name, name, {"cpu": cpu, "memory": memory, **more}, usd)


def price_list() -> list[Pool]:
    return [pool(name, cpu, memory, usd, eni=eni) for name, (cpu, memory, eni, usd) in PRICE_LIST.items()]


@st.composite
def pools(draw: st.DrawFn, most: int = 5) -> list[Pool]:
    return [
        pool(
            f"pool-{i}",
            cpu=draw(st.integers(1024, 16384)),
            memory=draw(st.integers(2048, 65536)),
            usd=draw(st.integers(1, 200)) / 100,
            eni=draw(st.integers(2, 20)),
        )
        for i in range(draw(st.integers(1, most)))
    ]


@st.composite
def demands(draw: st.DrawFn, offers: list[Pool], most: int = 6, copies: int = 60) -> Demand:
    """Shapes that each fit at least one pool that they may use; equal, limited and pinned ones among them."""
    demand: Demand = {}
    for i in range(draw(st.integers(1, most))):
        home = draw(st.sampled_from(offers))
        requirements = {
            "cpu": draw(st.integers(0, home.capacity["cpu"])) // draw(st.sampled_from((1, 4, 16))),
            "memory": draw(st.integers(1, home.capacity["memory"])) // draw(st.sampled_from((1, 4, 16))),
            "eni": draw(st.integers(0, 1)),
        }
        if draw(st.integers(0, 4)) == 0:
            requirements[f"port:tcp:{draw(st.integers(8080, 8081))}"] = 1
        earlier = [s.requirements for s in demand if s.pools is None]  # equal ones are merged: make some
        requirements = draw(st.sampled_from([requirements, *earlier]))
        pinned = None if requirements in earlier else draw(st.sampled_from((None, frozenset({home.name}))))
        demand[
            Shape(
                f"shape-{i}",
                requirements,
                copies_per_instance=draw(st.none() | st.integers(1, 3)),
                pools=pinned,
            )
        ] = draw(st.integers(0, copies))
    return demand


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Pool], Demand]:
    offers = draw(pools())
    return offers, draw(demands(offers))


@st.composite
def fleets(draw: st.DrawFn) -> tuple[list[Node], list[Shape], list[Pool]]:
    """Instances that hold what fits on them, some of them nothing."""
    offers = draw(pools(3))
    shapes = list(draw(demands(offers, 4)))
    nodes = []
    for i in range(draw(st.integers(1, 12))):
        home = draw(st.sampled_from(offers))
        load: dict[str, int] = {}
        for s in draw(st.lists(st.sampled_from(shapes), max_size=6)):
            more = {**load, s.name: load.get(s.name, 0) + 1}
            if holds(home, more, shapes):
                load = more
        nodes.append(Node(f"i-{i}", home.name, load))
    return nodes, shapes, offers


def holds(home: Pool, load: Mapping[str, int], shapes: Iterable[Shape]) -> bool:
    """Is the load within the capacity, the copies per instance and the allowed pools? Written apart from the library."""
    used: Counter[str] = Counter()
    for s in shapes:
        copies = load.get(s.name, 0)
        if copies and s.pools is not None and home.name not in s.pools:
            return False
        if s.copies_per_instance is not None and copies > s.copies_per_instance:
            return False
        for resource, amount in s.requirements.items():
            used[resource] += amount * copies
    return all(
        amount <= home.capacity.get(resource, 1 if resource.startswith("port:") else 0)
        for resource, amount in used.items()
    )


def total(instances: Iterable[PlannedInstances]) -> Counter[str]:
    copies: Counter[str] = Counter()
    for planned in instances:
        for name, n in planned.load.items():
            copies[name] += n * planned.count
    return copies
