"""Which parameters of a deployment does a dump keep? Those that decide something: no addresses, secrets, roles or accounts."""

from __future__ import annotations

from collections.abc import Mapping

from ballast.policy.rebalance_settings import REBALANCE_SETTINGS
from ballast.policy.setting import Setting
from ballast.policy.settings import SETTINGS

# What says whom to tell, what to log, and whom else to believe.
ELSEWHERE = frozenset(
    {"NotificationEmail", "SnsFormat", "SlackChannel", "SlackSecretArn", "SlackWebhookHost",
     "SlackDeciders", "SlackDecidersNeeded", "RunbookUrl", "EventAccounts",
     "LogRetentionDays", "Tracing", "Metrics", "Dashboard", "Digest", "TopicKey", "InstanceRoleArns", "ManagedClusters"}
)  # fmt: skip
ROWS: tuple[Setting, ...] = (*SETTINGS, *REBALANCE_SETTINGS)
PARAMETERS = {row.parameter: row for row in ROWS if row.parameter and row.parameter not in ELSEWHERE}
TAGS = {row.tag: row for row in ROWS if row.tag}


def kept(parameters: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if name in PARAMETERS}
