"""What an old event told is obeyed only as far as EC2, or the group, agrees now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.drain.stale import overtaken, unlooked
from ballast.drain.triggers import Need, Trigger, needs
from ballast.facts.view import ABSENT
from tests.builders import (
    NOW,
    a_hook_trigger,
    a_membership,
    a_rebalance_trigger,
    a_retirement_trigger,
    a_spot_trigger,
    a_stopping_trigger,
    a_view,
    after,
)

LOOKS = {Need.EC2_STATE, Need.MEMBERSHIP}


@pytest.mark.parametrize("trigger", [a_spot_trigger(), a_stopping_trigger(), a_hook_trigger()])
def test_a_young_event_needs_no_look(trigger: Trigger) -> None:
    assert not trigger.may_be_over(after(2))
    assert not needs(a_view(), trigger, after(2)) & LOOKS
    assert trigger.may_be_over(after(3))
    assert needs(a_view(), trigger, after(3)) >= LOOKS


def test_an_event_is_not_old_before_its_own_deadline() -> None:
    ends = replace(a_spot_trigger(), goes_at=after(10), deadline=after(10))

    assert not ends.may_be_over(after(10))
    assert ends.may_be_over(after(11))


@pytest.mark.parametrize("trigger", [a_rebalance_trigger(), a_retirement_trigger()])
def test_what_names_no_end_is_never_over(trigger: Trigger) -> None:
    assert not trigger.may_be_over(after(600))


@pytest.mark.parametrize(
    ("state", "holds"),
    [
        ("running", False),
        ("pending", False),
        (ABSENT, False),
        ("stopping", True),
        ("stopped", True),
        ("shutting-down", True),
    ],
)
def test_a_state_or_warning_is_obeyed_while_ec2_agrees(state: str, *, holds: bool) -> None:
    assert (overtaken(a_view(ec2_state=state), a_spot_trigger()) is None) is holds


@pytest.mark.parametrize(
    ("state", "holds"),
    [("InService", False), ("Standby", False), ("Terminating:Wait", True), ("ReplacingRootVolume:Wait", True)],
)
def test_a_hook_is_obeyed_while_its_group_holds_the_instance(state: str, *, holds: bool) -> None:
    view = a_view(membership=a_membership(lifecycle_state=state))

    assert (overtaken(view, a_hook_trigger()) is None) is holds


def test_where_nobody_said_an_old_event_comes_again_and_a_hook_is_obeyed() -> None:
    assert unlooked(a_view(), a_spot_trigger(), after(3))
    assert not unlooked(a_view(ec2_state="running"), a_spot_trigger(), after(3))
    assert not unlooked(a_view(), a_spot_trigger(), NOW)
    assert not unlooked(a_view(), a_hook_trigger(), after(3))
    assert overtaken(a_view(), a_hook_trigger()) is None
