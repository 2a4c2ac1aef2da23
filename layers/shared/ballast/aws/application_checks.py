"""EC2's application status checks, with which Auto Scaling ends an instance that does not answer."""

from __future__ import annotations

from datetime import timedelta

from ballast import clock
from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.telemetry import logger

OFF = "not-applicable"


def suppress(instance_id: str, duration_s: int) -> None:
    """Where the instance has some, and nobody has suppressed them for longer: a suppression of a person's stays.

    What AWS refuses is logged and no more: it is empty, so the worst is that its group replaces it.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeApplicationStatus.html
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableApplicationStatusCheckSuppression.html
    """
    try:
        if _counts(instance_id, duration_s):
            client("ec2").enable_application_status_check_suppression(
                InstanceIds=[instance_id], DurationSeconds=duration_s
            )
    except CallFailedError:
        logger.warning("cannot suppress application status checks", instance=instance_id, exc_info=True)


def _counts(instance_id: str, duration_s: int) -> bool:
    found = client("ec2").describe_application_status(InstanceIds=[instance_id])
    for instance in found.get("ApplicationStatuses", {}).get("Instances", []):
        status = instance.get("ApplicationStatus", {})
        if status.get("Status", OFF) == "suppressed":
            resumes_at = status.get("ResumeAt")  # None: never
            return resumes_at is not None and resumes_at < clock.utc_now() + timedelta(seconds=duration_s)
        return status.get("Status", OFF) != OFF
    return False
