"""A launch of ours that failed later: put aside, and asked elsewhere only where there is one; the round is tested in shell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.rebalance.acts import Launch, SetBack
from ballast.rebalance.refused import decide_anew, with_failures
from ballast.rebalance.shortages import Failure
from ballast.rebalance.snapshot import Snapshot
from ballast.records.rebalancing import ProviderMemory, Shortage
from tests.ballast.rebalance.builders import (
    GROUP,
    a_group,
    a_snapshot,
    an_instance,
    before,
    ground,
    some_tasks,
    workload,
)
from tests.builders import CLUSTER

FAILED = Failure(GROUP, before(1), message="We currently do not have sufficient m6i.xlarge capacity")
PLAIN = [an_instance(n, *some_tasks(8), host={"capacity_provider": None}) for n in (1, 2)]


def raised(minutes_ago: float = 2, *, changed_minutes_ago: float = 2) -> Snapshot:
    """`web` wants one more than it has, as tasks by launch type wait; `other` might launch as well."""
    web = replace(a_group(*PLAIN, capacity={"desired": 3}), desired_since=before(changed_minutes_ago))
    short = workload(running=16, service={"desired": 18, "running": 16}, short_since=before(3), placed=16, providers={})
    memory = ProviderMemory(CLUSTER, GROUP, scaled_out_at=before(minutes_ago), revision=1)
    groups = (web, a_group(name="other", capacity={"zones": frozenset({"a"})}))
    return replace(a_snapshot(*PLAIN), providers=(), groups=groups, services={"web": short}, memories=(memory,))


def acts(snapshot: Snapshot) -> list[str]:
    seen, _ = with_failures(snapshot, [FAILED])
    return [act.line for act in decide_anew(ground(seen), [FAILED]).acts if isinstance(act, (SetBack, Launch))]


def test_what_failed_is_known_to_the_round_that_follows() -> None:
    old = Shortage(CLUSTER, "other", None, None, None, "unknown", before(60), before(50))
    seen, aside = with_failures(replace(raised(), shortages=(old,)), [FAILED])

    assert [put.shortage for put in aside] == [s for s in seen.shortages if s != old]
    assert len(seen.shortages) == 2


def test_another_pool_is_asked_in_its_place() -> None:
    assert acts(raised()) == [
        "set web back to 2, which it has",
        "raise other from 0 to 1: 2 tasks have no room",
    ]


@pytest.mark.parametrize(
    "snapshot",
    [raised(16, changed_minutes_ago=16), raised(10, changed_minutes_ago=5), replace(raised(), memories=())],
    ids=["long ago", "somebody changed it since", "not by us"],
)
def test_what_others_want_or_what_is_long_ago_is_left_to_the_group(snapshot: Snapshot) -> None:
    assert "set web back to 2, which it has" not in acts(snapshot)


def test_without_another_pool_the_group_goes_on_trying() -> None:
    alone = raised()

    assert acts(replace(alone, groups=alone.groups[:1])) == []


@pytest.mark.parametrize(
    ("seen", "known_minutes_ago", "zones"),
    [({}, 2, {"a", None}), ({}, 20, {"a"}), ({"starting": frozenset({"i-9"})}, 2, {"a"}), ({"desired": 2}, 2, {"a"})],
    ids=["still nothing", "long ago", "another zone has some", "it has what it wants"],
)
def test_a_group_that_fails_again_and_launches_nothing_is_short_in_every_zone(
    seen: dict[str, Any], known_minutes_ago: float, zones: set[str | None]
) -> None:
    """An activity names one zone, however many were tried."""
    code = "InsufficientInstanceCapacity"
    old = Shortage(CLUSTER, GROUP, None, "a", None, code, before(known_minutes_ago), before(-9))
    group = a_group(*PLAIN, capacity={"desired": 3, **seen})
    _, aside = with_failures(
        replace(raised(), groups=(group,), shortages=(old,)), [replace(FAILED, code=code, zone="a")]
    )

    assert {put.shortage.zone for put in aside} == zones
