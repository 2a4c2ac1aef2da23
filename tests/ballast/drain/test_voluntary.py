"""May a voluntary drain begin? Each objection, in the order in which it is raised."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.drain.budget import budget_of
from ballast.drain.start import plan_start
from ballast.drain.triggers import Trigger
from ballast.drain.voluntary import objection
from ballast.facts.capacity import ZonalShift
from ballast.facts.task import TaskKind
from ballast.facts.view import InstanceStatus, View
from ballast.facts.zones import ZONE
from ballast.plans.actions import Claim, StartDraining
from ballast.policy.policy import OnRebalance
from ballast.records.disruption import Disruption
from tests.builders import (
    NOW,
    a_cluster,
    a_container_instance,
    a_group,
    a_judged_view,
    a_membership,
    a_policy,
    a_rebalance_trigger,
    a_retirement_trigger,
    a_service,
    a_standalone_task,
    a_task,
    acts,
    after,
    codes,
)
from tests.strategies import disruptions, views

DRAINING = a_container_instance(1, status=InstanceStatus.DRAINING)
FIXED = {"api": a_service(minimum_healthy_percent=100, maximum_percent=100)}
NOWHERE = "fits on no other instance: a task of service api: it needs"
IN_A, IN_B = {ZONE: "us-east-1a"}, {ZONE: "us-east-1b"}
SHIFTED = {"shift": ZonalShift(frozenset({"us-east-1a"}))}
UNREADABLE = (("ballast:budget", "half", "a number"),)


def policy(**changes: Any) -> dict[str, Any]:
    return {"cluster": a_cluster(a_policy(**changes))}


def instance(**changes: Any) -> dict[str, Any]:
    return {"instance": a_container_instance(**changes)}


OBJECTIONS: list[tuple[dict[str, Any], str]] = [
    ({"instance": None}, "it is not in the cluster"),
    (policy(unreadable=UNREADABLE), "the cluster's tag ballast:budget=half cannot be read"),
    (
        policy(unreadable=(*UNREADABLE, ("UpdateWaves", "9 1", "rising numbers"))),
        "the cluster's tag ballast:budget=half and the parameter UpdateWaves=9 1 cannot be read",
    ),
    (policy(opted_out="true"), "the cluster is opted out by ballast:do-not-disrupt=true"),
    (
        policy(opted_out="2026-11-23T09:01:00"),
        "the cluster is opted out by ballast:do-not-disrupt=2026-11-23T09:01:00",
    ),
    (
        instance(tags={"ballast:do-not-disrupt": "true"}),
        "the instance is opted out by ballast:do-not-disrupt=true",
    ),
    (instance(status=InstanceStatus.DRAINING), "the instance is DRAINING"),
    (instance(status=InstanceStatus.REGISTERING), "the instance is REGISTERING"),
    (instance(agent_connected=False), "its ECS agent is disconnected, so tasks could not be told to stop"),
    (
        {"membership": a_membership(lifecycle_state="Terminating:Wait")},
        "its Auto Scaling group is already terminating it",
    ),
    (
        {"membership": a_membership(operator="batch.amazonaws.com")},
        "Auto Scaling group web may be changed by its operator batch.amazonaws.com alone",
    ),
    (
        {"capacity": (a_group(operator="batch.amazonaws.com"),)},
        "Auto Scaling group web may be changed by its operator batch.amazonaws.com alone",
    ),
    ({"membership": None}, "its Auto Scaling group could not be looked up"),
    ({"tasks": None}, "its tasks could not be read"),
    ({"tasks": (a_task(kind=TaskKind.UNREAD),)}, "service:api could not be read"),
    ({"services": {}}, "service api could not be read"),
    ({"neighbours": None}, "not every instance of its cluster could be read"),
    (
        {"capacity": None},
        "its cluster's Auto Scaling groups could not be read, so nobody knows how many instances are missing",
    ),
    (
        {"capacity": (a_group(a_container_instance(1), a_container_instance(2), desired=4),)},
        "2 instances are out of service (not there or not yet in service: 2 of group web) and the disruption budget is 1",
    ),
    (
        {**instance(attributes=IN_A), "capacity": (a_group(**SHIFTED),)},
        "it is in us-east-1a, and a zonal shift moves Auto Scaling group web away from us-east-1a",
    ),
    (
        {
            **instance(attributes=IN_B),
            "neighbours": (a_container_instance(1, attributes=IN_A),),
            "capacity": (a_group(**SHIFTED),),
        },
        "1 of its 1 task fits on no other instance (without us-east-1a, which a zonal shift moves away from): "
        + NOWHERE.partition(": ")[2]
        + " another instance of its capacity provider, and none is ACTIVE with its agent connected",
    ),
    (
        {"capacity": (a_group(shift=ZonalShift(unknown="AWS refused it.")),)},
        "nobody knows whether a zonal shift moves Auto Scaling group web away from a zone: AWS refused it",
    ),
    (policy(budget="0"), "0 instances are out of service and the disruption budget is 0"),
    (
        {"neighbours": (DRAINING, a_container_instance(2))},
        "1 instance is out of service (DRAINING otherwise: i-00000000000000001) and the disruption budget is 1",
    ),
    (
        {"in_flight": frozenset({"i-0000000000000aaaa"})},
        "1 instance is out of service (disrupted by Ballast: i-0000000000000aaaa) and the disruption budget is 1",
    ),
    (
        {"tasks": (a_task(tags={"ballast:do-not-disrupt": "true"}),)},
        "service:api is opted out by ballast:do-not-disrupt=true",
    ),
    ({"tasks": (a_task(protected_until=after(30)),)}, "a task of service:api is protected until 09:30 UTC"),
    (
        {"services": {"api": a_service(desired=1, maximum_percent=150)}},
        "service api may run neither one task more nor one less, so ECS cannot move it",
    ),
    ({"services": FIXED}, "service api may run neither one task more nor one less, so ECS cannot move it"),
    (
        {"neighbours": ()},
        f"1 of its 1 task {NOWHERE} another instance of its capacity provider, and none is ACTIVE with its agent connected",
    ),
    (
        {"tasks": (a_task(memory_mib=4096), a_task("b"))},
        f"1 of its 2 tasks {NOWHERE} 4,096 MiB of memory; the most that is free on one instance is 2,048 MiB of memory",
    ),
]


@pytest.mark.parametrize(("changes", "why_not"), OBJECTIONS)
def test_each_objection_is_said_in_words(changes: dict[str, Any], why_not: str) -> None:
    assert objection(a_judged_view(**changes), NOW) == why_not


@pytest.mark.parametrize(
    "changes",
    [
        {},
        policy(opted_out="false"),
        policy(opted_out="2026-11-23T08:59:00"),
        instance(tags={"ballast:do-not-disrupt": "false"}),
        {"membership": None, "in_no_group": True},
        {"tasks": (), "neighbours": ()},
        {"tasks": (a_task(last_status="STOPPED", protected_until=after(30)),)},
        {"tasks": (a_task(protected_until=NOW),)},
        {"services": {"api": a_service(minimum_healthy_percent=100, maximum_percent=150)}},
        {"services": {"api": a_service(minimum_healthy_percent=50, maximum_percent=100)}},
        {"tasks": (a_standalone_task(),), "services": FIXED, "neighbours": ()},
        policy(budget="2") | {"neighbours": (DRAINING, a_container_instance(2))},
    ],
)
def test_nothing_speaks_against_it(changes: dict[str, Any]) -> None:
    assert objection(a_judged_view(**changes), NOW) is None


def test_an_unreadable_tag_stops_every_voluntary_drain() -> None:
    cluster = a_cluster(a_policy(unreadable=UNREADABLE, on_rebalance=OnRebalance.DRAIN))
    for trigger in (a_retirement_trigger(), a_rebalance_trigger()):
        plan = plan_start(a_judged_view(cluster=cluster), trigger, NOW)

        assert [type(action) for action in acts(plan)] == [Claim]
        assert codes(plan) == ["DrainWaits"]


@given(views(st.none() | disruptions()), st.sampled_from([a_retirement_trigger(), a_rebalance_trigger()]))
def test_a_voluntary_drain_never_begins_against_an_objection(view: View, trigger: Trigger) -> None:
    known: Disruption | None = view.disruption
    plan = plan_start(view, trigger, NOW)

    if any(isinstance(action, StartDraining) for action in plan.actions):
        assert known is None
        assert objection(view, NOW) is None
        assert isinstance(claim := plan.actions[0], Claim)
        assert claim.budget == budget_of(view) > 0
