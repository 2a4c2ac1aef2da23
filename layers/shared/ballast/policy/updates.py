"""What does the operator allow a rollout? Defaults from the deployment, overridden by `ballast:update-` tags on the cluster.

Every value can be written in a tag of ECS: letters, digits, spaces and _ . : / = + - @.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html
"""

from __future__ import annotations

import math
import re
from datetime import timedelta
from enum import StrEnum
from typing import Any

from ballast.policy.windows import FORM, Window, read_windows, readable
from ballast.records.release import Version
from ballast.value import dataclass


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


class LaunchTemplates(StrEnum):
    """FOLLOW: a new version boots the release of a rollout that is done. REPORT: people are told, nothing is changed."""

    FOLLOW = "follow"
    REPORT = "report"


WHOLE = 100


@dataclass(frozen=True, slots=True)
class UpdatePolicy:
    """`waves`: percentages of the fleet that may have been taken up, after the canary; `failure_budget` as a count or a share.

    `urgent_version` needs no bake time; `pinned_version` wins over the newest release.
    """

    strategy: Strategy = Strategy.OFF
    approval: Approval = Approval.AUTOMATIC
    bake: timedelta = timedelta(days=3)
    urgent_version: str | None = None
    pinned_version: str | None = None
    windows: tuple[Window, ...] = ()
    calendars: tuple[str, ...] = ()
    frozen: str | None = None  # as written: true, or until when
    waves: tuple[int, ...] = (10, 30, 100)
    canary_bake: timedelta = timedelta(minutes=60)
    wave_bake: timedelta = timedelta(minutes=30)
    failure_budget: str = "1"
    alarms: tuple[str, ...] = ()
    return_time: timedelta = timedelta(minutes=15)
    attempts: int = 3
    on_halt: OnHalt = OnHalt.WAIT
    launch_templates: LaunchTemplates = LaunchTemplates.FOLLOW

    def failures_allowed(self, instances: int) -> int:
        """How many instances may fail before the rollout halts; a share rounds down."""
        if self.failure_budget.endswith("percent"):
            return math.floor(instances * int(self.failure_budget.split()[0]) / 100)
        return int(self.failure_budget)


def _days(text: str) -> timedelta:
    return timedelta(days=_whole(text, 365))


def _minutes(text: str) -> timedelta:
    return timedelta(minutes=_whole(text, 10_080))


def _return_minutes(text: str) -> timedelta:
    minutes = _minutes(text)
    if minutes < timedelta(minutes=5):  # a healthy reboot takes one to three
        raise ValueError(text)
    return minutes


def _whole(text: str, most: int) -> int:
    if not re.fullmatch(r"\d{1,5}", text) or int(text) > most:
        raise ValueError(text)
    return int(text)


def _attempts(text: str) -> int:
    count = _whole(text, 20)
    if not count:
        raise ValueError(text)
    return count


def _version(text: str) -> str:
    return str(Version.parse(text))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _frozen(text: str) -> str:
    if not readable(text):
        raise ValueError(text)
    return text


def _waves(text: str) -> tuple[int, ...]:
    waves = tuple(_whole(word, 100) for word in text.split())
    if not waves or waves[-1] != WHOLE or list(waves) != sorted(set(waves)) or waves[0] == 0:
        raise ValueError(text)
    return waves


def _failures(text: str) -> str:
    if not re.fullmatch(r"\d{1,4}|(100|\d{1,2}) percent", text):
        raise ValueError(text)
    return text


# By tag without its prefix, which is also the field of the settings: (field of the policy, reader, what is expected).
READERS: dict[str, tuple[str, Any, str]] = {
    "update-strategy": ("strategy", Strategy, "in-place, replace or off"),
    "update-approval": ("approval", Approval, "automatic or manual"),
    "update-bake-days": ("bake", _days, "a whole number of days up to 365"),
    "update-now": ("urgent_version", _version, "a Bottlerocket version such as 1.64.0"),
    "update-version": ("pinned_version", _version, "a Bottlerocket version such as 1.64.0"),
    "update-windows": ("windows", read_windows, f"{FORM}, several joined by ' and '"),
    "update-calendars": ("calendars", _words, "names or ARNs of Systems Manager change calendars, separated by spaces"),
    "update-freeze": ("frozen", _frozen, "true, false or an ISO 8601 time until which it holds"),
    "update-waves": ("waves", _waves, "growing percentages without the sign that end in 100, such as 10 30 100"),
    "update-canary-bake-minutes": ("canary_bake", _minutes, "a whole number of minutes up to 10080"),
    "update-wave-bake-minutes": ("wave_bake", _minutes, "a whole number of minutes up to 10080"),
    "update-failure-budget": ("failure_budget", _failures, "a whole number such as 2, or a share such as 5 percent"),
    "update-alarms": ("alarms", _words, "names of CloudWatch alarms, separated by spaces"),
    "update-return-minutes": ("return_time", _return_minutes, "a whole number of minutes from 5 to 10080"),
    "update-attempts": ("attempts", _attempts, "a whole number from 1 to 20"),
    "update-on-halt": ("on_halt", OnHalt, "wait or rollback"),
    "update-launch-templates": ("launch_templates", LaunchTemplates, "follow or report"),
}
