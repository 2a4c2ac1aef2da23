"""Whose application fails EC2's checks."""

from __future__ import annotations

import pytest

from ballast.aws import application_status
from ballast.errors import CallFailedError
from tests.aws_stubs import Stubs
from tests.ballast.aws.test_application_checks import ID, described

IMPAIRED = {"Filters": [{"Name": "status", "Values": ["impaired"]}]}


def test_all_that_are_impaired_are_told_page_by_page(aws: Stubs) -> None:
    first = {"ApplicationStatuses": {"Instances": [{"InstanceId": "i-1"}]}, "NextToken": "more"}
    aws.answers("ec2", "describe_application_status", IMPAIRED, first)
    aws.answers("ec2", "describe_application_status", IMPAIRED | {"NextToken": "more"}, described(Status="impaired"))

    assert application_status.impaired() == {"i-1", ID}


def test_where_ec2_has_no_such_checks_none_is_impaired_and_any_other_refusal_is_an_error(aws: Stubs) -> None:
    aws.refuses("ec2", "describe_application_status", "InvalidAction", IMPAIRED)
    assert application_status.impaired() == frozenset()

    aws.refuses("ec2", "describe_application_status", "UnauthorizedOperation", IMPAIRED)
    with pytest.raises(CallFailedError):
        application_status.impaired()
