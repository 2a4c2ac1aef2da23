"""What does the operator allow? Defaults from the deployment, overridden by tags on the cluster.

A tag or a parameter that cannot be read stops voluntary disruption where it counts (never forced one) and is reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.policy.choices import OnRebalance, Outcome, Repair, StandaloneTasks
from ballast.policy.setting import Setting
from ballast.policy.settings import (
    BY_TAG,
    BY_VARIABLE,
    DEFAULTS,
    MANAGED_TAG,
    OF_UPDATES,
    OPT_OUT_TAG,
    TAG_PREFIX,
    is_of_rebalancing,
)
from ballast.policy.updates import UpdatePolicy, percentage
from ballast.policy.windows import FOREVER, holds
from ballast.records.pause import Pause, from_tag
from ballast.value import dataclass

__all__ = [
    "MANAGED_TAG",
    "OPT_OUT_TAG",
    "OnRebalance",
    "Outcome",
    "Policy",
    "Repair",
    "StandaloneTasks",
    "defaults_from",
    "read_policy",
]
DEFAULT_UPDATES = UpdatePolicy()
LONGEST_SHOWN = 256  # as a tag; a watch has it in its key, of which DynamoDB takes 1024 bytes


@dataclass(frozen=True, slots=True)
class Policy:
    """`budget` is a count ("3") or a share ("10%", "10 percent") of the cluster's container instances, at least one but for 0."""

    budget: str = DEFAULTS["budget"]
    scale_in_deadline: timedelta = DEFAULTS["scale_in_deadline"]
    scale_in_outcome: Outcome = DEFAULTS["scale_in_outcome"]
    voluntary_deadline: timedelta = DEFAULTS["voluntary_deadline"]
    voluntary_outcome: Outcome = DEFAULTS["voluntary_outcome"]
    standalone_tasks: StandaloneTasks = DEFAULTS["standalone_tasks"]
    on_rebalance: OnRebalance = DEFAULTS["on_rebalance"]
    forced_lead: timedelta = DEFAULTS["forced_lead"]
    stuck_drain: timedelta = DEFAULTS["stuck_drain"]
    agent_lost: timedelta = DEFAULTS["agent_lost"]
    repair: Repair = DEFAULTS["repair"]
    repair_after: timedelta = DEFAULTS["repair_after"]
    repair_share: int = DEFAULTS["repair_share"]  # percent of a group, an hour
    failed_launches: int = DEFAULTS["failed_launches"]  # in a row, of one launch template version
    max_age: timedelta = DEFAULTS["max_age"]  # 0: any
    updates: UpdatePolicy = DEFAULT_UPDATES
    opted_out: str | None = DEFAULTS["opted_out"]  # the cluster's do-not-disrupt tag, as written
    paused: Pause | None = DEFAULTS["paused"]  # by the cluster's tag
    brake: Pause | None = None  # by command, as the ledger has it
    unreadable: tuple[tuple[str, str, str], ...] = ()  # (tag or parameter, value, what is expected)

    def pause(self, now: datetime) -> Pause | None:
        """The one that holds longest, of those that hold now."""
        held = [pause for pause in (self.brake, self.paused) if pause and pause.holds(now)]
        return max(held, key=lambda pause: pause.until or FOREVER, default=None)

    def tag_seen(self, since: datetime | None) -> Policy:
        """With the end of a pause by tag, which follows from when the tag was first seen."""
        return replace(self, paused=from_tag(self.paused, since)) if self.paused else self

    def budget_of(self, instances: int) -> int:
        """Most instances that may be out of service; a share rounds down but allows one, as one is the least that moves."""
        share = percentage(self.budget)
        if share is None:
            return int(self.budget)
        return max(1, instances * share // 100) if share else 0


def read_policy(defaults: Policy, tags: Mapping[str, str]) -> Policy:
    """Apply the `ballast:` tags of a cluster; what cannot be read is left as it was and listed in `unreadable`.

    A parameter that cannot be read is no matter for a cluster whose own tag can.
    """
    policy, wrong = defaults, []
    parameters = {each[0]: each for each in defaults.unreadable}
    for tag, value in sorted(tags.items()):
        if not is_tag(tag) or tag == MANAGED_TAG:
            continue
        row = BY_TAG.get(tag)
        if row is None and is_of_rebalancing(tag):
            continue  # rebalance_capacity reads those
        if row is None:
            wrong.append((tag, value, f"one of {', '.join(sorted(BY_TAG.keys() - {MANAGED_TAG}))}"))
            continue
        try:
            policy = _changed(policy, row, value)
        except ValueError as error:
            wrong.append((tag, value, expected(row, value, error)))
        else:
            parameters.pop(row.parameter, None)
    return replace(policy, unreadable=(*parameters.values(), *wrong))


def defaults_from(variables: Mapping[str, str]) -> Policy:
    """The policy of a deployment; where a parameter cannot be read, or is not given, the table's default holds.

    CloudFormation's patterns cannot refuse every wrong value (waves that shrink, a time zone that does not exist), and a
    function that stops over one would leave a forced drain undone.
    """
    policy, wrong = Policy(), []
    for variable, value in variables.items():
        row = BY_VARIABLE[variable]
        try:
            policy = _changed(policy, row, value)
        except ValueError as error:
            wrong.append((row.parameter, value[:LONGEST_SHOWN], expected(row, value, error)))
    return replace(policy, unreadable=tuple(wrong))


def is_managed(tags: Mapping[str, str]) -> bool | None:
    """Whether Ballast looks after a cluster with these tags; None where its tag is neither `true`, exactly so, nor `false`.

    The conditions of the functions' roles compare the value as it is written (aws:ResourceTag with StringEquals), so another
    spelling of `true` would be a cluster that nobody may touch:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    value = tags.get(MANAGED_TAG, "false")
    return True if value == "true" else False if value.strip().lower() == "false" else None


def is_tag(name: str) -> bool:
    """Whether it names a tag of ours, rather than a parameter of the template."""
    return name.startswith(TAG_PREFIX)


def expected(row: Setting, value: str, error: ValueError) -> str:
    """What the setting takes, and what its reader found wrong with the value, where it says that."""
    found = str(error)
    says_more = found not in value and not row.reader.expected.startswith(found.partition(" is not ")[2] or ".")
    return f"{row.reader.expected}, but {found[:LONGEST_SHOWN]}" if says_more else row.reader.expected


def _changed(policy: Policy, row: Setting, value: str) -> Policy:
    read = {row.field: row.reader.read(value)}
    if row.field in OF_UPDATES:
        return replace(policy, updates=replace(policy.updates, **read))
    return replace(policy, **read)


def policy_objection(policy: Policy, now: datetime) -> str | None:
    """In words. Nobody knows what a setting that cannot be read was to forbid, so it forbids everything."""
    if pause := policy.pause(now):
        return pause.words
    if policy.unreadable:
        named = (
            f"{"the cluster's tag" if is_tag(name) else 'the parameter'} {name}={value}"
            for name, value, _ in policy.unreadable
        )
        return f"{' and '.join(named)} cannot be read"
    if holds(policy.opted_out, now):
        return f"the cluster is opted out by {OPT_OUT_TAG}={policy.opted_out}"
    return None
