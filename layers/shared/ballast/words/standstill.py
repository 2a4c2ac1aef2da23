"""What on-call reads of a rollout that does not move, in its own message."""

from __future__ import annotations

from datetime import datetime

from ballast.facts.fleet import Fleet
from ballast.records.rollout import Rollout, RolloutState, Standstill
from ballast.words.codes import Code
from ballast.words.counted import fleet_of, mix, so_far
from ballast.words.halts import short_cause
from ballast.words.incident import date, few, say, span, typed
from ballast.words.notice import Notice, Severity
from ballast.words.rollout import of_rollout
from ballast.words.shortened import cut


def stands_still(
    fleet: Fleet,
    r: Rollout,
    stands: Standstill,
    until: datetime | None,
    left: tuple[str, ...] = (),
    *,
    ticket: bool,
    now: datetime,
) -> Notice:
    """`until`: when what holds it is over by itself. `left`: what nobody may end meanwhile."""
    status = typed("status", r.cluster, r.variant, r.arch)
    goes_on = f"It goes on by itself at {date(until)}." if until else "It goes on by itself once that is over."
    waits = r.state is RolloutState.WAITING
    rest = f"Left as they are: {', '.join(few(left))}." if left else "Nothing is half done that does not end by itself."
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_STANDS,
        Severity.TICKET if ticket else Severity.INFO, now, repeat=r.told,
        title=f"rollout {r.target} stands still: {cut(short_cause(stands.why), 40)}",
        what=f"The rollout of Bottlerocket {r.target} to {fleet_of(r)} has not moved for {span(stands.since, now)}: {so_far(r)}.",
        why=f"{stands.why[0].upper()}{stands.why[1:]}.",
        impact="None yet." if waits else f"Running: {mix(fleet, r)}. {rest}",
        next=f"{goes_on} See {status}.",
    )  # fmt: skip
