"""Which empty instances can go? Those that stand empty for long enough, and above the headroom."""

from __future__ import annotations

from collections.abc import Sequence

from ballast.rebalance.consolidate import Sweep, no_more, survives, trial
from ballast.rebalance.ground import Ground
from ballast.rebalance.limits import LimitsOfSeveral, in_turn
from ballast.rebalance.parts import Part
from ballast.rebalance.receivers import receivers
from ballast.rebalance.removable import is_empty
from ballast.rebalance.snapshot import Instance
from ballast.rebalance.stays import Stay, Why


def idle(ground: Ground, parts: Sequence[Part], candidates: Sequence[Instance], most: int) -> Sweep:
    """The dearest first. `candidates` may go as far as they themselves are concerned; at most `most` do.

    `parts`: all that share their room.
    """
    part = parts[0]  # they have the same receivers and the same headroom
    empties = [i for i in candidates if is_empty(ground, i)]
    empties.sort(key=lambda i: (-(ground.price(i) or 0.0), i.id))
    places = trial(ground, part, receivers(ground, part), empties)
    limits, left = LimitsOfSeveral.of(ground, parts), most
    stays: dict[str, Stay] = {}

    def attempt(instance: Instance) -> Why | None:
        nonlocal limits, left
        stay = Stay(Why.HEADROOM, "the headroom has no room even with it") if places.homeless else None
        stay = stay or (no_more(most) if left < 1 else limits.objection(instance, 0, empty=True))
        if stay is None and places.empty(instance, {}):
            places.keep(instance)
            stay = Stay(Why.HEADROOM, "its free room is kept for the headroom")
        if stay:
            stays[instance.id] = stay
            return stay.why
        places.remove(instance)
        stays.pop(instance.id, None)
        limits, left = limits.without(instance, 0, empty=True), left - 1
        return None

    gone = in_turn(empties, attempt)
    while gone and not survives(ground, part, gone):
        stays[gone.pop().id] = Stay(Why.HEADROOM, "without it the headroom would have no room")
    return Sweep(tuple(gone), {}, stays, sum(ground.price(i) or 0.0 for i in gone))
