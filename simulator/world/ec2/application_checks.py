"""EC2's application status checks: a probe of each instance that is watched; Auto Scaling ends what fails.

Every minute, time-out 6 s, two failures make an instance impaired, two successes well again, after a grace of 300 s.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/application-status-checks.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/use-application-status-checks-auto-scaling-group.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.world.core.core import Core, Output, Params
from simulator.world.ec2.instances import Ec2

if TYPE_CHECKING:
    from simulator.world.parts import Parts

EVERY_S = 60.0
GRACE_S = 300.0
FAILURES = 2


class ApplicationChecks:
    """`answers` says whether the application of an instance does; `impaired` hears of each that becomes so."""

    def __init__(self, core: Core, ec2: Ec2, answers: Callable[[str], bool], impaired: Callable[[str], None]) -> None:
        self._core = core
        self._ec2 = ec2
        self._answers = answers
        self._impaired = impaired
        self.failed: dict[str, int] = {}  # in a row, by instance that is watched
        self.quiet_until_s: dict[str, float] = {}

    def watch(self, instance_id: str) -> None:
        self.failed[instance_id] = 0
        self._core.clock.after(GRACE_S, lambda: self._probe(instance_id))

    def suppress(self, instance_id: str, duration_s: float | None) -> float:
        """From now on, for so long, or for ever. Checks go on and have no effect. Answers until when."""
        until_s = float("inf") if duration_s is None else self._core.clock.now_s + duration_s
        self.quiet_until_s[instance_id] = until_s
        self._core.note("application_checks_suppressed", instance=instance_id, until_s=until_s)
        return until_s

    def status(self, instance_id: str) -> str:
        if instance_id not in self.failed:
            return "not-applicable"
        if self._core.clock.now_s < self.quiet_until_s.get(instance_id, 0.0):
            return "suppressed"
        return "impaired" if self.failed[instance_id] >= FAILURES else "ok"

    def _probe(self, instance_id: str) -> None:
        instance = self._ec2.instances[instance_id]
        if instance.going:
            del self.failed[instance_id]
            return
        self.failed[instance_id] = 0 if self._answers(instance_id) else self.failed[instance_id] + 1
        impaired = self.status(instance_id) == "impaired"
        (self._ec2.impaired_applications.add if impaired else self._ec2.impaired_applications.discard)(instance_id)
        if impaired:
            self._impaired(instance_id)
        self._core.clock.after(EVERY_S, lambda: self._probe(instance_id))


def describe_status(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeApplicationStatus.html."""
    wanted = [i for i in params.get("InstanceIds", world.ec2.instances) if i in world.ec2.instances]
    told = [{"InstanceId": i, "ApplicationStatus": _status(world, i)} for i in wanted]
    for each in params.get("Filters", ()):
        if each["Name"] != "status":
            raise NotImplementedError(
                f"DescribeApplicationStatus filters by {each['Name']}, which nobody has modelled."
            )
        told = [one for one in told if one["ApplicationStatus"]["Status"] in each["Values"]]
    return {"ApplicationStatuses": {"Instances": told}}


def _status(world: Parts, instance_id: str) -> Output:
    checks = world.application_checks
    until_s = checks.quiet_until_s.get(instance_id)
    status = checks.status(instance_id)
    if status != "suppressed" or until_s is None or until_s == float("inf"):
        return {"Status": status}
    return {"Status": status, "ResumeAt": world.moment(until_s)}


def enable_suppression(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableApplicationStatusCheckSuppression.html."""
    for instance_id in params["InstanceIds"]:
        world.application_checks.suppress(instance_id, params.get("DurationSeconds"))
    return {"SuccessfulResults": [{"InstanceId": i} for i in params["InstanceIds"]], "UnsuccessfulResults": []}


OPERATIONS = {
    "DescribeApplicationStatus": describe_status,
    "EnableApplicationStatusCheckSuppression": enable_suppression,
}
