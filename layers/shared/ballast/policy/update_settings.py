"""The settings of updates, one row each, as `settings` has the others."""

from __future__ import annotations

from ballast.policy import readers
from ballast.policy.choices import Approval, LaunchTemplates, OnHalt, Strategy
from ballast.policy.readers import count, days, minutes, one_of, text, words
from ballast.policy.setting import Setting

ROLE_ARN = "arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=.@/-]+[*]?"

# fmt: off
UPDATE_SETTINGS: tuple[Setting, ...] = (
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
        text(rf"(?=.{{0,600}}\Z)(?:|{ROLE_ARN}(?:,{ROLE_ARN})*)",
            "ARNs of IAM roles, separated by commas, of 600 characters in all; a * may stand at the end of a path or name, "
            "not alone"), "",
        "roles of your container instances, which Ballast may pass to EC2 when a group gets a new launch template version; "
        "empty: no right to change launch templates"),
)
# fmt: on
