"""Hooks: something holds an instance while it drains, and nothing lets it go too early."""

from __future__ import annotations

import pytest

from tests.builders import after
from tests.cli.doctor.account import Account
from tests.cli.doctor.conftest import Doctor

PUT = (
    "aws autoscaling put-lifecycle-hook --auto-scaling-group-name web --lifecycle-hook-name ballast-drain "
    "--lifecycle-transition autoscaling:EC2_INSTANCE_TERMINATING --heartbeat-timeout 900 --default-result CONTINUE"
)


@pytest.mark.parametrize(
    ("parameters", "severity", "mend"),
    [
        ({}, "broken", PUT),
        ({"PutLifecycleHooks": "false"}, "broken", PUT),
        ({"DryRun": "true"}, "warning", "make deploy"),
    ],
)
def test_a_group_without_our_hook_lets_its_instances_go_undrained(
    doctor: Doctor, parameters: dict[str, str], severity: str, mend: str
) -> None:
    account = Account()
    account.parameters |= parameters
    account.groups["web"].hooks = {}

    found = doctor(account).one("lifecycle hooks")

    assert (found[0], found[2], found[3]) == (severity, "group web of prod", mend)


@pytest.mark.parametrize(("minutes", "severity"), [(19, "warning"), (21, "broken")])
def test_a_stack_that_was_just_deployed_may_be_about_to_put_its_hooks(
    doctor: Doctor, minutes: int, severity: str
) -> None:
    account = Account(stack={"LastUpdatedTime": after(-minutes)})
    account.groups["web"].hooks = {}

    assert doctor(account).one("lifecycle hooks")[0] == severity


def test_where_the_tag_is_missing_the_hook_follows_it(doctor: Doctor) -> None:
    account = Account()
    account.groups["web"].hooks, account.groups["web"].tags = {}, {}

    found = doctor(account).one("lifecycle hooks")

    assert (found[0], found[3]) == ("warning", None)
    assert found[1].endswith("once the group has its tag.")


def test_where_ecs_drains_nobody_misses_our_hook(doctor: Doctor) -> None:
    account = Account()
    account.groups["web"].hooks = {"ecs-managed-draining-termination-hook": ("CONTINUE", 3600)}
    account.groups["web"].of_provider = {"managedDraining": "ENABLED"}

    told = doctor(account)

    assert (told.one("lifecycle hooks")[0], told.of("hooks of others"), told.code) == ("note", [], 0)


@pytest.mark.parametrize(
    ("result", "timeout_s", "works"), [("CONTINUE", 300, True), ("CONTINUE", 299, False), ("ABANDON", 900, False)]
)
def test_our_hook_must_hold_long_enough_and_skip_no_other(
    doctor: Doctor,
    result: str,
    timeout_s: int,
    works: bool,  # noqa: FBT001
) -> None:
    account = Account()
    account.groups["web"].hooks = {"ballast-drain": (result, timeout_s)}

    found = doctor(account).of("lifecycle hooks")

    wrong = [("broken", f"group web of prod ({result}, {timeout_s} s)", PUT)]
    assert [(each[0], each[2], each[3]) for each in found] == ([] if works else wrong)


@pytest.mark.parametrize(("result", "races"), [("ABANDON", True), ("CONTINUE", False)])
def test_somebody_elses_hook_that_abandons_races_ours(doctor: Doctor, result: str, races: bool) -> None:  # noqa: FBT001
    account = Account()
    account.groups["web"].hooks["deregister"] = (result, 60)

    found = doctor(account).of("hooks of others")

    assert [each[2] for each in found] == (["group web of prod: deregister after 60 s"] if races else [])
    assert not found or (found[0][3] or "").endswith("--lifecycle-hook-name deregister --default-result CONTINUE")


def test_where_hooks_may_not_be_looked_at_none_is_called_fine_and_the_rest_is_judged(doctor: Doctor) -> None:
    account = Account()
    account.deny("DescribeLifecycleHooks")

    told = doctor(account)

    assert [(each[0], each[2]) for each in told.of("lifecycle hooks")] == [
        ("could_not_look", "group web of prod"),
        ("could_not_look", "group spot of prod"),
    ]
    assert {"lifecycle hooks", "hooks of others"} & set(told.fine) == set()
    assert ({"tags of groups", "alarms"} <= set(told.fine), told.code) == (True, 1)
