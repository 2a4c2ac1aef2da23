"""Amazon EC2, application status checks: whose application does not answer?

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeApplicationStatus.html
"""

from __future__ import annotations

from ballast.aws.session import client
from ballast.errors import CallFailedError

UNKNOWN_HERE = ("InvalidAction", "UnknownOperationException", "UnsupportedOperation")  # a Region that has none


def impaired() -> frozenset[str]:
    """Ids of the instances of the account and Region whose application status says so; none where EC2 has no such checks."""
    found: set[str] = set()
    page: dict[str, str] = {}
    wanted = [{"Name": "status", "Values": ["impaired"]}]
    while True:
        try:
            answer = client("ec2").describe_application_status(Filters=wanted, **page)  # type: ignore[arg-type]
        except CallFailedError as error:
            if error.code in UNKNOWN_HERE:
                return frozenset()
            raise
        found |= {raw["InstanceId"] for raw in answer.get("ApplicationStatuses", {}).get("Instances", [])}
        if not (token := answer.get("NextToken")):
            return frozenset(found)
        page = {"NextToken": token}
