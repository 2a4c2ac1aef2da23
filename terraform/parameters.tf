# Written by `make docs` from the parameters of template.yaml. null: the template's default.

variable "dry_run" {
  description = "Report what Ballast would do without doing it; set to false when you trust the reports."
  type        = bool
  default     = null
}

variable "managed_clusters" {
  description = "Names of the ECS clusters to look after; empty means every cluster in this Region tagged ballast:managed=true."
  type        = string
  default     = null
}

variable "disruption_budget" {
  description = "Most container instances of a cluster that may be out of service for voluntary reasons, as a count or a percentage."
  type        = string
  default     = null
}

variable "scale_in_deadline_minutes" {
  description = "Minutes that an instance held by our lifecycle hook may drain before the outcome applies."
  type        = number
  default     = null
  validation {
    condition     = var.scale_in_deadline_minutes == null ? true : var.scale_in_deadline_minutes >= 5 && var.scale_in_deadline_minutes <= 2880
    error_message = "scale_in_deadline_minutes must be from 5 to 2880."
  }
}

variable "scale_in_outcome" {
  description = "What happens to a scale-in drain at its deadline; force stops what is unprotected, escalate pages on-call."
  type        = string
  default     = null
  validation {
    condition     = var.scale_in_outcome == null ? true : contains(["force", "escalate"], var.scale_in_outcome)
    error_message = "scale_in_outcome must be one of force, escalate."
  }
}

variable "voluntary_deadline_minutes" {
  description = "Minutes that a voluntary drain may take before the outcome applies."
  type        = number
  default     = null
  validation {
    condition     = var.voluntary_deadline_minutes == null ? true : var.voluntary_deadline_minutes >= 5 && var.voluntary_deadline_minutes <= 2880
    error_message = "voluntary_deadline_minutes must be from 5 to 2880."
  }
}

variable "voluntary_outcome" {
  description = "What happens to a voluntary drain at its deadline; rollback sets the instance ACTIVE again."
  type        = string
  default     = null
  validation {
    condition     = var.voluntary_outcome == null ? true : contains(["rollback", "force", "escalate"], var.voluntary_outcome)
    error_message = "voluntary_outcome must be one of rollback, force, escalate."
  }
}

variable "standalone_tasks" {
  description = "Whether a drain waits for tasks that belong to no service or stops them at once."
  type        = string
  default     = null
  validation {
    condition     = var.standalone_tasks == null ? true : contains(["wait", "stop"], var.standalone_tasks)
    error_message = "standalone_tasks must be one of wait, stop."
  }
}

variable "rebalance_recommendation" {
  description = "What to do when EC2 recommends to rebalance a Spot Instance."
  type        = string
  default     = null
  validation {
    condition     = var.rebalance_recommendation == null ? true : contains(["ignore", "notify", "drain"], var.rebalance_recommendation)
    error_message = "rebalance_recommendation must be one of ignore, notify, drain."
  }
}

variable "forced_lead_hours" {
  description = "Hours before the date of an AWS Health scheduled change from which the drain no longer waits for the budget."
  type        = number
  default     = null
  validation {
    condition     = var.forced_lead_hours == null ? true : var.forced_lead_hours >= 1 && var.forced_lead_hours <= 336
    error_message = "forced_lead_hours must be from 1 to 336."
  }
}

variable "put_lifecycle_hooks" {
  description = "Put the lifecycle hook ballast-drain on groups of managed clusters that have neither it nor ECS managed draining."
  type        = bool
  default     = null
}

variable "repair" {
  description = "What is done about instances that are ill; report tells what would be replaced, on replaces it."
  type        = string
  default     = null
  validation {
    condition     = var.repair == null ? true : contains(["off", "report", "on"], var.repair)
    error_message = "repair must be one of off, report, on."
  }
}

variable "repair_rights" {
  description = "What drain_instance may do about them; report grants what Repair needs, on all, so that the tag of one cluster may ask for it."
  type        = string
  default     = null
  validation {
    condition     = var.repair_rights == null ? true : contains(["report", "on"], var.repair_rights)
    error_message = "repair_rights must be one of report, on."
  }
}

variable "repair_after_minutes" {
  description = "For which an instance has to be ill without a break before it is replaced."
  type        = number
  default     = null
  validation {
    condition     = var.repair_after_minutes == null ? true : var.repair_after_minutes >= 5 && var.repair_after_minutes <= 1440
    error_message = "repair_after_minutes must be from 5 to 1440."
  }
}

variable "repair_per_hour_percent" {
  description = "Of the instances of a group, how many repairs may begin in an hour; at least one."
  type        = number
  default     = null
  validation {
    condition     = var.repair_per_hour_percent == null ? true : var.repair_per_hour_percent >= 1 && var.repair_per_hour_percent <= 100
    error_message = "repair_per_hour_percent must be from 1 to 100."
  }
}

variable "repair_failed_launches" {
  description = "Instances launched in a row that never join, after which Ballast launches no more of that launch template version."
  type        = number
  default     = null
  validation {
    condition     = var.repair_failed_launches == null ? true : var.repair_failed_launches >= 1 && var.repair_failed_launches <= 20
    error_message = "repair_failed_launches must be from 1 to 20."
  }
}

variable "max_instance_age_days" {
  description = "After which Repair replaces a container instance; 0 for never."
  type        = number
  default     = null
  validation {
    condition     = var.max_instance_age_days == null ? true : var.max_instance_age_days >= 0 && var.max_instance_age_days <= 3650
    error_message = "max_instance_age_days must be from 0 to 3650."
  }
}

variable "update_strategy" {
  description = "How Bottlerocket releases reach instances (in-place reboots, replace refreshes); before you set off amid a rollout, set UpdateRights."
  type        = string
  default     = null
  validation {
    condition     = var.update_strategy == null ? true : contains(["off", "in-place", "replace"], var.update_strategy)
    error_message = "update_strategy must be one of off, in-place, replace."
  }
}

variable "update_rights" {
  description = "What update_bottlerocket may do; as-strategy grants what UpdateStrategy needs, the others also what tags ask for and what is under way."
  type        = string
  default     = null
  validation {
    condition     = var.update_rights == null ? true : contains(["as-strategy", "in-place", "replace"], var.update_rights)
    error_message = "update_rights must be one of as-strategy, in-place, replace."
  }
}

variable "update_approval" {
  description = "Whether a release is rolled out by itself after its bake time, or once somebody approves it."
  type        = string
  default     = null
  validation {
    condition     = var.update_approval == null ? true : contains(["automatic", "manual"], var.update_approval)
    error_message = "update_approval must be one of automatic, manual."
  }
}

variable "update_bake_days" {
  description = "Days since Ballast first saw a release before it is rolled out."
  type        = number
  default     = null
  validation {
    condition     = var.update_bake_days == null ? true : var.update_bake_days >= 0 && var.update_bake_days <= 365
    error_message = "update_bake_days must be from 0 to 365."
  }
}

variable "update_windows" {
  description = "Maintenance windows, such as 0 2 * * tue-thu for 4h in Europe/Berlin, several joined by \" and \"; empty = always."
  type        = string
  default     = null
}

variable "update_calendars" {
  description = "Systems Manager change calendars (names or ARNs, separated by spaces) that must all be open; empty = none."
  type        = string
  default     = null
}

variable "update_waves" {
  description = "Percentages of the fleet, after one canary, that end in 100."
  type        = string
  default     = null
}

variable "update_canary_bake_minutes" {
  description = "Minutes between the canary and the first wave."
  type        = number
  default     = null
  validation {
    condition     = var.update_canary_bake_minutes == null ? true : var.update_canary_bake_minutes >= 0 && var.update_canary_bake_minutes <= 10080
    error_message = "update_canary_bake_minutes must be from 0 to 10080."
  }
}

variable "update_wave_bake_minutes" {
  description = "Minutes between two waves."
  type        = number
  default     = null
  validation {
    condition     = var.update_wave_bake_minutes == null ? true : var.update_wave_bake_minutes >= 0 && var.update_wave_bake_minutes <= 10080
    error_message = "update_wave_bake_minutes must be from 0 to 10080."
  }
}

variable "update_failure_budget" {
  description = "Instances (2) or share (5 percent) that may fail before a rollout halts; a failed canary always halts it."
  type        = string
  default     = null
}

variable "update_alarms" {
  description = "Names of CloudWatch alarms, separated by spaces, that halt a rollout; empty = none."
  type        = string
  default     = null
}

variable "update_return_minutes" {
  description = "Minutes after its reboot within which an instance must be back before its group replaces it."
  type        = number
  default     = null
  validation {
    condition     = var.update_return_minutes == null ? true : var.update_return_minutes >= 5 && var.update_return_minutes <= 10080
    error_message = "update_return_minutes must be from 5 to 10080."
  }
}

variable "update_on_halt" {
  description = "What follows when a rollout halts by itself."
  type        = string
  default     = null
  validation {
    condition     = var.update_on_halt == null ? true : contains(["wait", "rollback"], var.update_on_halt)
    error_message = "update_on_halt must be one of wait, rollback."
  }
}

variable "update_launch_templates" {
  description = "Whether launch templates follow a rollout that is done (a new version, which needs InstanceRoleArns), or drift is only reported."
  type        = string
  default     = null
  validation {
    condition     = var.update_launch_templates == null ? true : contains(["follow", "report"], var.update_launch_templates)
    error_message = "update_launch_templates must be one of follow, report."
  }
}

variable "instance_role_arns" {
  description = "ARNs of the IAM roles of your container instances, or a path as role/ecs/*; empty = no right to change launch templates."
  type        = string
  default     = null
}

variable "rebalance" {
  description = "What is done about capacity; report tells what would be done, on does what is switched on below; before you set off amid moves, set RebalanceRights."
  type        = string
  default     = null
  validation {
    condition     = var.rebalance == null ? true : contains(["off", "report", "on"], var.rebalance)
    error_message = "rebalance must be one of off, report, on."
  }
}

variable "rebalance_rights" {
  description = "What rebalance_capacity may do; report grants what Rebalance needs, on all, so that the tag of one cluster may ask for it."
  type        = string
  default     = null
  validation {
    condition     = var.rebalance_rights == null ? true : contains(["report", "on"], var.rebalance_rights)
    error_message = "rebalance_rights must be one of report, on."
  }
}

variable "rebalance_scale_out" {
  description = "Launch for tasks that nobody else launches for."
  type        = string
  default     = null
  validation {
    condition     = var.rebalance_scale_out == null ? true : contains(["on", "off"], var.rebalance_scale_out)
    error_message = "rebalance_scale_out must be one of on, off."
  }
}

variable "rebalance_headroom" {
  description = "Keep the room free that RebalanceSparePercent and RebalanceSpare say."
  type        = string
  default     = null
  validation {
    condition     = var.rebalance_headroom == null ? true : contains(["on", "off"], var.rebalance_headroom)
    error_message = "rebalance_headroom must be one of on, off."
  }
}

variable "rebalance_consolidate" {
  description = "Give back instances that stand empty, or whose tasks have room elsewhere."
  type        = string
  default     = null
  validation {
    condition     = var.rebalance_consolidate == null ? true : contains(["on", "off"], var.rebalance_consolidate)
    error_message = "rebalance_consolidate must be one of on, off."
  }
}

variable "rebalance_replace" {
  description = "Give an instance for a cheaper one, which is launched first."
  type        = string
  default     = null
  validation {
    condition     = var.rebalance_replace == null ? true : contains(["on", "off"], var.rebalance_replace)
    error_message = "rebalance_replace must be one of on, off."
  }
}

variable "rebalance_saving_usd" {
  description = "Least saving of a moved task in USD an hour; empty = half of what a task of its capacity provider costs, an eighth if exchanged."
  type        = string
  default     = null
}

variable "rebalance_saving_percent" {
  description = "Least saving, as a share of the price of what goes."
  type        = number
  default     = null
  validation {
    condition     = var.rebalance_saving_percent == null ? true : var.rebalance_saving_percent >= 0 && var.rebalance_saving_percent <= 100
    error_message = "rebalance_saving_percent must be from 0 to 100."
  }
}

variable "rebalance_stabilisation_minutes" {
  description = "Minutes without a start or stop of a task on it, before an instance goes."
  type        = number
  default     = null
  validation {
    condition     = var.rebalance_stabilisation_minutes == null ? true : var.rebalance_stabilisation_minutes >= 0 && var.rebalance_stabilisation_minutes <= 1440
    error_message = "rebalance_stabilisation_minutes must be from 0 to 1440."
  }
}

variable "rebalance_rest_minutes" {
  description = "Minutes for which a capacity provider is left alone after capacity came or something failed."
  type        = number
  default     = null
  validation {
    condition     = var.rebalance_rest_minutes == null ? true : var.rebalance_rest_minutes >= 5 && var.rebalance_rest_minutes <= 1440
    error_message = "rebalance_rest_minutes must be from 5 to 1440."
  }
}

variable "rebalance_spare_percent" {
  description = "Headroom, as a share of the tasks that run."
  type        = number
  default     = null
  validation {
    condition     = var.rebalance_spare_percent == null ? true : var.rebalance_spare_percent >= 0 && var.rebalance_spare_percent <= 100
    error_message = "rebalance_spare_percent must be from 0 to 100."
  }
}

variable "rebalance_spare" {
  description = "Headroom for copies of task definitions, such as 3 x api:7 on web during 0 8 * * mon-fri for 10h in UTC, several joined by \" plus \"; empty = none."
  type        = string
  default     = null
}

variable "rebalance_windows" {
  description = "When moves may begin, as UpdateWindows; empty = always."
  type        = string
  default     = null
}

variable "rebalance_stop_before_start" {
  description = "Move also tasks that ECS may stop before it starts others."
  type        = string
  default     = null
  validation {
    condition     = var.rebalance_stop_before_start == null ? true : contains(["on", "off"], var.rebalance_stop_before_start)
    error_message = "rebalance_stop_before_start must be one of on, off."
  }
}

variable "rebalance_launch_instances" {
  description = "Use LaunchInstances, zone by zone, instead of a raised desired capacity (not tried on an account yet)."
  type        = string
  default     = null
  validation {
    condition     = var.rebalance_launch_instances == null ? true : contains(["on", "off"], var.rebalance_launch_instances)
    error_message = "rebalance_launch_instances must be one of on, off."
  }
}

variable "rebalance_price_factors" {
  description = "What commitments leave of list prices, such as m7i.*=0.6 c7g.large=0.8; empty = all of them."
  type        = string
  default     = null
}

variable "stuck_drain_minutes" {
  description = "Minutes after which an instance that somebody else drains (a person, ECS managed draining) is reported as stuck."
  type        = number
  default     = null
  validation {
    condition     = var.stuck_drain_minutes == null ? true : var.stuck_drain_minutes >= 5 && var.stuck_drain_minutes <= 20160
    error_message = "stuck_drain_minutes must be from 5 to 20160."
  }
}

variable "agent_lost_minutes" {
  description = "Minutes after which a disconnected ECS agent is reported; shorter blips are normal."
  type        = number
  default     = null
  validation {
    condition     = var.agent_lost_minutes == null ? true : var.agent_lost_minutes >= 2 && var.agent_lost_minutes <= 1440
    error_message = "agent_lost_minutes must be from 2 to 1440."
  }
}

variable "placement_failure_minutes" {
  description = "Minutes after which tasks that ECS cannot place are reported."
  type        = number
  default     = null
  validation {
    condition     = var.placement_failure_minutes == null ? true : var.placement_failure_minutes >= 1 && var.placement_failure_minutes <= 1440
    error_message = "placement_failure_minutes must be from 1 to 1440."
  }
}

variable "notification_email" {
  description = "E-mail address to subscribe to all messages; empty subscribes nobody."
  type        = string
  default     = null
}

variable "sns_format" {
  description = "Form of the SNS messages; q_developer is the custom notification schema of Amazon Q Developer in chat applications."
  type        = string
  default     = null
  validation {
    condition     = var.sns_format == null ? true : contains(["text_and_json", "q_developer"], var.sns_format)
    error_message = "sns_format must be one of text_and_json, q_developer."
  }
}

variable "slack_channel" {
  description = "Id of the Slack channel (C0123456789) to post to; empty means no Slack."
  type        = string
  default     = null
}

variable "slack_secret_arn" {
  description = "ARN of the Secrets Manager secret, or SecureString parameter, that holds bot_token or webhook_url; empty means no Slack."
  type        = string
  default     = null
}

variable "slack_webhook_host" {
  description = "Host that a webhook may lead to besides hooks.slack.com and hooks.slack-gov.com; empty means no other."
  type        = string
  default     = null
}

variable "slack_deciders" {
  description = "Slack ids (U0123456789) of the people whose buttons under messages do something; empty means no buttons and nothing that the Internet can reach."
  type        = string
  default     = null
}

variable "slack_deciders_needed" {
  description = "How many of them have to press a button that lets something go on (approve, resume, roll back); 2 means that nobody approves alone."
  type        = number
  default     = null
  validation {
    condition     = var.slack_deciders_needed == null ? true : var.slack_deciders_needed >= 1 && var.slack_deciders_needed <= 5
    error_message = "slack_deciders_needed must be from 1 to 5."
  }
}

variable "runbook_url" {
  description = "Where the readers of messages find docs/operating.md; alarms and notices link to its sections."
  type        = string
  default     = null
}

variable "digest" {
  description = "When the digest of a day or a week is told, as minute, hour, any, any and weekdays of cron in a time zone; or off."
  type        = string
  default     = null
}

variable "event_accounts" {
  description = "Ids of other accounts whose AWS Health events and Ballast events count too when they reach this event bus; empty = none."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = null
  validation {
    condition     = var.log_retention_days == null ? true : contains([7, 14, 30, 60, 90, 180, 365, 731], var.log_retention_days)
    error_message = "log_retention_days must be one of 7, 14, 30, 60, 90, 180, 365, 731."
  }
}

variable "tracing" {
  description = "Active records X-Ray traces of the functions' runs (some 1 USD a month), PassThrough none."
  type        = string
  default     = null
  validation {
    condition     = var.tracing == null ? true : contains(["PassThrough", "Active"], var.tracing)
    error_message = "tracing must be one of PassThrough, Active."
  }
}

variable "metrics" {
  description = "Write what Ballast measures of itself into the logs only, or have custom metrics of it too (cloudwatch, at most 3 USD a month)."
  type        = string
  default     = null
  validation {
    condition     = var.metrics == null ? true : contains(["logs", "cloudwatch"], var.metrics)
    error_message = "metrics must be one of logs, cloudwatch."
  }
}

variable "dashboard" {
  description = "Have a CloudWatch dashboard (on; an account's first three cost nothing, any other 3 USD a month) or none (off)."
  type        = string
  default     = null
  validation {
    condition     = var.dashboard == null ? true : contains(["on", "off"], var.dashboard)
    error_message = "dashboard must be one of on, off."
  }
}

variable "topic_key" {
  description = "Encrypt the topic with a KMS key of the stack (own, 1 USD a month), or with SNS's own disk encryption only (none)."
  type        = string
  default     = null
  validation {
    condition     = var.topic_key == null ? true : contains(["own", "none"], var.topic_key)
    error_message = "topic_key must be one of own, none."
  }
}

locals {
  given = {
    DryRun                        = tostring(var.dry_run)
    ManagedClusters               = var.managed_clusters
    DisruptionBudget              = var.disruption_budget
    ScaleInDeadlineMinutes        = tostring(var.scale_in_deadline_minutes)
    ScaleInOutcome                = var.scale_in_outcome
    VoluntaryDeadlineMinutes      = tostring(var.voluntary_deadline_minutes)
    VoluntaryOutcome              = var.voluntary_outcome
    StandaloneTasks               = var.standalone_tasks
    RebalanceRecommendation       = var.rebalance_recommendation
    ForcedLeadHours               = tostring(var.forced_lead_hours)
    PutLifecycleHooks             = tostring(var.put_lifecycle_hooks)
    Repair                        = var.repair
    RepairRights                  = var.repair_rights
    RepairAfterMinutes            = tostring(var.repair_after_minutes)
    RepairPerHourPercent          = tostring(var.repair_per_hour_percent)
    RepairFailedLaunches          = tostring(var.repair_failed_launches)
    MaxInstanceAgeDays            = tostring(var.max_instance_age_days)
    UpdateStrategy                = var.update_strategy
    UpdateRights                  = var.update_rights
    UpdateApproval                = var.update_approval
    UpdateBakeDays                = tostring(var.update_bake_days)
    UpdateWindows                 = var.update_windows
    UpdateCalendars               = var.update_calendars
    UpdateWaves                   = var.update_waves
    UpdateCanaryBakeMinutes       = tostring(var.update_canary_bake_minutes)
    UpdateWaveBakeMinutes         = tostring(var.update_wave_bake_minutes)
    UpdateFailureBudget           = var.update_failure_budget
    UpdateAlarms                  = var.update_alarms
    UpdateReturnMinutes           = tostring(var.update_return_minutes)
    UpdateOnHalt                  = var.update_on_halt
    UpdateLaunchTemplates         = var.update_launch_templates
    InstanceRoleArns              = var.instance_role_arns
    Rebalance                     = var.rebalance
    RebalanceRights               = var.rebalance_rights
    RebalanceScaleOut             = var.rebalance_scale_out
    RebalanceHeadroom             = var.rebalance_headroom
    RebalanceConsolidate          = var.rebalance_consolidate
    RebalanceReplace              = var.rebalance_replace
    RebalanceSavingUsd            = var.rebalance_saving_usd
    RebalanceSavingPercent        = tostring(var.rebalance_saving_percent)
    RebalanceStabilisationMinutes = tostring(var.rebalance_stabilisation_minutes)
    RebalanceRestMinutes          = tostring(var.rebalance_rest_minutes)
    RebalanceSparePercent         = tostring(var.rebalance_spare_percent)
    RebalanceSpare                = var.rebalance_spare
    RebalanceWindows              = var.rebalance_windows
    RebalanceStopBeforeStart      = var.rebalance_stop_before_start
    RebalanceLaunchInstances      = var.rebalance_launch_instances
    RebalancePriceFactors         = var.rebalance_price_factors
    StuckDrainMinutes             = tostring(var.stuck_drain_minutes)
    AgentLostMinutes              = tostring(var.agent_lost_minutes)
    PlacementFailureMinutes       = tostring(var.placement_failure_minutes)
    NotificationEmail             = var.notification_email
    SnsFormat                     = var.sns_format
    SlackChannel                  = var.slack_channel
    SlackSecretArn                = var.slack_secret_arn
    SlackWebhookHost              = var.slack_webhook_host
    SlackDeciders                 = var.slack_deciders
    SlackDecidersNeeded           = tostring(var.slack_deciders_needed)
    RunbookUrl                    = var.runbook_url
    Digest                        = var.digest
    EventAccounts                 = var.event_accounts
    LogRetentionDays              = tostring(var.log_retention_days)
    Tracing                       = var.tracing
    Metrics                       = var.metrics
    Dashboard                     = var.dashboard
    TopicKey                      = var.topic_key
  }
}
