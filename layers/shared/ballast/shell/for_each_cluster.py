"""How do all clusters get their turn, although one is in trouble and other functions write at the same time?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ballast.facts.cluster import Cluster
from ballast.telemetry import logger

ROUNDS = 3  # of looking again, when another function changed the ledger in between


def for_each_cluster[T](clusters: Iterable[Cluster], step: Callable[[Cluster], T], trouble: str) -> dict[str, T | None]:
    """What `step` answered, by the cluster's name; None where it raised, which is logged with `trouble` as the message."""
    return {cluster.name: _answer(cluster, step, trouble) for cluster in clusters}


def _answer[T](cluster: Cluster, step: Callable[[Cluster], T], trouble: str) -> T | None:
    try:
        return step(cluster)
    except Exception:  # noqa: BLE001 - one cluster in trouble must not hold up the others
        logger.exception(trouble, cluster=cluster.name)
        return None


def until_not_raced[T](work: Sequence[T], step: Callable[[Sequence[T]], Sequence[T] | None]) -> bool:
    """Whether all is done. `step` answers what it must look at again, since others were faster; None when it failed."""
    for _ in range(ROUNDS):
        left = step(work)
        if not left:
            return left is not None
        work = left
    return False
