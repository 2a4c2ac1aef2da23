"""`make e2e AWS=real`: the terminate hook and a Spot warning against an account. Nobody has run it yet: docs/e2e.md.

It tells the price and what it will make, asks, deploys under a name of its own, and removes all of it whatever happens.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tests.builders import ROOT

FLEET = ROOT / "tests" / "e2e" / "real_fleet.yaml"
SAM = str(ROOT / ".venv-sam" / "bin" / "sam")
# Per hour in us-east-1 on 2026-11-29: https://aws.amazon.com/ec2/pricing/on-demand/ and https://aws.amazon.com/vpc/pricing/
T4G_SMALL_USD, PUBLIC_ADDRESS_USD, HOURS = 0.0168, 0.005, 0.75
LEAST_MINUTES = 30
WILL_MAKE = """\
It will make in account {account}, Region {region}:
  stack {fleet}: a VPC, an ECS cluster, two Auto Scaling groups of one t4g.small each (one of them Spot), one service,
    roles, and an experiment of AWS Fault Injection Service
  stack {ballast}: Ballast, for that cluster only, in no dry run
It then scales in the one instance, has the other one warned as Spot, and removes both stacks.
It takes about {minutes} minutes and costs about {usd:.2f} USD, if the removal succeeds. The bucket of SAM stays.
Type {fleet} to go on: """


class RefusedError(Exception):
    """Nothing was made; says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Names:
    fleet: str
    ballast: str

    @classmethod
    def made(cls) -> Names:
        mark = secrets.token_hex(3)
        return cls(f"ballast-e2e-{mark}-fleet", f"ballast-e2e-{mark}")


type Step = tuple[str, Callable[[], object]]


def price_usd() -> float:
    """Both instances at the on-demand price, each with a public address, an experiment's minutes among the rest."""
    fault_injection_usd = 0.10 * 5  # a minute of one action: https://aws.amazon.com/fis/pricing/
    return 2 * (T4G_SMALL_USD + PUBLIC_ADDRESS_USD) * HOURS + fault_injection_usd


def account_of(session: Any) -> str:
    """Raise RefusedError without credentials that work."""
    if not session.region_name:
        raise RefusedError("no Region is set: AWS_REGION, or a profile that has one")
    try:
        return str(session.client("sts").get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        raise RefusedError(f"there are no credentials that work ({error})") from error


def ask(text: str, wanted: str, answer: Callable[[str], str]) -> None:
    """Raise RefusedError unless the very name comes back; a terminal that is none answers nothing."""
    try:
        said = answer(text)
    except EOFError:
        said = ""
    if said.strip() != wanted:
        raise RefusedError(f"nobody typed {wanted}")


def tear_down(steps: Sequence[Step]) -> list[str]:
    """Each step in its order, whatever became of those before; answers what failed, in words."""
    failed = []
    for what, step in steps:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - what can be removed is removed
            failed.append(f"{what}: {error}")
    return failed


def removal(names: Names, clients: Callable[[str], Any]) -> list[Step]:
    """The fleet goes first: a group without Ballast would wait for its hook until that times out."""
    return [(f"delete the stack {name}", partial(_delete, clients, name)) for name in (names.fleet, names.ballast)]


def _delete(clients: Callable[[str], Any], stack: str) -> None:
    client = clients("cloudformation")
    client.delete_stack(StackName=stack)
    client.get_waiter("stack_delete_complete").wait(StackName=stack)


def _deploy(stack: str, *more: str) -> None:
    command = [SAM, "deploy", "--stack-name", stack, "--resolve-s3", "--capabilities", "CAPABILITY_IAM"]
    quiet = ["--no-confirm-changeset", "--no-fail-on-empty-changeset"]
    subprocess.run([*command, *quiet, *more], cwd=ROOT, check=True)  # noqa: S603 - our own command


def eventually(what: str, check: Callable[[], Any], within_s: float) -> Any:
    ends_at = time.monotonic() + within_s
    while time.monotonic() < ends_at:
        if found := check():
            sys.stdout.write(f"seen: {what}\n")
            return found
        time.sleep(2)
    raise AssertionError(f"Not within {within_s:g} s: {what}.")


def play(names: Names, clients: Callable[[str], Any]) -> None:
    """The terminate hook of the on-demand instance, then the warning of the Spot instance."""
    [stack] = clients("cloudformation").describe_stacks(StackName=names.fleet)["Stacks"]
    made = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    groups = clients("autoscaling")

    def members(group: str) -> list[Any]:
        found = groups.describe_auto_scaling_groups(AutoScalingGroupNames=[made[group]])["AutoScalingGroups"]
        return list(found[0]["Instances"])

    def status(instance: str) -> str | None:
        ecs = clients("ecs")
        listed = ecs.list_container_instances(cluster=made["Cluster"], filter=f"ec2InstanceId == {instance}")
        arns = listed["containerInstanceArns"]
        shown = ecs.describe_container_instances(cluster=made["Cluster"], containerInstances=arns) if arns else {}
        return next((each["status"] for each in shown.get("containerInstances", ())), None)

    def hooked(group: str) -> bool:
        hooks = groups.describe_lifecycle_hooks(AutoScalingGroupName=made[group])["LifecycleHooks"]
        return any(each["LifecycleHookName"] == "ballast-drain" for each in hooks)

    for group in ("OnDemand", "Spot"):
        eventually(f"Ballast has put its hook on {group}", lambda group=group: hooked(group), 300)  # type: ignore[misc]
    [held], [warned] = members("OnDemand"), members("Spot")
    first, second = held["InstanceId"], warned["InstanceId"]
    for each in (first, second):
        eventually(f"{each} serves", lambda each=each: status(each) == "ACTIVE", 300)  # type: ignore[misc]

    groups.terminate_instance_in_auto_scaling_group(InstanceId=first, ShouldDecrementDesiredCapacity=False)
    eventually("the instance of the scale-in drains", lambda: status(first) == "DRAINING", 120)
    eventually("it may go", lambda: first not in {each["InstanceId"] for each in members("OnDemand")}, 600)

    clients("fis").start_experiment(experimentTemplateId=made["Warning"], clientToken=secrets.token_hex(16))
    eventually("the warned instance drains", lambda: status(second) == "DRAINING", 120)


def main(answer: Callable[[str], str] = input) -> int:
    session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
    names = Names.made()
    try:
        account = account_of(session)
        text = WILL_MAKE.format(
            account=account, region=session.region_name, fleet=names.fleet, ballast=names.ballast, usd=price_usd(),
            minutes=LEAST_MINUTES,
        )  # fmt: skip
        ask(text, names.fleet, answer)
    except RefusedError as refused:
        sys.stderr.write(f"make e2e AWS=real made nothing: {refused}.\n")
        return 2
    os.environ["AWS_DEFAULT_REGION"] = session.region_name
    clients: Any = session.client
    try:
        _deploy(names.fleet, "--template-file", str(FLEET))
        _deploy(names.ballast, "--parameter-overrides", "DryRun=false", f"ManagedClusters={names.fleet}")
        play(names, clients)
    finally:
        failed = tear_down(removal(names, clients))
        for each in failed:
            sys.stderr.write(f"STILL THERE, and it costs: {each}\n")
    return 1 if failed else 0
