"""Does what an old event told still hold? Events come late, or twice; EC2 and Auto Scaling are the truth."""

from __future__ import annotations

from datetime import datetime

from ballast.drain.triggers import Trigger
from ballast.facts.group import HELD
from ballast.facts.view import View


def overtaken(view: View, trigger: Trigger) -> str | None:
    """Why a trigger that may be over asks for nothing any more; None where what it tells is still so, or nobody knows."""
    if trigger.hook is not None:
        held = view.membership is None or view.membership.leaves or view.membership.lifecycle_state in HELD
        return (
            None if held else f"its group does not end it: it is {view.membership and view.membership.lifecycle_state}"
        )
    going = view.ec2_state in ("stopping", "shutting-down", "stopped")
    return None if going else f"the event is old, and EC2 says {view.ec2_state or 'nothing'}"


def unlooked(view: View, trigger: Trigger | None, now: datetime) -> bool:
    """Whether the event must come again, since EC2 did not say if it still holds. One of a hook is obeyed even so."""
    return trigger is not None and trigger.hook is None and trigger.may_be_over(now) and view.ec2_state is None
