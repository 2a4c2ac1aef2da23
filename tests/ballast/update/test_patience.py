"""One that does not come back from its reboot is replaced as repair would: at its pace, and while nothing holds that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.facts.fleet import Fleet, RepairLimits
from ballast.facts.view import InstanceStatus
from ballast.plans.actions import Claim, TerminateInstance
from ballast.plans.plan import Plan
from ballast.records.disruption import Phase
from ballast.records.document import Document
from ballast.records.repair import Repairs
from ballast.records.rollout import Stage
from ballast.update.patience import counted, return_time
from ballast.update.plan import plan_update
from tests.ballast.update.rollouts import a_drain, a_fleet, a_host, a_rollout, an_update, documents
from tests.builders import CLUSTER, GROUP, after

LATE = after(30)
LOST = a_host(
    update=an_update(stage=Stage.REBOOTING, asked=Document.CHECK, command_id="c", command_at=after(26)),
    instance={"status": InstanceStatus.DRAINING},
    disruption=a_drain(phase=Phase.DRAINED),
)
ONE_LATELY = Repairs(CLUSTER, GROUP, begun=(after(10),), revision=4)


def fleet(*, size: int = 0, **limits: Any) -> Fleet:
    found = a_fleet(LOST, repair=RepairLimits(**limits))
    return replace(found, capacity=tuple(replace(each, desired=size) for each in found.capacity)) if size else found


def of_host(**limits: Any) -> Plan:
    return plan_update(fleet(**limits), a_rollout(), LATE)[1]


def replaces(**limits: Any) -> bool:
    return TerminateInstance(GROUP, LOST.id) in of_host(**limits).actions


def test_where_repair_is_off_it_is_replaced_after_its_time_and_counted_nowhere() -> None:
    assert replaces()
    assert not [a for a in of_host().actions if isinstance(a, Claim) and isinstance(a.after, Repairs)]


@pytest.mark.parametrize("limits", [{"held": True}, {"failing": frozenset({GROUP})}, {"memories": {GROUP: ONE_LATELY}}])
def test_while_its_group_may_not_replace_it_it_is_asked_on(limits: dict[str, Any]) -> None:
    asked = replace(LOST, update=replace(LOST.update, command_at=after(20))) if LOST.update else LOST
    found = plan_update(replace(fleet(**limits), hosts=(asked,)), a_rollout(), LATE)[1]

    assert not replaces(**limits)
    assert documents(found) == [Document.CHECK]


def test_what_other_groups_do_or_began_long_ago_does_not_keep_it() -> None:
    assert replaces(failing=frozenset({"batch"}))
    assert replaces(memories={"batch": replace(ONE_LATELY, group="batch")})
    assert replaces(memories={GROUP: replace(ONE_LATELY, begun=(after(-30),))})


def test_its_replacement_is_claimed_as_one_of_the_repairs_of_its_group_before_anything_else() -> None:
    began = replace(ONE_LATELY, begun=(after(-31),))
    first, *_ = of_host(memories={GROUP: began}).actions

    assert first == Claim(replace(began, begun=(LATE,), revision=5), began)


def test_the_first_of_a_group_makes_its_memory() -> None:
    assert counted(fleet(memories={}), LOST, LATE) == (Claim(Repairs(CLUSTER, GROUP, begun=(LATE,), revision=1), None),)


def test_one_of_no_group_is_bound_to_no_pace() -> None:
    alone = replace(LOST, view=replace(LOST.view, membership=None))

    assert counted(fleet(memories={}), alone, LATE) == ()
    assert return_time(fleet(memories={}), alone, LATE) < timedelta.max
