"""Drift is looked for on request alone, and waited for."""

from __future__ import annotations

import time

import pytest

from tests.cli.doctor.account import Account
from tests.cli.doctor.conftest import Doctor


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found


def test_with_drift_it_has_cloudformation_compare_and_waits_until_it_has(doctor: Doctor, waits: list[float]) -> None:
    account = Account()

    told = doctor(account, "--drift")

    assert (account.count("DetectStackDrift"), account.count("DescribeStackDriftDetectionStatus")) == (1, 2)
    assert (waits, "drift" in told.fine, told.code) == ([5.0], True, 0)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (["DETECTION_FAILED"], "CloudFormation could not compare: no reason"),
        (["DETECTION_IN_PROGRESS"] * 60, "CloudFormation still compares the stack with its template"),
    ],
)
def test_a_comparison_that_does_not_end_well_is_unknown_and_costs_nothing_else(
    doctor: Doctor, answers: list[str], why: str
) -> None:
    told = doctor(Account(detections=answers), "--drift")

    assert (told.one("drift")[1], "drift" in told.fine, told.code) == (
        f"Could not look at what has drifted: {why}.",
        False,
        0,
    )


def test_who_may_not_compare_is_told_which_action_is_lacking(doctor: Doctor) -> None:
    account = Account()
    account.deny("DetectStackDrift")

    assert doctor(account, "--drift").document["lacking"] == ["cloudformation:DetectStackDrift"]


def test_a_stack_that_may_not_be_looked_at_leaves_the_clusters_to_be_looked_at(doctor: Doctor) -> None:
    account = Account()
    account.deny("DescribeStacks")
    account.groups["web"].tags = {}

    told = doctor(account)

    assert (told.one("tags of groups")[0], told.code) == ("broken", 1)
    assert {"stack", "dry run", "functions", "alarms", "pauses and opt-outs"} & set(told.fine) == set()
    assert told.document["lacking"] == ["cloudformation:DescribeStacks"]
