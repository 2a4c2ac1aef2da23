"""What does the operator allow a rollout? The part of the policy that only updates ask."""

from __future__ import annotations

import re
from datetime import timedelta

from ballast.policy.choices import Approval, LaunchTemplates, OnHalt, Strategy
from ballast.policy.settings import DEFAULTS
from ballast.policy.windows import Window
from ballast.value import dataclass

__all__ = ["Approval", "LaunchTemplates", "OnHalt", "Strategy", "UpdatePolicy", "percentage"]


@dataclass(frozen=True, slots=True)
class UpdatePolicy:
    """`waves`: percentages of the fleet that may have been taken up, after the canary; `failure_budget` as a count or a share.

    `urgent_version` needs no bake time; `pinned_version` wins over the newest release.
    """

    strategy: Strategy = DEFAULTS["strategy"]
    approval: Approval = DEFAULTS["approval"]
    bake: timedelta = DEFAULTS["bake"]
    urgent_version: str | None = DEFAULTS["urgent_version"]
    pinned_version: str | None = DEFAULTS["pinned_version"]
    windows: tuple[Window, ...] = DEFAULTS["windows"]
    calendars: tuple[str, ...] = DEFAULTS["calendars"]
    frozen: str | None = DEFAULTS["frozen"]  # as written: true, or until when
    waves: tuple[int, ...] = DEFAULTS["waves"]
    canary_bake: timedelta = DEFAULTS["canary_bake"]
    wave_bake: timedelta = DEFAULTS["wave_bake"]
    failure_budget: str = DEFAULTS["failure_budget"]
    alarms: tuple[str, ...] = DEFAULTS["alarms"]
    return_time: timedelta = DEFAULTS["return_time"]
    attempts: int = DEFAULTS["attempts"]
    on_halt: OnHalt = DEFAULTS["on_halt"]
    launch_templates: LaunchTemplates = DEFAULTS["launch_templates"]

    def failures_allowed(self, instances: int) -> int:
        """How many instances may fail before the rollout halts; a share rounds down."""
        share = percentage(self.failure_budget)
        return int(self.failure_budget) if share is None else instances * share // 100


def percentage(written: str) -> int | None:
    """The number of a share, 5 percent or 5%; None of a count. A tag of ECS cannot hold the sign."""
    return int(re.sub("[^0-9]", "", written)) if written.endswith(("%", "percent")) else None
