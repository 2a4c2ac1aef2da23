"""What is asked about channels hides nothing from others and reads no secret."""

from __future__ import annotations

from tests.cli.doctor.account import Account
from tests.cli.doctor.conftest import Doctor

LETTER = {"MessageId": "1", "Body": "{}"}


def test_dead_letters_are_received_only_where_there_are_some_and_stay_visible(doctor: Doctor) -> None:
    account = Account(letters={"NoticesDeadLetters": [LETTER] * 12})

    told = doctor(account)

    [params] = [params for _, operation, params in account.calls if operation == "ReceiveMessage"]
    assert (params["VisibilityTimeout"], params["MaxNumberOfMessages"]) == (0, 10)
    assert "12 dead letters" in told.one("dead letters")[1]
    assert "of 10 looked at" in told.one("dead letters")[1]
    assert account.count("GetQueueAttributes") == 4


def test_without_a_secret_no_store_is_asked(doctor: Doctor) -> None:
    account = Account()
    account.parameters |= {"SlackChannel": "", "SlackSecretArn": ""}

    doctor(account)

    assert account.count("DescribeSecret") == account.count("DescribeParameters") == 0


def test_a_secret_of_another_region_is_looked_for_there(doctor: Doctor) -> None:
    account = Account()
    account.parameters["SlackSecretArn"] = "arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-AbCdEf"

    assert doctor(account).of("Slack") == []
    assert account.count("DescribeSecret") == 1
