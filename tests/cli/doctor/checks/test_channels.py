"""Whether anybody hears Ballast, and what is among the dead letters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.aws_stubs import REGION
from tests.builders import NOW
from tests.cli.doctor.account import ACCOUNT, SECRET, TOPIC, Account
from tests.cli.doctor.conftest import Doctor

PARAMETER = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/ballast/slack"


def a_letter(kind: str = "EC2 Instance Rebalance Recommendation", why: str = "", hours: int = 1) -> dict[str, Any]:
    sent = int((NOW - timedelta(hours=hours)).timestamp() * 1000)
    said = {"ERROR_MESSAGE": {"DataType": "String", "StringValue": why}} if why else {}
    body = f'{{"detail-type": "{kind}", "detail": {{"secret": "hush"}}}}'
    return {"MessageId": "1", "Body": body, "Attributes": {"SentTimestamp": str(sent)}, "MessageAttributes": said}


def test_a_subscription_that_nobody_confirmed_is_asked_for_again(doctor: Doctor) -> None:
    account = Account()
    account.subscriptions.append(("https", "https://hooks.example.com/x", False))

    severity, _, where, mend = doctor(account).one("topic")

    assert (severity, where) == ("warning", "https https://hooks.example.com/x")
    assert mend == (
        f"aws sns subscribe --topic-arn {TOPIC} --protocol https --notification-endpoint https://hooks.example.com/x"
    )


@pytest.mark.parametrize(("slack", "severity"), [(True, "warning"), (False, "broken")])
def test_a_topic_without_anybody_is_broken_unless_slack_hears_what_is_said(
    doctor: Doctor,
    slack: bool,  # noqa: FBT001
    severity: str,
) -> None:
    account = Account(subscriptions=[])
    if not slack:
        account.parameters |= {"SlackChannel": "", "SlackSecretArn": ""}

    told = doctor(account)

    assert (told.one("topic")[0], told.code) == (severity, int(severity == "broken"))


@pytest.mark.parametrize(
    ("channel", "arn", "severity"),
    [("", "", "note"), ("C0123456789", "", "broken"), ("", SECRET, "broken"), ("C0123456789", SECRET, None)],
)
def test_slack_needs_a_channel_and_a_secret(doctor: Doctor, channel: str, arn: str, severity: str | None) -> None:
    account = Account()
    account.parameters |= {"SlackChannel": channel, "SlackSecretArn": arn}

    assert [each[0] for each in doctor(account).of("Slack")] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        (None, "it does not exist"),
        ({"DeletedDate": NOW}, "it is deleted, or about to be"),
        ({"VersionIdsToStages": {}}, "it has no value"),
    ],
)
def test_a_secret_that_cannot_be_read_is_named_and_never_asked_what_it_holds(
    doctor: Doctor, secret: dict[str, Any] | None, why: str
) -> None:
    account = Account(secret=secret)

    found = doctor(account).one("Slack")

    assert found[1] == f"The way into Slack cannot be read: {why}."
    assert found[3] == f"aws secretsmanager put-secret-value --secret-id {SECRET} --secret-string file://slack.json"
    assert account.count("GetSecretValue") == account.count("GetParameter") == 0


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ([], "it does not exist"),
        ([{"Name": "/ballast/slack", "Type": "String"}], "it is a String, not a SecureString"),
        ([{"Name": "ballast/slack", "Type": "SecureString"}], None),
    ],
)
def test_a_parameter_must_be_there_and_be_secret(
    doctor: Doctor, parameters: list[dict[str, Any]], why: str | None
) -> None:
    account = Account(ssm_parameters=parameters)
    account.parameters["SlackSecretArn"] = PARAMETER

    found = doctor(account).of("Slack")

    assert [each[1] for each in found] == ([f"The way into Slack cannot be read: {why}."] if why else [])
    assert not found or " --name /ballast/slack " in (found[0][3] or "")


def test_dead_letters_are_counted_with_their_age_and_reasons_and_nothing_of_what_they_hold(doctor: Doctor) -> None:
    letters = [a_letter(why="no such field."), a_letter(why="no such field."), a_letter("Ballast Notice", "odd", 50)]

    severity, says, where, mend = doctor(Account(letters={"DrainEventsDeadLetters": letters})).one("dead letters")

    assert (severity, where) == ("broken", "queue DrainEventsDeadLetters")
    assert says == (
        "Something was lost: 3 dead letters, the oldest seen 2 days old; of 3 looked at, 2 x EC2 Instance Rebalance "
        "Recommendation: no such field; 1 x Ballast Notice: odd."
    )
    assert "aws sqs receive-message" in (mend or "")
    assert "hush" not in says


def test_letters_that_do_not_say_why_lead_to_the_log(doctor: Doctor) -> None:
    _, says, _, mend = doctor(Account(letters={"NoticesDeadLetters": [a_letter()]})).one("dead letters")

    assert "1 h old" in says
    assert "failed in every attempt, and only the log says why" in says
    assert (mend or "").startswith("aws logs tail ballast-PublishNotificationLogs-1 ")


@pytest.mark.parametrize("body", ["", "[]", "{", '{"detail-type": 5}', "[" * 9999, "null"])
def test_a_letter_that_nobody_can_read_is_a_letter_all_the_same(doctor: Doctor, body: str) -> None:
    account = Account(letters={"UpdateEventsDeadLetters": [{"MessageId": "1", "Body": body}]})

    assert "1 x something that is no event" in doctor(account).one("dead letters")[1]


def test_letters_that_may_not_be_looked_at_are_counted_all_the_same(doctor: Doctor) -> None:
    account = Account(letters={"DrainEventsDeadLetters": [a_letter()]})
    account.deny("ReceiveMessage")

    told = doctor(account)

    assert [(each[0], each[2]) for each in told.of("dead letters")] == [
        ("broken", "queue DrainEventsDeadLetters"),
        ("warning", "queue DrainEventsDeadLetters"),
    ]
    assert told.document["lacking"] == ["sqs:ReceiveMessage"]


@pytest.mark.parametrize(
    ("named", "needed", "told"), [("", "2", False), ("U01", "1", False), ("U01", "2", True), ("U01,U02", "2", False)]
)
def test_fewer_people_than_have_to_press_can_decide_nothing(
    doctor: Doctor, named: str, needed: str, *, told: bool
) -> None:
    account = Account()
    account.parameters |= {"SlackDeciders": named, "SlackDecidersNeeded": needed}

    found = [each for each in doctor(account).of("Slack") if "SlackDecidersNeeded" in each[1]]

    assert bool(found) is told
