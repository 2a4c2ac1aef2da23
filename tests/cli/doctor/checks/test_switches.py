"""What is off by choice is a note; a tag that asks for more than the stack grants is a warning."""

from __future__ import annotations

import pytest

from tests.cli.doctor.account import Account
from tests.cli.doctor.conftest import Doctor

ON = {"UpdateStrategy": "in-place", "Repair": "on", "Rebalance": "on", "RebalanceRecommendation": "drain"}


def test_what_is_switched_off_is_named_in_one_note(doctor: Doctor) -> None:
    account = Account()
    account.parameters |= ON | {"Repair": "report", "UpdateStrategy": "off"}

    found = doctor(account).one("switches")

    assert (found[0], found[1].partition(": ")[2]) == (
        "note",
        "Bottlerocket updates (UpdateStrategy=off), repair (Repair=report).",
    )


def test_where_everything_is_on_there_is_nothing_to_note(doctor: Doctor) -> None:
    account = Account()
    account.parameters |= ON

    assert doctor(account).of("switches") == []


@pytest.mark.parametrize(
    ("tag", "value", "parameters", "asks_more"),
    [
        ("ballast:repair", "on", {}, True),
        ("ballast:repair", "on", {"RepairRights": "on"}, False),
        ("ballast:rebalance", "on", {}, True),
        ("ballast:rebalance", "on", {"Rebalance": "on"}, False),
        ("ballast:update-strategy", "replace", {}, True),
        ("ballast:update-strategy", "replace", {"UpdateRights": "replace"}, False),
        ("ballast:update-strategy", "in-place", {"UpdateStrategy": "off"}, True),
        ("ballast:update-strategy", "in-place", {"UpdateStrategy": "replace"}, False),
    ],
)
def test_a_tag_cannot_have_more_than_the_stack_grants(
    doctor: Doctor,
    tag: str,
    value: str,
    parameters: dict[str, str],
    asks_more: bool,  # noqa: FBT001
) -> None:
    account = Account()
    account.clusters["prod"][tag] = value
    account.parameters |= parameters

    assert [each[0] for each in doctor(account).of("rights")] == (["warning"] if asks_more else [])


@pytest.mark.parametrize(
    ("tags", "parameters", "mend"),
    [
        ({"ballast:rebalance-headroom": "yes"}, {}, "--tag-keys ballast:rebalance-headroom"),
        ({"ballast:rebalance-hedroom": "on"}, {}, "--tag-keys ballast:rebalance-hedroom"),
        ({}, {"RebalanceWindows": "at night"}, "make deploy"),
        ({"ballast:rebalance-headroom": "on"}, {}, None),
    ],
)
def test_a_setting_of_rebalancing_that_nobody_can_read_stops_what_it_begins(
    doctor: Doctor, tags: dict[str, str], parameters: dict[str, str], mend: str | None
) -> None:
    account = Account()
    account.clusters["prod"] |= tags
    account.parameters |= parameters

    found = doctor(account).of("settings of rebalancing")

    assert [(each[0], (each[3] or "").endswith(mend or "x")) for each in found] == ([("broken", True)] if mend else [])
