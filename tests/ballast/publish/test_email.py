"""How a conversation looks on the SNS topic: text for people, JSON for machines."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballast.publish.due import Publication, State
from ballast.publish.email import for_q_developer, topic_message
from ballast.publish.wording import word
from ballast.words.notice import Notice, Severity
from tests.ballast.publish.conversations import any_notice, mailed, told, without_links
from tests.notification_builders import NOW, PAGES, RUNBOOK, a_notice, seconds, storm


@settings(max_examples=60, deadline=None)
@given(notices=st.lists(any_notice(), min_size=1, max_size=2))
def test_any_notices_make_a_message_that_sns_takes(notices: list[Notice]) -> None:
    message = mailed(told(*notices))

    assert re.fullmatch(r"[ -~]{1,100}", message.subject)
    assert len(message.body.encode()) < 256 * 1024
    assert json.loads(message.body).keys() >= {"default", "email", "sqs", "lambda", "https"}
    assert all(message.attributes.values())


@settings(max_examples=60, deadline=None)
@given(notices=st.lists(any_notice(), min_size=1, max_size=2))
def test_any_notices_fit_amazon_q_developers_schema(notices: list[Notice]) -> None:
    conversation = told(*notices)
    publication = Publication(NOW, Severity.INFO, State.OPEN)
    content = for_q_developer(conversation, publication, word(conversation, PAGES))["content"]

    shown = [content["title"], content["description"], *content["nextSteps"], *content["keywords"]]
    assert all(not re.search("[<>]|&(?!amp;|lt;|gt;)", without_links(one)) for one in shown)
    assert len(content["title"]) <= 250
    assert len(content["description"]) <= 8000
    assert all(len(step) <= 350 for step in content["nextSteps"])
    assert all(len(keyword) <= 75 for keyword in content["keywords"])


@pytest.mark.parametrize("cluster", ["prod", "c" * 32, "an-organisation-has-named-its-cluster-like-this" * 5])
@pytest.mark.parametrize("severity", [Severity.PAGE, Severity.TICKET])
def test_verb_and_cause_stand_within_what_a_phone_shows_however_long_the_cluster_is_named(
    cluster: str, severity: Severity
) -> None:
    """0.1.0 cut the subject before "halted" (sensu-plugins-aws 276)."""
    title = "rollout 1.64.0 halted: canary did not return"
    message = mailed(told(a_notice("BottlerocketRolloutHalted", severity, cluster=cluster, title=title)), severity)

    assert "halted: canary" in message.subject[:60]
    assert message.subject.endswith(title)
    assert len(message.subject) < 100
    assert json.loads(message.body)["sms"][:70].startswith(message.subject[:60])
    assert cluster in json.loads(message.body)["email"]


@pytest.mark.parametrize("mark", ["…", "→", "▰", "é", "😀"])
@pytest.mark.parametrize("times", [1, 90])
@pytest.mark.parametrize("length", [60, 80, 90, 99, 120])
def test_a_subject_is_short_enough_once_its_marks_are_ascii(mark: str, times: int, length: int) -> None:
    """Chaos seed 62334: an ellipsis in a host's answer made it 101 characters, and the page of a halted rollout went nowhere."""
    title = f"rollout 1.64.0 halted: {mark * times}{'x' * length}"
    message = mailed(told(a_notice("BottlerocketRolloutHalted", Severity.PAGE, title=title)))

    assert re.fullmatch(r"[ -~]{1,99}", message.subject)


def test_no_sentence_stands_in_a_mail_twice() -> None:
    what = "The rollout is halted."
    message = mailed(told(a_notice("BottlerocketRolloutHalted", Severity.PAGE, title="rollout halted: why", what=what)))

    assert json.loads(message.body)["email"].count(what) == 1
    assert "rollout halted: why" not in json.loads(message.body)["email"]


def test_a_command_in_a_mail_runs_as_pasted() -> None:
    command = "ballast resume --cluster prod --variant aws-ecs-2 --arch x86_64"
    notice = replace(a_notice(), next=f"It waits. Then: `{command}` or `{command.replace('resume', 'rollback')}`.")

    mail = json.loads(mailed(told(notice)).body)["email"]

    assert [line.strip() for line in mail.splitlines() if "--cluster" in line] == [
        command,
        command.replace("resume", "rollback"),
    ]
    assert "`" not in mail


def test_the_machine_form_keeps_its_schema() -> None:
    conversation = told(*storm(7), a_notice("DrainStuck", Severity.PAGE, at=NOW + seconds(9)))
    structured = json.loads(json.loads(mailed(conversation).body)["sqs"])

    assert structured | {"what": "", "links": []} == {
        "schemaVersion": "1",
        "code": "DrainStuck",
        "severity": "ticket",
        "state": "open",
        "dedupKey": "prod/spot_interruption/x",
        "cluster": "prod",
        "reason": "spot_interruption",
        "title": "prod: 1 of 8 instances stuck",
        "incidents": 8,
        "instances": {"first": ["i-0123456789abcdef0"], "total": 8},
        "counts": {"DrainStarted": 7, "DrainStuck": 1},
        "what": "",
        "why": "i-0123456789abcdef0: EC2 takes this Spot Instance back at 09:02.",
        "impact": "i-0123456789abcdef0: ECS starts replacements elsewhere and places nothing new on it.",
        "next": "EC2 terminates it whatever we do.",
        "plan": [],
        "links": [],
        "runbook": f"{RUNBOOK}#drainstuck",
        "openedAt": "2026-11-23T09:00:00+00:00",
        "dryRun": False,
    }


def test_amazon_q_developer_replaces_only_what_https_subscribers_get() -> None:
    publication = Publication(NOW, Severity.INFO, State.OPEN)
    message = topic_message(told(a_notice()), publication, PAGES, q_developer=True)
    bodies = {name: json.loads(body) for name, body in json.loads(message.body).items() if body[0] == "{"}

    assert bodies["https"]["source"] == "custom"
    assert bodies["https"]["metadata"]["threadId"] == bodies["sqs"]["dedupKey"]
