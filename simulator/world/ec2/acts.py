"""What a person or AWS does to EC2 instances and their zones; see docs/simulator.md."""

from __future__ import annotations

from functools import partial
from typing import Literal

from simulator.world.core.records import InstanceState
from simulator.world.ec2.answers import Refusal
from simulator.world.ec2.status_checks import StatusCheck
from simulator.world.parts import Parts

ZONE_SECONDS = (0.0, 30.0)  # the instances of a zone do not go all at once


class InstanceActs(Parts):
    def start_instance(self, instance_id: str) -> None:
        """A person, or EC2 for a stopped Spot instance, starts it again: pending, running, the same id, the agent back.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/stop-spot-instances.html
        What ECS then has: `world.readings.restart_keeps_record`.
        """
        self.note("start_asked", instance=instance_id)
        self.ec2.start(self.ec2.instances[instance_id])

    def lose_zone(self, zone: str, how: Literal["terminated", "unreachable"] = "terminated") -> None:
        """Nothing launches in the zone any longer; its instances are terminated by EC2, or run on unreachable.

        Unreachable: the agents are disconnected and the status checks fail, for which Auto Scaling replaces them.
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
        https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/availability-zones.html
        """
        self.note("zone_lost", zone=zone, how=how)
        self.ec2.impaired_zones.add(zone)
        if how == "unreachable":
            self.ec2.unreachable_zones.add(zone)
        for instance in list(self.ec2.instances.values()):
            if instance.zone != zone or instance.state not in (InstanceState.PENDING, InstanceState.RUNNING):
                continue
            if how == "terminated":
                self.clock.after(self.between(ZONE_SECONDS), partial(self.ec2.terminate, instance, "zone"))
                continue
            host = self.find_host(instance.id)
            if host is not None:
                self.registry.set_agent(host, connected=False)
            member = self.groups.member(instance.id)
            if member is not None and member.counts:
                self.groups.health.unhealthy(member)

    def restore_zone(self, zone: str) -> None:
        """Launches work again, and what still runs there is reachable."""
        self.note("zone_restored", zone=zone)
        self.ec2.impaired_zones.discard(zone)
        self.ec2.unreachable_zones.discard(zone)
        for instance in list(self.ec2.instances.values()):
            if instance.zone == zone and instance.state is InstanceState.RUNNING:
                host = self.find_host(instance.id)
                if host is not None:
                    self.registry.set_agent(host, connected=True)

    def fail_status_checks(self, instance_id: str, check: StatusCheck = "instance", for_s: float | None = None) -> None:
        """EC2's instance or system status is `impaired`, for `for_s` seconds or until `pass_status_checks`.

        Its group replaces it within a minute or so, unless HealthCheck or ReplaceUnhealthy is suspended there.
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-checks-overview.html
        """
        if self.ec2.instances[instance_id].going:
            return
        self.ec2.impaired[instance_id] = (check, self.clock.now_s)
        self.note("status_impaired", instance=instance_id, check=check)
        member = self.groups.member(instance_id)
        if member is not None and member.counts:
            self.groups.health.unhealthy(member)
        if for_s is not None:
            self.clock.after(for_s, lambda: self.pass_status_checks(instance_id))

    def pass_status_checks(self, instance_id: str) -> None:
        if self.ec2.impaired.pop(instance_id, None) is not None:
            self.note("status_ok", instance=instance_id)

    def watch_application(self, instance_id: str) -> None:
        """An application status check of the instance begins: once it fails twice Auto Scaling ends the instance.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/use-application-status-checks-auto-scaling-group.html
        """
        self.application_checks.watch(instance_id)

    def lag_describe_instances(self, by_s: float) -> None:
        """DescribeInstances tells what was `by_s` seconds ago: new ids are unknown, terminated ones still running.

        https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
        """
        self.answers.lag_s = by_s

    def hide_instance(self, instance_id: str, for_s: float, *, from_group: bool = False) -> None:
        """DescribeInstances does not know it for a while: left out, or InvalidInstanceID.NotFound when it is named.

        `from_group`: the answers of Auto Scaling leave it out as well.
        https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
        """
        self.answers.unknown_until_s[instance_id] = self.clock.now_s + for_s
        if from_group:
            self.answers.left_out_until_s[instance_id] = self.clock.now_s + for_s

    def refuse_calls(
        self, service: str, operation: str, how: Refusal = "denied", *, for_s: float | None = None
    ) -> None:
        """Every call of the operation is `throttled` or `denied`, for `for_s` seconds or until allowed.

        https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html
        """
        self.answers.refused_calls[service, operation] = how
        if for_s is not None:
            self.clock.after(for_s, lambda: self.allow_calls(service, operation))

    def allow_calls(self, service: str, operation: str) -> None:
        self.answers.refused_calls.pop((service, operation), None)
