"""What Auto Scaling says of an instance: its lifecycle state."""

from __future__ import annotations

import pytest

from ballast.facts.group import HELD, GroupMembership, why_operated

# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Instance.html
STATES = {
    "InService": {"in_service"},
    "Pending": {"launches"},
    "Pending:Wait": {"launches"},
    "Pending:Proceed": {"launches", "goes_on"},
    "Terminating:Wait": {"leaves"},
    "Terminating:Proceed": {"leaves", "goes_on"},
    "Terminated": {"leaves"},
    "EnteringStandby": {"in_standby", "may_stay_stopped"},
    "Standby": {"in_standby", "may_stay_stopped"},
    "Warmed:Stopped": {"in_warm_pool", "may_stay_stopped"},
    "Warmed:Pending:Proceed": {"in_warm_pool", "may_stay_stopped", "goes_on"},
    "Warmed:Terminating:Wait": {"leaves"},
    "Warmed:Terminating:Proceed": {"leaves", "goes_on"},
    "ReplacingRootVolume:Wait": set(),
    "ReplacingRootVolume:Proceed": {"goes_on"},
}
ASKED = ("in_service", "launches", "leaves", "goes_on", "in_standby", "in_warm_pool", "may_stay_stopped")


@pytest.mark.parametrize("state", STATES)
def test_each_state_says_what_becomes_of_the_instance(state: str) -> None:
    member = GroupMembership("web", state)

    assert {name for name in ASKED if getattr(member, name)} == STATES[state]


def test_a_hook_holds_an_instance_in_three_states_whether_it_goes_or_survives() -> None:
    assert sorted(state for state in STATES if state in HELD) == [
        "ReplacingRootVolume:Wait",
        "Terminating:Wait",
        "Warmed:Terminating:Wait",
    ]


def test_only_a_group_with_an_operator_is_somebody_elses() -> None:
    assert why_operated("web", None) is None
    assert why_operated("web", "batch.amazonaws.com") == (
        "Auto Scaling group web may be changed by its operator batch.amazonaws.com alone"
    )
