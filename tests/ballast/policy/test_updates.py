"""What the operator allows a rollout: tags that ECS can hold, parameters of the deployment, and unreadable ones."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.policy.policy import Policy, defaults_from, read_policy
from ballast.policy.settings import OF_POLICY
from ballast.policy.updates import Approval, LaunchTemplates, OnHalt, Strategy, UpdatePolicy
from ballast.policy.windows import Window
from tests.builders import minutes

DEFAULTS = Policy()
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html
TAG_VALUE = re.compile(r"[A-Za-z0-9 _.:/=+@-]{0,256}")
CALENDAR = "arn:aws:ssm:eu-central-1:123456789012:document/Holidays"
ROWS = [row for row in OF_POLICY if row.of_updates]
EXPECTED = {row.tag.removeprefix("ballast:"): row.reader.expected for row in ROWS}
WINDOW = Window("0 2 * * tue-thu", timedelta(hours=4), "Europe/Berlin")

READABLE: list[tuple[str, str, str, Any]] = [
    ("update-strategy", "in-place", "strategy", Strategy.IN_PLACE),
    ("update-strategy", "replace", "strategy", Strategy.REPLACE),
    ("update-approval", "manual", "approval", Approval.MANUAL),
    ("update-bake-days", "0", "bake", timedelta()),
    ("update-bake-days", "14", "bake", timedelta(days=14)),
    ("update-now", "v1.64.0", "urgent_version", "1.64.0"),
    ("update-version", "1.62.1", "pinned_version", "1.62.1"),
    ("update-windows", "0 2 any any tue-thu for 4h in Europe/Berlin", "windows", (WINDOW,)),
    ("update-windows", "", "windows", ()),
    ("update-calendars", f"Christmas  {CALENDAR}", "calendars", ("Christmas", CALENDAR)),
    ("update-freeze", "true", "frozen", "true"),
    ("update-freeze", "2026-12-24T18:00:00+01:00", "frozen", "2026-12-24T18:00:00+01:00"),
    ("update-waves", "100", "waves", (100,)),
    ("update-waves", "5 25 50 100", "waves", (5, 25, 50, 100)),
    ("update-canary-bake-minutes", "0", "canary_bake", timedelta()),
    ("update-wave-bake-minutes", "10080", "wave_bake", timedelta(days=7)),
    ("update-failure-budget", "0", "failure_budget", "0"),
    ("update-failure-budget", "100 percent", "failure_budget", "100 percent"),
    ("update-alarms", "api-5xx api-latency", "alarms", ("api-5xx", "api-latency")),
    ("update-return-minutes", "5", "return_time", minutes(5)),
    ("update-attempts", "1", "attempts", 1),
    ("update-on-halt", "rollback", "on_halt", OnHalt.ROLLBACK),
    ("update-launch-templates", "report", "launch_templates", LaunchTemplates.REPORT),
]


@pytest.mark.parametrize(("tag", "value", "name", "read"), READABLE)
def test_a_tag_that_ecs_can_hold_says_what_a_rollout_may_do(tag: str, value: str, name: str, read: Any) -> None:
    assert TAG_VALUE.fullmatch(value)
    policy = read_policy(DEFAULTS, {f"ballast:{tag}": value})

    assert policy == replace(DEFAULTS, updates=replace(UpdatePolicy(), **{name: read}))


def test_every_field_can_be_said_by_a_tag() -> None:
    assert {tag for tag, *_ in READABLE} == EXPECTED.keys()
    assert [row.field for row in ROWS] == [field.name for field in fields(UpdatePolicy)]


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("update-strategy", "In-place"),
        ("update-strategy", ""),
        ("update-approval", "yes"),
        ("update-bake-days", "1.5"),
        ("update-bake-days", "-1"),
        ("update-bake-days", "366"),
        ("update-now", "latest"),
        ("update-version", "1.64"),
        ("update-windows", "0 2 any any tue-thu for 4h in Europe"),
        ("update-windows", "whenever"),
        ("update-freeze", "until Christmas"),
        ("update-freeze", ""),
        ("update-waves", ""),
        ("update-waves", "10 30"),
        ("update-waves", "30 10 100"),
        ("update-waves", "0 100"),
        ("update-waves", "50 100 100"),
        ("update-waves", "50 101"),
        ("update-canary-bake-minutes", "1h"),
        ("update-wave-bake-minutes", "10081"),
        ("update-calendars", "Christmas=closed"),
        ("update-alarms", "one,two"),
        ("update-failure-budget", "5%"),
        ("update-failure-budget", "101 percent"),
        ("update-failure-budget", "some"),
        ("update-return-minutes", "4"),
        ("update-attempts", "0"),
        ("update-attempts", "21"),
        ("update-on-halt", "panic"),
        ("update-launch-templates", "edit"),
    ],
)
def test_a_tag_that_cannot_be_read_changes_nothing_and_says_what_is_expected(tag: str, value: str) -> None:
    policy = read_policy(DEFAULTS, {f"ballast:{tag}": value})

    [(name, found, expected)] = policy.unreadable
    assert replace(policy, unreadable=()) == DEFAULTS
    assert (name, found) == (f"ballast:{tag}", value)
    assert expected.startswith(EXPECTED[tag])


@pytest.mark.parametrize(
    ("tag", "value", "but"),
    [
        ("update-windows", "0 2 any any tue-thu for 4h in Europe", "'Europe' is not a time zone such as"),
        ("update-windows", "0 25 any any any for 4h in UTC", "'0 25 any any any' is not a cron expression"),
        ("update-windows", "whenever", None),
        ("update-version", "1.64", None),
        ("update-waves", "50 101", "101 is more than 100"),
        ("update-waves", "30 10 100", "they do not grow"),
        ("update-waves", "10 30", "the last is not 100"),
        ("update-attempts", "21", None),
    ],
)
def test_what_its_reader_found_wrong_is_told_where_that_says_more(tag: str, value: str, but: str | None) -> None:
    [(_, _, expected)] = read_policy(DEFAULTS, {f"ballast:{tag}": value}).unreadable

    assert expected == EXPECTED[tag] if but is None else expected.startswith(f"{EXPECTED[tag]}, but {but}")


def test_what_is_expected_of_a_tag_can_be_written_in_it() -> None:
    examples = {"update-windows": "0 2 any any tue-thu for 4h in Europe/Berlin", "update-waves": "10 30 100"}

    for tag, example in examples.items():
        assert example in EXPECTED[tag]
        assert not read_policy(DEFAULTS, {f"ballast:{tag}": example}).unreadable


def test_an_unknown_tag_is_told_of_the_tags_for_updates_too() -> None:
    [(_, _, expected)] = read_policy(DEFAULTS, {"ballast:update-window": "x"}).unreadable

    assert "ballast:update-windows" in expected


def test_several_tags_add_up_over_the_defaults_of_the_deployment() -> None:
    defaults = replace(DEFAULTS, updates=UpdatePolicy(strategy=Strategy.REPLACE, attempts=5))
    tags = {"ballast:update-now": "1.64.0", "ballast:update-waves": "50 100", "ballast:budget": "10 percent"}

    policy = read_policy(defaults, tags)

    assert policy.updates == UpdatePolicy(
        strategy=Strategy.REPLACE, attempts=5, urgent_version="1.64.0", waves=(50, 100)
    )
    assert policy.budget_of(50) == 5


@given(st.dictionaries(st.sampled_from([f"ballast:{name}" for name in EXPECTED]), st.text(max_size=30)))
def test_no_text_in_a_tag_makes_reading_it_fail(tags: dict[str, str]) -> None:
    policy = read_policy(DEFAULTS, tags)

    assert {tag for tag, _, _ in policy.unreadable} <= tags.keys()
    assert policy.updates.waves[-1] == 100
    assert policy.updates.failures_allowed(30) >= 0


@pytest.mark.parametrize(
    ("budget", "instances", "allowed"),
    [
        ("0", 30, 0),
        ("2", 30, 2),
        ("5 percent", 100, 5),
        ("5 percent", 19, 0),
        ("0 percent", 30, 0),
        ("100 percent", 7, 7),
    ],
)
def test_the_failure_budget_is_a_count_or_a_share_rounded_down(budget: str, instances: int, allowed: int) -> None:
    assert UpdatePolicy(failure_budget=budget).failures_allowed(instances) == allowed


def test_the_defaults_of_a_deployment_come_from_its_parameters() -> None:
    variables = {
        "UPDATE_STRATEGY": "in-place",
        "UPDATE_APPROVAL": "manual",
        "UPDATE_BAKE_DAYS": "7",
        "UPDATE_WINDOWS": "0 2 * * tue-thu for 4h in Europe/Berlin",
        "UPDATE_CALENDARS": "",
        "UPDATE_WAVES": "20 100",
        "UPDATE_CANARY_BAKE_MINUTES": "10",
        "UPDATE_WAVE_BAKE_MINUTES": "5",
        "UPDATE_FAILURE_BUDGET": "5 percent",
        "UPDATE_ALARMS": "",
        "UPDATE_RETURN_MINUTES": "20",
        "UPDATE_ON_HALT": "rollback",
        "UPDATE_LAUNCH_TEMPLATES": "report",
    }

    assert defaults_from(variables).updates == UpdatePolicy(
        strategy=Strategy.IN_PLACE,
        approval=Approval.MANUAL,
        bake=timedelta(days=7),
        windows=(WINDOW,),
        waves=(20, 100),
        canary_bake=minutes(10),
        wave_bake=minutes(5),
        failure_budget="5 percent",
        return_time=minutes(20),
        on_halt=OnHalt.ROLLBACK,
        launch_templates=LaunchTemplates.REPORT,
    )


def test_updates_are_off_until_the_operator_turns_them_on() -> None:
    assert UpdatePolicy().strategy is Strategy.OFF


def test_every_parameter_that_cannot_be_read_is_named_and_leaves_the_others_in_force() -> None:
    policy = defaults_from(
        {
            "DISRUPTION_BUDGET": "?",
            "UPDATE_STRATEGY": "replace",
            "UPDATE_WAVES": "50 20 100",
            "UPDATE_WINDOWS": "0 2 * * tue for 4h in Europe/Atlantis",
        }
    )

    assert [name for name, _, _ in policy.unreadable] == ["DisruptionBudget", "UpdateWaves", "UpdateWindows"]
    assert policy.updates == UpdatePolicy(strategy=Strategy.REPLACE)
