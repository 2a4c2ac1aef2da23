"""Groups: whether Ballast may touch them, and whether they can do what it asks."""

from __future__ import annotations

import pytest

from tests.cli.doctor.account import HOST, Account, Group
from tests.cli.doctor.conftest import Doctor

RESUME = "aws autoscaling resume-processes --auto-scaling-group-name web --scaling-processes "


@pytest.mark.parametrize(
    ("tags", "where"),
    [
        ({"AmazonECSManaged": ""}, None),
        ({"ballast:managed": "true"}, None),
        ({}, "group web of prod"),
        ({"ballast:managed": "True"}, "group web of prod, which has 'ballast:managed'='True'"),
    ],
)
def test_a_group_needs_a_tag_that_lets_the_roles_touch_it(
    doctor: Doctor, tags: dict[str, str], where: str | None
) -> None:
    account = Account()
    account.groups["web"].tags = tags

    told = doctor(account)

    assert [each[2] for each in told.of("tags of groups")] == ([where] if where else [])
    assert told.code == (1 if where else 0)


def test_a_group_without_a_provider_is_known_by_its_hosts_and_its_name_is_quoted(doctor: Doctor) -> None:
    account = Account(groups={"it's here": Group(None, "prod", [HOST], tags={})})

    mend = doctor(account).one("tags of groups")[3]

    assert mend == (
        "aws autoscaling create-or-update-tags --tags ResourceId='it'\"'\"'s here',ResourceType=auto-scaling-group,"
        "Key=ballast:managed,Value=true,PropagateAtLaunch=false"
    )


def test_an_empty_group_is_known_by_its_tag_and_others_are_left_alone(doctor: Doctor) -> None:
    account = Account()
    account.groups["empty"] = Group(None, "", [], tags={"ballast:cluster": "prod"})
    account.groups["stranger"] = Group(None, "", [], tags={})

    assert [each[2] for each in doctor(account).of("tags of groups")] == ["group empty of prod"]


def test_a_provider_whose_group_is_gone_is_told(doctor: Doctor) -> None:
    account = Account()
    account.groups["spot"].more = {"gone": True}

    severity, _, where, _ = doctor(account).one("capacity providers")

    assert (severity, where) == ("warning", "provider spot-provider of prod, group spot")


def test_a_group_that_a_service_operates_is_told_and_not_asked_for_a_hook(doctor: Doctor) -> None:
    account = Account()
    account.groups["web"].more = {"Operator": {"Principal": "mi.example.com"}}
    account.groups["web"].hooks = {}

    told = doctor(account)

    assert "by its operator mi.example.com alone" in told.one("operators")[1]
    assert (told.of("lifecycle hooks"), told.code) == ([], 0)


@pytest.mark.parametrize(
    ("process", "severity", "mends"),
    [
        ("Launch", "broken", True),
        ("Terminate", "broken", True),
        ("ReplaceUnhealthy", "warning", True),
        ("HealthCheck", "warning", True),
        ("AlarmNotification", "warning", True),
        ("InstanceRefresh", "warning", True),
        ("ScheduledActions", "note", False),
        ("AZRebalance", "note", False),
        ("SomethingNew", "note", False),
    ],
)
def test_a_suspended_process_is_as_bad_as_what_it_stops(
    doctor: Doctor,
    process: str,
    severity: str,
    mends: bool,  # noqa: FBT001
) -> None:
    account = Account()
    account.groups["web"].more = {"SuspendedProcesses": [{"ProcessName": process, "SuspensionReason": "by jo"}]}

    told = doctor(account)

    found = told.one("suspended processes")
    assert (found[0], found[2], found[3]) == (severity, "group web of prod", f"{RESUME}{process}" if mends else None)
    assert found[1].startswith(f"{process} is suspended: ")
    assert told.code == int(severity == "broken")


@pytest.mark.parametrize(
    ("protects", "scaling", "rebalance", "sentences"),
    [
        (True, "ENABLED", "on", []),
        (False, "ENABLED", "report", ["ECS manages termination protection, but the group does not protect"]),
        (True, "DISABLED", "on", ["ECS protects instances and does not scale"]),
        (True, "DISABLED", "report", []),
    ],
)
def test_termination_protection_needs_a_group_that_protects_and_somebody_who_scales(
    doctor: Doctor,
    protects: bool,  # noqa: FBT001
    scaling: str,
    rebalance: str,
    sentences: list[str],
) -> None:
    account = Account()
    account.parameters["Rebalance"] = rebalance
    group = account.groups["web"]
    group.more = {"NewInstancesProtectedFromScaleIn": protects}
    group.of_provider = {"managedTerminationProtection": "ENABLED", "managedScaling": {"status": scaling}}

    found = doctor(account).of("termination protection")

    assert [each[1].startswith(sentence) for each, sentence in zip(found, sentences, strict=True)] == [True] * len(
        found
    )


@pytest.mark.parametrize(("repair", "warned"), [("on", True), ("off", False)])
def test_a_group_at_its_largest_size_launches_nothing_first(doctor: Doctor, repair: str, warned: bool) -> None:  # noqa: FBT001
    account = Account()
    account.parameters["Repair"] = repair
    account.groups["web"].more = {"MaxSize": 2}

    found = doctor(account).of("sizes of groups")

    assert [each[2] for each in found] == (["group web of prod: 2 of 2"] if warned else [])
    assert not found or (found[0][3] or "").endswith("--auto-scaling-group-name web --max-size 3")
