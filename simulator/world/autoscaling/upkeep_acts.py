"""How a group replaces what is old, and the tag by which ECS knows it; see docs/simulator.md."""

from __future__ import annotations

from simulator.world.parts import Parts

SHORTEST_S = 86_400


class UpkeepActs(Parts):
    def age_group(self, group: str, by_s: float = SHORTEST_S) -> None:
        """To set the scene: what runs there, and its tasks, has been so for that much longer."""
        record = self.groups.groups[group]
        record.created_at_s -= by_s
        for member in record.members.values():
            member.instance.launched_at_s -= by_s
            host = self.find_host(member.instance.id)
            if host is None:
                continue
            host.registered_at_s -= by_s
            for task in host.unfinished.values():
                task.created_at_s -= by_s
                task.started_at_s = task.created_at_s

    def limit_lifetime(self, group: str, *, lifetime_s: int = SHORTEST_S, due_in_s: float = 0.0) -> None:
        """MaxInstanceLifetime; what runs since before the story reaches it in `due_in_s`.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
        """
        if lifetime_s < SHORTEST_S:
            raise ValueError(f"{lifetime_s} s is too short a lifetime: AWS takes {SHORTEST_S} (a day) and more")
        record = self.groups.groups[group]
        record.max_lifetime_s = lifetime_s
        self.lifetimes.watch(record, older_by_s=lifetime_s - due_in_s - self.clock.now_s)

    def put_maintenance_policy(self, group: str, *, minimum: int = 100, maximum: int = 110) -> None:
        """With a maximum above 100 percent an instance is launched before one that is replaced goes.

        Here it holds for lifetimes; an instance refresh has percentages of its own, and what fails is gone already.
        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceMaintenancePolicy.html
        """
        self.groups.groups[group].maintenance = (minimum, maximum)

    def untag_group(self, group: str) -> None:
        """Somebody takes the tag AmazonECSManaged away, as a stack does that knows nothing of it.

        ECS's role may then change neither the group nor its instances' protection; `world.readings.untagged_scales_on`.
        https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSServiceRolePolicy.html
        """
        self.groups.groups[group].ecs_tagged = False
        self.note("untagged", group=group)

    def lag_metrics(self, by_s: float) -> None:
        """CloudWatch shows a datapoint no sooner than so long after its minute; it promises no time.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
        """
        self.metrics_lag_s = by_s
