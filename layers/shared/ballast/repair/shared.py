"""Is it one instance or all of them? What several share is a cause that replacing hosts does not mend.

Karpenter stops at 20 % of a pool, whatever the cause, and healthy nodes died of a wrong signal all the same
(https://github.com/kubernetes-sigs/karpenter/issues/2811); here it is asked what came at once, and what it shares.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta

from ballast.records.repair import Signal
from ballast.records.watch import Watch
from ballast.value import dataclass

TOGETHER = timedelta(minutes=10)
LEAST = 3
SHARE = 5  # more than one in so many
ALL = "*"
# A launch that does not join is a matter of `breaker`; age comes to all in turn.
OF_ITS_OWN = frozenset({Signal.NEVER_JOINED, Signal.TOO_OLD})


@dataclass(frozen=True, slots=True)
class Held:
    """`subject`: what they share, as name=value, or ALL."""

    subject: str
    instance_ids: frozenset[str]


def causes(
    ill: Sequence[Watch], total: int, population: Mapping[str, int], shifted: Collection[str] = ()
) -> Iterator[Held]:
    """`total`: instances of the cluster; `population`: how many have each trait; `shifted`: zones that one moves away from."""
    counted = [watch for watch in ill if watch.signal not in OF_ITS_OWN]
    wave = _wave(counted)
    at_once = len(wave) >= LEAST and len(wave) * SHARE > total
    if at_once or (len(counted) >= LEAST and len(counted) * 2 > total):
        yield Held(ALL, _ids(counted))
    for zone in shifted:
        if some := [watch for watch in ill if f"zone={zone}" in (watch.traits or ())]:
            yield Held(f"zone={zone}", _ids(some))
    for trait in sorted({trait for watch in counted for trait in watch.traits or ()}):
        with_it = [watch for watch in counted if trait in (watch.traits or ())]
        there = population.get(trait)
        whole_zone = trait.startswith("zone=") and len(with_it) > 1 and there is not None and len(with_it) >= there
        if whole_zone or _is_telling(sum(trait in (w.traits or ()) for w in wave), there, total):
            yield Held(trait, _ids(with_it))


def unsure(ill: Sequence[Watch], population: Mapping[str, int]) -> frozenset[str]:
    """Those of which so many share something that nobody has counted in this round: the next look at everybody tells."""
    counted = [watch for watch in ill if watch.signal not in OF_ITS_OWN]
    wave = _wave(counted)
    shared = {trait for watch in wave for trait in watch.traits or () if trait not in population}
    many = {trait for trait in shared if sum(trait in (w.traits or ()) for w in wave) >= LEAST}
    return _ids([watch for watch in counted if many.intersection(watch.traits or ())])


def _wave(ill: Sequence[Watch]) -> list[Watch]:
    """The most that fell ill together; in one pass, as it may be a whole cluster of thousands."""
    in_order = sorted(ill, key=lambda watch: watch.since)
    first, most = 0, slice(0, 0)
    for last, watch in enumerate(in_order, start=1):
        while watch.since - in_order[first].since > TOGETHER:
            first += 1
        if last - first > most.stop - most.start:
            most = slice(first, last)
    return in_order[most]


def _is_telling(number: int, there: int | None, total: int) -> bool:
    """Whether so many of those that fell ill together share a trait that the others have less; one that all have says nothing."""
    if number < LEAST:
        return False
    return there is not None and there < total and number * SHARE > there


def _ids(watches: Sequence[Watch]) -> frozenset[str]:
    return frozenset(watch.subject for watch in watches)
