"""What does it mean for a drain that an instance is in its group, but not in service?

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
"""

from __future__ import annotations

from ballast.facts.group import GroupMembership


def why_not_in_service(member: GroupMembership) -> str | None:
    """Why its group could not replace it now, in words; None where it could."""
    state, group = member.lifecycle_state, member.group
    if member.in_service:
        return None
    if member.leaves:
        return "its Auto Scaling group is already terminating it"
    if member.in_standby:
        return f"it is {state} in {group}: whoever put it there decides when it serves again"
    if state.startswith("Warmed:"):
        return f"it waits in the warm pool of {group} ({state})"
    if state.startswith("Pending"):
        return f"{group} is still launching it ({state})"
    if state.startswith("Detach"):
        return f"it is being detached from {group}, which would not replace it"
    if state.startswith(("ReplacingRootVolume", "RootVolumeReplaced")):
        return f"{group} gives it a new root volume ({state})"
    return f"it is {state} in {group}"
