"""What exactly is somebody asked to decide about? A short name of a rollout or a pause as it was shown.

It changes with whatever would make the answer another one, and not with what merely counts up.
"""

from __future__ import annotations

from hashlib import blake2b

from ballast.records.pause import Pause
from ballast.records.rollout import Rollout, RolloutState


def of_rollout(rollout: Rollout) -> str:
    """Its release, its way, and how it came to where it stands; not how far it has come, so a brake is never out of date."""
    why = rollout.halted_reason if rollout.state is RolloutState.HALTED else None
    plan = (rollout.cluster, rollout.variant, rollout.arch, rollout.target, rollout.strategy, rollout.bad_version)
    return _short(*plan, rollout.state, rollout.created_at, rollout.told_since, rollout.approved_at, why)


def of_pause(pause: Pause) -> str:
    return _short(pause.cluster, pause.by, pause.at, pause.until, pause.said)


def _short(*parts: object) -> str:
    """In base 16, as `records.command` reads it."""
    return blake2b(repr([None if part is None else str(part) for part in parts]).encode(), digest_size=8).hexdigest()
