"""What an operator of the account sees with boto3 and the command line, and what the world may be made to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.delivery.deployment import ACCOUNT, REGION
from simulator.serve.bus import bus_at, client_at
from simulator.serve.gateway import Gateway, Recorded
from simulator.serve.running import Running, as_entry
from simulator.serve.slack import SlackStandIn
from tests.builders import ROOT
from tests.e2e import stack
from tests.e2e.before import UnderWay
from tests.e2e.failing import BUSY, last_errors

if TYPE_CHECKING:
    from tests.e2e.sweeping import Sweeping

DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "KMSAccessDenied")


class Account:
    """Everything a test may look at, with boto3, as an operator would; and the world's acts."""

    def __init__(self, running: Running, gateway: Gateway, slack: SlackStandIn, url: str, logs: Path) -> None:
        self.running, self.gateway, self.slack = running, gateway, slack
        self.url, self.logs = url, logs
        self.stack: stack.Deployed
        self.sweeping: Sweeping
        self.undo: ExitStack  # what is stopped at the end
        self.subscriber = ""
        self.events = ROOT / "events"
        self.built = stack.BUILT / "template.yaml"
        self.parameters: Mapping[str, str] = {}
        self.under_way: UnderWay | None = None
        self.why_not_before = "nobody asked for it"
        self._mail: list[str] = []

    def client(self, service: str) -> Any:
        """Of whom nobody judges: the operator."""
        return client_at(self.gateway.url, service)

    def world(self) -> AbstractContextManager[Any]:
        """The world, while its clock stands still."""
        return self.running.still()

    def instances(self, group: str) -> list[str]:
        [found] = self.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[group])[
            "AutoScalingGroups"
        ]
        return [each["InstanceId"] for each in found["Instances"]]

    def hosts(self, cluster: str) -> dict[str, str]:
        """Statuses of container instances by EC2 id, as ECS shows them."""
        ecs = self.client("ecs")
        arns = [
            arn
            for status in ("ACTIVE", "DRAINING")
            for arn in ecs.list_container_instances(cluster=cluster, status=status)["containerInstanceArns"]
        ]
        if not arns:
            return {}
        shown = ecs.describe_container_instances(cluster=cluster, containerInstances=arns)["containerInstances"]
        return {each["ec2InstanceId"]: each["status"] for each in shown}

    def states(self, ids: list[str]) -> dict[str, str]:
        pages = self.client("ec2").describe_instances(InstanceIds=ids)["Reservations"]
        return {each["InstanceId"]: each["State"]["Name"] for page in pages for each in page["Instances"]}

    def tasks_on(self, cluster: str, instance: str) -> int:
        ecs = self.client("ecs")
        arns = ecs.list_container_instances(cluster=cluster, filter=f"ec2InstanceId == {instance}")
        found = [
            ecs.list_tasks(cluster=cluster, containerInstance=a)["taskArns"] for a in arns["containerInstanceArns"]
        ]
        return sum(len(each) for each in found)

    def settled(self, cluster: str) -> list[str]:
        """Statuses, once they have been the same for some seconds."""
        time.sleep(5)
        return list(self.hosts(cluster).values())

    def hooks(self, group: str) -> list[str]:
        found = self.client("autoscaling").describe_lifecycle_hooks(AutoScalingGroupName=group)["LifecycleHooks"]
        return [each["LifecycleHookName"] for each in found]

    def lifecycle(self, instance: str) -> str:
        found = self.client("autoscaling").describe_auto_scaling_instances(InstanceIds=[instance])
        return "".join(each["LifecycleState"] for each in found["AutoScalingInstances"])

    @property
    def clusters(self) -> list[str]:
        return [arn.rpartition("/")[2] for arn in self.client("ecs").list_clusters()["clusterArns"]]

    def items(self) -> list[dict[str, Any]]:
        """Of the ledger."""
        return list(self.client("dynamodb").scan(TableName=self.stack.ids["Ledger"])["Items"])

    def depth(self, queue: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        shown = self.client("sqs").get_queue_attributes(QueueUrl=self.stack.ids[queue], AttributeNames=names)
        return sum(int(shown["Attributes"][name]) for name in names)

    def send(self, queue: str, *bodies: str) -> None:
        for body in bodies:
            self.client("sqs").send_message(QueueUrl=self.stack.ids[queue], MessageBody=body)

    def dead(self, queue: str) -> dict[str, Mapping[str, Any]]:
        """Attributes by body of what lies in the dead-letter queue of this name, which stays there."""
        found: dict[str, Mapping[str, Any]] = {}
        sqs = self.client("sqs")
        for _ in range(5):
            got = sqs.receive_message(
                QueueUrl=self.stack.ids[queue],
                MaxNumberOfMessages=10,
                VisibilityTimeout=1,
                MessageAttributeNames=["All"],
            )
            found |= {each["Body"]: each.get("MessageAttributes", {}) for each in got.get("Messages", ())}
        return found

    def put(self, event: Mapping[str, Any]) -> None:
        bus_at(self.url)([as_entry(event)])

    def event(self, name: str, detail: Mapping[str, Any]) -> dict[str, Any]:
        """A sample of events/ with another detail, of now and of here."""
        whole = json.loads((self.events / f"{name}.json").read_text())
        own = {"account": ACCOUNT, "region": REGION, "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        return {**whole, **own, "detail": dict(detail)}

    def check_releases(self) -> None:
        """What the schedule sends once an hour."""
        self.send("ReleaseChecks", json.dumps(self.event("scheduled_sweep", {})))

    def ballast(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command line, as an operator types it."""
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": "layers/shared:cli",
            "AWS_ENDPOINT_URL": self.gateway.url,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
        }
        command = [sys.executable, "-m", "ballast_cli", *arguments]
        return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603

    def mail(self) -> list[str]:
        """What a subscriber of the topic has got so far."""
        sqs = client_at(self.url, "sqs")
        while got := sqs.receive_message(QueueUrl=self.subscriber, MaxNumberOfMessages=10).get("Messages", ()):
            for each in got:
                self._mail.append(each["Body"])
                sqs.delete_message(QueueUrl=self.subscriber, ReceiptHandle=each["ReceiptHandle"])
        return self._mail

    def dead_letters_about(self, word: str) -> list[str]:
        queues = [queue for queue in self.stack.of("AWS::SQS::Queue") if queue.endswith("DeadLetters")]
        return [body for queue in queues for body in self.dead(queue) if word in body]

    def refused(self) -> list[tuple[str, str, str]]:
        """What functions were refused by their role, or asked what nobody knows."""
        found = [c for c in list(self.gateway.calls) if c.caller and (c.outcome in DENIED or "not known" in c.outcome)]
        return [(c.caller, f"{c.service}:{c.operation}", c.outcome) for c in found]

    def calls(self, operation: str, caller: str | None = None) -> list[Recorded]:
        made = [each for each in list(self.gateway.calls) if each.operation == operation and each.caller]
        return [each for each in made if caller in (None, each.caller)]

    def messages(self) -> list[str]:
        return [json.dumps([each.text, each.looks[-1].blocks]) for each in list(self.slack.workspace.messages)]

    def eventually(self, what: str, check: Callable[[], Any], within_s: float = 60.0) -> Any:
        """What `check` answers, as soon as it is true; others may be at work on the machine."""
        within_s *= BUSY
        began_at, last = time.monotonic(), None
        while time.monotonic() < began_at + within_s:
            if last := check():
                self.note(what, time.monotonic() - began_at)
                return last
            time.sleep(0.25)
        why = last_errors(self.logs / "emulator.log", list(self.gateway.calls))
        raise AssertionError(f"Not within {within_s:g} s: {what} (last: {last!r}). {why} The logs are in {self.logs}.")

    def note(self, what: str, took_s: float) -> None:
        """For whoever asks where the time of a run goes."""
        with (self.logs / "times.log").open("a") as out:
            out.write(f"{datetime.now(UTC):%H:%M:%S} {took_s:5.1f} s {what}\n")
