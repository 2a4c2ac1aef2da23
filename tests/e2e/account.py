"""An account on loopback: the emulator, the world in front of it, Slack, and Ballast deployed between them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from simulator.delivery.cloudformation import load
from simulator.delivery.deployment import ACCOUNT, REGION
from simulator.serve.bus import bus_at, client_at
from simulator.serve.gateway import Gateway
from simulator.serve.running import Running
from simulator.serve.slack import SlackStandIn
from tests.builders import ROOT
from tests.e2e import before, fleets, stack
from tests.e2e.certificates import for_slack
from tests.e2e.looking import Account
from tests.e2e.processes import emulator, free_port
from tests.e2e.sweeping import Sweeping

CHANNEL = "C0123456789"
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
}
OF_SAMCONFIG = {"UpdateLaunchTemplates": "report"}  # a stack of 0.1.0 has `follow`, and keeps it where nothing is said


@contextmanager
def account(logs: Path, *, in_place: bool) -> Iterator[Account]:
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
        undo.callback(slack.stop)
        child = emulator(port, logs, {"SSL_CERT_FILE": str(pem), "HTTPS_PROXY": slack.url})
        undo.callback(child.stop)
        here = Account(running, gateway, slack, url, logs)
        with here.world() as world:
            fleets.build(world)
        secret = client_at(url, "secretsmanager").create_secret(
            Name="slack", SecretString=json.dumps({"bot_token": "xoxb-1"})
        )
        here.parameters = {**LIVE, "SlackSecretArn": secret["ARN"]}
        if in_place:
            begin_before(here)
        here.parameters = {**here.parameters, **OF_SAMCONFIG}
        install(here, here.built, here.parameters)
        gateway.calls.clear()
        subscribe(here)
        undo.callback(Sweeping(here).stop)
        yield here


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
    template = here.logs / "template.json"
    stack.for_the_emulator(built, template, here.gateway.url, spoiled=built == here.built)
    path = f"{ROOT / '.venv-sam/bin'}:{os.environ['PATH']}"
    keys = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": REGION}
    env = {"PATH": path, "HOME": str(here.logs), **keys, "AWS_ENDPOINT_URL": here.url, "SAM_CLI_TELEMETRY": "0"}
    stack.deploy(template, parameters, here.logs, env)
    here.stack = stack.deployed(here.url, built, parameters)
    with here.world() as world:
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


def remove(here: Account) -> None:
    client = client_at(here.url, "cloudformation")
    client.delete_stack(StackName=stack.NAME)
    client.get_waiter("stack_delete_complete").wait(StackName=stack.NAME, WaiterConfig={"Delay": 1})
