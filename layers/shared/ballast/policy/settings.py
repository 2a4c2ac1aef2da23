"""Every setting, one row each: the template, the policy, README and the runbook follow from it or are checked against it.

A new one is its row, its field of the policy and its parameter in template.yaml; `make docs` writes the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ballast.policy import readers
from ballast.policy.choices import Approval, LaunchTemplates, OnHalt, OnRebalance, Outcome, StandaloneTasks, Strategy
from ballast.policy.readers import Reader, count, days, hours, minutes, one_of, text, words
from ballast.records.pause import TAG as PAUSED_TAG
from ballast.value import dataclass

TAG_PREFIX = "ballast:"
MANAGED_TAG = "ballast:managed"
OPT_OUT_TAG = "ballast:do-not-disrupt"
CLUSTER_TAG = "ballast:cluster"  # of an Auto Scaling group without a capacity provider: whose it is while it is empty
REBALANCE_TAG = "ballast:rebalance"  # the first of those of `rebalance_settings`


@dataclass(frozen=True, slots=True)
class Setting:
    """`parameter` or `tag` is empty where only the other one sets it, `field` where the policy has none for it."""

    parameter: str
    tag: str
    field: str
    reader: Reader
    default: str | None  # as a parameter says it; None where it is not set
    says: str  # in README
    of_tag: str = ""  # in the runbook, where that says more

    @property
    def variable(self) -> str:
        """The environment variable that holds the parameter."""
        return re.sub("(?<=[a-z])(?=[A-Z])", "_", self.parameter).upper()

    @property
    def of_updates(self) -> bool:
        """Whether its field is one of the UpdatePolicy."""
        return self.tag.startswith("ballast:update-")


ROLE_ARN = "arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=.@/-]+[*]?"

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
    Setting("UpdateStrategy", "ballast:update-strategy", "strategy", one_of(*Strategy), "off",
        "how Bottlerocket releases reach instances: `in-place`, `replace` (instance refresh) or `off`; amid a rollout set "
        "`UpdateRights` with it",
        "how Bottlerocket releases reach the instances; more than the stack grants (`UpdateRights`) is a ticket"),
    Setting("UpdateRights", "", "", one_of("as-strategy", "in-place", "replace"), "as-strategy",
        "what the role of `update_bottlerocket` grants: `as-strategy` what `UpdateStrategy` needs (`off`: nothing); `in-place` "
        "or `replace` that as well, so that the tag of one cluster may ask for it, and that what is under way ends when you "
        "turn `UpdateStrategy` off"),
    Setting("UpdateApproval", "ballast:update-approval", "approval", one_of(*Approval), "automatic",
        "after the bake time by itself, or `manual`",
        "by itself after the bake time, or after `ballast approve --cluster NAME`"),
    Setting("UpdateBakeDays", "ballast:update-bake-days", "bake", days(0, 365), "3",
        "days since Ballast first saw a release"),
    Setting("", "ballast:update-now", "urgent_version", readers.VERSION, None, "", "this version needs no bake time"),
    Setting("", "ballast:update-version", "pinned_version", readers.VERSION, None, "",
        "pin: wins over the newest release; newer instances are left as they are"),
    Setting("UpdateWindows", "ballast:update-windows", "windows", readers.WINDOWS, "",
        "maintenance windows, such as `0 2 * * tue-thu for 4h in Europe/Berlin`; empty: always",
        "when instances may be started, several joined by ` and `; `any` is cron's `*`, which a tag cannot hold"),
    Setting("UpdateCalendars", "ballast:update-calendars", "calendars",
        words("[A-Za-z0-9 ._:/-]*", "names or ARNs of change calendars, separated by spaces, or empty", "names or ARNs"), "",
        "Systems Manager change calendars that must be open",
        "SSM change calendars that must all be open; one that cannot be read counts as closed"),
    Setting("", "ballast:update-freeze", "frozen", readers.UNTIL, None, "",
        "no instance is started, or none until that time"),
    Setting("UpdateWaves", "ballast:update-waves", "waves", readers.WAVES, "10 30 100",
        "percentages of the fleet that may have been taken up, after one canary",
        "percentages that may have been taken up, after one canary"),
    Setting("UpdateCanaryBakeMinutes", "ballast:update-canary-bake-minutes", "canary_bake", minutes(0, 10080), "60",
        "between the canary and the first wave"),
    Setting("UpdateWaveBakeMinutes", "ballast:update-wave-bake-minutes", "wave_bake", minutes(0, 10080), "30",
        "between two waves"),
    Setting("UpdateFailureBudget", "ballast:update-failure-budget", "failure_budget", readers.FAILURES, "1",
        "instances, or a share, that may fail before the rollout halts",
        "instances that may fail; one more halts the rollout, a failed canary always does"),
    Setting("UpdateAlarms", "ballast:update-alarms", "alarms",
        words("[^,;]*", "names of CloudWatch alarms, separated by spaces, or empty", "names"), "",
        "CloudWatch alarms that halt a rollout",
        "CloudWatch alarms that halt a rollout; while the state of one is unknown, nothing begins"),
    Setting("UpdateReturnMinutes", "ballast:update-return-minutes", "return_time",
        minutes(5, 10080), "15",  # a healthy reboot takes one to three
        "after its reboot, before its group replaces an instance"),
    Setting("", "ballast:update-attempts", "attempts", count(1, 20), "3", "",
        "attempts for each instance, with a back-off of 2, 4, 8 … minutes"),
    Setting("UpdateOnHalt", "ballast:update-on-halt", "on_halt", one_of(*OnHalt), "wait",
        "what follows a halt: `wait`, or `rollback`", "what follows a halt"),
    Setting("UpdateLaunchTemplates", "ballast:update-launch-templates", "launch_templates", one_of(*LaunchTemplates), "report",
        "whether launch templates follow a rollout (`follow` needs `InstanceRoleArns`, and the tag `ballast:managed=true` on "
        "the templates) or drift is only told",
        "after a rollout the launch template of a group gets a new version with the new image, or its drift is only told; "
        "`follow` needs the parameter `InstanceRoleArns` and the tag `ballast:managed=true` on the template, and strategy "
        "`replace` needs `follow`, unless the template resolves a parameter"),
    Setting("InstanceRoleArns", "", "",
        text(r"(?=.{0,600}\Z)(?:|" + ROLE_ARN + f"(?:,{ROLE_ARN})*)",
            "ARNs of IAM roles, separated by commas, of 600 characters in all; a * may stand at the end of a path or name, "
            "not alone"), "",
        "roles of your container instances, which Ballast may pass to EC2 when a group gets a new launch template version; "
        "empty: no right to change launch templates"),
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
        "secret with `bot_token` or `webhook_url` (0.40 USD a month), or a SecureString parameter under the key "
        "`aws/ssm` (none)"),
    Setting("SlackWebhookHost", "", "",
        text("|[a-z0-9-]+([.][a-z0-9-]+)+(:[0-9]{1,5})?",
            "the name of a host in lower case, such as chat.example.com, or empty"), "",
        "host that a webhook may lead to besides hooks.slack.com and hooks.slack-gov.com"),
    Setting("RunbookUrl", "", "",
        text('https://[^# <>|"]{1,400}', "an https URL of at most 400 characters without a fragment"),
        "https://github.com/ballast-ecs/ballast/blob/main/docs/operating.md",
        "where the readers of messages find docs/operating.md; alarms and notices link to its sections"),
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
