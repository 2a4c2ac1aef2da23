"""What a person or AWS does to Auto Scaling groups; see docs/simulator.md."""

from __future__ import annotations

from collections.abc import Callable

from simulator.world.autoscaling.attached_records import LaunchFault, WarmPool
from simulator.world.autoscaling.group_records import Member
from simulator.world.autoscaling.launching import NO_CAPACITY
from simulator.world.autoscaling.mending_api import resume
from simulator.world.core.errors import AwsError
from simulator.world.ec2.answers import Refusal
from simulator.world.parts import Parts

PROCESSES = frozenset(
    {
        "Launch",
        "Terminate",
        "AddToLoadBalancer",
        "AlarmNotification",
        "AZRebalance",
        "HealthCheck",
        "InstanceRefresh",
        "ReplaceUnhealthy",
        "ScheduledActions",
    }
)


class GroupActs(Parts):
    """What AWS would refuse does not happen; the journal then has `act_refused` with AWS's reason."""

    def enter_standby(self, instance_id: str, *, decrement: bool = True) -> None:
        """Out of service, but in the group; without `decrement` the group launches another. ECS knows nothing of it.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnterStandby.html
        """
        self._ask("enter_standby", lambda: self.aside.enter_standby(self._member(instance_id), decrement=decrement))

    def exit_standby(self, instance_id: str) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ExitStandby.html."""
        self._ask("exit_standby", lambda: self.aside.exit_standby(self._member(instance_id)))

    def detach_instance(self, instance_id: str, *, decrement: bool = True) -> None:
        """It leaves the group, runs on and stays in ECS; no hook holds it.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html
        """
        self._ask("detach_instance", lambda: self.aside.detach(self._member(instance_id), decrement=decrement))

    def put_warm_pool(
        self,
        group: str,
        *,
        minimum: int = 0,
        state: str = "Stopped",
        most_prepared: int | None = None,
        reuse_on_scale_in: bool = False,
    ) -> None:
        """`state`: Stopped, Running or Hibernated. Without `most_prepared` group and pool together reach the maximum.

        ECS says not to use `reuse_on_scale_in`, which nothing prevents:
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-warm-pool.html
        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutWarmPool.html
        """
        record = self.groups.groups[group]
        record.warm_pool = WarmPool(state, minimum, most_prepared, reuse_on_scale_in)
        self.note("warm_pool_put", group=group, state=state, reuse_on_scale_in=reuse_on_scale_in)
        self.groups.reconcile(record)

    def delete_warm_pool(self, group: str) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteWarmPool.html."""
        self.groups.warm_pools.delete(self.groups.groups[group])

    def replace_root_volumes(self, group: str, image_id: str | None = None) -> None:
        """An instance refresh of strategy ReplaceRootVolume, one instance after the other; the ids survive.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/replace-root-volume.html
        """
        record = self.groups.groups[group]
        self._ask("replace_root_volumes", lambda: self.root_volumes.start(record, image_id))

    def suspend_processes(self, group: str, *processes: str) -> None:
        """All of them when none is named.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SuspendProcesses.html
        """
        record = self.groups.groups[group]
        for process in processes or sorted(PROCESSES):
            if process not in PROCESSES:
                raise ValueError(f"{process} is no scaling process.")
            record.suspended[process] = f"User suspended at {self.iso(self.clock.now_s)[:19]}Z"
        self.note("processes_suspended", group=group, processes=sorted(record.suspended))

    def resume_processes(self, group: str, *processes: str) -> None:
        """What was left undone is done at once.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ResumeProcesses.html
        """
        resume(self, self.groups.groups[group], processes)

    def fail_launches(
        self,
        group: str,
        code: str = NO_CAPACITY.code,
        message: str = NO_CAPACITY.message,
        *,
        zones: tuple[str, ...] = (),
        for_s: float | None = None,
    ) -> None:
        """EC2 refuses what the group launches (in `zones`, or anywhere), for `for_s` seconds or until allowed again.

        A bad image: code InvalidAMIID.NotFound.
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-ami.html
        """
        record = self.groups.groups[group]  # of this one, which may be deleted meanwhile
        record.launch_fault = LaunchFault(code, message, zones)
        if for_s is not None:
            self.clock.after(for_s, lambda: setattr(record, "launch_fault", None))

    def allow_launches(self, group: str) -> None:
        """The next retry succeeds."""
        self.groups.groups[group].launch_fault = None

    def delete_group(self, group: str) -> None:
        """With ForceDelete: its instances terminate, no hook holds them, and answers about it are empty.

        What it had begun or was scheduled to do goes with it, or it would launch once more.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html
        """
        record = self.groups.groups.pop(group)
        record.desired, record.minimum, record.surge, record.warm_pool = 0, 0, 0, None
        record.scheduled.clear()
        self.note("group_deleted", group=group)
        for member in record.members.values():
            self.groups.hooks.drop(member)
            self.ec2.terminate(member.instance, "group_deleted")
        record.members.clear()

    def refuse_group(self, group: str, how: Refusal = "throttled", *, for_s: float | None = None) -> None:
        """Every Auto Scaling call that names the group is `throttled` or `denied`, for `for_s` seconds or until allowed.

        `busy` and `contended` refuse what changes it: ScalingActivityInProgress, ResourceContention.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html
        """
        self.answers.refused_groups[group] = how
        if for_s is not None:
            self.clock.after(for_s, lambda: self.allow_group(group))

    def allow_group(self, group: str) -> None:
        self.answers.refused_groups.pop(group, None)

    def _ask(self, act: str, call: Callable[[], object]) -> None:
        try:
            call()
        except AwsError as error:
            self.note("act_refused", act=act, why=error.message)

    def _member(self, instance_id: str) -> Member:
        member = self.groups.member(instance_id)
        if member is None:
            raise AwsError("ValidationError", f"The instance {instance_id} is not part of any Auto Scaling group.")
        return member
