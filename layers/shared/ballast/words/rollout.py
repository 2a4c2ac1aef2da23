"""What on-call reads about a rollout: one incident, told again as it moves on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ballast.facts.fleet import Fleet, Host
from ballast.policy.policy import Policy
from ballast.records.command import Command, CommandKind
from ballast.records.disruption import PartOf
from ballast.records.fingerprint import of_rollout as plan_of
from ballast.records.rollout import Rollout, RolloutState
from ballast.words.asked import Asked
from ballast.words.codes import BOTTLEROCKET_ROLLOUT, Code
from ballast.words.counted import bar, counts, fleet_of, mix, so_far, when_done
from ballast.words.halts import sentence, short_cause
from ballast.words.incident import Incident, cluster_link, count, date, few, runs, say, typed
from ballast.words.notice import Notice, Severity, Would


def of_rollout(fleet: Fleet, r: Rollout) -> Incident:
    reason = f"{BOTTLEROCKET_ROLLOUT}/{r.variant}/{r.arch}"
    return Incident(r.cluster, None, reason, r.incident, r.told_since, (cluster_link(fleet.cluster),))


def part_of(r: Rollout) -> PartOf:
    """What a rollout asks for is news of it."""
    return PartOf(r.incident, f"{BOTTLEROCKET_ROLLOUT}/{r.variant}/{r.arch}", r.told_since)


def planned(fleet: Fleet, r: Rollout, policy: Policy, due: datetime | None, now: datetime) -> Notice:
    when = (
        f"It begins at {date(due)}, inside the maintenance windows."
        if due
        else f"It begins once somebody approves it: {typed(CommandKind.APPROVE, r.cluster, r.variant, r.arch)}."
    )
    waves = " %, ".join(str(share) for share in policy.updates.waves)
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_PLANNED, Severity.TICKET if due is None else Severity.INFO, now, asked=_asked(r, CommandKind.APPROVE, CommandKind.HALT),
        title=f"rollout {r.target} planned: {f"begins {date(due)}" if due else "approve it"}",
        what=f"Bottlerocket {r.target} is to be rolled out to {count(r.total - r.on_target - r.excluded, "instance")} of {fleet_of(r)}.",
        why=f"AWS publishes {r.target} as `latest` of the variant; running: {mix(fleet, r)}.",
        impact=f"None yet. {runs(r.excluded, "instance", "is left as it is", "are left as they are")}." if r.excluded else "None yet.",
        next=f"{when} One canary, then {waves} % ({r.strategy}). {_paused(fleet, now)}".rstrip(),
        would=Would(
            f"Bottlerocket {r.target} would be rolled out to {count(r.total - r.on_target - r.excluded, "instance")} of {fleet_of(r)}.",
            "None.", f"With one canary, then {waves} % ({r.strategy}).",
        ),
    )  # fmt: skip


def started(fleet: Fleet, r: Rollout, policy: Policy, now: datetime) -> Notice:
    bake = policy.updates.canary_bake.total_seconds() / 60
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_STARTED, Severity.INFO, now, asked=_asked(r, CommandKind.HALT),
        title=f"rollout {r.target} begins: one canary first",
        what=f"The rollout of Bottlerocket {r.target} to {fleet_of(r)} begins: {so_far(r)}.",
        why=f"It is approved{f' by {r.approved_by}' if r.approved_by else ''}.",
        impact="One instance at first, inside the disruption budget.",
        next=f"The canary bakes for {bake:.0f} min before the first wave.",
    )  # fmt: skip


def progress(
    fleet: Fleet, r: Rollout, batch: Sequence[Host], now: datetime, foreseen: datetime | None = None
) -> Notice:
    """`foreseen`: when it was to be done, as it was said last."""
    stage = "canary" if r.wave == 0 else f"wave {r.wave}"
    doing = (
        f"{stage}: {', '.join(few([h.id for h in batch]))} {'drains' if len(batch) == 1 else 'drain'}"
        if batch
        else stage
    )
    if r.wave_done_at:
        doing = f"{stage} is complete and bakes"
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_PROGRESS, Severity.INFO, now, asked=_asked(r, CommandKind.HALT), repeat=r.told,
        title=f"rollout {r.target} goes on: {stage}{" bakes" if r.wave_done_at else ""}",
        what=f"Bottlerocket {bar(r)}: {doing}.",
        why=counts(fleet, r),
        impact=f"{runs(len(batch), "instance", "is", "are")} out of service for it." if batch else "None.",
        next=_paused(fleet, now) or when_done(fleet, r, now, foreseen),
    )  # fmt: skip


def halted(fleet: Fleet, r: Rollout, now: datetime, *, page: bool) -> Notice:
    resume, rollback = (
        typed(kind, r.cluster, r.variant, r.arch) for kind in (CommandKind.RESUME, CommandKind.ROLLBACK)
    )
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_HALTED, Severity.PAGE if page else Severity.TICKET, now, asked=_asked(r, CommandKind.RESUME, CommandKind.ROLLBACK),
        title=f"rollout {r.target} halted: {short_cause(r.halted_reason)}",
        what=f"The rollout of Bottlerocket {r.target} to {fleet_of(r)} is halted: {so_far(r)}.",
        why=sentence(r.halted_reason or "nobody said why"),
        impact=sentence(f"{runs(r.on_target, "instance")} {r.target}; no other is touched. Running: {mix(fleet, r)}"),
        next=f"What is in flight ends or goes back. Then: {resume} or {rollback}.",
    )  # fmt: skip


def resumed(fleet: Fleet, r: Rollout, command: Command, now: datetime) -> Notice:
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_RESUMED, Severity.INFO, now, closes=True,
        title=f"rollout {r.target} goes on: {command.who} resumed it",
        what=f"The rollout of Bottlerocket {r.target} to {fleet_of(r)} goes on: {so_far(r)}.",
        why=said(command), impact="Earlier failures no longer count.",
        next=_paused(fleet, now) or "The next instances follow.",
    )  # fmt: skip


def approved(fleet: Fleet, r: Rollout, command: Command, now: datetime) -> Notice:
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_APPROVED, Severity.INFO, now, asked=_asked(r, CommandKind.HALT), title=f"rollout {r.target} approved: by {command.who}",
        what=f"Bottlerocket {r.target} is approved for {fleet_of(r)}.", why=said(command),
        impact="None yet.", next=_paused(fleet, now) or "The canary goes in the next maintenance window.",
    )  # fmt: skip


def superseded(fleet: Fleet, r: Rollout, target: str, now: datetime) -> Notice:
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_SUPERSEDED, Severity.INFO, now, closes=True,
        title=f"rollout {r.target} ends: {target} is wanted",
        what=f"The rollout of Bottlerocket {r.target} to {fleet_of(r)} gives way to {target}.",
        why=f"{target} is wanted now.", impact="What is in flight ends or goes back.", next=f"See the rollout of {target}.",
    )  # fmt: skip


def rolling_back(fleet: Fleet, r: Rollout, after: Rollout, now: datetime) -> Notice:
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLBACK, Severity.TICKET, now, closes=True,
        title=f"rollout {r.target} goes back to {after.target}: {short_cause(r.halted_reason)}",
        what=f"Bottlerocket {r.target} is rolled back to {after.target} on {fleet_of(r)}.",
        why=" ".join(sentence(why) for why in (r.halted_reason, after.rolled_back_by) if why) or "The policy says so.",
        impact=sentence(f"{runs(r.on_target, "instance", "drains and reboots", "drain and reboot")} once more, inside the disruption budget"),
        next=_paused(fleet, now) or "It is followed as a rollout of its own.",
    )  # fmt: skip


def done(fleet: Fleet, r: Rollout, left: Mapping[str, str], now: datetime) -> Notice:
    back = r.state is RolloutState.ROLLED_BACK
    ours = [u for u in (*fleet.updates, *fleet.lost) if u.rollout == r.id and u.failed]
    failed = [f"{u.instance_id} failed: {u.why}" for u in ours]
    follows = r.told_since == r.reopened_at  # newcomers only, and what it said at its first end is known
    news = any(u.since >= r.told_since for u in ours) if follows else back or bool(ours)
    rest = [*failed, *(f"{instance_id}: {why}" for instance_id, why in sorted(left.items()))]
    code = Code.BOTTLEROCKET_ROLLED_BACK if back else Code.BOTTLEROCKET_ROLLOUT_DONE
    return say(
        of_rollout(fleet, r), code, Severity.TICKET if news else Severity.INFO, now, closes=True,
        title=f"{"rollback to" if back else "rollout"} {r.target} done: {r.on_target} of {r.total} on it{f", {len(failed)} failed" if failed else ""}",
        what=f"{r.on_target} of {count(r.total, "instance")} of {fleet_of(r)} {"runs" if r.on_target == 1 else "run"} Bottlerocket {r.target}.",
        why=sentence("; ".join(few(rest))) if rest else f"Every instance was {"taken back" if back else "updated"}.",
        impact=f"{runs(len(failed), "instance", "did", "did")} not take the update; see why." if failed else _impact(fleet),
        next="Look after those by hand, or let their group replace them." if rest else "Nothing to do.",
    )  # fmt: skip


def _asked(r: Rollout, *do: CommandKind) -> Asked:
    return Asked(do, plan_of(r), r.variant, r.arch, r.target)


def _impact(fleet: Fleet) -> str:
    """Told of what is seen to serve only."""
    lost = sorted(h.id for h in fleet.hosts if not h.instance.agent_connected)
    missing = [f"{', '.join(few(lost))} lost their agents"] if lost else []
    if fleet.unregistered:
        missing.append(f"{', '.join(few(sorted(fleet.unregistered)))} are not registered in ECS")
    return f"Not every instance serves: {' and '.join(missing)}." if missing else "None: every instance serves."


def refused(fleet: Fleet, command: Command, why: str, now: datetime) -> Notice:
    status = typed("status", fleet.cluster.name, fleet.variant, fleet.arch)
    return say(
        _of_command(fleet, command), Code.BOTTLEROCKET_COMMAND_REFUSED, Severity.TICKET, now, closes=True,
        title=f"{command.kind} refused: {why}",
        what=f"The command {command.kind} for {fleet.variant} {fleet.arch} was refused.",
        why=f"{said(command)} But {why}.", impact="Nothing was changed.",
        next=f"See {status}, and say it again where it fits.",
    )  # fmt: skip


def _paused(fleet: Fleet, now: datetime) -> str:
    """Where a pause comes before all that follows."""
    pause = fleet.policy.pause(now)
    return f"{pause.words}: nothing begins before that is over." if pause else ""


def _of_command(fleet: Fleet, command: Command) -> Incident:
    """No part of the rollout's incident: it closes when it is told."""
    name = fleet.cluster.name
    key = f"{name}/command/{fleet.variant}/{fleet.arch}/{command.kind}/{command.at:%Y%m%dT%H%M%SZ}"
    return Incident(name, None, BOTTLEROCKET_ROLLOUT, key, command.at, (cluster_link(fleet.cluster),))


def said(command: Command) -> str:
    reason = f": {command.reason}" if command.reason else ""
    return f"{command.who} said {command.kind}{reason}."
