"""Tasks that can run nowhere, however much is launched."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.facts.demands import Constraints, Demands
from ballast.rebalance.impossible import impossible, page
from ballast.rebalance.snapshot import Snapshot
from tests.ballast.rebalance.builders import OFFERS, a_snapshot, a_task, ground, minutes, workload
from tests.builders import NOW


def why(snapshot: Snapshot, **changes: Any) -> str:
    here = ground(snapshot)
    return impossible(here.asks.of(a_task("api", **changes)), here.parts)


BOTH = a_snapshot(group={"offers": (OFFERS["m6i.large"], OFFERS["m6i.xlarge"])})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ""),
        (
            {"memory_mib": 300_000},
            "a task of service:api asks for 300,000 MiB of memory; the largest instance of web-provider has 16,000",
        ),
        ({"cpu_units": 5000}, "asks for 5,000 CPU units; the largest instance of web-provider has 4,096"),
        ({"demands": Demands(gpus=1)}, "asks for 1 GPUs; the largest instance of web-provider has 0"),
        ({"demands": Demands(attributes=frozenset({"rack"}))}, "asks for rack, which no instance of web-provider"),
        ({"demands": None}, "service:api cannot be placed by plan: its task definition could not be read"),
    ],
)
def test_the_page_names_resource_asked_largest_and_where(changes: dict[str, Any], expected: str) -> None:
    found = why(BOTH, **changes)

    assert expected in found
    assert bool(found) == bool(expected)


def test_where_the_types_are_unknown_nothing_is_called_impossible() -> None:
    assert why(a_snapshot(group={"offers": ()}), memory_mib=300_000) == ""


def test_all_that_it_asks_for_must_be_on_one_type() -> None:
    lean = OFFERS["m6i.large"].__class__("c6i.xlarge", {"cpu": 8192, "memory": 4000})
    snapshot = a_snapshot(group={"offers": (OFFERS["m6i.large"], lean)})

    assert "has all that a task of service:api asks for at once" in why(snapshot, cpu_units=4000, memory_mib=6000)


def test_a_constraint_that_nobody_can_promise_is_named() -> None:
    limits = Constraints(expressions=("attribute:rack == 7",))
    snapshot = a_snapshot(services={"api": workload("api", 0, service={"constraints": limits})})

    assert "asks for attribute:rack == 7, which no instance of web-provider is known to have" in why(snapshot)


def test_it_is_told_at_most_every_four_hours() -> None:
    """Timeline 6."""
    told = a_snapshot(told={"impossible api": NOW})

    assert page(told, "impossible api", "…", NOW + minutes(239)) == ()
    assert len(page(told, "impossible api", "…", NOW + minutes(240))) == 1
    assert len(page(told, "impossible web", "…", NOW)) == 1
