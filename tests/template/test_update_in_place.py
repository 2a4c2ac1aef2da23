"""A stack of 0.1.0 is updated in place: what holds data keeps its logical id, its kind and its keys.

CloudFormation replaces a resource whose logical id or key schema changes, and what it held goes with it:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
What the items look like is held by tests/ballast/aws/test_table_stored_by_0_1_0.py.
"""

from __future__ import annotations

import pytest

from simulator.delivery.cloudformation import load
from tests.builders import ROOT

RESOURCES = load(ROOT / "template.yaml")["Resources"]
OF_0_1_0 = {
    "Ledger": "AWS::DynamoDB::Table",
    "Conversations": "AWS::DynamoDB::Table",
    "Notifications": "AWS::SNS::Topic",
    "NotificationsKey": "AWS::KMS::Key",
    "DrainEvents": "AWS::SQS::Queue",
    "DrainEventsDeadLetters": "AWS::SQS::Queue",
    "UpdateEvents": "AWS::SQS::Queue",
    "UpdateEventsDeadLetters": "AWS::SQS::Queue",
    "ReleaseChecks": "AWS::SQS::Queue",
    "Notices": "AWS::SQS::Queue",
    "NoticesDeadLetters": "AWS::SQS::Queue",
    "DrainInstanceLogs": "AWS::Logs::LogGroup",
    "UpdateBottlerocketLogs": "AWS::Logs::LogGroup",
    "WatchBottlerocketLogs": "AWS::Logs::LogGroup",
    "PublishNotificationLogs": "AWS::Logs::LogGroup",
}
KEYS = {
    "Ledger": [("cluster", "HASH"), ("item", "RANGE")],
    "Conversations": [("conversation", "HASH")],
}


@pytest.mark.parametrize(("name", "kind"), OF_0_1_0.items())
def test_what_holds_data_keeps_its_logical_id(name: str, kind: str) -> None:
    assert RESOURCES[name]["Type"] == kind


@pytest.mark.parametrize(("table", "keys"), KEYS.items())
def test_a_table_keeps_its_keys(table: str, keys: list[tuple[str, str]]) -> None:
    properties = RESOURCES[table]["Properties"]

    assert [(key["AttributeName"], key["KeyType"]) for key in properties["KeySchema"]] == keys
    assert "TableName" not in properties
