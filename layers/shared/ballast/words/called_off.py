"""What on-call reads about a drain that is not to be any more."""

from __future__ import annotations

from datetime import datetime

from ballast.facts.view import View
from ballast.records.disruption import Disruption
from ballast.words.codes import Code
from ballast.words.drain import STARTED, of_drain
from ballast.words.incident import date, say, span
from ballast.words.notice import Notice, Severity


def drain_cancelled(view: View, d: Disruption, now: datetime) -> Notice:
    return say(
        of_drain(view, d), Code.DRAIN_CANCELLED, Severity.INFO, now,
        title=f"{d.instance_id} not drained: somebody set it ACTIVE",
        what=f"{d.instance_id} was set ACTIVE by somebody else, so Ballast leaves it alone.",
        why="A voluntary drain yields to people.", impact="None.",
        next="Nothing until the next event about it.", closes=True,
    )  # fmt: skip


def change_passed(view: View, d: Disruption, now: datetime) -> Notice:
    return say(
        of_drain(view, d), Code.CHANGE_PASSED, Severity.INFO, now,
        title=f"{d.instance_id} serves on: its change has passed",
        what=f"{d.instance_id} still serves although its scheduled change was due at {date(d.goes_at)}.",
        why="AWS moved or cancelled the change, or it needed no stop.", impact="None.",
        next="Nothing until AWS announces another.", closes=True,
    )  # fmt: skip


def change_cancelled(view: View, d: Disruption, now: datetime) -> Notice:
    return say(
        of_drain(view, d), Code.CHANGE_CANCELLED, Severity.INFO, now,
        title=f"{d.instance_id} not drained: AWS called it off",
        what=f"{d.instance_id} need not be drained: its change of {date(d.goes_at)} is over or called off.",
        why="AWS Health has closed the event.", impact="None.",
        next="Nothing until AWS announces another.", closes=True,
    )  # fmt: skip


def gave_up_waiting(view: View, d: Disruption, now: datetime) -> Notice:
    pause = view.cluster.policy.pause(now)
    return say(
        of_drain(view, d), Code.GAVE_UP_WAITING, Severity.INFO, now,
        title=f"{d.instance_id} not drained: no good moment came",
        what=f"{d.instance_id} was not drained: {span(d.started_at, now)} passed without a good moment.",
        why=STARTED[d.reason][2].format(goes="") + (f" {pause.words}." if pause else ""), impact="None so far.",
        next="Nothing until the next event about it.", closes=True,
    )  # fmt: skip
