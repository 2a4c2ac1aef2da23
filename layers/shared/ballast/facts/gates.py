"""What of the operator's own may hold a rollout up: CloudWatch alarms and change calendars, as AWS tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ballast.value import dataclass

NO_SUCH_ALARM = "does not exist"
IS_CLOSED = "is closed"


@dataclass(frozen=True, slots=True)
class Alarms:
    """`ringing`: why, by name, of those in ALARM; `unknown`: what is the matter, of those whose state nobody knows."""

    ringing: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)


NO_ALARMS = Alarms()
