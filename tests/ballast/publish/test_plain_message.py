"""A message that SNS refused says the least that serves a person and a machine."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from ballast.publish.conversation import Conversation
from ballast.publish.due import Publication, State
from ballast.publish.email import TopicMessage, topic_message
from ballast.publish.plain_message import plain_message
from ballast.words.notice import Severity
from tests.notification_builders import NOW, PAGES, RUNBOOK, a_notice


def a_message(*, q_developer: bool = False) -> TopicMessage:
    notice = a_notice("DrainStuck", Severity.PAGE, cluster="größe", what="𠀀" * 800, plan=("x" * 160,) * 10)
    conversation = Conversation("größe/spot_interruption/x", notice.cluster, notice.reason, NOW).tell(notice)
    publication = Publication(NOW, Severity.PAGE, State.OPEN)
    return topic_message(conversation, publication, PAGES, q_developer=q_developer)


def bodies(message: TopicMessage) -> dict[str, Any]:
    return {name: json.loads(body) if body[0] == "{" else body for name, body in json.loads(message.body).items()}


def test_it_is_short_and_ascii_and_keeps_what_filters_and_machines_go_by() -> None:
    refused = a_message()
    plain = plain_message(refused, "InvalidParameter")

    assert plain.body.isascii()
    assert len(plain.body) < 10_000
    assert plain.subject == refused.subject
    assert plain.attributes == refused.attributes | {"cluster": "gr??e"}
    before, after = bodies(refused)["sqs"], bodies(plain)["sqs"]
    assert after.keys() == before.keys()
    assert {name: after[name] for name in ("dedupKey", "severity", "state", "code", "runbook", "incidents")} == {
        name: before[name] for name in ("dedupKey", "severity", "state", "code", "runbook", "incidents")
    }
    assert after["instances"] == {"first": [], "total": 1}


def test_a_person_reads_that_the_rest_is_missing_and_why() -> None:
    text = bodies(plain_message(a_message(), "InvalidParameter"))["default"]

    assert text.startswith("[PAGE] gr??e: ")
    assert "SNS refused the whole message (InvalidParameter)" in text
    assert f"Runbook: {RUNBOOK}#drainstuck" in text


@pytest.mark.parametrize("q_developer", [True, False])
def test_https_subscribers_get_the_schema_that_they_had(*, q_developer: bool) -> None:
    plain = bodies(plain_message(a_message(q_developer=q_developer), ""))

    assert ("content" in plain["https"]) is q_developer
    assert "dedupKey" in plain["sqs"]


def test_its_subject_is_one_that_sns_takes_as_that_may_have_been_refused() -> None:
    plain = plain_message(replace(a_message(), subject="gr\u00f6\u00dfe\n\u2026" + "x" * 120), "InvalidParameter")

    assert re.fullmatch(r"[ -~]{99}", plain.subject)
