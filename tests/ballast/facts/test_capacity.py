"""How many instances an Auto Scaling group should have, and how many it has."""

from __future__ import annotations

from ballast.facts.capacity import GroupCapacity

WEB = GroupCapacity("web", 4, frozenset({"i-1", "i-2"}), frozenset({"i-3"}), frozenset({"i-4"}))


def test_what_starts_is_not_missing_and_what_leaves_counts_no_more() -> None:
    assert WEB.missing == 1
    assert WEB.members == {"i-1", "i-2", "i-3", "i-4"}


def test_a_group_that_has_more_than_it_should_lacks_nothing() -> None:
    assert GroupCapacity("web", 1, frozenset({"i-1", "i-2"})).missing == 0
