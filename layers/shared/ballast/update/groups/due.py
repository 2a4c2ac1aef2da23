"""When are the groups of a rollout looked at: what they launch from, and how their refreshes go?"""

from __future__ import annotations

from datetime import datetime, timedelta

from ballast.policy.updates import Strategy
from ballast.records.rollout import Rollout, RolloutState

OFTEN_FOR = timedelta(hours=1)  # after the end, while launch templates follow one after the other
THEN_EVERY = timedelta(hours=1)
HALTED_EVERY = timedelta(minutes=10)  # a group may boot the bad release again at any time


def groups_are_due(rollout: Rollout, now: datetime) -> bool:
    """While groups are refreshed, go back or are halted, for a while after the end, and then once an hour, for drift."""
    if rollout.ended_at is None:
        refreshed = rollout.refreshing is not None or (rollout.strategy == Strategy.REPLACE and rollout.moves)
        return refreshed or is_set_back_due(rollout, now)
    return now - rollout.ended_at < OFTEN_FOR or is_drift_due(rollout, now)


def is_set_back_due(rollout: Rollout, now: datetime) -> bool:
    """At once after a halt or the beginning of a rollback, then from time to time."""
    leaves = rollout.state in (RolloutState.HALTED, RolloutState.ROLLING_BACK)
    return leaves and (rollout.groups_seen_at is None or now - rollout.groups_seen_at >= HALTED_EVERY)


def is_drift_due(rollout: Rollout, now: datetime) -> bool:
    """By the last look, not by the clock: a sweep that comes late must not miss its hour."""
    if rollout.ended_at is None or now - rollout.ended_at < OFTEN_FOR:
        return False
    return rollout.groups_seen_at is None or now - rollout.groups_seen_at >= THEN_EVERY
