"""How long does a round of rebalancing take to decide? Processor time, as a function has a processor of its own."""

from __future__ import annotations

import resource
from time import process_time

from ballast.policy.rebalancing import Rebalance, RebalancePolicy
from ballast.rebalance.acts import GiveBack
from ballast.rebalance.explain import explain
from ballast.rebalance.ground import Ground
from ballast.rebalance.round import decide
from benchmarks.rebalance.fleet import NOW, snapshot
from benchmarks.tables import Measure, show

SIZES = ((1_000, 10_000, 1.0), (5_000, 50_000, 5.0))  # instances, tasks, most seconds
MEMORY_MIB = 512
POLICY = RebalancePolicy(
    rebalance=Rebalance.ON, scale_out=True, headroom=True, consolidate=True, replace=True, spare_percent=3
)


def table() -> bool:
    """Print it; answer whether every target is met."""
    measures, notes = [], []
    for instances, tasks, most in SIZES:
        for ecs_scales in (False, True):
            seen = snapshot(instances, tasks, ecs_scales=ecs_scales)
            ran = sum(len(i.tasks or ()) for i in seen.instances)
            began = process_time()
            ground = Ground(seen, POLICY, NOW)
            decided = decide(ground)
            took = process_time() - began
            name = f"{instances:,} instances, {ran:,} tasks, {'ECS scales' if ecs_scales else 'our own'}"
            measures.append(Measure(f"{name}: a round [s]", took, most=most))
            back = sum(isinstance(act, GiveBack) for act in decided.acts)
            began = process_time()
            rows = explain(ground, decided).rows
            notes.append(f"{name}: {back} given back; explained in {len(rows)} rows and {process_time() - began:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measures.append(Measure("peak memory [MiB]", peak, most=MEMORY_MIB))
    return show("Rebalancing decides", measures, ours="Ballast", notes=notes)
