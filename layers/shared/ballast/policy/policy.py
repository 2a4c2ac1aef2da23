"""What does the operator allow? Defaults from the deployment, overridden by tags on the cluster.

A tag that cannot be read stops voluntary disruption in that cluster (never forced one) and is reported.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from ballast.errors import SettingsError
from ballast.policy import updates as update_policy
from ballast.policy.updates import UpdatePolicy
from ballast.policy.windows import readable
from ballast.value import dataclass

TAG_PREFIX = "ballast:"
MANAGED_TAG = "ballast:managed"
OPT_OUT_TAG = "ballast:do-not-disrupt"
DEFAULT_UPDATES = UpdatePolicy()
SHARES = ("%", "percent")  # a tag of ECS cannot hold the sign


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


@dataclass(frozen=True, slots=True)
class Policy:
    """`budget` is a count ("3") or a share ("10%", "10 percent") of the cluster's container instances, at least one but for 0."""

    budget: str = "10%"
    scale_in_deadline: timedelta = timedelta(minutes=60)
    scale_in_outcome: Outcome = Outcome.ESCALATE
    voluntary_deadline: timedelta = timedelta(minutes=60)
    voluntary_outcome: Outcome = Outcome.ROLLBACK
    standalone_tasks: StandaloneTasks = StandaloneTasks.WAIT
    on_rebalance: OnRebalance = OnRebalance.NOTIFY
    forced_lead: timedelta = timedelta(hours=24)
    stuck_drain: timedelta = timedelta(minutes=60)
    agent_lost: timedelta = timedelta(minutes=10)
    updates: UpdatePolicy = DEFAULT_UPDATES
    opted_out: str | None = None  # the cluster's do-not-disrupt tag, as written
    unreadable: tuple[tuple[str, str, str], ...] = ()  # (tag, value, what is expected)

    def budget_of(self, instances: int) -> int:
        """Most instances that may be out of service; a share rounds down but allows one, as one is the least that moves."""
        if self.budget.endswith(SHARES):
            share = int(re.sub(r"\D", "", self.budget))
            return max(1, math.floor(instances * share / 100)) if share else 0
        return int(self.budget)


def read_policy(defaults: Policy, tags: Mapping[str, str]) -> Policy:
    """Apply the `ballast:` tags of a cluster; what cannot be read is left as it was and listed in `unreadable`."""
    policy, unreadable = defaults, []
    for tag, value in sorted(tags.items()):
        if not tag.startswith(TAG_PREFIX) or tag == MANAGED_TAG:
            continue
        readers = _OF_UPDATES if tag in _OF_UPDATES else _READERS
        if tag not in readers:
            unreadable.append((tag, value, f"one of {', '.join(sorted({*_READERS, *_OF_UPDATES}))}"))
            continue
        name, read, expected = readers[tag]
        try:
            change = {name: read(value)}
            if readers is _OF_UPDATES:
                change = {"updates": replace(policy.updates, **change)}
            policy = replace(policy, **change)
        except ValueError:
            unreadable.append((tag, value, expected))
    return replace(policy, unreadable=tuple(unreadable))


def defaults_from(settings: Any) -> Policy:
    """The policy of a deployment; raises SettingsError naming the variable that cannot be read.

    Settings without fields for updates leave those as they are.
    """
    wrong: list[str] = []
    of_updates = {name.replace("-", "_"): reader for name, reader in update_policy.READERS.items()}
    present = {variable: reader for variable, reader in of_updates.items() if hasattr(settings, variable)}
    values = _values(settings, _DEFAULTS, wrong)
    updates = _values(settings, present, wrong)
    if wrong:
        raise SettingsError(f"{', '.join(wrong)}: correct the parameters and deploy again.")
    return Policy(**values, updates=UpdatePolicy(**updates))


def _values(settings: Any, readers: Mapping[str, tuple[str, Any, str]], wrong: list[str]) -> dict[str, Any]:
    values = {}
    for variable, (name, read, expected) in readers.items():
        text = getattr(settings, variable)
        try:
            values[name] = read(text)
        except ValueError:
            wrong.append(f"{variable.upper()} is {text!r} but must be {expected}")
    return values


def _budget(text: str) -> str:
    if not re.fullmatch(r"\d{1,5}|(100|\d{1,2})(%| percent)", text):
        raise ValueError(text)
    return text


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text):  # more would leave the calendar
        raise ValueError(text)
    return int(text)


def _minutes(text: str) -> timedelta:
    return timedelta(minutes=_whole(text))


def _hours(text: str) -> timedelta:
    return timedelta(hours=_whole(text))


def _scale_in_outcome(text: str) -> Outcome:
    # The group terminates the instance whatever happens, so there is nothing to roll back to.
    if text == Outcome.ROLLBACK:
        raise ValueError(text)
    return Outcome(text)


def _opt_out(text: str) -> str:
    if not readable(text):
        raise ValueError(text)
    return text


_BUDGET = ("budget", _budget, "a whole number such as 3 or a share such as 10% (in a tag, 10 percent)")
_SCALE_IN_DEADLINE = ("scale_in_deadline", _minutes, "a whole number of minutes")
_SCALE_IN_OUTCOME = ("scale_in_outcome", _scale_in_outcome, "force or escalate")
_DEADLINE = ("voluntary_deadline", _minutes, "a whole number of minutes")
_OUTCOME = ("voluntary_outcome", Outcome, "rollback, force or escalate")
_STANDALONE = ("standalone_tasks", StandaloneTasks, "wait or stop")
_ON_REBALANCE = ("on_rebalance", OnRebalance, "ignore, notify or drain")

_READERS: dict[str, tuple[str, Any, str]] = {
    "ballast:budget": _BUDGET,
    "ballast:scale-in-deadline-minutes": _SCALE_IN_DEADLINE,
    "ballast:scale-in-outcome": _SCALE_IN_OUTCOME,
    "ballast:voluntary-deadline-minutes": _DEADLINE,
    "ballast:voluntary-outcome": _OUTCOME,
    "ballast:standalone-tasks": _STANDALONE,
    "ballast:rebalance-recommendation": _ON_REBALANCE,
    OPT_OUT_TAG: ("opted_out", _opt_out, "true, false or an ISO 8601 time until which it holds"),
}
_OF_UPDATES = {f"{TAG_PREFIX}{name}": reader for name, reader in update_policy.READERS.items()}
_DEFAULTS: dict[str, tuple[str, Any, str]] = {
    "disruption_budget": _BUDGET,
    "scale_in_deadline_minutes": _SCALE_IN_DEADLINE,
    "scale_in_outcome": _SCALE_IN_OUTCOME,
    "voluntary_deadline_minutes": _DEADLINE,
    "voluntary_outcome": _OUTCOME,
    "standalone_tasks": _STANDALONE,
    "rebalance_recommendation": _ON_REBALANCE,
    "forced_lead_hours": ("forced_lead", _hours, "a whole number of hours"),
    "stuck_drain_minutes": ("stuck_drain", _minutes, "a whole number of minutes"),
    "agent_lost_minutes": ("agent_lost", _minutes, "a whole number of minutes"),
}
