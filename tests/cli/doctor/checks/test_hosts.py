"""Hosts: whether ECS and Systems Manager reach them, and whether so many are out that nothing may begin."""

from __future__ import annotations

import pytest

from tests.cli.doctor.account import HOST, OTHER_HOST, THIRD_HOST, Account
from tests.cli.doctor.conftest import Doctor

ALL = {HOST, OTHER_HOST, THIRD_HOST}


@pytest.mark.parametrize(("lost", "severity"), [({HOST}, "warning"), (ALL, "broken")])
def test_agents_that_ecs_does_not_hear_are_counted(doctor: Doctor, lost: set[str], severity: str) -> None:
    told = doctor(Account(lost_agents=lost))

    found = told.one("ECS agents")
    assert (found[0], found[2]) == (severity, f"{len(lost)} of 3 hosts ({', '.join(sorted(lost))}) of prod")


@pytest.mark.parametrize(("budget", "used_up"), [("1", True), ("2", False), ("0", False)])
def test_a_budget_that_is_used_up_by_what_is_out_anyway_is_told(
    doctor: Doctor,
    budget: str,
    used_up: bool,  # noqa: FBT001
) -> None:
    account = Account(lost_agents={HOST})
    account.clusters["prod"]["ballast:budget"] = budget

    assert [each[0] for each in doctor(account).of("budgets")] == (["warning"] if used_up else [])


@pytest.mark.parametrize(("offline", "severity"), [({HOST}, "warning"), (ALL, "broken")])
def test_hosts_that_ssm_does_not_hear_are_told_with_what_does_not_work(
    doctor: Doctor, offline: set[str], severity: str
) -> None:
    told = doctor(Account(offline=offline))

    found = told.one("Systems Manager")
    assert (found[0], "or update them in place; drains work" in found[1]) == (severity, True)
    assert (found[3] or "").endswith(",".join(sorted(offline)))


def test_one_host_that_ssm_does_not_know_costs_no_other_its_answer(doctor: Doctor) -> None:
    told = doctor(Account(unknown_to_ssm={OTHER_HOST}))

    assert told.one("Systems Manager")[2] == f"1 of 3 hosts ({OTHER_HOST}) of prod"


@pytest.mark.parametrize(
    ("changes", "strategy", "tags"),
    [({}, "off", {}), ({"bottlerocket": False}, "in-place", {}), ({}, "in-place", {"ballast:update-strategy": "off"})],
)
def test_where_nothing_is_updated_nobody_asks_ssm(
    doctor: Doctor, changes: dict[str, bool], strategy: str, tags: dict[str, str]
) -> None:
    account = Account(offline=ALL, **changes)  # type: ignore[arg-type]  # one field by its name
    account.parameters["UpdateStrategy"] = strategy
    account.clusters["prod"] |= tags

    assert (doctor(account).of("Systems Manager"), account.count("DescribeInstanceInformation")) == ([], 0)


def test_whether_ssm_reaches_hosts_may_be_unknown(doctor: Doctor) -> None:
    account = Account()
    account.deny("DescribeInstanceInformation")

    told = doctor(account)

    assert (told.one("Systems Manager")[0], "Systems Manager" in told.fine) == ("could_not_look", False)
