"""Members that leave service but not the world: Standby and detached instances. No hook holds them.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.autoscaling.groups import Groups
from simulator.world.core.core import Core
from simulator.world.core.errors import AwsError

STEP_SECONDS = (3.0, 12.0)  # from EnteringStandby to Standby, and so on; AWS gives no figures


class SteppingAside:
    def __init__(self, core: Core, groups: Groups) -> None:
        self._core = core
        self._groups = groups

    def enter_standby(self, member: Member, *, decrement: bool) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnterStandby.html."""
        if member.state != "InService":
            raise AwsError("ValidationError", f"The instance {member.instance.id} is not in InService.")
        self._decrement(member.group, decrement=decrement)
        self._groups.enter(member, "EnteringStandby")
        self._later(member, "EnteringStandby", lambda: self._groups.enter(member, "Standby"))
        self._groups.reconcile(member.group)

    def exit_standby(self, member: Member) -> None:
        """Whether or not it was decremented before, the desired capacity is incremented.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ExitStandby.html
        """
        group = member.group
        if member.state != "Standby":
            raise AwsError("ValidationError", f"The instance {member.instance.id} is not in Standby.")
        if group.desired >= group.maximum:
            raise AwsError("ValidationError", f"Exiting standby would violate group's max size ({group.maximum}).")
        group.desired += 1
        self._groups.enter(member, "Pending")
        self._later(member, "Pending", lambda: self._back(member))

    def detach(self, member: Member, *, decrement: bool) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html."""
        if member.state not in ("InService", "Standby"):
            raise AwsError("ValidationError", f"The instance {member.instance.id} is not in InService or Standby.")
        if member.state == "InService":  # Standby has been taken off already
            self._decrement(member.group, decrement=decrement)
        self._groups.enter(member, "Detaching")
        self._later(member, "Detaching", lambda: self._detached(member))
        self._groups.reconcile(member.group)

    def _decrement(self, group: Group, *, decrement: bool) -> None:
        if decrement and group.desired <= group.minimum:
            message = f"AutoScalingGroup {group.name} has min-size={group.minimum}, max-size={group.maximum}, and "
            raise AwsError("ValidationError", f"{message}desired-size={group.desired}. It cannot be decremented.")
        group.desired -= decrement

    def _later(self, member: Member, state: str, then: Callable[[], None]) -> None:
        def step() -> None:
            if member.state == state:
                then()

        self._core.clock.after(self._core.between(STEP_SECONDS), step)

    def _back(self, member: Member) -> None:
        self._groups.enter(member, "InService")
        self._groups.health.look_again(member.group)
        self._groups.reconcile(member.group)

    def _detached(self, member: Member) -> None:
        """It runs on, and ECS goes on placing tasks on it; the group forgets it."""
        self._groups.enter(member, "Detached")
        group, instance = member.group, member.instance
        del group.members[instance.id]
        instance.group = None
        instance.tags.pop("aws:autoscaling:groupName", None)
        self._core.note("instance_detached", group=group.name, instance=instance.id)
