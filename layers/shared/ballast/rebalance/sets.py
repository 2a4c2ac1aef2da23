"""Which instances are looked at together, where some are to be given for fewer or cheaper ones?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from ballast.rebalance.snapshot import Instance

LADDER = (1, 2, 4, 8, 16, 32)  # how many of the most wasteful are taken together
SAMPLES, LARGEST = 300, 6  # sets drawn besides: what is left of few instances often fills one fewer
AMONG = 64  # the most wasteful, of a large fleet


def sets(
    candidates: Sequence[Instance], waste: Mapping[str, float], tasks: Mapping[str, int], most: int, *, seed: str
) -> Iterator[tuple[Instance, ...]]:
    """The most wasteful for their tasks by ones, twos, fours, …; then sets of one to six that are drawn, the same for a `seed`.

    `waste`: by id, in USD per hour, what an instance costs beyond its tasks. Drawn, because which ones fit together in all
    their resources no order tells: 300 of them find what saves most of what there is to save (docs/decisions/0071).
    """
    order = sorted(candidates, key=lambda i: (-waste[i.id] / (1 + tasks[i.id]), i.id))
    for number in LADDER:
        if number <= min(most, len(order)):
            yield tuple(order[:number])
    rng, pool = Random(seed), order[:AMONG]  # noqa: S311 - nothing is to be kept from anybody
    for _ in range(SAMPLES if len(pool) > 1 else 0):
        yield tuple(rng.sample(pool, min(rng.randint(1, LARGEST), most, len(pool))))
