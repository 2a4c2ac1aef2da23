"""EC2's application status checks are suppressed where an instance has some, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ballast import clock
from ballast.aws import application_checks
from tests.aws_stubs import Stubs

ID = "i-0123456789abcdef0"
ASKED = {"InstanceIds": [ID]}


def described(**status: Any) -> dict[str, Any]:
    return {"ApplicationStatuses": {"Instances": [{"InstanceId": ID, "ApplicationStatus": status}]}}


def soon(minutes: float) -> Any:
    return clock.utc_now() + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "status", [{"Status": "ok"}, {"Status": "impaired"}, {"Status": "initializing"}, {"Status": "insufficient-data"}]
)
def test_what_is_checked_is_suppressed_for_as_long_as_it_is_away(aws: Stubs, status: dict[str, Any]) -> None:
    aws.answers("ec2", "describe_application_status", ASKED, described(**status))
    aws.answers("ec2", "enable_application_status_check_suppression", ASKED | {"DurationSeconds": 1800}, {})

    application_checks.suppress(ID, 1800)


def test_a_suppression_that_ends_too_early_is_made_longer(aws: Stubs) -> None:
    aws.answers("ec2", "describe_application_status", ASKED, described(Status="suppressed", ResumeAt=soon(5)))
    aws.answers("ec2", "enable_application_status_check_suppression", ASKED | {"DurationSeconds": 1800}, {})

    application_checks.suppress(ID, 1800)


@pytest.mark.parametrize(
    "status", [{"Status": "not-applicable"}, {"Status": "suppressed"}, {"Status": "suppressed", "ResumeAt": 90}, {}]
)
def test_what_is_not_checked_or_is_suppressed_for_longer_is_left_alone(aws: Stubs, status: dict[str, Any]) -> None:
    known = {**status, **({"ResumeAt": soon(status["ResumeAt"])} if "ResumeAt" in status else {})}
    aws.answers("ec2", "describe_application_status", ASKED, described(**known))

    application_checks.suppress(ID, 1800)


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "InvalidAction"])
def test_what_ec2_refuses_holds_up_no_reboot(aws: Stubs, code: str) -> None:
    aws.refuses("ec2", "describe_application_status", code)

    application_checks.suppress(ID, 1800)
