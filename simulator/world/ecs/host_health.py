"""What ECS says of the health of a container instance, and since when.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-health.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_container_instance_health_events.html
https://aws.amazon.com/about-aws/whats-new/2026/08/amazon-ecs-agent-connectivity-health/
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.world.autoscaling.readings import Readings
from simulator.world.core.core import Core, Output
from simulator.world.core.records import ContainerInstance, Status
from simulator.world.ecs.container_instances import Change, Registry

# AWS publishes no threshold: a world plays one of the two, by `Readings.agent_impaired_late`.
IMPAIRED_EARLY_S, IMPAIRED_LATE_S = 300.0, 900.0
SEVEREST_FIRST = ("IMPAIRED", "INSUFFICIENT_DATA", "INITIALIZING", "OK")  # container-instance-health.html


@dataclass(frozen=True, slots=True)
class Check:
    """One member of `details` (API_InstanceHealthCheckResult)."""

    kind: str
    status: str
    since_s: float
    reason: str = ""


class HostHealth:
    """Answers are worked out when somebody asks; events are sent only where a scenario asks (`tells`)."""

    def __init__(self, core: Core, registry: Registry, readings: Readings) -> None:
        self._core = core
        self._readings = readings
        self.tells = False
        self.agent_after_s: float | None = None  # None: as the reading says
        self.runtime: dict[
            str, tuple[str, float]
        ] = {}  # status and since when, by ARN; without: OK since it registered
        self._lost_at_s: dict[str, float] = {}  # of agents that are away, by ARN
        self._well_since_s: dict[str, float] = {}  # of agents that were away for so long that it was impaired
        self._told: dict[str, str] = {}  # the overall status that an event told last
        registry.watchers.append(self._on_change)

    @property
    def threshold_s(self) -> float:
        """How long an agent is away before AGENT_CONNECTIVITY is impaired."""
        if self.agent_after_s is not None:
            return self.agent_after_s
        return IMPAIRED_LATE_S if self._readings.agent_impaired_late else IMPAIRED_EARLY_S

    def checks(self, host: ContainerInstance) -> list[Check]:
        """CONTAINER_RUNTIME is what the agent said last, also while it is away."""
        status, since_s = self.runtime.get(host.arn, ("OK", host.registered_at_s))
        reason = "Container runtime is unresponsive" if status == "IMPAIRED" else ""
        return [Check("CONTAINER_RUNTIME", status, since_s, reason), self._agent(host)]

    def overall(self, host: ContainerInstance) -> str:
        return min((check.status for check in self.checks(host)), key=SEVEREST_FIRST.index)

    def changed(self, host: ContainerInstance) -> None:
        """Tell of it, if the overall status is another than was told last."""
        now = self.overall(host)
        if not self.tells or host.status is Status.INACTIVE or now == self._told.get(host.arn, "OK"):
            return
        self._told[host.arn] = now
        self._core.emit("aws.ecs", "ECS Container Instance Health Change", [host.arn], self._detail(host, now))

    def shown(self, host: ContainerInstance) -> Output:
        """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstanceHealthStatus.html."""
        details = []
        for check in self.checks(host):
            moments = {
                "lastUpdated": self._core.moment(self._core.clock.now_s),
                "lastStatusChange": self._core.moment(check.since_s),
            }
            reason = {"statusReason": check.reason} if check.reason else {}
            details.append({"type": check.kind, "status": check.status, **reason, **moments})
        return {"overallStatus": self.overall(host), "details": details}

    def away_for_long(self, host: ContainerInstance) -> None:
        """To set the scene: its agent has been away for as long as it takes to be impaired."""
        self._lost_at_s[host.arn] = self._core.clock.now_s - self.threshold_s

    def _agent(self, host: ContainerInstance) -> Check:
        kind, lost_at_s = "AGENT_CONNECTIVITY", self._lost_at_s.get(host.arn)
        if lost_at_s is not None and self._core.clock.now_s >= lost_at_s + self.threshold_s:
            reason = f"Agent disconnected since {self._core.iso(lost_at_s)[:19]}Z"
            return Check(kind, "IMPAIRED", lost_at_s + self.threshold_s, reason)
        return Check(kind, "OK", self._well_since_s.get(host.arn, host.registered_at_s), "Agent connected")

    def _on_change(self, host: ContainerInstance, change: Change) -> None:
        if change is not Change.AGENT:
            return
        now_s = self._core.clock.now_s
        if not host.agent_connected:
            self._lost_at_s[host.arn] = now_s
            if self.tells:
                self._core.clock.after(self.threshold_s, lambda: self.changed(host))
            return
        lost_at_s = self._lost_at_s.pop(host.arn, None)
        if lost_at_s is not None and now_s >= lost_at_s + self.threshold_s:
            self._well_since_s[host.arn] = now_s
        self.changed(host)

    def _detail(self, host: ContainerInstance, overall: str) -> Output:
        checks: list[Output] = []
        for check in self.checks(host):
            moments = {
                "lastUpdated": self._core.iso(self._core.clock.now_s),
                "lastStatusChange": self._core.iso(check.since_s),
            }
            reason = {"statusReason": check.reason} if check.reason else {}
            checks.append({"type": check.kind, "status": check.status, **reason, **moments})
        return {
            "clusterArn": host.cluster.arn,
            "containerInstanceArn": host.arn,
            "capacityProviderName": host.instance.capacity_provider,
            "ec2InstanceId": host.instance.id,
            "overallStatus": overall,
            "healthChecks": checks,
        }
