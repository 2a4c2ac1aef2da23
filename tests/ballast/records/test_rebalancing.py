"""What is remembered of rebalancing has a key for each thing that it is about."""

from __future__ import annotations

from dataclasses import replace

from ballast.records.rebalancing import ProviderMemory, Shortage
from tests.builders import NOW, after

SHORT = Shortage("prod", "web", "m6i.large", "a", "spot", "InsufficientInstanceCapacity", NOW, after(5))


def test_what_a_shortage_leaves_open_stands_for_any() -> None:
    assert SHORT.item == "shortage#web/m6i.large/a/spot"
    assert replace(SHORT, group=None, zone=None).item == "shortage#*/m6i.large/*/spot"


def test_a_provider_is_remembered_by_its_name() -> None:
    assert ProviderMemory("prod", "web-provider").item == "provider#web-provider"
