"""What is said of a drill once it is over, or where it does not begin."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ballast.words.codes import Code
from ballast.words.drain import of_drain
from ballast.words.incident import count, say, span
from ballast.words.notice import Notice, Severity

if TYPE_CHECKING:
    from ballast.facts.view import View
    from ballast.records.disruption import Disruption


def drill_over(view: View, d: Disruption, now: datetime, *, serves: bool) -> Notice:
    """`serves`: neither EC2 nor its group takes it."""
    i, lasted = d.instance_id, span(d.started_at, now)
    seen = (
        f"It was empty after {lasted}."
        if d.emptied_at
        else f"After {lasted} {count(view.counted_tasks, 'task')} were still counted on it."
    )
    pause = view.cluster.policy.pause(now)
    return say(
        of_drain(view, d), Code.DRILL_OVER, Severity.INFO, now, closes=True,
        title=f"{i} drilled: {'empty' if d.emptied_at else 'not empty'} after {lasted}",
        what=f"{i} is ACTIVE again: its drill is over. {seen}" if serves else f"The drill of {i} is over, as EC2 or its group takes it. {seen}",
        why=f"{pause.words}." if pause and not d.emptied_at else "A drill ends once the instance is empty, or after ten minutes.",
        impact="None: it takes tasks again." if serves else "What still runs there ends with it.",
        next="Nothing to do.",
    )  # fmt: skip


def drill_refused(view: View, d: Disruption, why: str, now: datetime) -> Notice:
    return say(
        of_drain(view, d), Code.DRILL_REFUSED, Severity.INFO, now, closes=True, title=f"{d.instance_id} not drilled: {why}",
        what=f"The drill of {d.instance_id} does not begin.", why=f"{why[:1].upper()}{why[1:]}.",
        impact="None: nothing was changed.", next="Ask for it again once that is otherwise, or of another instance.",
    )  # fmt: skip
