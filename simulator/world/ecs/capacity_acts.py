"""What a person asks of capacity providers; see docs/simulator.md."""

from __future__ import annotations

from functools import partial

from simulator.world.core.capacity_records import ScalingRules
from simulator.world.core.task_spec import TaskSpec
from simulator.world.ecs.scheduler import THINKS_S
from simulator.world.parts import Parts

UPDATE_S = 60.0  # AWS gives no time


class CapacityActs(Parts):
    def run_task_by_provider(
        self,
        cluster: str,
        provider: str,
        family: str = "batch",
        *,
        cpu: int = 256,
        memory_mib: int = 512,
        gpus: int = 0,
        awsvpc: bool = False,
        started_by: str | None = None,
    ) -> bool:
        """A standalone task with a strategy of one provider: it starts where there is room, or waits in PROVISIONING.

        False: it can do neither, and RunTask would answer a failure.
        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
        """
        home, spec = self.cluster(cluster), TaskSpec(family, cpu, memory_mib, gpus=gpus, awsvpc=awsvpc)
        if not self.scheduler.waiting.wait(home, spec, provider, started_by=started_by):
            return False
        self.clock.after(THINKS_S, partial(self.scheduler.waiting.room_appears, home))
        return True

    def opt_in_trunking(self) -> None:
        """Instances launched from now on have a trunk, and room for `trunk_enis` tasks in awsvpc mode.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
        """
        self.ec2.trunking = True

    def change_scaling(self, provider: str, rules: ScalingRules | None, *, target_capacity: int | None = None) -> None:
        """Other rules or another target; None: managed scaling is off from now on.

        For a minute the provider's `updateStatus` and the cluster's `attachmentsStatus` are UPDATE_IN_PROGRESS.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateCapacityProvider.html
        """
        record = self.providers[provider]
        begins = record.scaling is None and rules is not None
        record.scaling, record.managed_scaling = rules, rules is not None
        record.target_capacity = target_capacity or record.target_capacity
        record.update = "UPDATE_IN_PROGRESS"
        self.clock.after(UPDATE_S, lambda: setattr(record, "update", "UPDATE_COMPLETE"))
        if begins:
            record.policy = record.policy or f"ECSManagedAutoScalingPolicy-{self.uuid()}"
            self.reservation_scaling.watch(record)
