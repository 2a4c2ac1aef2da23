"""The parts of the stack: what somebody has switched off, and what rings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import NOW
from tests.cli.doctor.account import Account
from tests.cli.doctor.conftest import Doctor


def test_a_function_without_concurrency_never_runs(doctor: Doctor) -> None:
    severity, _, where, mend = doctor(Account(reserved={"DrainInstance": 0, "WatchBottlerocket": 5})).one("functions")

    assert (severity, where) == ("broken", "function DrainInstance (ballast-DrainInstance-1)")
    assert mend == "aws lambda delete-function-concurrency --function-name ballast-DrainInstance-1"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (
            {"State": "Failed", "StateReason": "the key is gone."},
            "Lambda cannot run a function (Failed: the key is gone).",
        ),
        (
            {"LastUpdateStatus": "Failed"},
            "The last change of a function failed, so it runs what it was.",
        ),
        ({"State": "Pending"}, None),
    ],
)
def test_a_function_that_lambda_cannot_run_says_why(
    doctor: Doctor, state: dict[str, str], sentence: str | None
) -> None:
    told = doctor(Account(function_states={"DrainInstance": state}))

    assert [each[1] for each in told.of("functions")] == ([sentence] if sentence else [])


@pytest.mark.parametrize(("left", "warned"), [(9, True), (10, False)])
def test_little_concurrency_of_the_account_is_warned_of(doctor: Doctor, left: int, warned: bool) -> None:  # noqa: FBT001
    told = doctor(Account(unreserved=left))

    assert ([each[0] for each in told.of("concurrency")], told.code) == (["warning"] if warned else [], 0)


@pytest.mark.parametrize(("state", "off"), [("Disabled", True), ("Disabling", True), ("Enabling", False)])
def test_a_function_that_somebody_has_stopped_is_found(doctor: Doctor, state: str, off: bool) -> None:  # noqa: FBT001
    told = doctor(Account(sources={"PublishNotification": state}))

    mends = [each[3] for each in told.of("mappings")]
    assert mends == (
        ["aws lambda update-event-source-mapping --enabled --uuid uuid-PublishNotification"] if off else []
    )
    assert told.code == int(off)


def test_a_function_without_any_mapping_does_nothing(doctor: Doctor) -> None:
    assert doctor(Account(no_sources={"UpdateBottlerocket"})).one("mappings")[2] == "UpdateBottlerocket"


@pytest.mark.parametrize(
    ("state", "mend"),
    [
        ("DISABLED", "aws events enable-rule --name ballast-SpotInstanceInterrupted-1"),
        (None, "aws cloudformation create-change-set --stack-name ballast --change-set-name undo-drift"),
    ],
)
def test_a_rule_that_is_off_or_gone_lets_events_pass_unheard(doctor: Doctor, state: str | None, mend: str) -> None:
    severity, _, where, command = doctor(Account(rules={"SpotInstanceInterrupted": state})).one("rules")

    assert (severity, where) == ("broken", "rule SpotInstanceInterrupted")
    assert (command or "").startswith(mend)


def test_an_alarm_that_rings_is_broken_and_says_why_and_since_when(doctor: Doctor) -> None:
    alarm = {"StateValue": "ALARM", "StateReason": "Threshold Crossed.", "StateUpdatedTimestamp": NOW}

    told = doctor(Account(alarms={"DrainInstanceSilent": alarm}))

    assert told.one("alarms") == (
        "broken",
        "An alarm rings since 2026-11-23 09:00 UTC: Threshold Crossed.",
        "alarm DrainInstanceSilent",
        "aws cloudwatch describe-alarm-history --alarm-name ballast-DrainInstanceSilent-1",
    )


def test_an_alarm_about_dead_letters_is_told_by_the_letters(doctor: Doctor) -> None:
    letter = {"MessageId": "1", "Body": "{}"}
    alarms = {"DrainEventsDeadLettered": {"StateValue": "ALARM"}, "NoticesDeadLettered": {"StateValue": "ALARM"}}

    told = doctor(Account(alarms=dict(alarms), letters={"DrainEventsDeadLetters": [letter]}))

    assert told.one("alarms")[2] == "alarm NoticesDeadLettered"
    assert told.one("dead letters")[2] == "queue DrainEventsDeadLetters"


@pytest.mark.parametrize(("hours", "noted"), [(2, False), (4, True)])
def test_an_alarm_without_data_is_noted_once_the_stack_is_no_longer_new(
    doctor: Doctor,
    hours: int,
    noted: bool,  # noqa: FBT001
) -> None:
    account = Account(alarms={"WatchBottlerocketSilent": {"StateValue": "INSUFFICIENT_DATA"}})
    account.stack = {"CreationTime": NOW - timedelta(hours=hours)}

    assert [each[0] for each in doctor(account).of("alarms")] == (["note"] if noted else [])


@pytest.mark.parametrize("alarm", [None, {"ActionsEnabled": False}])
def test_an_alarm_that_cannot_be_heard_is_warned_of(doctor: Doctor, alarm: dict[str, object] | None) -> None:
    assert [e[0] for e in doctor(Account(alarms={"DrainInstanceFailing": alarm})).of("alarms")] == ["warning"]
