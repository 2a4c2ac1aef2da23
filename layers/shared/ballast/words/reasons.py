"""Why does an incident exist? The reasons that no record names, and how a title speaks of incidents of one reason.

`Notice.reason` is text: besides these it is a `Reason` of a drain or a `WatchKind`. Incidents of one cluster and reason
share a message, so what follows a `/` in a reason keeps them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ballast.records.disruption import Reason

INSTANCE_IMPAIRED: Final = "instance_impaired"
LIFECYCLE_HOOK_PUT: Final = "lifecycle_hook_put"
PLACEMENT_FAILURE: Final = "placement_failure"
TASK_START_IMPAIRED: Final = "task_start_impaired"
DEPLOYMENT_FAILED: Final = "deployment_failed"
SLACK_UNAVAILABLE: Final = "slack_unavailable"
BOTTLEROCKET_RELEASE: Final = "bottlerocket_release"
BOTTLEROCKET_ROLLOUT: Final = "bottlerocket_rollout"  # /variant/architecture
BOTTLEROCKET_TEMPLATE: Final = "bottlerocket_template"  # /group


@dataclass(frozen=True, slots=True)
class Spoken:
    """`3 services (Tasks fail to start)`; `title` None = the reason itself in words."""

    title: str | None = None
    thing: str = "incident"  # what one incident is about, unless it is about an instance


# Only where a title needs other words than the reason's own.
_SPOKEN: Final[Mapping[str, Spoken]] = {
    Reason.LIFECYCLE_HOOK: Spoken("Scale-in"),
    PLACEMENT_FAILURE: Spoken(thing="service"),
    TASK_START_IMPAIRED: Spoken("Tasks fail to start", thing="service"),
    DEPLOYMENT_FAILED: Spoken(thing="service"),
}


def spoken(reason: str) -> Spoken:
    return _SPOKEN.get(reason, Spoken())
