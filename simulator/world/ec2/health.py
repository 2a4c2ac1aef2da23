"""How AWS Health speaks of a scheduled change: first, and again whenever something about it changes.

https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from simulator.clock import Timer
from simulator.world.core.core import ACCOUNT_ID, REGION, Core, Output
from simulator.world.core.records import Instance
from simulator.world.ec2.instances import Ec2

# https://docs.aws.amazon.com/health/latest/APIReference/API_AffectedEntity.html (statusCode)
ENTITY_STATUSES = ("PENDING", "RESOLVED", "IMPAIRED", "UNIMPAIRED", "UNKNOWN")
OVER = ("RESOLVED", "UNIMPAIRED")


@dataclass(slots=True)
class Change:
    """One event of AWS Health: its ARN stays, what it says may change. `left_out` are fields that it does not have."""

    arn: str
    code: str
    entities: dict[str, str | None]  # value as AWS writes it, and its status, if it has one
    starts_at: datetime | None
    announced_at_s: float
    left_out: frozenset[str] = frozenset()
    is_closed: bool = False
    closed_at: datetime | None = None
    stops: list[Timer] = field(default_factory=list)


class ScheduledChanges:
    """By event ARN. At its date EC2 stops what still runs and is not over (the root volume is on EBS).

    What somebody has stopped and started since is on another host by then, so that nothing is left to happen.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/schedevents_actions_retire.html
    """

    def __init__(self, core: Core, ec2: Ec2) -> None:
        self._core = core
        self._ec2 = ec2
        self.changes: dict[str, Change] = {}

    def announce(
        self, entities: Mapping[str, str | None], starts_at: datetime | None, code: str, left_out: frozenset[str]
    ) -> Change:
        number = self._core.rng.randrange(10**16, 10**17)
        event_arn, now_s = f"arn:aws:health:{REGION}::event/{code}_{number}", self._core.clock.now_s
        change = Change(event_arn, code, dict(entities), starts_at, now_s, left_out)
        self.changes[change.arn] = change
        self.tell(change)
        return change

    def tell(self, change: Change) -> None:
        """Send it as it is now, and stop at its date, of which there is only one, what it names."""
        self._core.emit("aws.health", "AWS Health Event", None, event_detail(self._core, change))
        for timer in change.stops:
            timer.cancel()
        change.stops.clear()
        if change.is_closed or change.starts_at is None:
            return
        at_s = self._core.clock.seconds(change.starts_at)
        for value, status in change.entities.items():
            instance = self._ec2.instances.get(value.rpartition("/")[2])
            if instance is not None and status not in OVER:
                change.stops.append(self._core.clock.at(at_s, partial(self._stop, change, instance)))

    def _stop(self, change: Change, instance: Instance) -> None:
        if self._ec2.started_at_s(instance) <= change.announced_at_s:
            self._ec2.stop(instance, "retirement")


def event_detail(core: Core, change: Change) -> Output:
    """The detail of the event; Health's dates are RFC 2822-like."""
    now = http_date(core.clock.utc)
    detail: Output = {
        "eventArn": change.arn,
        "service": "EC2",
        "eventTypeCode": change.code,
        "eventTypeCategory": "scheduledChange",
        "eventScopeCode": "ACCOUNT_SPECIFIC",
        "communicationId": f"{core.hex(24)}-1",
        **({} if change.starts_at is None else {"startTime": http_date(change.starts_at)}),
        **({} if change.closed_at is None else {"endTime": http_date(change.closed_at)}),
        "lastUpdatedTime": now,
        "statusCode": "closed" if change.is_closed else "open",
        "eventRegion": REGION,
        "eventDescription": [{"language": "en_US", "latestDescription": "EC2 has detected degradation of the host."}],
        "affectedEntities": [
            {
                "entityValue": value,
                "lastUpdatedTime": now,
                **({} if status is None else {"status": status}),
            }
            for value, status in change.entities.items()
        ],
        "affectedAccount": ACCOUNT_ID,
        "page": "1",
        "totalPages": "1",
        "backupEvent": "false",
        "personas": ["OPERATIONS"],
        "actionability": "ACTION_REQUIRED",
    }
    return {key: value for key, value in detail.items() if key not in change.left_out}


def http_date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
