"""A model, not the program, of github.com/bottlerocket-os/bottlerocket-ecs-updater 0.2.2: one instance after the other.

From its source (updater/aws.go, updater/main.go): a Fargate task every 12 hours; lists ACTIVE instances, checks all for
updates, then for each one that has an update: skip it unless every task was started by a service; drain it, waiting for
the tasks that were there, 100 polls of 15 s; when that fails set it ACTIVE and go on; check again, apply, reboot without
waiting, sleep 15 s, wait for EC2's instance status; set it ACTIVE; only then compare the running version with the old one.

In its favour: its first run begins at the moment at which the release is out, every wave of the release has passed, and
its own calls take no time. EC2's instance status lags behind a reboot, so that the waiter passes at once.
"""

from __future__ import annotations

import json
from typing import Any

from benchmarks.updating.program import Program, active_instances, call, described, set_status, tasks_on
from simulator.world import World

EVERY_S = 12 * 3600.0
POLLS, POLL_S = 100, 15.0
DOCUMENTS = {
    "updater-check": ["apiclient update check"],
    "updater-apply": ["apiclient update apply --check"],
    "updater-reboot": ["apiclient reboot"],
}


def install(world: World) -> None:
    world.install_documents(
        {name: {"Content": {"mainSteps": [{"inputs": {"runCommand": lines}}]}} for name, lines in DOCUMENTS.items()}
    )


def ecs_updater(world: World) -> Program[None]:
    while True:
        began_s = world.clock.now_s
        yield from _run(world)
        yield max(0.0, EVERY_S - (world.clock.now_s - began_s))


def _run(world: World) -> Program[None]:
    instances = active_instances(world)
    states: dict[str, str] = yield from _states(world, [i["ec2InstanceId"] for i in instances])
    for instance in instances:
        if states.get(instance["ec2InstanceId"]) in ("Available", "Ready"):
            yield from _update(world, instance)


def _update(world: World, instance: dict[str, Any]) -> Program[None]:
    arn, instance_id = instance["containerInstanceArn"], instance["ec2InstanceId"]
    tasks = tasks_on(world, arn)
    if not all(task.get("startedBy", "").startswith("ecs-svc/") for task in tasks):
        return
    set_status(world, arn, "DRAINING")
    drained = yield from _wait_for(world, [task["taskArn"] for task in tasks])
    if drained:
        states = yield from _states(world, [instance_id])
        if states.get(instance_id) == "Available":
            yield from _command(world, "updater-apply", instance_id)
        if states.get(instance_id) in ("Available", "Ready"):
            call(world, "ssm", "SendCommand", DocumentName="updater-reboot", InstanceIds=[instance_id], Parameters={})
            yield POLL_S
    set_status(world, arn, "ACTIVE")
    if drained:
        yield from _states(world, [instance_id])


def _wait_for(world: World, tasks: list[str]) -> Program[bool]:
    for _ in range(POLLS):
        if all(task["lastStatus"] == "STOPPED" for task in described(world, tasks)):
            return True
        yield POLL_S
    return False


def _states(world: World, instance_ids: list[str]) -> Program[dict[str, str]]:
    """The update state of each, as the check document prints it; 50 instances for each command."""
    found = {}
    for first in range(0, len(instance_ids), 50):
        for instance_id, printed in (
            yield from _commands(world, "updater-check", instance_ids[first : first + 50])
        ).items():
            found[instance_id] = json.loads(printed)["update_state"]
    return found


def _command(world: World, document: str, instance_id: str) -> Program[None]:
    yield from _commands(world, document, [instance_id])


def _commands(world: World, document: str, instance_ids: list[str]) -> Program[dict[str, str]]:
    """What those printed that succeeded."""
    sent = call(world, "ssm", "SendCommand", DocumentName=document, InstanceIds=instance_ids, Parameters={})
    command_id = sent["Command"]["CommandId"]
    found: dict[str, str] = {}
    waits = list(instance_ids)
    for _ in range(POLLS):
        for instance_id in list(waits):
            answer = call(world, "ssm", "GetCommandInvocation", CommandId=command_id, InstanceId=instance_id)
            if answer["Status"] not in ("Pending", "InProgress"):
                waits.remove(instance_id)
            if answer["Status"] == "Success":
                found[instance_id] = answer["StandardOutputContent"]
        if not waits:
            break
        yield POLL_S
    return found
