"""How giving back begins: the move as it will be remembered, and the claim with its proof."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ballast.rebalance.begin import TO_JOIN, a_move, drain_time, give_back
from ballast.rebalance.consolidate import Sweep
from ballast.records.rebalancing import Method, MovePhase
from tests.ballast.rebalance.builders import (
    GROUP,
    PROVIDER,
    a_snapshot,
    a_task,
    an_instance,
    ground,
    minutes,
    some_tasks,
    workload,
)
from tests.builders import NOW

BUSY, IDLE, RECEIVER = an_instance(1, *some_tasks(2)), an_instance(2), an_instance(3, a_task())
HERE = ground(a_snapshot(BUSY, IDLE, RECEIVER))


@pytest.mark.parametrize(("stops_in", "wanted"), [(timedelta(), 60), (minutes(20), 60), (minutes(40), 80)])
def test_a_drain_has_the_operators_time_and_twice_what_the_slowest_service_takes(
    stops_in: timedelta, wanted: float
) -> None:
    slow = replace(workload("web", 3), stops_in=stops_in)
    here = ground(a_snapshot(BUSY, RECEIVER, services={"web": slow}))

    assert drain_time(here, ["web", "unknown"]) == minutes(wanted)


def test_a_launch_is_waited_for_as_long_as_an_instance_takes_to_join_and_those_before_it_are_known() -> None:
    part = HERE.parts[0]

    launched = a_move(HERE, part, BUSY, Method.REPLACE, MovePhase.LAUNCHING, saving=0.1, launched=1)
    drained = a_move(HERE, part, BUSY, Method.CONSOLIDATE, MovePhase.DRAINING, saving=0.1)

    assert (launched.deadline, drained.deadline) == (NOW + TO_JOIN, NOW + drain_time(HERE, ["web"]))
    assert (len(launched.known), drained.known) == (3, ())
    assert (drained.provider, drained.group, drained.desired) == (PROVIDER, GROUP, 3)
    assert (drained.services, drained.tasks) == (("web",), 2)


def test_only_what_moves_counts_on_receivers_and_each_claim_names_the_version_that_was_proven() -> None:
    sweep = Sweep((BUSY, IDLE), {RECEIVER.id: {"web": 2}}, {}, 0.4)

    busy, idle = give_back(HERE, HERE.parts[:1], sweep, Method.CONSOLIDATE)

    assert (busy.move.receivers, busy.placements) == ((RECEIVER.id,), sweep.placements)
    assert (idle.move.receivers, idle.placements) == ((), {})
    assert (busy.version, idle.version, busy.move.saving_usd_per_hour) == (1, 2, 0.2)
