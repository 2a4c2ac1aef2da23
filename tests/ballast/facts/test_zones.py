"""Where a zonal shift is, and what is unknown about one, in words and for the room that counts."""

from __future__ import annotations

import pytest

from ballast.facts.capacity import GroupCapacity, ZonalShift
from ballast.facts.zones import ZONE, not_counted, rooms, why_left, why_moved, why_not_launched
from tests.builders import a_container_instance, a_group

A, B = (a_container_instance(number, attributes={ZONE: f"us-east-1{name}"}) for number, name in ((1, "a"), (2, "b")))
NOWHERE = a_container_instance(3)
AWAY = a_group(A, B, shift=ZonalShift(frozenset({"us-east-1a"})), zones=frozenset({"us-east-1a", "us-east-1b"}))
UNSURE = a_group(A, B, shift=ZonalShift(unknown="AWS refused ListManagedResources (AccessDenied): no."))
ON = a_group(A, B, shift=ZonalShift())
SHIFTS = "a zonal shift moves Auto Scaling group web away from us-east-1a"
NOBODY_KNOWS = (
    "nobody knows whether a zonal shift moves Auto Scaling group web away from a zone: "
    "AWS refused ListManagedResources (AccessDenied): no"
)


@pytest.mark.parametrize(
    ("groups", "left"),
    [
        ((), [None, None, None]),
        ((ON,), [None, None, None]),
        ((AWAY,), [f"it is in us-east-1a, and {SHIFTS}", None, f"nobody knows its zone, and {SHIFTS}"]),
        ((UNSURE,), [NOBODY_KNOWS] * 3),
    ],
)
def test_nothing_begins_on_an_instance_whose_zone_is_left_or_may_be(
    groups: tuple[GroupCapacity, ...], left: list[str | None]
) -> None:
    assert [why_left(instance, "web", groups) for instance in (A, B, NOWHERE)] == left


def test_a_zone_that_one_group_is_moved_away_from_is_left_by_all_of_the_cluster() -> None:
    assert why_left(A, "other", (AWAY,)) == f"it is in us-east-1a, and {SHIFTS}"
    assert why_left(A, None, (AWAY,)) == f"it is in us-east-1a, and {SHIFTS}"
    assert why_left(A, "other", (UNSURE,)) is None


def test_room_in_a_zone_that_is_left_or_may_be_does_not_count() -> None:
    everybody = (A, B, NOWHERE)

    assert rooms(everybody, (ON,)) == everybody
    assert rooms(everybody, (AWAY,)) == (B,)
    assert rooms(everybody, (UNSURE,)) == (NOWHERE,)
    assert not_counted((AWAY,)) == " (without us-east-1a, which a zonal shift moves away from)"
    assert not_counted((ON,)) == ""


def test_a_group_launches_nothing_while_one_of_its_zones_is_left_and_an_unknown_shift_undoes_nothing() -> None:
    elsewhere = a_group(group="far", zones=frozenset({"us-east-1c"}))
    beside = a_group(group="beside", zones=frozenset({"us-east-1a"}))
    groups = (AWAY, elsewhere, beside)

    assert [why_not_launched(name, groups) for name in ("web", "beside", "far")] == [SHIFTS, SHIFTS, None]
    assert why_not_launched("web", (UNSURE,)) == NOBODY_KNOWS
    assert why_moved("web", (UNSURE,)) is None
