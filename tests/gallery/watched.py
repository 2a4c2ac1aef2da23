"""What is said of things that Ballast only watches, and of failing services: of the n-th instance, group or service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.loss import Loss
from ballast.facts.task import ServiceCounts
from ballast.facts.view import View
from ballast.records.kept import Unread
from ballast.records.pause import Pause
from ballast.records.service_failure import FailureKind, ServiceFailure
from ballast.records.watch import Size, Watch, WatchKind
from ballast.words import fleet, hooks, pauses, reach, services, slack_down, tags, unread, watching, whereabouts
from ballast.words.codes import Code
from ballast.words.digest import Counts, digest
from ballast.words.notice import Notice
from ballast.words.unverified import held_back
from tests.builders import NOW, a_cluster, a_container_instance, a_group, a_view, after
from tests.gallery.drains import Path, Step, held, instance_id

REGION = "eu-central-1"
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ballast/slack-a1b2c3"  # noqa: S105 - its name
CLUSTER = a_cluster()
CLUSTER_FAILED = a_cluster(status="FAILED")
LOSS = Loss(4, Size(NOW, 12, 12), 1, 1, {"eu-central-1a": 4, "eu-central-1b": 4})


def later(n: int, minutes: float = 0) -> datetime:
    return after(minutes) + timedelta(seconds=n)


def view(n: int) -> View:
    return a_view(instance_id=instance_id(n), instance=a_container_instance(n, instance_id=instance_id(n)))


def watch(kind: WatchKind, n: int, subject: str | None = None) -> Watch:
    return Watch("prod", kind, subject or instance_id(n), later(n))


def group(n: int) -> str:
    return f"web-{n}" if n else "web"


def of_view(told: Callable[[View, Watch, datetime], Notice], kind: WatchKind, minutes: float) -> Step:
    return lambda n: told(view(n), watch(kind, n), later(n, minutes))


def of_watch(told: Callable[..., Notice], kind: WatchKind, minutes: float, *more: object, subject: str = "") -> Step:
    return lambda n: told(CLUSTER, watch(kind, n, subject or None), *more, later(n, minutes))


def of_group(told: Callable[..., Notice], kind: WatchKind, minutes: float, *more: object) -> Step:
    return lambda n: told(CLUSTER, watch(kind, n, group(n)), *more, later(n, minutes))


def of_service(told: Callable[..., Notice], kind: FailureKind, reason: str, *more: object) -> Step:
    return lambda n: told(ServiceFailure(kind, "prod", f"shop-{n}" if n else "shop", later(n), reason), *more, REGION)


def stuck_elsewhere(n: int) -> Notice:
    return watching.drain_by_others_stuck(view(n), watch(WatchKind.FOREIGN_DRAIN, n), held(n), later(n, 60))


def agents_lost(n: int) -> Notice:
    lost = [instance_id(one) for one in range(7)]
    return watching.agents_lost(CLUSTER, watch(WatchKind.AGENTS_LOST, n, "*"), lost, ALIKE, later(n, 2))


def fleet_lost(n: int) -> Notice:
    return fleet.fleet_lost(CLUSTER, watch(WatchKind.FLEET_LOST, n, "*"), LOSS)


def missing(n: int) -> Notice:
    three = (a_container_instance(one) for one in range(3))
    short = replace(a_group(*three, group=group(n)), desired=4, launches_suspended=True)
    return fleet.replacement_missing(CLUSTER, watch(WatchKind.REPLACEMENT_MISSING, n, group(n)), short, later(n, 30))


NONE_LEFT = False
ALIKE = ["ecs.availability-zone=eu-central-1a"]
WRONG = [("ballast:disruption-budget", "ten", "a number or a percentage, such as 2 or 10%")]
WHY = "stage is 'paused' but must be one of checking, staging, staged, draining, rebooting, returning"
DENIED = "AccessDenied: User is not authorized to perform autoscaling:DescribeAutoScalingGroups"
FOREIGN, AGENT, STALE = WatchKind.FOREIGN_DRAIN, WatchKind.AGENT_LOST, WatchKind.STALE_RECORD
AGENTS, LOST, INACTIVE = WatchKind.AGENTS_LOST, WatchKind.FLEET_LOST, WatchKind.CLUSTER_NOT_ACTIVE
WORDS, UNREACHABLE = WatchKind.UNREADABLE_POLICY, WatchKind.GROUP_UNREACHABLE
ALL_UNREACHABLE, MISSING = WatchKind.CLUSTER_UNREACHABLE, WatchKind.REPLACEMENT_MISSING
PLACEMENT, START, DEPLOYMENT = FailureKind.PLACEMENT, FailureKind.TASK_START, FailureKind.DEPLOYMENT

LOST_AGENT = of_view(watching.agent_lost, AGENT, 12)
TWICE = of_view(whereabouts.stale_record, STALE, 5)
NOT_ACTIVE: Step = lambda n: whereabouts.cluster_not_active(CLUSTER_FAILED, watch(INACTIVE, n, "*"), 1, later(n, 2))  # noqa: E731 - beside its siblings
UNREADABLE = of_watch(tags.policy_unreadable, WORDS, 1, WRONG, subject="*")
NO_GROUP = of_group(reach.group_unreachable, UNREACHABLE, 3, DENIED)
NO_CLUSTER = of_watch(reach.cluster_unreachable, ALL_UNREACHABLE, 3, DENIED, subject="*")
UNPLACED = of_service(services.placement_failure_lasts, PLACEMENT, "RESOURCE:MEMORY", ServiceCounts(2, 5), after(5))
NOT_JOINED = of_group(fleet.not_registered, WatchKind.NOT_REGISTERED, 20, [instance_id(0), instance_id(1)])
IMPAIRED = of_service(services.task_start_impaired, START, "CannotPullContainerError: pull access denied")

ITEM = of_watch(
    unread.unreadable, WatchKind.UNREADABLE_ITEM, 1, Unread("prod", "update#i-1", WHY), subject="update#i-1"
)

WATCHED: Mapping[Code, Path] = {
    Code.ITEM_UNREADABLE: (ITEM,),
    Code.ITEM_READABLE: (ITEM, of_watch(unread.readable, WatchKind.UNREADABLE_ITEM, 9, subject="update#i-1")),
    Code.FOREIGN_DRAIN_STUCK: (stuck_elsewhere,),
    Code.FOREIGN_DRAIN_ENDED: (stuck_elsewhere, of_watch(watching.drain_by_others_ended, FOREIGN, 90)),
    Code.AGENT_LOST: (LOST_AGENT,),
    Code.AGENT_BACK: (LOST_AGENT, of_watch(watching.agent_back, AGENT, 20)),
    Code.STALE_RECORD: (TWICE,),
    Code.STALE_RECORD_GONE: (TWICE, of_watch(whereabouts.stale_record_gone, STALE, 30)),
    Code.INSTANCE_IMPAIRED: (
        lambda n: watching.instance_impaired(
            CLUSTER, instance_id(n), ["CONTAINER_RUNTIME is IMPAIRED"], later(n), later(n)
        ),
    ),
    Code.REBALANCE_RECOMMENDED: (lambda n: watching.rebalance_recommended(view(n), later(n)),),
    Code.LIFECYCLE_HOOK_PUT: (lambda n: hooks.hook_put(CLUSTER, group(n), later(n)),),
    Code.GROUP_NOT_TAGGED: (lambda n: hooks.group_not_tagged(CLUSTER, group(n), later(n)),),
    Code.GROUP_OPERATED: (lambda n: hooks.group_operated(CLUSTER, group(n), "batch.amazonaws.com", later(n)),),
    Code.WARM_POOL_REUSE: (lambda n: whereabouts.warm_pool_reuse(CLUSTER, group(n), later(n), later(n)),),
    Code.GROUP_UNREACHABLE: (NO_GROUP,),
    Code.GROUP_REACHABLE: (NO_GROUP, of_group(reach.group_reachable, UNREACHABLE, 20)),
    Code.REPLACEMENT_MISSING: (missing,),
    Code.REPLACEMENT_BACK: (missing, of_group(fleet.replacement_back, MISSING, 50)),
    Code.NOT_REGISTERED: (NOT_JOINED,),
    Code.REGISTERED: (NOT_JOINED, of_group(fleet.registered, WatchKind.NOT_REGISTERED, 50)),
    Code.PLACEMENT_FAILURE_LASTS: (UNPLACED,),
    Code.PLACEMENT_FAILURE_ENDED: (
        UNPLACED,
        of_service(services.placement_failure_ended, PLACEMENT, "RESOURCE:MEMORY", after(25)),
    ),
    Code.TASK_START_IMPAIRED: (IMPAIRED,),
    Code.TASK_START_RECOVERED: (IMPAIRED, of_service(services.task_start_recovered, START, "", after(25))),
    Code.DEPLOYMENT_FAILED: (
        of_service(services.deployment_failed, DEPLOYMENT, "ECS deployment circuit breaker: tasks failed to start."),
    ),
}
PAUSE = Pause("prod", "jo", after(0), after(240), "release day")
PAUSED: Step = lambda n: pauses.paused(CLUSTER, watch(WatchKind.PAUSED, n, "x"), PAUSE, later(n), goes_on=1, set_back=2)  # noqa: E731 - beside its siblings
DAY = Counts(
    {"drained": 12, "given_back": 2, "repaired": 1, "rollout_done": 1, "late": 1, "cut_off": 1, "page": 1, "ticket": 3},
    {"drained": 48, "given_back": 384_000, "cut_off": 2},
    {"prod": 300_000, "stage": 20_000},
)
WAITING = ("prod: i-0000000000000000a stuck: a standalone task runs", "stage: nothing voluntary begins: jo paused it")
# There is one of each in a cluster, or one at all.
ALONE: Mapping[Code, Path] = {
    Code.FLEET_DIGEST: (lambda n: digest(DAY, WAITING, later(n, -1440), later(n), partition="aws"),),
    Code.PAUSED: (PAUSED,),
    Code.PAUSE_OVER: (PAUSED, of_watch(pauses.pause_over, WatchKind.PAUSED, 240, None, subject="x")),
    Code.AGENTS_LOST: (agents_lost,),
    Code.AGENTS_BACK: (agents_lost, of_watch(watching.agents_back, AGENTS, 20, 1, subject="*")),
    Code.FLEET_LOST: (fleet_lost,),
    Code.FLEET_BACK: (fleet_lost, of_watch(fleet.fleet_back, LOST, 12, Size(after(12), 12, 12), subject="*")),
    Code.CLUSTER_NOT_ACTIVE: (NOT_ACTIVE,),
    Code.CLUSTER_ACTIVE: (NOT_ACTIVE, of_watch(whereabouts.cluster_active, INACTIVE, 20, subject="*")),
    Code.POLICY_UNREADABLE: (UNREADABLE,),
    Code.POLICY_READABLE: (
        UNREADABLE,
        of_watch(tags.policy_readable, WORDS, 20, ["ballast:disruption-budget"], NONE_LEFT, subject="*"),
    ),
    Code.CLUSTER_UNREACHABLE: (NO_CLUSTER,),
    Code.CLUSTER_REACHABLE: (NO_CLUSTER, of_watch(reach.cluster_reachable, ALL_UNREACHABLE, 20, subject="*")),
    Code.SLACK_SECRET_MISSING: (
        lambda n: slack_down.slack_secret_missing(
            SECRET, "Secrets Manager answers ResourceNotFoundException for the secret.", later(n), REGION
        ),
    ),
    Code.SLACK_REFUSED: (lambda n: slack_down.slack_refused(SECRET, "not_in_channel", later(n), REGION),),
    Code.NOTICES_HELD_BACK: (lambda n: held_back(100, ("DrainStuck", "FleetLost"), after(0), later(n)),),
    Code.SLACK_MESSAGE_REFUSED: (
        lambda n: slack_down.slack_message_refused(
            SECRET, "invalid_blocks", "prod/spot_interruption/2026-11-23T09:00:00.000+00:00", later(n), REGION
        ),
    ),
}
