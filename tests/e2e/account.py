"""An account on loopback: the emulator, the world in front of it, Slack, and Ballast deployed between them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.delivery.cloudformation import load
from simulator.delivery.deployment import ACCOUNT, REGION
from simulator.serve.bus import bus_at, client_at
from simulator.serve.gateway import Gateway
from simulator.serve.running import Running
from simulator.serve.slack import SlackStandIn
from simulator.world import World
from tests.builders import ROOT
from tests.e2e import before, fleets, stack
from tests.e2e.certificates import for_slack
from tests.e2e.looking import Account
from tests.e2e.processes import emulator, free_port
from tests.e2e.sweeping import Sweeping

CHANNEL = "C0123456789"
DECIDER = "U0123456789"
SIGNING = "5imulated5imulated5imulated"
LIVE = {
    "DryRun": "false",
    "SlackChannel": CHANNEL,
    "DisruptionBudget": "2",
    "UpdateRights": "in-place",
    "UpdateBakeDays": "0",
    "UpdateCanaryBakeMinutes": "0",
    "UpdateWaveBakeMinutes": "0",
    "RebalanceRights": "on",
    "PlacementFailureMinutes": "1",
    "SlackDeciders": DECIDER,
}
OF_SAMCONFIG = {"UpdateLaunchTemplates": "report"}  # a stack of 0.1.0 has `follow`, and keeps it where nothing is said


@dataclass(frozen=True, slots=True)
class Kind:
    """`slack_limits`: without them no notice waits for Slack, and a queue that is not empty holds something else.

    `deployed`: Ballast is there before the stories begin; otherwise they deploy it.
    """

    fleets: Callable[[World], None]
    at_once: bool
    slack_limits: bool
    deployed: bool = True


KINDS = {
    "here": Kind(fleets.build, at_once=True, slack_limits=True),
    "alone": Kind(fleets.build_alone, at_once=False, slack_limits=False),
    "first": Kind(fleets.build_first, at_once=False, slack_limits=True, deployed=False),
}


@contextmanager
def account(logs: Path, kind: Kind, *, in_place: bool) -> Iterator[Account]:
    """Begin with nothing, end with nothing, whatever happens between; `in_place`: over the version before, while it drains."""
    with ExitStack() as undo:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        running = Running(bus_at(url))
        undo.callback(running.stop)
        gateway = Gateway(running, emulator=url)
        undo.callback(gateway.stop)
        pem, key = for_slack(logs)
        slack = SlackStandIn(running.clock, pem, key)
        slack.workspace.limits = kind.slack_limits
        undo.callback(slack.stop)
        child = emulator(port, logs, {"SSL_CERT_FILE": str(pem), "HTTPS_PROXY": slack.url})
        undo.callback(child.stop)
        here = Account(running, gateway, slack, url, logs)
        with here.world() as world:
            kind.fleets(world)
        here.undo = undo
        if kind.deployed:
            put_live(here, in_place=in_place)
        yield here


def put_live(here: Account, *, in_place: bool) -> None:
    secret = client_at(here.url, "secretsmanager").create_secret(
        Name="slack", SecretString=json.dumps({"bot_token": "xoxb-1", "signing_secret": SIGNING})
    )
    here.parameters = {**LIVE, "SlackSecretArn": secret["ARN"]}
    if in_place:
        begin_before(here)
    here.parameters = {**here.parameters, **OF_SAMCONFIG}
    install(here, here.built, here.parameters)
    go(here)


def go(here: Account) -> None:
    """What is deployed begins to hear of the time, and somebody hears of it."""
    here.gateway.calls.clear()
    subscribe(here)
    here.sweeping = Sweeping(here)
    here.undo.callback(here.sweeping.stop)


def begin_before(here: Account) -> None:
    """What the version before knows of our parameters, and a drain of its own.

    Its roles are not judged: they asked for condition keys that AWS does not have, which its changelog tells.
    """
    try:
        built = before.built()
    except before.NoVersionBeforeError as error:
        here.why_not_before = str(error)
        return
    known = load(built)["Parameters"]
    install(here, built, {name: value for name, value in here.parameters.items() if name in known})
    here.gateway.judge = None
    sweeping = Sweeping(here)
    try:
        here.under_way = before.begin(here)
    finally:
        sweeping.stop()


def install(here: Account, built: Path, parameters: Mapping[str, str]) -> None:
    """Deploy, or update in place; from then on the deployed roles judge."""
    stack.deploy(made_for(here, built), stack.given(parameters), here.logs, shell_of(here))
    take(here, built, parameters)


def made_for(here: Account, built: Path) -> Path:
    template = here.logs / "template.json"
    stack.for_the_emulator(built, template, here.gateway.url, spoiled=built == here.built)
    return template


def shell_of(here: Account) -> dict[str, str]:
    """Environment variables of whoever deploys."""
    path = f"{ROOT / '.venv-sam/bin'}:{os.environ['PATH']}"
    keys = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": REGION}
    return {"PATH": path, "HOME": str(here.logs), **keys, "AWS_ENDPOINT_URL": here.url, "SAM_CLI_TELEMETRY": "0"}


def change(here: Account, parameters: Mapping[str, str]) -> None:
    """The stack as it is, with other parameters: an update of CloudFormation, without SAM and with nothing uploaded."""
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    client = client_at(here.url, "cloudformation")
    client.update_stack(
        StackName=stack.NAME, UsePreviousTemplate=True, Parameters=given, Capabilities=["CAPABILITY_IAM"]
    )
    patience = {"Delay": 0.5, "MaxAttempts": 600}
    client.get_waiter("stack_update_complete").wait(StackName=stack.NAME, WaiterConfig=patience)
    take(here, here.built, parameters)


def take(here: Account, built: Path, parameters: Mapping[str, str]) -> None:
    """What CloudFormation made of it. The world has its alarms, which nothing there raises."""
    here.stack = stack.deployed(here.url, built, parameters)
    with here.world() as world:
        world.alarms.update({here.stack.ids[name]: "OK" for name in here.stack.of("AWS::CloudWatch::Alarm")})
        world.install_documents(here.stack.spec.documents)
        roles = here.stack.roles(world)

    def judge(caller: str, service: str, operation: str, params: Mapping[str, Any]) -> None:
        with here.running.lock:
            roles.check(caller, service, operation, params)

    here.gateway.judge = judge


def subscribe(here: Account) -> None:
    sqs = client_at(here.url, "sqs")
    here.subscriber = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=here.subscriber, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = here.stack.ids["Notifications"]
    client_at(here.url, "sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
