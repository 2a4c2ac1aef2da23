"""See the fleets of a cluster: its Bottlerocket hosts by variant and architecture, in as few calls as there can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta

from ballast.aws import autoscaling, cloudwatch, ec2, ecs, instance_refresh, launch_templates, ssm, zonal_shifts
from ballast.aws.ledger import Ledger
from ballast.aws.ledger_items import Books
from ballast.drain.triggers import TO_BEGIN_VOLUNTARILY
from ballast.facts.capacity import ZonalShift
from ballast.facts.fleet import Fleet, Host, Report
from ballast.facts.gates import NO_ALARMS
from ballast.facts.group import GroupMembership
from ballast.facts.host_answer import HostAnswer, HostProblem, read_answer
from ballast.facts.view import Cluster, ContainerInstance, View
from ballast.facts.which_record import the_records
from ballast.policy.updates import Strategy
from ballast.records.document import Document
from ballast.records.release import Release
from ballast.records.rollout import InstanceUpdate, Rollout, Stage
from ballast.shell.look import Observer, view_instances
from ballast.shell.repair_limits import limits_of
from ballast.update.groups.due import groups_are_due
from ballast.update.rollout.batches import staged
from ballast.update.rollout.progress import wants_batch
from ballast.value import dataclass

SSM_LAGS = timedelta(minutes=30)  # it reports the platform's version every few minutes


@dataclass(frozen=True, slots=True)
class FleetObserver:
    """Of one cluster, at one moment."""

    cluster: Cluster
    ledger: Ledger
    now: datetime
    may_update: Strategy
    may_change_templates: bool
    drains_seen_at: datetime | None = None
    shifts: dict[str, ZonalShift] = field(default_factory=dict)  # known by then, by group

    def fleets(self, books: Books, releases: Mapping[tuple[str, str], Release]) -> list[tuple[Fleet, Rollout | None]]:
        """One for each variant and architecture that runs, or is being rolled out, with its rollout.

        One whose rollout nobody can read is left alone: it may be in any state.
        """
        listed = ecs.list_records(self.cluster.name)
        instances = tuple(the_records(listed.instances).values())
        bottlerocket = [i for i in instances if i.variant and i.arch and not self.cluster.managed_by_ecs(i)]
        rollouts = {(r.variant, r.arch): r for r in books.rollouts}
        unread = {one.item for one in books.unread}
        kinds = sorted({(i.variant or "", i.arch or "") for i in bottlerocket} | rollouts.keys())
        groups = tuple(autoscaling.groups(self.cluster.groups))
        members = autoscaling.members_of(groups)
        moves = any(rollout.moves for rollout in books.rollouts)
        capacity = zonal_shifts.capacity(groups, self.shifts, self.now) if moves else ()
        hosts = tuple(self._hosts(bottlerocket, books, members))
        found = []
        for kind in (kind for kind in kinds if f"rollout#{kind[0]}#{kind[1]}" not in unread):
            fleet = Fleet(
                self.cluster,
                *kind,
                hosts,
                instances,
                release=releases.get(kind),
                members=members,
                capacity=capacity,
                may_update=self.may_update,
                drains_seen_at=self.drains_seen_at,
            )
            fleet = self._fleet(fleet, books, rollouts.get(kind))
            if not listed.complete:  # who is not described is not lost
                fleet = replace(fleet, lost=tuple(u for u in fleet.lost if u.settled))
            found.append((fleet, rollouts.get(kind)))
        return found

    def _hosts(
        self, instances: Sequence[ContainerInstance], books: Books, members: Mapping[str, GroupMembership]
    ) -> list[Host]:
        if not instances:
            return []
        ids = {i.instance_id for i in instances}
        known = ssm.instance_information(ids)
        updates = {u.instance_id: u for u in books.updates}
        views = view_instances(self.cluster, instances, (d for d in books.disruptions if d.instance_id in ids))
        hosts = []
        for view in views:
            information, update = known.get(view.instance_id), updates.get(view.instance_id)
            hosts.append(
                Host(
                    replace(view, membership=members.get(view.instance_id)),
                    version=self._version(information, update),
                    online=information is not None and information.online,
                    update=update,
                    report=self._report(update),
                    unread_version=information.unread_version if information else "",
                )
            )
        return hosts

    def _version(self, known: ssm.HostInformation | None, update: InstanceUpdate | None) -> str | None:
        """What we have just verified is newer than what SSM says."""
        if update and update.stage is Stage.DONE and self.now - update.since < SSM_LAGS:
            return update.target
        return known.version if known else None

    def _report(self, update: InstanceUpdate | None) -> Report | None:
        """The reboot command never reports, so nobody asks what became of it."""
        if update is None or update.command_id is None or update.asked in (None, Document.REBOOT):
            return None
        if update.settled and not update.owes:
            return None
        answer = ssm.answer(update.command_id, update.instance_id)
        if answer is None:
            return None
        if answer.lost:
            return Report(ended=True, answer=HostAnswer(None, None, HostProblem.UNSURE, "the command did not reach it"))
        return Report(answer.ended, read_answer(answer.stdout, answer.stderr, succeeded=answer.succeeded))

    def _fleet(self, fleet: Fleet, books: Books, rollout: Rollout | None) -> Fleet:
        present = {i.instance_id for i in fleet.everybody}
        moves = rollout is not None and rollout.moves
        updates = self.cluster.policy.updates
        unread = {one.item for one in books.unread}
        fleet = replace(
            fleet,
            hosts=tuple(
                self._left_alone(h, rollout) if rollout and f"update#{h.id}" in unread else h
                for h in fleet.hosts
                if (h.instance.variant, h.instance.arch) == fleet.kind
            ),
            in_flight=books.in_flight,
            repair=limits_of(self.cluster, books, self.now),
            lost=tuple(
                u for u in books.updates if u.instance_id not in present and rollout and u.rollout == rollout.id
            ),
            closed_calendars=ssm.closed_calendars(updates.calendars) if moves else {},
            alarms=cloudwatch.look(updates.alarms) if moves and updates.alarms else NO_ALARMS,
        )
        if rollout and groups_are_due(rollout, self.now):
            fleet = self._with_groups(fleet, rollout)
        return self._with_tasks(fleet) if rollout and moves and wants_batch(fleet, rollout, self.now) else fleet

    def _left_alone(self, host: Host, rollout: Rollout) -> Host:
        """What nobody can read of it may be any stage, so that nothing is begun with it."""
        why = f"nobody can read what the ledger holds of it (item update#{host.id})"
        left = InstanceUpdate(self.cluster.name, host.id, rollout.id, rollout.target, Stage.EXCLUDED, self.now, why=why)
        return replace(host, update=left)

    def _with_groups(self, fleet: Fleet, rollout: Rollout) -> Fleet:
        """What its groups launch from, how their refreshes go, and the images that they may launch."""
        groups = {h.view.membership.group for h in fleet.hosts if h.view.membership}
        replaces = rollout.strategy == Strategy.REPLACE
        if replaces and rollout.refreshing:
            groups.add(rollout.refreshing)
        templates = launch_templates.templates(groups)
        tagged = launch_templates.tagged() if self.may_change_templates and templates else None
        return replace(
            fleet,
            templates=templates,
            tagged_templates=tagged,
            refreshes=instance_refresh.newest(groups) if replaces else (),
            launched_at=ec2.launch_times(_newcomers(fleet, rollout)) if replaces else {},
            images=_images(fleet, rollout),
            may_change_templates=self.may_change_templates,
        )

    def _with_tasks(self, fleet: Fleet) -> Fleet:
        """What a batch is chosen by."""
        observer = Observer(self.cluster, self.ledger, self.now, self.shifts)
        filled: dict[str, View] = {
            view.instance_id: view
            for view in observer.fill([h.view for h in staged(fleet)], {}, also=TO_BEGIN_VOLUNTARILY)
        }
        hosts = tuple(replace(h, view=filled.get(h.id, h.view)) for h in fleet.hosts)
        return replace(fleet, hosts=hosts)


def _newcomers(fleet: Fleet, rollout: Rollout) -> set[str]:
    """Those that have to be verified: not registered, or since the rollout began."""
    begun = rollout.started_at or rollout.created_at
    fresh = (i.instance_id for i in fleet.everybody if i.registered_at and i.registered_at >= begun)
    return {*fleet.unregistered, *(i for i in fresh if i in fleet.members)}


def _images(fleet: Fleet, rollout: Rollout) -> dict[str, str]:
    """Of the target and of what the others run, as AWS publishes them in this Region."""
    release, runs = fleet.release, {host.version for host in fleet.hosts}
    published = {release.version, release.previous_version} if release else set()
    wanted = sorted(version for version in {rollout.target, rollout.bad_version, *runs, *published} if version)
    start = f"/aws/service/bottlerocket/{rollout.variant}/{rollout.arch}"
    names = {f"{start}/{version}/image_id": version for version in wanted}
    found = {names[name]: image for name, image in ssm.public_parameters(list(names)).items()}
    return found | ({rollout.target: rollout.image_id} if rollout.image_id else {})
