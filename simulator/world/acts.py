"""What a scenario lets happen to the world from outside."""

from __future__ import annotations

from simulator.world.core.records import Status
from simulator.world.ec2.instances import instance_arn
from simulator.world.parts import Parts

SPOT_NOTICE_S = 120.0


class Acts(Parts):
    """What can no longer happen, because its instance or task has gone meanwhile, does not happen."""

    def warn_spot(self, instance_id: str, action: str = "terminate") -> None:
        """EC2 wants the instance back: a warning now, and in two minutes it is terminated or stopped, hook or no hook.

        Hibernation begins at once, without two minutes' notice.
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
        """
        instance = self.ec2.instances[instance_id]
        if instance.going:
            return
        self.note("spot_warned", instance=instance_id, action=action)
        self.emit(
            "aws.ec2",
            "EC2 Spot Instance Interruption Warning",
            [instance_arn(instance_id)],
            {"instance-id": instance_id, "instance-action": action},
        )
        self.managed_draining.spot_warned(instance)
        notice_s = 0.0 if action == "hibernate" else SPOT_NOTICE_S
        end = self.ec2.terminate if action == "terminate" else self.ec2.stop
        self.clock.after(notice_s, lambda: end(instance, "spot"))

    def recommend_rebalance(self, instance_id: str) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html."""
        self.note("rebalance_recommended", instance=instance_id)
        self.emit(
            "aws.ec2",
            "EC2 Instance Rebalance Recommendation",
            [instance_arn(instance_id)],
            {"instance-id": instance_id},
        )

    def stop_instance(self, instance_id: str) -> None:
        self.ec2.stop(self.ec2.instances[instance_id], "user")

    def terminate_instance(self, instance_id: str) -> None:
        self.ec2.terminate(self.ec2.instances[instance_id], "user")

    def disconnect_agent(self, instance_id: str, for_s: float | None = None) -> None:
        """The agent loses its connection, for `for_s` seconds or until `reconnect_agent`."""
        self._set_agent(instance_id, connected=False)
        if for_s is not None:
            self.clock.after(for_s, lambda: self.reconnect_agent(instance_id))

    def reconnect_agent(self, instance_id: str) -> None:
        self._set_agent(instance_id, connected=True)

    def drain_by_somebody_else(self, instance_id: str, actor: str = "somebody") -> None:
        host = self.find_host(instance_id)
        if host is not None:
            self.registry.set_status(host, Status.DRAINING, actor=actor)

    def set_desired(self, group: str, desired: int) -> None:
        """Within the group's limits, like SetDesiredCapacity."""
        self.groups.set_desired(self.groups.groups[group], desired)

    def scale_in(self, group: str, instance_id: str | None = None) -> None:
        """One instance fewer: the given one, or the one that the termination policy chooses."""
        record = self.groups.groups[group]
        if instance_id is None:
            self.groups.set_desired(record, record.desired - 1)
            return
        member = record.members.get(instance_id)
        if member is not None and not member.leaving:
            record.desired -= 1
            self.groups.terminate(member, "scale_in")

    def stop_task(self, task_arn: str, actor: str = "somebody") -> None:
        task = self.cluster(task_arn.split("/")[1]).tasks.get(task_arn)
        if task is not None:
            reason = "Task stopped by user"
            self.tasks.stop(task, code="UserInitiated", reason=reason, cause=actor)

    def protect_task(self, task_arn: str, for_s: float) -> None:
        """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html."""
        task = self.cluster(task_arn.split("/")[1]).tasks[task_arn]
        task.protected_until_s = self.clock.now_s + for_s
        service = task.service
        if service is not None:
            self.clock.after(for_s, lambda: self.scheduler.touch(service))

    def _set_agent(self, instance_id: str, *, connected: bool) -> None:
        host = self.find_host(instance_id)
        if host is not None and not host.instance.going:
            self.registry.set_agent(host, connected=connected)
