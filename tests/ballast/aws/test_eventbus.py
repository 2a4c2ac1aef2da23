"""PutEvents in tens."""

from __future__ import annotations

import json

import pytest

from ballast.aws import eventbus
from ballast.errors import TransientError
from ballast.words.notice import Notice
from tests.aws_stubs import Stubs
from tests.notification_builders import NOW, a_notice


def puts(aws: Stubs, notices: list[Notice], failed: int = 0) -> None:
    entries = [
        {"Source": "ballast", "DetailType": "Ballast Notice", "Time": NOW, "Detail": json.dumps(notice.to_detail())}
        for notice in notices
    ]
    aws.answers("events", "put_events", {"Entries": entries}, {"FailedEntryCount": failed})


def test_notices_leave_ten_at_a_time(aws: Stubs) -> None:
    notices = [a_notice(f"Code{number}") for number in range(23)]
    puts(aws, notices[:10])
    puts(aws, notices[10:20])
    puts(aws, notices[20:])

    eventbus.put(notices)


def test_a_bus_that_took_only_some_is_worth_another_try(aws: Stubs) -> None:
    notices = [a_notice("One"), a_notice("Two")]
    puts(aws, notices, failed=1)

    with pytest.raises(TransientError, match=r"did not take 1 of 2 events"):
        eventbus.put(notices)


def test_a_command_has_the_time_at_which_it_was_said_and_no_signature(aws: Stubs) -> None:
    entry = {"Source": "ballast", "DetailType": "Ballast Update Command", "Time": NOW, "Detail": '{"command": "halt"}'}
    aws.answers("events", "put_events", {"Entries": [entry]}, {"FailedEntryCount": 0})

    eventbus.command("Ballast Update Command", {"command": "halt"}, NOW)
