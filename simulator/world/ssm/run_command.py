"""Run Command: documents, their delivery to hosts, and what became of them.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from simulator.world.bottlerocket import apiclient
from simulator.world.bottlerocket.host import BottlerocketHost
from simulator.world.bottlerocket.updates import Bottlerocket
from simulator.world.core.core import Core
from simulator.world.core.errors import AwsError
from simulator.world.core.records import InstanceState
from simulator.world.ec2.instances import instance_arn

DELIVERY_SECONDS = (0.5, 4.0)
MOST_OUTPUT = 24_000  # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html
UNENDED = frozenset({"Pending", "InProgress"})
REBOOT_REPORTS = 0.5  # the agent may be gone before it can say that the command ended


@dataclass(slots=True, eq=False)
class Invocation:
    """A command on one instance."""

    command_id: str
    instance_id: str
    document: str
    lines: list[str]
    requested_at_s: float
    status: str = "Pending"
    details: str = "Pending"
    exit_code: int = -1
    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)


class RunCommand:
    """`documents` are CloudFormation's properties by physical name."""

    def __init__(self, core: Core, bottlerocket: Bottlerocket) -> None:
        self._core = core
        self._bottlerocket = bottlerocket
        self._chance: Random | None = None
        self.documents: dict[str, Mapping[str, Any]] = {}
        self.invocations: dict[tuple[str, str], Invocation] = {}
        self.undelivered = 0.0  # how many deliveries are lost, 0..1
        bottlerocket.rebooted.append(self._deliver_late)

    @property
    def chance(self) -> Random:
        """Its own, seeded once it is needed, so that worlds without commands stay as they were."""
        if self._chance is None:
            self._chance = Random(self._core.rng.getrandbits(64))
        return self._chance

    def send(
        self, document: str, instance_ids: list[str], parameters: Mapping[str, list[str]], timeout_s: float
    ) -> str:
        """All or nothing: one instance that SSM does not manage refuses the call.

        https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
        """
        lines = self._lines(document, parameters)
        for instance_id in instance_ids:
            host = self._bottlerocket.host(instance_id)
            if host is None or host.instance.state is not InstanceState.RUNNING:
                raise AwsError("InvalidInstanceId", f"Instances [[{instance_id}]] not in a valid state for account")
        command_id = self._core.uuid()
        for instance_id in instance_ids:
            invocation = Invocation(command_id, instance_id, document, lines, self._core.clock.now_s)
            self.invocations[command_id, instance_id] = invocation
            self._core.note("command_sent", instance=instance_id, document=document, command=command_id)
            self._deliver(invocation)
            self._core.clock.after(timeout_s, partial(self._expire, invocation))
        return command_id

    def _lines(self, document: str, parameters: Mapping[str, list[str]]) -> list[str]:
        if document not in self.documents:
            raise AwsError("InvalidDocument", f"Document with name {document} does not exist.")
        content = self.documents[document]["Content"]
        known = content.get("parameters", {})
        if set(parameters) != set(known):
            raise AwsError("InvalidParameters", f"Expected the parameters {sorted(known)}.")
        for name, values in parameters.items():
            if not re.fullmatch(known[name]["allowedPattern"], values[0]):
                raise AwsError("InvalidParameters", f"Parameter {name} does not match its allowed pattern.")
        script = content["mainSteps"][0]["inputs"]["runCommand"]
        return [re.sub(r"\{\{ *(\w+) *\}\}", lambda found: parameters[found[1]][0], line) for line in script]

    def _deliver(self, invocation: Invocation) -> None:
        host = self._bottlerocket.require(invocation.instance_id)
        if host.online and not self.chance.random() < self.undelivered:
            delay_s = self.chance.uniform(*DELIVERY_SECONDS)
            self._core.clock.after(delay_s, lambda: self._begin(invocation, host))

    def _deliver_late(self, host: BottlerocketHost) -> None:
        for invocation in list(self.invocations.values()):
            if invocation.instance_id == host.instance.id and invocation.status == "Pending":
                self._deliver(invocation)

    def _expire(self, invocation: Invocation) -> None:
        if invocation.status == "Pending":
            self._end(invocation, "TimedOut", "DeliveryTimedOut")

    def _begin(self, invocation: Invocation, host: BottlerocketHost) -> None:
        if invocation.status != "Pending" or not host.online:
            return
        invocation.status = invocation.details = "InProgress"
        self._next(invocation, host, 0)

    def _next(self, invocation: Invocation, host: BottlerocketHost, number: int) -> None:
        if number == len(invocation.lines):
            invocation.exit_code = 0
            self._end(invocation, "Success", "Success")
            return
        running = apiclient.run(self._bottlerocket, host, invocation.lines[number])
        reboots = host.reboots

        def finish() -> None:
            """A host that went away meanwhile does not go on; what it was doing never reports."""
            if host.online and not host.instance.going and host.reboots == reboots:
                self._finish(invocation, host, number, running)

        self._core.clock.after(running.seconds, finish)

    def _finish(self, invocation: Invocation, host: BottlerocketHost, number: int, running: apiclient.Running) -> None:
        printed = running.finish()
        invocation.stdout.append(printed.stdout)
        invocation.stderr.append(printed.stderr)
        if printed.exit_code:
            invocation.exit_code = printed.exit_code
            invocation.stderr.append(f"failed to run commands: exit status {printed.exit_code}")
            self._end(invocation, "Failed", "Failed")
        elif host.online or self.chance.random() < REBOOT_REPORTS:
            self._next(invocation, host, number + 1)

    def _end(self, invocation: Invocation, status: str, details: str) -> None:
        invocation.status, invocation.details = status, details
        self._core.note("command_ended", instance=invocation.instance_id, document=invocation.document, status=status)
        self._core.emit(
            "aws.ssm",
            "EC2 Command Invocation Status-change Notification",
            [instance_arn(invocation.instance_id)],
            {
                "command-id": invocation.command_id,
                "document-name": invocation.document,
                "instance-id": invocation.instance_id,
                "requested-date-time": self._core.iso(invocation.requested_at_s),
                "status": status,
            },
        )
