"""How AWS Health says that instances will be retired.

https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
"""

from __future__ import annotations

from datetime import UTC, datetime

from simulator.world.core.core import ACCOUNT_ID, REGION, Core, Output
from simulator.world.ec2.instances import instance_arn


def retirement_event(core: Core, instance_ids: list[str], starts_at: datetime, code: str) -> Output:
    """The detail of the event; Health's dates are RFC 2822-like, and its entities are ARNs."""
    now = http_date(core.clock.utc)
    return {
        "eventArn": f"arn:aws:health:{REGION}::event/{code}_{core.rng.randrange(10**16, 10**17)}",
        "service": "EC2",
        "eventTypeCode": code,
        "eventTypeCategory": "scheduledChange",
        "eventScopeCode": "ACCOUNT_SPECIFIC",
        "communicationId": f"{core.hex(24)}-1",
        "startTime": http_date(starts_at),
        "lastUpdatedTime": now,
        "statusCode": "open",
        "eventRegion": REGION,
        "eventDescription": [{"language": "en_US", "latestDescription": "EC2 has detected degradation of the host."}],
        "affectedEntities": [
            {
                "entityValue": instance_arn(instance_id),
                "lastUpdatedTime": now,
                "status": "PENDING",
            }
            for instance_id in instance_ids
        ],
        "affectedAccount": ACCOUNT_ID,
        "page": "1",
        "totalPages": "1",
        "backupEvent": "false",
        "personas": ["OPERATIONS"],
        "actionability": "ACTION_REQUIRED",
    }


def http_date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
