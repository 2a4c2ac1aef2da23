"""What does a sweep see of who is ill in its cluster, and what follows? Everybody is asked for every five minutes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ballast import clock
from ballast.aws import application_status, autoscaling, ec2, ecs, ecs_starts, zonal_shifts
from ballast.aws.asked_groups import Asked
from ballast.aws.ledger_items import Books
from ballast.aws.template_versions import versions_now
from ballast.drain.cadence import is_turn
from ballast.drain.unheard import is_newer
from ballast.facts.group import GroupMembership
from ballast.facts.health import Health, Launch
from ballast.facts.view import Cluster, ContainerInstance
from ballast.plans.actions import Claim, Tell, TerminateInstance
from ballast.plans.plan import Plan
from ballast.policy.policy import Repair
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.repair import Signal
from ballast.records.watch import WatchKind
from ballast.repair.round import Seen, plan_round
from ballast.repair.signals import records_of
from ballast.shell.batch import unless_refused
from ballast.shell.find import see_elsewhere, strangers
from ballast.shell.look import shared_with_others
from ballast.shell.newcomers import with_newcomers
from ballast.shell.repair_limits import memories_of
from ballast.shell.sweep_tools import Tools
from ballast.value import dataclass
from ballast.words.codes import Code

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

EVERY_MINUTES = 5
SMALL = 200  # instances, of which everybody is listed each minute while one of them is ill
OURS = frozenset({WatchKind.ILL, WatchKind.REPAIR_HELD, WatchKind.LAUNCHES_FAIL})


@dataclass(frozen=True, slots=True)
class RepairSweep:
    """`groups`: those of the cluster that could be asked; `members`: of these and of their warm pools.

    `at`: the time of the schedule's event.
    """

    cluster: Cluster
    tools: Tools
    groups: Asked[RawGroup]
    members: Mapping[str, GroupMembership]
    at: datetime
    now: datetime

    def run(
        self, listed: Sequence[ContainerInstance], everybody: Sequence[ContainerInstance] | None, books: Books
    ) -> None:
        """`listed`: who drains or has lost its agent; `everybody`: all, where they have just been listed."""
        if any(map(_waits, books.disruptions)):  # the look of this round may have taken them further
            books = replace(books, disruptions=self.tools.ledger.open(self.cluster.name)[0])
        if everybody is None and self._is_whole(books):
            found = ecs.list_records(self.cluster.name)
            everybody = found.instances if found.complete else None
        health = replace(self._health(listed, everybody, books.disruptions), templates=self._templates(books))
        health = replace(health, answered_at=clock.utc_now())
        seen = Seen(
            health,
            books.watches,
            memories_of(self.cluster.name, books, self.now),
            {d.instance_id: d for d in books.disruptions},
            self.tools.may_repair,
            self.tools.executor.dry_run,
        )
        plans = plan_round(seen, self.now)
        asked: set[str] = set()
        while new := _named(plans) - asked:  # each answer may put another one in its place
            asked |= new
            away = health.not_here | self._not_here(new, records_of(health)) | self._may_be_in_a_group(new)
            health = replace(health, not_here=away)
            plans = plan_round(replace(seen, health=health), self.now)
        self.tools.executor.execute(plans)

    def _not_here(self, instance_ids: Collection[str], here: Mapping[str, ContainerInstance]) -> frozenset[str]:
        """Those that EC2 does not say to be running, or that another cluster has, or may have, rather than this one.

        An instance whose agent was told of another cluster leaves a record behind that looks lost.
        """
        clusters = self.tools.ledger.clusters()
        others = [cluster for name, cluster in clusters.items() if name != self.cluster.name]
        seen = see_elsewhere(instance_ids, others)
        unmanaged = strangers(instance_ids, clusters, sees_all=self.tools.sees_all)
        records = [r for some in (*seen.records.values(), *unmanaged.records.values()) for r in some]
        since = {instance_id: record.registered_at for instance_id, record in here.items()}
        newer = {r.instance_id for r in records if r.agent_connected or is_newer(r, since.get(r.instance_id))}
        states = unless_refused(lambda: ec2.states(instance_ids), "cannot look up what EC2 says") or {}
        return seen.unsure | unmanaged.unsure | newer | {i for i in instance_ids if states.get(i) != "running"}

    def _may_be_in_a_group(self, instance_ids: Collection[str]) -> frozenset[str]:
        """Those whose group, or its warm pool, did not answer this time: nobody is told that nothing will replace them."""
        untold = sorted(set(instance_ids) - self.members.keys())
        found = unless_refused(lambda: autoscaling.memberships(untold), "cannot look up the groups") if untold else {}
        return frozenset(untold if found is None else found)

    def _is_whole(self, books: Books) -> bool:
        if self.cluster.policy.repair is Repair.OFF:
            return False
        ill = any(w.kind is WatchKind.ILL and w.signal != Signal.AGENT_LOST for w in books.watches)
        # It may have lost its agent since, so that its illness goes by that, and be well before it drains.
        waits = any(_waits(d) and d.signal != Signal.AGENT_LOST for d in books.disruptions)
        often = (ill or waits) and self.cluster.instances < SMALL
        return often or is_turn(self.cluster.name, self.at, EVERY_MINUTES)

    def _templates(self, books: Books) -> Mapping[str, str]:
        """What those groups launch now of which something launched has not joined."""
        failing = {w.subject for w in books.watches if w.kind is WatchKind.LAUNCHES_FAIL}
        failing |= {
            w.group for w in books.watches if w.kind is WatchKind.ILL and w.signal == Signal.NEVER_JOINED and w.group
        }
        found = autoscaling.templates_of(self.groups.found)
        return versions_now({group: template for group, template in found.items() if group in failing})

    def _health(
        self,
        listed: Sequence[ContainerInstance],
        everybody: Sequence[ContainerInstance] | None,
        disruptions: Sequence[Disruption],
    ) -> Health:
        found = self.groups.found
        health = Health(
            self.cluster, tuple(listed), self.members,
            shared_with_others(self.cluster, self.tools.ledger, zonal_shifts.capacity(found, {}, self.now)),
        )  # fmt: skip
        if everybody is None:
            return health
        away = {i for group in health.capacity for i in group.in_service} - {r.instance_id for r in everybody}
        return replace(
            health,
            everybody=with_newcomers(self.cluster, everybody, disruptions, health.capacity),
            launched=_launched(away),
            ec2_impaired=unless_refused(_impaired, "cannot ask for EC2's status checks"),
            failed_starts=unless_refused(
                lambda: ecs_starts.failed_starts(self.cluster.name), "cannot look for tasks that did not start"
            ),
        )


def _named(plans: Sequence[Plan]) -> set[str]:
    """Ids of those with which something begins, or would."""
    actions = [action for plan in plans for action in plan.actions]
    begun = {a.after.instance_id for a in actions if isinstance(a, Claim) and isinstance(a.after, Disruption)}
    ended = {a.instance_id for a in actions if isinstance(a, TerminateInstance)}
    told = {a.notice.instance or "" for a in actions if isinstance(a, Tell) and a.notice.code == Code.REPAIR_WOULD}
    return begun | ended | told


def concerns(cluster: Cluster, books: Books) -> bool:
    """Whether repair is on here, or something of it is left."""
    left = any(w.kind in OURS for w in books.watches) or any(map(_waits, books.disruptions))
    return left or cluster.policy.repair is not Repair.OFF


def _waits(disruption: Disruption) -> bool:
    return disruption.reason is Reason.REPAIR and disruption.phase is Phase.WAITING


def _impaired() -> Mapping[str, str]:
    """By any of EC2's checks. What fails those of its application its group replaces by itself, where it may."""
    return dict.fromkeys(application_status.impaired(), "application status") | ec2.impaired()


def _launched(away: set[str]) -> Mapping[str, Launch] | None:
    return unless_refused(lambda: ec2.launches(away), "cannot ask when they were launched") if away else {}
