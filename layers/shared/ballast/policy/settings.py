"""Every setting, one row each: the template, the policy, README and the runbook follow from it or are checked against it.

A new one is its row, its field of the policy and its parameter in template.yaml; `make docs` writes the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.policy import readers
from ballast.policy.choices import OnRebalance, Outcome, Repair, StandaloneTasks
from ballast.policy.readers import count, days, hours, minutes, one_of, text
from ballast.policy.setting import Setting
from ballast.policy.update_settings import UPDATE_SETTINGS
from ballast.records.pause import TAG as PAUSED_TAG

TAG_PREFIX = "ballast:"
MANAGED_TAG = "ballast:managed"
OPT_OUT_TAG = "ballast:do-not-disrupt"
CLUSTER_TAG = "ballast:cluster"  # of an Auto Scaling group without a capacity provider: whose it is while it is empty
REBALANCE_TAG = "ballast:rebalance"  # the first of those of `rebalance_settings`


# fmt: off
SETTINGS: tuple[Setting, ...] = (
    Setting("DryRun", "", "", readers.SWITCH, "true", "report what Ballast would do without doing it"),
    Setting("ManagedClusters", MANAGED_TAG, "", readers.CLUSTERS, "",
        "names of the clusters to look after (at most 60, without spaces); empty: every cluster in the Region tagged "
        "`ballast:managed=true`",
        "Ballast looks after this cluster; `false`: it does not; any other value or spelling: nor that, and a ticket says so. "
        "Not needed when the parameter names clusters"),
    Setting("", OPT_OUT_TAG, "opted_out", readers.UNTIL, None, "",
        "no voluntary drain, or none until that time (UTC if it has no offset). Also on container instances and tasks, "
        "where an unreadable value counts as `true`"),
    Setting("", PAUSED_TAG, "paused", readers.PAUSE, None, "",
        "[nothing voluntary begins](#pause), until that time, at most 7 days; without a time for 4 hours after Ballast has "
        "first seen this value. Write another value to begin anew"),
    Setting("DisruptionBudget", "ballast:budget", "budget", readers.BUDGET, "10%",
        "most instances of a cluster that may be out of service when a voluntary drain begins; a count or a percentage "
        "(at least one, unless it is 0)",
        "most instances out of service for a voluntary drain to begin; a percentage rounds down but allows one; instances "
        "that others drain or whose agent is lost count, those that wait in a warm pool do not"),
    Setting("ScaleInDeadlineMinutes", "ballast:scale-in-deadline-minutes", "scale_in_deadline", minutes(5, 2880), "60",
        "how long an instance held by our hook may drain"),
    Setting("ScaleInOutcome", "ballast:scale-in-outcome", "scale_in_outcome",
        one_of(Outcome.FORCE, Outcome.ESCALATE), "escalate",  # the group terminates it anyway: nothing to roll back to
        "what happens then: `force` stops what is unprotected, `escalate` pages", "what happens then"),
    Setting("VoluntaryDeadlineMinutes", "ballast:voluntary-deadline-minutes", "voluntary_deadline", minutes(5, 2880), "60",
        "how long a voluntary drain may take"),
    Setting("VoluntaryOutcome", "ballast:voluntary-outcome", "voluntary_outcome", one_of(*Outcome), "rollback",
        "what happens then: `rollback` sets it ACTIVE again, `force`, `escalate`",
        "what happens then; an instance that rebalancing gives back is set ACTIVE again in any case"),
    Setting("StandaloneTasks", "ballast:standalone-tasks", "standalone_tasks", one_of(*StandaloneTasks), "wait",
        "whether a drain waits for tasks of no service, or stops them at once (`stop`)",
        "tasks of no service on a draining instance"),
    Setting("RebalanceRecommendation", "ballast:rebalance-recommendation", "on_rebalance", one_of(*OnRebalance), "notify",
        "`ignore`, `notify` or `drain`", "EC2's rebalance recommendations"),
    Setting("ForcedLeadHours", "", "forced_lead", hours(1, 336), "24",
        "hours before the date of a scheduled change from which the drain waits for nothing"),
    Setting("PutLifecycleHooks", "", "", readers.SWITCH, "true",
        "put the hook `ballast-drain` on groups that have neither it nor ECS managed draining"),
    Setting("StuckDrainMinutes", "", "stuck_drain", minutes(5, 20160), "60",
        "after which a drain by somebody else is reported"),
    Setting("AgentLostMinutes", "", "agent_lost", minutes(2, 1440), "10", "after which a disconnected agent is reported"),
    Setting("PlacementFailureMinutes", "", "", minutes(1, 1440), "5", "after which tasks that ECS cannot place are reported"),
    Setting("Repair", "ballast:repair", "repair", one_of(*Repair), "off",
        "what is done about instances that are ill: `report` tells what would be replaced, `on` replaces it",
        "what is done about instances that are ill; `on` where the stack grants it (`RepairRights`), else it is reported"),
    Setting("RepairRights", "", "", one_of("report", "on"), "report",
        "what the role of `drain_instance` grants of repair: `report` what `Repair` needs; `on` all, so that the tag of one "
        "cluster may ask for it"),
    Setting("RepairAfterMinutes", "ballast:repair-after-minutes", "repair_after", minutes(5, 1440), "10",
        "for which an instance has to be ill without a break before it is replaced"),
    Setting("RepairPerHourPercent", "ballast:repair-per-hour-percent", "repair_share", count(1, 100), "10",
        "of the instances of a group, how many repairs may begin in an hour; at least one"),
    Setting("RepairFailedLaunches", "ballast:repair-failed-launches", "failed_launches", count(1, 20), "3",
        "instances launched in a row that never join, after which Ballast launches no more of that launch template version"),
    Setting("MaxInstanceAgeDays", "ballast:max-instance-age-days", "max_age", days(0, 3650), "0",
        "after which `Repair` replaces a container instance, the oldest first; 0: never"),
    *UPDATE_SETTINGS,
    Setting("NotificationEmail", "", "", text("|[^@ ]+@[^@ ]+", "an e-mail address or empty"), "",
        "address to subscribe to all messages"),
    Setting("SnsFormat", "", "", one_of("text_and_json", "q_developer"), "text_and_json",
        "`q_developer`: HTTPS subscribers get the schema of Amazon Q Developer in chat applications"),
    Setting("SlackChannel", "", "",
        text("|[CGD][A-Z0-9]{8,}", "a Slack channel id such as C0123456789, not a name, or empty"), "",
        "id of the channel; empty: no Slack"),
    Setting("SlackSecretArn", "", "",
        text("|arn:aws[a-z-]*:(secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:|ssm:[a-z0-9-]+:[0-9]{12}:parameter/).+",
            "the ARN of a Secrets Manager secret or of a SecureString parameter, or empty"), "",
        "secret with `bot_token` (and `signing_secret`, where there are buttons) or `webhook_url` (0.40 USD a month), "
        "or a SecureString parameter under the key `aws/ssm` (none)"),
    Setting("SlackWebhookHost", "", "",
        text("|[a-z0-9-]+([.][a-z0-9-]+)+(:[0-9]{1,5})?",
            "the name of a host in lower case, such as chat.example.com, or empty"), "",
        "host that a webhook may lead to besides hooks.slack.com and hooks.slack-gov.com"),
    Setting("SlackDeciders", "", "",
        text("(?=.{0,1000}\\Z)(?:|[UW][A-Z0-9]{2,20}(?:,[UW][A-Z0-9]{2,20}){0,79})",
            "Slack user ids such as U0123456789, not names, separated by commas, or empty"), "",
        "Slack ids of the people whose buttons under messages do something; empty: no buttons, and nothing that the "
        "Internet can reach"),
    Setting("SlackDecidersNeeded", "", "", count(1, 5), "1",
        "how many of them have to press what lets something go on (approve, resume, roll back); 2: nobody alone"),
    Setting("RunbookUrl", "", "",
        text(r'https://[^# <>|"\\]{1,400}', "an https URL of at most 400 characters without a fragment"),
        "https://github.com/ballast-ecs/ballast/blob/main/docs/operating.md",
        "where the readers of messages find docs/operating.md; alarms and notices link to its sections"),
    Setting("Digest", "", "", readers.DIGEST, "0 7 any any any in UTC",
        "when the [digest](docs/operating.md#fleetdigest) of all that was done is told, each day or each week, as a time of cron "
        "and a time zone such as `30 8 any any mon in Europe/Berlin`; or `off`"),
    Setting("EventAccounts", "", "",
        text("(?=.{0,259}\\Z)(?:|[0-9]{12}(?:,[0-9]{12}){0,19})",
            "at most 20 account ids of 12 digits, separated by commas, or empty"), "",
        "other accounts whose AWS Health events (an organization's view) and Ballast events (commands, notices, releases) count "
        "when they reach this event bus; empty: none"),
    Setting("LogRetentionDays", "", "", one_of("7", "14", "30", "60", "90", "180", "365", "731"), "30",
        "days that logs are kept"),
    Setting("Tracing", "", "", one_of("PassThrough", "Active"), "PassThrough",
        "`Active`: Lambda records X-Ray traces of the functions' runs, some 1 USD a month; `PassThrough`: none"),
    Setting("Metrics", "", "", one_of("logs", "cloudwatch"), "logs",
        "`logs`: what Ballast measures of itself stands in the logs only; `cloudwatch`: it is custom metrics too, at most "
        "1.80 USD a month, and up to 1.20 for the daily cost of capacity"),
    Setting("Dashboard", "", "", one_of("on", "off"), "on",
        "a CloudWatch dashboard (output `DashboardUrl`): an account's first three cost nothing, any other 3 USD a month"),
    Setting("TopicKey", "", "", one_of("own", "none"), "own",
        "`own`: the topic is encrypted with a KMS key of the stack, 1 USD a month; `none`: with SNS's own disk encryption only"),
)
# fmt: on

OF_POLICY = tuple(row for row in SETTINGS if row.field)
BY_TAG = {row.tag: row for row in SETTINGS if row.tag}
OF_UPDATES = frozenset(row.field for row in OF_POLICY if row.of_updates)
BY_VARIABLE = {row.variable: row for row in OF_POLICY if row.parameter}
POLICY_VARIABLES = tuple(BY_VARIABLE)
# What a field of the policy is where nobody says anything.
DEFAULTS: Mapping[str, Any] = {
    row.field: None if row.default is None else row.reader.read(row.default) for row in OF_POLICY
}


def is_of_rebalancing(tag: str) -> bool:
    """Whether it is for `rebalance_settings`, by its name; this table may have it all the same."""
    return tag == REBALANCE_TAG or tag.startswith(f"{REBALANCE_TAG}-")
