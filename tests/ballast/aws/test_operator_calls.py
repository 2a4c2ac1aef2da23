"""What the command line asks of AWS with the operator's own credentials."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ballast.aws.operator_calls import NoStackError, Stack, caller, find_stack, told
from ballast.errors import CallFailedError
from tests.aws_stubs import Stubs
from tests.builders import NOW

LEDGER = {"OutputKey": "LedgerTable", "OutputValue": "ledger-1"}


def describes(aws: Stubs, **stack: Any) -> None:
    found = {"StackName": "ballast", "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE", **stack}
    aws.answers("cloudformation", "describe_stacks", {"StackName": "ballast"}, {"Stacks": [found]})


def test_a_stack_is_found_with_its_ledger_and_the_parameters_that_it_was_deployed_with(aws: Stubs) -> None:
    dry_run = {"ParameterKey": "DryRun", "ParameterValue": "false"}
    history = {"OutputKey": "HistoryLogGroup", "OutputValue": "notices"}
    describes(aws, Outputs=[{"OutputKey": "Topic", "OutputValue": "t"}, LEDGER, history], Parameters=[dry_run])
    describes(aws, Outputs=[LEDGER])

    assert find_stack("ballast") == Stack("ballast", "ledger-1", {"DryRun": "false"}, "notices")
    assert find_stack("ballast").history is None


def test_lines_of_the_log_that_are_no_notice_are_passed_over(aws: Stubs) -> None:
    lines = ["START RequestId", "{", "[]", '{"message": "measured"}', '{"notice": {"id": "n-1"}}']
    aws.answers("logs", "filter_log_events", {
        "logGroupName": "notices", "startTime": 1000, "endTime": 61_000, "filterPattern": "{ ($.notice.id = *) }",
    }, {"events": [{"message": line} for line in lines]})  # fmt: skip

    since = datetime.fromtimestamp(1, UTC)
    assert list(told("notices", since, since + timedelta(minutes=1), cluster=None)) == [{"id": "n-1"}]


def test_a_stack_without_a_ledger_is_none_of_ours(aws: Stubs) -> None:
    describes(aws)

    with pytest.raises(NoStackError, match="The stack ballast in eu-central-1 is none of Ballast's"):
        find_stack("ballast")


def test_a_stack_that_is_not_there_is_said_so_with_the_region_and_any_other_refusal_as_aws_does(aws: Stubs) -> None:
    aws.refuses("cloudformation", "describe_stacks", "ValidationError")
    aws.refuses("cloudformation", "describe_stacks", "AccessDenied")

    with pytest.raises(NoStackError, match="There is no stack ballast in eu-central-1"):
        find_stack("ballast")
    with pytest.raises(CallFailedError, match="AccessDenied"):
        find_stack("ballast")


def test_the_caller_is_who_aws_says(aws: Stubs) -> None:
    aws.answers("sts", "get_caller_identity", {}, {"Arn": "arn:aws:iam::123456789012:user/jo"})

    assert caller() == "arn:aws:iam::123456789012:user/jo"
