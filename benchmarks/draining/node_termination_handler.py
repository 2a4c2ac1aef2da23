"""A model, not the program, of github.com/aws/aws-node-termination-handler in queue mode, carried over to ECS.

From its README and source (pkg/monitor/sqsevent/sqs-monitor.go, cmd/node-termination-handler.go): long polls of up to
10 messages, hidden for 20 s and read again until they are deleted after the drain; one DescribeInstances for each message
read; duplicates recognised by event id; ten workers, each busy with one node until it is drained or
`node-termination-grace-period` (120 s) is over, the next one taken from a Go map, which means by chance; then CONTINUE
for a lifecycle hook.

What we made of Kubernetes: finding and cordoning the node is ListContainerInstances and UpdateContainerInstancesState;
watching the pods go costs no AWS call there, so it costs none here. In its favour, the pauses between polls (2 s) and
between looks for free workers (1 s) are left out, and the state-change events that would keep its workers busy as well.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from typing import Any

from ballast.aws.session import client
from benchmarks.draining.lambda_peer import Detail
from simulator.delivery.execution import Execution
from simulator.delivery.queues import Receipt
from simulator.stage import Stage

TIMEOUT_S = 900  # of the Lambda function that it does not have
WORKERS = 10
MESSAGES = 10
GRACE_S = 120
LOOKS_EVERY_S = 1
ROUND_TRIP_S = 0.05  # of a receive; the front door's mean


class NodeTerminationHandler:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._queue = stage.deployment.queues["Events"]
        self._queue.available = self._poll
        self._polls = False
        self._known: set[str] = set()  # ids of events
        self._waiting: list[tuple[Detail, Receipt]] = []
        self._rng = Random(stage.seed)
        self._busy = 0

    def _poll(self) -> None:
        if not self._polls:
            self._polls = True
            self._run(self._monitor)

    def _monitor(self) -> None:
        while True:
            time.sleep(ROUND_TRIP_S)
            receipts = self._queue.receive(MESSAGES)
            if not receipts:
                self._polls = False
                return
            for receipt in receipts:
                self._read(json.loads(receipt.message.body), receipt)

    def _read(self, event: Mapping[str, Any], receipt: Receipt) -> None:
        detail = event["detail"]
        client("ec2").describe_instances(InstanceIds=[_instance_id(detail)])
        if event["id"] not in self._known:
            self._known.add(event["id"])
            self._waiting.append((detail, receipt))
            self._dispatch()

    def _dispatch(self) -> None:
        while self._busy < WORKERS and self._waiting:
            self._busy += 1
            detail, receipt = self._waiting.pop(self._rng.randrange(len(self._waiting)))
            self._run(partial(self._work, detail, receipt))

    def _work(self, detail: Detail, receipt: Receipt) -> None:
        self._drain(_instance_id(detail))
        if "LifecycleHookName" in detail:
            client("autoscaling").complete_lifecycle_action(
                AutoScalingGroupName=detail["AutoScalingGroupName"],
                LifecycleActionResult="CONTINUE",
                LifecycleHookName=detail["LifecycleHookName"],
                LifecycleActionToken=detail["LifecycleActionToken"],
                InstanceId=_instance_id(detail),
            )
        self._queue.delete(receipt)
        self._busy -= 1
        self._dispatch()

    def _drain(self, instance_id: str) -> None:
        cluster = self._stage.world.ec2.instances[instance_id].cluster
        if cluster is None:
            return
        found = client("ecs").list_container_instances(cluster=cluster.name, filter=f"ec2InstanceId == {instance_id}")
        if not found["containerInstanceArns"]:
            return
        client("ecs").update_container_instances_state(
            cluster=cluster.name, containerInstances=found["containerInstanceArns"], status="DRAINING"
        )
        until_s = self._stage.clock.now_s + GRACE_S
        while self._stage.clock.now_s < until_s and self._has_tasks(instance_id):
            time.sleep(LOOKS_EVERY_S)

    def _has_tasks(self, instance_id: str) -> bool:
        host = self._stage.world.find_host(instance_id)
        return host is not None and any(not task.is_daemon for task in host.unfinished.values())

    def _run(self, work: Callable[[], None]) -> None:
        execution = Execution(
            self._stage.clock, work, before_resume=lambda: None, ended=_ended, function="NodeTerminationHandler"
        )
        self._stage.clock.after(0, execution.begin)


def _ended(error: BaseException | None) -> None:
    if isinstance(error, Exception):
        raise error


def _instance_id(detail: Detail) -> str:
    return str(detail.get("instance-id") or detail["EC2InstanceId"])
