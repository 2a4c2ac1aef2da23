"""What 0.1.0 showed, measured once in the same simulator (one seed, 2026-11-28); None was not measured.

Its fleets were not ours to the task, so the figures are to be read for their size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Before:
    """Seconds, counts, and ECS reads a minute without and with updates; `clusters` where it was measured with others."""

    drain_median_s: float | None = None
    drain_longest_s: float | None = None
    drain_time_outs: float | None = None
    update_median_s: float | None = None
    update_time_outs: float | None = None
    reads_off: float | None = None
    reads_on: float | None = None
    unhooked: float | None = None
    clusters: int | None = None


STEADY: Mapping[tuple[int, int], Before] = {  # by clusters and instances of each
    (1, 20): Before(0.3, 0.5, 0, 0.25, 0, 2, 4, 0),
    (100, 20): Before(16, 49.6, 0, reads_off=218),
    (300, 20): Before(50, drain_time_outs=92, reads_off=1143, unhooked=330, clusters=330),
    (1, 5000): Before(0.26, 5.6, 0, 10.2, 0, 9, 109, 0),
}
