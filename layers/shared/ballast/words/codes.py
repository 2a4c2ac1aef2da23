"""Which codes does publish_notification say itself? Each has a section in docs/operating.md."""

from __future__ import annotations

from typing import Final

CODES: Final = frozenset(
    {
        "PlacementFailureLasts",
        "PlacementFailureEnded",
        "TaskStartImpaired",
        "TaskStartRecovered",
        "DeploymentFailed",
        "SlackSecretMissing",
        "SlackRefused",
    }
)
