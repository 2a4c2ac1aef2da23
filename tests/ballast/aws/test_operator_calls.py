"""What the command line asks of AWS with the operator's own credentials."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.aws.operator_calls import NoStackError, Stack, caller, find_stack
from ballast.errors import CallFailedError
from tests.aws_stubs import Stubs
from tests.builders import NOW

LEDGER = {"OutputKey": "LedgerTable", "OutputValue": "ledger-1"}


def describes(aws: Stubs, **stack: Any) -> None:
    found = {"StackName": "ballast", "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE", **stack}
    aws.answers("cloudformation", "describe_stacks", {"StackName": "ballast"}, {"Stacks": [found]})


def test_a_stack_is_found_with_its_ledger_and_the_parameters_that_it_was_deployed_with(aws: Stubs) -> None:
    dry_run = {"ParameterKey": "DryRun", "ParameterValue": "false"}
    describes(aws, Outputs=[{"OutputKey": "Topic", "OutputValue": "t"}, LEDGER], Parameters=[dry_run])

    assert find_stack("ballast") == Stack("ballast", "ledger-1", {"DryRun": "false"})


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
