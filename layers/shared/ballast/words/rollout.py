"""What on-call reads about a rollout: one incident, told again as it moves on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from ballast.facts.fleet import Fleet, Host
from ballast.policy.policy import Policy
from ballast.records.command import Command
from ballast.records.rollout import Rollout, RolloutState
from ballast.words.links import cluster_link
from ballast.words.notice import Notice, Severity
from ballast.words.phrases import date, few
from ballast.words.rollout_words import REASON, bar, counts, fleet_of, instances, mix, notice


def planned(fleet: Fleet, r: Rollout, policy: Policy, due: datetime | None, now: datetime) -> Notice:
    when = (
        f"It begins at {date(due)}, inside the maintenance windows." if due else "It begins once somebody approves it."
    )
    waves = " %, ".join(str(share) for share in policy.updates.waves)
    return notice(
        fleet, r, now, "BottlerocketRolloutPlanned", Severity.TICKET if due is None else Severity.INFO,
        what=f"Bottlerocket {r.target} is to be rolled out to {instances(r.total - r.on_target - r.excluded)} of {fleet_of(r)}.",
        why=f"`latest` of the variant is {r.target}; running: {mix(fleet, r)}.",
        impact=f"None yet. {instances(r.excluded)} will be left as they are." if r.excluded else "None yet.",
        next_=f"{when} One canary, then {waves} % ({r.strategy}).",
    )  # fmt: skip


def started(fleet: Fleet, r: Rollout, policy: Policy, now: datetime) -> Notice:
    bake = policy.updates.canary_bake.total_seconds() / 60
    return notice(
        fleet, r, now, "BottlerocketRolloutStarted", Severity.INFO,
        what=f"The rollout of Bottlerocket {r.target} to {fleet_of(r)} begins: {counts(r)}.",
        why=f"It is approved{f' by {r.approved_by}' if r.approved_by else ''}.",
        impact="One instance at first, inside the disruption budget.",
        next_=f"The canary bakes for {bake:.0f} min before the first wave.",
    )  # fmt: skip


def progress(fleet: Fleet, r: Rollout, batch: Sequence[Host], now: datetime) -> Notice:
    stage = "canary" if r.wave == 0 else f"wave {r.wave}"
    doing = f"{stage}: {', '.join(few([h.id for h in batch]))} drain" if batch else stage
    if r.wave_done_at:
        doing = f"{stage} is complete and bakes"
    eta = _eta(r, now)
    return notice(
        fleet, r, now, "BottlerocketRolloutProgress", Severity.INFO, repeat=r.told,
        what=f"Bottlerocket {bar(r)}: {doing}.",
        why=f"Running: {mix(fleet, r)}. Failed: {r.failed}, left as they are: {r.excluded}.",
        impact=f"{len(batch)} of {r.total} instances are out of service for it." if batch else "None.",
        next_=f"Done at about {date(eta)}." if eta else "The next instances follow.",
    )  # fmt: skip


def halted(fleet: Fleet, r: Rollout, now: datetime, *, page: bool) -> Notice:
    return notice(
        fleet, r, now, "BottlerocketRolloutHalted", Severity.PAGE if page else Severity.TICKET,
        what=f"The rollout of Bottlerocket {r.target} to {fleet_of(r)} is halted: {counts(r)}.",
        why=f"{r.halted_reason}.",
        impact=f"{instances(r.on_target)} run {r.target}; no other is touched. Running: {mix(fleet, r)}.",
        next_="What is in flight ends or goes back. Then: python -m ballast resume, or rollback.",
    )  # fmt: skip


def resumed(fleet: Fleet, r: Rollout, command: Command, now: datetime) -> Notice:
    return notice(
        fleet, r, now, "BottlerocketRolloutResumed", Severity.INFO, closes=True,
        what=f"The rollout of Bottlerocket {r.target} to {fleet_of(r)} goes on: {counts(r)}.",
        why=_said(command), impact="Earlier failures no longer count.", next_="The next instances follow.",
    )  # fmt: skip


def approved(fleet: Fleet, r: Rollout, command: Command, now: datetime) -> Notice:
    return notice(
        fleet, r, now, "BottlerocketRolloutApproved", Severity.INFO,
        what=f"Bottlerocket {r.target} is approved for {fleet_of(r)}.", why=_said(command),
        impact="None yet.", next_="The canary goes in the next maintenance window.",
    )  # fmt: skip


def superseded(fleet: Fleet, r: Rollout, target: str, now: datetime) -> Notice:
    return notice(
        fleet, r, now, "BottlerocketRolloutSuperseded", Severity.INFO, closes=True,
        what=f"The rollout of Bottlerocket {r.target} to {fleet_of(r)} gives way to {target}.",
        why=f"{target} is wanted now.", impact="What is in flight ends or goes back.", next_=f"See the rollout of {target}.",
    )  # fmt: skip


def rolling_back(fleet: Fleet, r: Rollout, after: Rollout, now: datetime) -> Notice:
    return notice(
        fleet, r, now, "BottlerocketRollback", Severity.TICKET, closes=True,
        what=f"Bottlerocket {r.target} is rolled back to {after.target} on {fleet_of(r)}.",
        why=f"{r.halted_reason}." if r.halted_reason else "An operator said so.",
        impact=f"{instances(r.on_target)} drain and reboot once more, inside the disruption budget.",
        next_="It is followed as a rollout of its own.",
    )  # fmt: skip


def done(fleet: Fleet, r: Rollout, left: Mapping[str, str], now: datetime) -> Notice:
    if r.state is RolloutState.ROLLED_BACK:
        return _done(fleet, r, left, now, "BottlerocketRolledBack")
    return _done(fleet, r, left, now, "BottlerocketRolloutDone")


def _done(fleet: Fleet, r: Rollout, left: Mapping[str, str], now: datetime, code: str) -> Notice:
    ours = (u for u in (*fleet.updates, *fleet.lost) if u.rollout == r.id)
    failed = [f"{u.instance_id} failed: {u.why}" for u in ours if u.failed]
    rest = [*failed, *(f"{instance_id}: {why}" for instance_id, why in sorted(left.items()))]
    worth_a_look = failed or r.state is RolloutState.ROLLED_BACK
    return notice(
        fleet, r, now, code, Severity.TICKET if worth_a_look else Severity.INFO, closes=True,
        what=f"{r.on_target} of {r.total} instances of {fleet_of(r)} run Bottlerocket {r.target}.",
        why="; ".join(few(rest)) + "." if rest else "Every instance was updated.",
        impact="None: every instance serves.",
        next_="Look after those by hand, or let their group replace them." if rest else "Nothing.",
    )  # fmt: skip


def refused(fleet: Fleet, command: Command, why: str, now: datetime) -> Notice:
    key = f"{fleet.cluster.name}/command/{fleet.variant}/{fleet.arch}/{command.kind}/{command.at:%Y%m%dT%H%M%SZ}"
    return Notice(
        code="BottlerocketCommandRefused", severity=Severity.TICKET, cluster=fleet.cluster.name, instance=None,
        reason=REASON, incident=key, incident_started_at=command.at, at=now,
        what=f"{command.kind} for {fleet.variant} {fleet.arch} was refused.",
        why=f"{_said(command)} But {why}.", impact="Nothing was changed.",
        next="See `python -m ballast status` and say it again.",
        links=(cluster_link(fleet.cluster),), closes_incident=True,
    )  # fmt: skip


def _eta(r: Rollout, now: datetime) -> datetime | None:
    """As fast as so far."""
    if not (r.started_at and r.on_target):
        return None
    left = max(0, r.total - r.on_target - r.failed - r.excluded)  # the failed may have left the cluster
    pace: timedelta = (now - r.started_at) / r.on_target
    return now + pace * left


def _said(command: Command) -> str:
    reason = f": {command.reason}" if command.reason else ""
    return f"{command.by} said {command.kind}{reason}."
