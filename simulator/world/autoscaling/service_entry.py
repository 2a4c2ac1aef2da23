"""How a launched instance gets into service or into the warm pool, and the hooks that may hold it on the way.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.world.autoscaling.group_events import announce_launch
from simulator.world.autoscaling.group_records import LAUNCHING, Member, Passage, Result
from simulator.world.core.core import Core

if TYPE_CHECKING:
    from simulator.world.autoscaling.groups import Groups


class ServiceEntry:
    def __init__(self, core: Core, groups: Groups) -> None:
        self._core = core
        self._groups = groups

    def arrived(self, member: Member) -> None:
        """EC2 has it running."""
        prefix = "Warmed:" if member.warm else ""
        passage = Passage(
            LAUNCHING,
            f"{prefix}Pending:Wait",
            self._released,
            origin="WarmPool" if member.from_pool else "EC2",
            destination="WarmPool" if prefix else "AutoScalingGroup",
        )
        self._groups.hooks.hold(member, passage)

    def _released(self, member: Member, result: Result) -> None:
        if result == "ABANDON":
            self._core.note("launch_abandoned", group=member.group.name, instance=member.instance.id)
            self._groups.abandon(member)
            return
        if member.state.endswith(":Wait"):
            self._groups.enter(member, member.state.removesuffix(":Wait") + ":Proceed")
        if member.warm:
            announce_launch(self._core, member, destination="WarmPool")
            self._groups.warm_pools.put(member)
        else:
            self._groups.enter(member, "InService")
            announce_launch(self._core, member)
