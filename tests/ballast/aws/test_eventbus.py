"""PutEvents in tens, dead letters with their reason, and the clients behind every call."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from ballast.aws import eventbus, session
from ballast.aws.dead_letters import DeadLetters
from ballast.errors import TransientError
from ballast.words.notice import Notice
from tests.aws_stubs import Stubs, stubbed
from tests.notification_builders import NOW, a_notice


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    with stubbed(monkeypatch) as stubs:
        yield stubs


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


def test_a_dead_letter_carries_its_reason_within_the_limit(aws: Stubs) -> None:
    attributes = {
        "ERROR_CODE": {"DataType": "String", "StringValue": "UNREADABLE_EVENT"},
        "ERROR_MESSAGE": {"DataType": "String", "StringValue": "w" * 1024},
    }
    asked = {"QueueUrl": "https://queue", "MessageBody": "{}", "MessageAttributes": attributes}
    aws.answers("sqs", "send_message", asked, {})

    DeadLetters("https://queue").send("{}", "w" * 2000)


def test_a_client_is_made_once_and_retries_in_standard_mode(aws: Stubs) -> None:
    ecs = session.client("ecs")

    assert session.client("ecs") is ecs
    assert ecs.meta.config.retries["mode"] == "standard"
    assert ecs.meta.config.retries["total_max_attempts"] == 4
    assert ecs.meta.config.connect_timeout + ecs.meta.config.read_timeout < 50  # the function's own timeout
    aws.all_called()


def test_an_error_without_a_code_is_unknown() -> None:
    assert session.code(ClientError({"Error": {"Code": "Throttling"}}, "X")) == "Throttling"
    assert session.code(ClientError({}, "X")) == "Unknown"
