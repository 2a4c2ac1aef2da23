"""Which zones does a zonal shift move away from? Nothing voluntary happens in one of them, or sends tasks there."""

from __future__ import annotations

from collections.abc import Sequence

from ballast.facts.capacity import GroupCapacity
from ballast.facts.view import ContainerInstance

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html
ZONE = "ecs.availability-zone"

type Groups = Sequence[GroupCapacity]


def shifted_zones(groups: Groups) -> dict[str, str]:
    """Which group is moved away from each, by the zone's name; for all of the cluster, since the zone is impaired for all."""
    return {zone: group.group for group in groups if group.shift for zone in sorted(group.shift.zones)}


def why_left(instance: ContainerInstance, group: str | None, groups: Groups) -> str | None:
    """Why nothing voluntary begins on an instance of this Auto Scaling group, in words, or None."""
    if why := _unknown(group, groups):
        return why
    shifted, zone = shifted_zones(groups), instance.attributes.get(ZONE)
    if not shifted or (zone is not None and zone not in shifted):
        return None
    if zone is None:
        return f"nobody knows its zone, and {_shifts(shifted)}"
    return f"it is in {zone}, and {_shifts({zone: shifted[zone]})}"


def why_not_launched(group: str, groups: Groups) -> str | None:
    """Why this group is to launch and end nothing voluntarily, in words, or None."""
    return _unknown(group, groups) or why_moved(group, groups)


def why_moved(group: str, groups: Groups) -> str | None:
    """The same where a shift is known: it concerns the zones in which this group launches."""
    launches_in = {zone for each in groups if each.group == group for zone in each.zones}
    concerned = {zone: name for zone, name in shifted_zones(groups).items() if zone in launches_in}
    return _shifts(concerned) if concerned else None


def rooms(neighbours: Sequence[ContainerInstance], groups: Groups) -> tuple[ContainerInstance, ...]:
    """Those that tasks may be sent to: none whose zone is shifted away from, or may be."""
    shifted = shifted_zones(groups)
    unsure = {i for group in groups if group.shift and group.shift.unknown for i in group.members}
    there = (n for n in neighbours if n.instance_id not in unsure)
    return tuple(n for n in there if not shifted or n.attributes.get(ZONE) not in (None, *shifted))


def not_counted(groups: Groups) -> str:
    """For the end of a sentence about room; "" where all of it counts."""
    zones = shifted_zones(groups)
    return f" (without {', '.join(zones)}, which a zonal shift moves away from)" if zones else ""


def _unknown(group: str | None, groups: Groups) -> str | None:
    shift = next((each.shift for each in groups if each.group == group), None)
    if shift is None or shift.unknown is None:
        return None
    why = shift.unknown.rstrip(".")
    return f"nobody knows whether a zonal shift moves Auto Scaling group {group} away from a zone: {why}"


def _shifts(shifted: dict[str, str]) -> str:
    zone, group = next(iter(shifted.items()))
    more = f" and {len(shifted) - 1} more" if len(shifted) > 1 else ""
    return f"a zonal shift moves Auto Scaling group {group} away from {zone}{more}"
