"""Why an instance stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.facts.capacity import ZonalShift
from ballast.facts.task import FOR_EVER, TaskKind
from ballast.rebalance.removable import reasons, why_it_stays
from ballast.rebalance.snapshot import Instance, Market
from ballast.records.rebalancing import ProviderMemory
from tests.ballast.rebalance.builders import (
    PROVIDER,
    a_daemon,
    a_move,
    a_snapshot,
    a_task,
    an_instance,
    before,
    ground,
    some_tasks,
    workload,
)
from tests.builders import CLUSTER, NOW

OPTED_OUT = {"ballast:do-not-disrupt": "true"}


def why(instance: Instance, **changes: Any) -> str:
    here = ground(a_snapshot(instance, an_instance(99), **changes))
    part = here.parts[0]
    stay = why_it_stays(here, part, instance)
    return f"{stay.why} ({stay.service}): {stay.sentence}" if stay else ""


def test_an_instance_of_age_with_tasks_that_can_move_may_go() -> None:
    assert why(an_instance(1, *some_tasks(2), a_daemon())) == ""


@pytest.mark.parametrize(
    ("instance", "expected"),
    [
        (replace(an_instance(1), tasks=None), "its tasks could not be listed"),
        (an_instance(1, *some_tasks(1), host={"running_tasks": 2}), "ECS counts more tasks on it than it lists"),
        (an_instance(1, host={"pending_tasks": 1}), "ECS counts more tasks on it than it lists"),
        (an_instance(1, host={"status": "DRAINING"}), "it does not serve (None): it is DRAINING"),
        (an_instance(1, host={"agent_connected": False}), "its ECS agent is disconnected"),
        (an_instance(1, lifecycle_state="Standby"), "Auto Scaling has it Standby"),
        (an_instance(1, lifecycle_state="Warmed:Stopped"), "Auto Scaling has it Warmed:Stopped"),
        (an_instance(1, warned=True), "EC2 has warned that it may take it"),
        (an_instance(1, host={"tags": OPTED_OUT}), "opted out (None): the instance is opted out"),
        (an_instance(1, *some_tasks(1), host={"registered_at": before(29)}), "it is new (None)"),
        (an_instance(1, host={"registered_at": None}), "nobody knows since when it is registered"),
        (an_instance(1, *some_tasks(1), changed_at=before(9)), "its tasks change (None)"),
        (an_instance(1, instance_type="x9.large"), "the price of x9.large (on-demand) in a is unknown"),
        (an_instance(1, market=None), "(an unknown market)"),
        (an_instance(1, a_task(kind=TaskKind.STANDALONE, group="family:job")), "a standalone task of family:job"),
        (an_instance(1, a_task(kind=TaskKind.UNREAD)), "a task is listed that ECS does not describe"),
        (an_instance(1, a_task(tags=OPTED_OUT)), "opted out (web): a task of service:web is opted out"),
        (
            an_instance(1, a_task(demands=None)),
            "something is unknown (web): a task of service:web: its task definition",
        ),
        (
            an_instance(1, a_task(protected_until=NOW + timedelta(hours=1))),
            "task protection (web): a task of service:web is protected until 10:00 UTC",
        ),
    ],
)
def test_every_reason_is_a_sentence_with_its_kind_and_service(instance: Instance, expected: str) -> None:
    assert expected in why(instance)


def test_of_a_task_whose_protection_cannot_be_read_that_is_the_reason() -> None:
    assert "ECS does not say whether a task of service:web is protected" in why(
        an_instance(1, a_task(protected_until=FOR_EVER))
    )


def test_a_protection_that_is_over_and_a_task_that_has_stopped_hold_nothing() -> None:
    assert why(an_instance(1, a_task(protected_until=NOW))) == ""
    assert why(an_instance(1, a_task(kind=TaskKind.STANDALONE, last_status="STOPPED"))) == ""


def test_the_service_that_blocks_is_named() -> None:
    """Timeline 12: a minimum and a maximum of 100 %."""
    fixed = {"web": workload("web", 2, service={"maximum_percent": 100})}

    assert "the service can be moved nowhere (web)" in why(an_instance(1, *some_tasks(2)), services=fixed)


def test_a_task_of_a_service_that_was_not_read_stays() -> None:
    here = ground(replace(a_snapshot(instance := an_instance(1, a_task())), services={}))
    stay = why_it_stays(here, here.parts[0], instance)

    assert stay
    assert stay.sentence == "service web could not be read"


def test_an_instance_on_whose_room_a_move_counts_stays() -> None:
    instance, other = an_instance(1, a_task()), an_instance(99)

    assert "count on its room" in why(instance, moves=(a_move(other, receivers=(instance.id,)),))
    assert "it is being given back" in why(instance, moves=(a_move(instance),))


def test_nothing_is_taken_from_a_zone_that_is_shifted_away_from() -> None:
    shifted = {"capacity": {"shift": ZonalShift(frozenset({"a"}))}}

    assert "its zone (None): it is in a, and a zonal shift" in why(an_instance(1), group=shifted)


@pytest.mark.parametrize(
    ("managed", "empty_for", "stays"), [(False, 9, True), (False, 10, False), (True, 29, True), (True, 30, False)]
)
def test_an_empty_one_waits_ten_minutes_or_thirty_where_ecs_takes_it_after_fifteen(
    managed: bool,  # noqa: FBT001
    empty_for: float,
    stays: bool,  # noqa: FBT001
) -> None:
    since = before(empty_for)

    assert bool(why(an_instance(1, a_daemon(), changed_at=since), managed=managed)) is stays
    assert bool(why(an_instance(1, host={"registered_at": since}), managed=managed)) is stays


def test_what_ballast_launched_is_not_taken_within_its_rest() -> None:
    """Timeline 8."""
    instance = an_instance(1, host={"registered_at": before(29)})
    memory = ProviderMemory(CLUSTER, PROVIDER, launched=(instance.id,))

    assert "Ballast launched it" in why(instance, memories=(memory,))
    assert why(instance) == ""


def test_what_lasts_is_told_before_what_passes() -> None:
    young = an_instance(1, a_task(kind=TaskKind.STANDALONE), host={"registered_at": before(1)}, changed_at=before(1))
    here = ground(a_snapshot(young))

    assert [stay.why for stay in reasons(here, here.parts[0], young)] == [
        "standalone task",
        "it is new",
        "its tasks change",
    ]


def test_spot_has_a_price_of_its_own() -> None:
    assert why(an_instance(1, market=Market.SPOT)) == ""


def test_a_host_stays_whose_agent_left_tasks_behind_as_it_lost_its_data() -> None:
    """It registered again; the tasks of the old container instance run on, and the new one is empty."""
    expected = "it does not serve (None): ECS counts 2 tasks on an older container instance of it"

    assert why(an_instance(1, left_behind=2)) == expected
    assert why(an_instance(1)) == ""
