"""How do many happenings become few lines? Those that say the same are counted and told once."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.demo.story import Happening

NAMED_WIDTH = 66  # characters of names before the rest is only counted


def told_together(happenings: Iterable[Happening], *, within_s: float) -> list[list[Happening]]:
    """Bundles of happenings that say the same, none more than `within_s` after the one before it."""
    bundles: list[list[Happening]] = []
    latest: dict[tuple[str, str], list[Happening]] = {}
    for each in happenings:
        bundle = latest.get((each.who, each.say))
        if bundle is not None and each.at_s - bundle[-1].at_s <= within_s:
            bundle.append(each)
            continue
        bundle = latest[each.who, each.say] = [each]
        bundles.append(bundle)
    return bundles


def sentence(bundle: list[Happening], *, name_them: bool = True) -> str:
    """`i-1 set to DRAINING`, or `17 instances (i-1, i-2, i-3, …) set to DRAINING`."""
    first = bundle[0]
    if len(bundle) == 1:
        return first.say.format(it=first.it)
    count = f"{len(bundle):,} {first.unit}"
    if not name_them:
        return first.say.format(it=count)
    named = first.it
    for each in bundle[1:]:
        if len(named) + len(each.it) > NAMED_WIDTH:
            named += ", …"
            break
        named += f", {each.it}"
    return first.say.format(it=f"{count} ({named})")
