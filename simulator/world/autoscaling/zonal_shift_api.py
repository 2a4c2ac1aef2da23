"""Application Recovery Controller answers which groups it may shift, and which zones they are shifted away from."""

from __future__ import annotations

from simulator.world.autoscaling.group_records import Group
from simulator.world.autoscaling.group_shapes import zone_id
from simulator.world.core.core import Output, Params
from simulator.world.core.paging import page, page_size
from simulator.world.parts import Parts

MOST, DEFAULT = 100, 100


def list_managed_resources(world: Parts, params: Params, _actor: str) -> Output:
    """Groups for which zonal shift is on, with what is in effect.

    https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_ListManagedResources.html
    """
    groups = [group for group in world.groups.groups.values() if group.shifts_by is not None]
    size = page_size(params.get("maxResults"), DEFAULT, MOST)
    some, token = page(groups, params.get("nextToken"), size)
    return {"items": [_resource(world, group) for group in some], **({"nextToken": token} if token else {})}


def _resource(world: Parts, group: Group) -> Output:
    """https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_ManagedResourceSummary.html."""
    named = {zone: zone_id(zone) if world.readings.zones_by_id else zone for zone in group.zones}
    shift, shown = group.shift, []
    if shift is not None:
        shown = [
            {"appliedStatus": "APPLIED", "awayFrom": named[shift.zone], "startTime": world.moment(shift.started_at_s)}
        ]
    if shift is not None and not shift.autoshift:
        of_person = {
            "zonalShiftId": f"00000000-0000-0000-0000-{int(shift.started_at_s):012}",
            "resourceIdentifier": group.arn,
            "expiryTime": world.moment(shift.expires_at_s),
            "comment": "simulated",
        }
        shown = [each | of_person for each in shown]
    is_autoshift = shift is not None and shift.autoshift
    return {
        "arn": group.arn,
        "name": group.name,
        "availabilityZones": list(named.values()),
        "appliedWeights": {name: float(shift is None or shift.zone != zone) for zone, name in named.items()},
        "zonalShifts": [] if is_autoshift else shown,
        "autoshifts": shown if is_autoshift else [],
    }


OPERATIONS = {"ListManagedResources": list_managed_resources}
