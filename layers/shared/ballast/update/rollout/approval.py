"""Which release is wanted, and from when on may it be rolled out?"""

from __future__ import annotations

from datetime import datetime

from ballast.policy.updates import Approval, UpdatePolicy
from ballast.records.release import Release


def target_of(policy: UpdatePolicy, release: Release) -> str:
    """A pinned version wins over the newest release."""
    return policy.pinned_version or release.version


def due_at(policy: UpdatePolicy, release: Release, approved_at: datetime | None) -> datetime | None:
    """When a rollout to the release may begin; None = not before somebody approves it."""
    if approved_at:
        return approved_at
    if policy.urgent_version == release.version:
        return release.seen_at
    return release.seen_at + policy.bake if policy.approval is Approval.AUTOMATIC else None
