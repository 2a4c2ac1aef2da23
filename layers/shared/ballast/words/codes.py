"""What can be said? One code a notice: the anchor of its section in docs/operating.md, and what programs match on.

A code is never renamed: conversations keep it, and subscribers filter by it. `Notice.code` stays text, since what is
stored or sent by another version may hold a code that is not here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Code(StrEnum):
    # A drain, and how it ends
    SPOT_INTERRUPTION = "SpotInterruption"  # EC2 takes a Spot Instance back
    CAPACITY_INTERRUPTION = "CapacityInterruption"  # EC2 takes back the capacity under an instance
    SCALE_IN = "ScaleIn"  # an Auto Scaling group terminates an instance, and our hook holds it
    ROOT_VOLUME_DRAIN = (
        "RootVolumeDrain"  # an instance refresh gives an instance a new root volume, and our hook holds it
    )
    WARM_POOL_REUSE = "WarmPoolReuse"  # a group puts instances that leave service back into its warm pool
    HELD_FOR_STRANGER = "HeldForStranger"  # our hook holds an instance of a cluster that Ballast does not look after
    SCHEDULED_CHANGE_DRAIN = "ScheduledChangeDrain"  # AWS Health announced a change of the host
    INSTANCE_STOPPING = "InstanceStopping"  # EC2 stops an instance without a warning that reached Ballast
    REBALANCE_DRAIN = "RebalanceDrain"  # drained because EC2 sees an elevated risk of interruption
    BOTTLEROCKET_UPDATE_DRAIN = "BottlerocketUpdateDrain"  # drained for an update
    DRILL_DRAIN = "DrillDrain"  # somebody tries how an instance drains
    DRILL_OVER = "DrillOver"  # and it is ACTIVE again
    DRILL_REFUSED = "DrillRefused"  # something speaks against it
    DRAIN_WAITS = "DrainWaits"  # a voluntary drain is wanted, but something speaks against it now
    DRAIN_FINISHED = "DrainFinished"  # no task but daemons is left
    DRAIN_CANCELLED = "DrainCancelled"  # somebody has set the instance ACTIVE
    DRAIN_STUCK = "DrainStuck"  # not empty at its deadline: a human is needed
    DRAIN_FORCED = "DrainForced"  # tasks were stopped at the deadline
    DRAIN_ROLLED_BACK = "DrainRolledBack"  # ACTIVE again, since the drain did not end in time
    DRAINED_OUTSIDE_GROUP = "DrainedOutsideGroup"  # empty, and no Auto Scaling group replaces it
    TASKS_CUT_OFF = "TasksCutOff"  # the instance went with tasks on it that nobody had told to stop
    INSTANCE_GONE = "InstanceGone"  # EC2 has terminated it
    INSTANCE_SURVIVED = "InstanceSurvived"  # EC2 announced its end and did not take it
    INSTANCE_STOPPED = "InstanceStopped"  # stopped instead of terminated
    INSTANCE_LEFT = "InstanceLeft"  # ECS does not list it any more
    CHANGE_PASSED = "ChangePassed"  # the date of the scheduled change is over and the instance serves
    CHANGE_CANCELLED = "ChangeCancelled"  # AWS Health closed the event
    GAVE_UP_WAITING = "GaveUpWaiting"  # a voluntary drain found no good moment
    REBALANCE_RECOMMENDED = "RebalanceRecommended"  # only reported, by policy

    # Instances that are ill, and their repair
    REPAIR_BEGINS = "RepairBegins"  # an instance that is ill is to be replaced
    REPAIR_DRAIN = "RepairDrain"  # and drains
    UNHEARD_REPLACED = "UnheardReplaced"  # goes although its agent hears nothing: ECS counts on none of its tasks
    UNJOINED_REPLACED = "UnjoinedReplaced"  # never joined, so that nothing runs there
    REPAIR_OVER = "RepairOver"  # well again before it began to drain
    REPAIR_FAILED = "RepairFailed"  # no moment was found to replace it
    REPAIR_WOULD = "RepairWould"  # it is only reported
    REPAIR_HELD = "RepairHeld"  # so many are ill that the cause is common: none is replaced
    REPAIR_GOES_ON = "RepairGoesOn"
    LAUNCHES_FAIL = "LaunchesFail"  # what a group launches never joins, and no more is launched
    LAUNCHES_WORK = "LaunchesWork"

    # What Ballast only watches
    FOREIGN_DRAIN_STUCK = "ForeignDrainStuck"  # somebody else's drain lasts
    FOREIGN_DRAIN_ENDED = "ForeignDrainEnded"
    AGENT_LOST = "AgentLost"  # one ECS agent is disconnected
    AGENT_BACK = "AgentBack"
    AGENTS_LOST = "AgentsLost"  # so many agents at once that the cause is common
    AGENTS_BACK = "AgentsBack"
    STALE_RECORD = "StaleRecord"  # ECS lists an instance twice, the older record without an agent
    STALE_RECORD_GONE = "StaleRecordGone"
    CLUSTER_NOT_ACTIVE = "ClusterNotActive"  # the status of a cluster with work under way
    CLUSTER_ACTIVE = "ClusterActive"
    FLEET_LOST = "FleetLost"  # a third of a cluster's instances within five minutes
    FLEET_BACK = "FleetBack"
    REPLACEMENT_MISSING = "ReplacementMissing"  # a group launches fewer instances than it should have
    REPLACEMENT_BACK = "ReplacementBack"
    NOT_REGISTERED = "NotRegistered"  # a group's instances are in service and never joined ECS
    REGISTERED = "Registered"  # they have, or are gone
    INSTANCE_IMPAIRED = "InstanceImpaired"  # ECS's health check of the container instance failed
    POLICY_UNREADABLE = "PolicyUnreadable"  # a tag of the cluster
    POLICY_READABLE = "PolicyReadable"
    ITEM_UNREADABLE = "ItemUnreadable"  # nobody can read something that Ballast has stored
    ITEM_READABLE = "ItemReadable"
    PAUSED = "Paused"  # somebody has put the brake on a cluster
    PAUSE_OVER = "PauseOver"
    LIFECYCLE_HOOK_PUT = "LifecycleHookPut"  # our hook is put on a group
    GROUP_NOT_TAGGED = "GroupNotTagged"  # our hook may not be put on a group
    GROUP_OPERATED = "GroupOperated"  # only its operator may change a group
    GROUP_UNREACHABLE = "GroupUnreachable"  # an Auto Scaling group is gone, or AWS does not tell about it
    GROUP_REACHABLE = "GroupReachable"
    CLUSTER_UNREACHABLE = "ClusterUnreachable"  # ECS does not tell about a cluster
    CLUSTER_REACHABLE = "ClusterReachable"

    # Failing services, as AWS tells them
    PLACEMENT_FAILURE_LASTS = "PlacementFailureLasts"
    PLACEMENT_FAILURE_ENDED = "PlacementFailureEnded"
    TASK_START_IMPAIRED = "TaskStartImpaired"
    TASK_START_RECOVERED = "TaskStartRecovered"
    DEPLOYMENT_FAILED = "DeploymentFailed"

    # Slack out of reach, told on the other channel
    SLACK_SECRET_MISSING = "SlackSecretMissing"  # noqa: S105 - a code
    SLACK_REFUSED = "SlackRefused"
    SLACK_MESSAGE_REFUSED = "SlackMessageRefused"

    # Said by nobody that Ballast knows
    NOTICES_HELD_BACK = "NoticesHeldBack"  # not signed, and too many in an hour

    # Releases of Bottlerocket
    BOTTLEROCKET_RELEASE_AVAILABLE = "BottlerocketReleaseAvailable"
    BOTTLEROCKET_RELEASE_RECALLED = "BottlerocketReleaseRecalled"  # AWS took it back
    BOTTLEROCKET_RELEASE_UNKNOWN = "BottlerocketReleaseUnknown"  # the newest of a variant cannot be read
    BOTTLEROCKET_END_OF_LIFE = "BottlerocketEndOfLife"  # of a variant

    # Rollouts of a release, and the groups of their instances
    BOTTLEROCKET_ROLLOUT_PLANNED = "BottlerocketRolloutPlanned"
    BOTTLEROCKET_ROLLOUT_APPROVED = "BottlerocketRolloutApproved"
    BOTTLEROCKET_ROLLOUT_STARTED = "BottlerocketRolloutStarted"
    BOTTLEROCKET_ROLLOUT_PROGRESS = "BottlerocketRolloutProgress"  # told again and again, see Notice.repeat
    BOTTLEROCKET_ROLLOUT_STANDS = "BottlerocketRolloutStands"  # it does not move, and why
    BOTTLEROCKET_ROLLOUT_HELD = "BottlerocketRolloutHeld"  # a brake is on: a pause, or nobody follows drains
    BOTTLEROCKET_ROLLOUT_HALTED = "BottlerocketRolloutHalted"
    BOTTLEROCKET_ROLLOUT_RESUMED = "BottlerocketRolloutResumed"
    BOTTLEROCKET_ROLLOUT_SUPERSEDED = "BottlerocketRolloutSuperseded"  # another target took its place
    BOTTLEROCKET_ROLLOUT_DONE = "BottlerocketRolloutDone"
    BOTTLEROCKET_ROLLBACK = "BottlerocketRollback"  # begins
    BOTTLEROCKET_ROLLED_BACK = "BottlerocketRolledBack"  # is done
    TEST = "Test"  # somebody tries whether what Ballast says arrives
    BOTTLEROCKET_COMMAND_REFUSED = "BottlerocketCommandRefused"  # an operator's command
    BOTTLEROCKET_TEMPLATE_FOLLOWS = "BottlerocketTemplateFollows"  # a launch template boots the new release
    BOTTLEROCKET_TEMPLATE_DRIFT = "BottlerocketTemplateDrift"  # a launch template boots another release
    BOTTLEROCKET_TEMPLATE_SET_BACK = "BottlerocketTemplateSetBack"  # it boots the release before the halt again
    BOTTLEROCKET_NOT_UNDONE = "BottlerocketNotUndone"  # a host keeps what an update did to it, and is asked again
    BOTTLEROCKET_UNDONE = "BottlerocketUndone"
    BOTTLEROCKET_BAD_RELEASE_BOOTED = "BottlerocketBadReleaseBooted"  # by new instances, after a halt or a recall

    # Rebalancing: what is launched, what is given back, and what that costs
    CAPACITY_ADDED = "CapacityAdded"  # a group is to launch more, for tasks or headroom that have no room
    POOL_ASIDE = "PoolAside"  # a launch was refused, so the pool is left alone for a while
    GROUP_SET_BACK = "GroupSetBack"  # a group that gets nothing wants no more than it has
    GIVE_BACK = "GiveBack"  # an instance begins to be given back
    CHEAPER_LAUNCHED = "CheaperLaunched"  # one is to go for a cheaper one, which is launched first
    CHEAPER_JOINED = "CheaperJoined"  # and has joined, so that it drains
    GIVE_BACK_DRAIN = "GiveBackDrain"  # the drain of an instance that is given back
    GIVE_BACK_LATE = "GiveBackLate"  # Auto Scaling has not terminated it in time, and is asked again
    GIVEN_BACK = "GivenBack"  # it is gone
    GIVE_BACK_UNDONE = "GiveBackUndone"  # it is ACTIVE again
    GIVE_BACK_DROPPED = "GiveBackDropped"  # it is not given back after all
    TASK_IMPOSSIBLE = "TaskImpossible"  # no instance that may be launched takes it
    NO_CAPACITY = "NoCapacity"  # tasks wait, and nothing can be launched for them
    HEADROOM_MISSING = "HeadroomMissing"  # what is kept free has no room, and nothing can be launched for it
    NO_LAUNCH_FITS = "NoLaunchFits"  # a task waits, and no launch is known to bring room for it
    WAITING_OVER = "WaitingOver"  # one of these four is over
    PROBE_FAILED = "ProbeFailed"  # ECS launched for an instance that drained: nothing more is given back there
    REBALANCE_STANDS = "RebalanceStands"  # nothing is given back in the cluster, as agents are gone
    REBALANCE_GOES_ON = "RebalanceGoesOn"
    REBALANCE_REPORT = "RebalanceReport"  # once a day: what the capacity costs, and why so much

    # All of it together
    FLEET_DIGEST = "FleetDigest"  # once a day or a week: what was done, and who is still needed


INSTANCE_IMPAIRED: Final = "instance_impaired"
LIFECYCLE_HOOK_PUT: Final = "lifecycle_hook_put"
PLACEMENT_FAILURE: Final = "placement_failure"
TASK_START_IMPAIRED: Final = "task_start_impaired"
DEPLOYMENT_FAILED: Final = "deployment_failed"
UNREADABLE_ITEM: Final = "unreadable_item"
UNVERIFIED: Final = "unverified"  # the reason of a notice that Ballast has not signed
UNVERIFIABLE: Final = "unverifiable"  # the same where the key may not be read
HELD_BACK: Final = "held_back"
SLACK_UNAVAILABLE: Final = "slack_unavailable"
BOTTLEROCKET_RELEASE: Final = "bottlerocket_release"
BOTTLEROCKET_ROLLOUT: Final = "bottlerocket_rollout"  # /variant/architecture
BOTTLEROCKET_UNDO: Final = "bottlerocket_undo"
BOTTLEROCKET_TEMPLATE: Final = "bottlerocket_template"
COMMAND_REFUSED: Final = "command_refused"
TEST: Final = "test"
SCALE_OUT: Final = "scale_out"
SHORTAGE: Final = "shortage"
TASK_IMPOSSIBLE: Final = "task_impossible"
NO_CAPACITY: Final = "no_capacity"
HEADROOM_MISSING: Final = "headroom_missing"
NO_LAUNCH_FITS: Final = "no_launch_fits"
PROBE_FAILED: Final = "probe_failed"
REBALANCE_STANDS: Final = "rebalance_stands"
REBALANCE_REPORT: Final = "rebalance_report"
DIGEST: Final = "digest"
