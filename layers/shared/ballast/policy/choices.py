"""What may be chosen in the settings whose values are words."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What happens at a drain's deadline."""

    ROLLBACK = "rollback"
    FORCE = "force"
    ESCALATE = "escalate"


class OnRebalance(StrEnum):
    IGNORE = "ignore"
    NOTIFY = "notify"
    DRAIN = "drain"


class StandaloneTasks(StrEnum):
    WAIT = "wait"
    STOP = "stop"


class Strategy(StrEnum):
    """IN_PLACE: Bottlerocket's own update and a reboot. REPLACE: an instance refresh of the group. OFF: none."""

    IN_PLACE = "in-place"
    REPLACE = "replace"
    OFF = "off"


class Approval(StrEnum):
    AUTOMATIC = "automatic"
    MANUAL = "manual"


class OnHalt(StrEnum):
    """What follows a halt by itself."""

    WAIT = "wait"
    ROLLBACK = "rollback"


class Repair(StrEnum):
    """REPORT tells what ON would replace."""

    OFF = "off"
    REPORT = "report"
    ON = "on"


class LaunchTemplates(StrEnum):
    """FOLLOW: a new version boots the release of a rollout that is done. REPORT: people are told, nothing is changed."""

    FOLLOW = "follow"
    REPORT = "report"
