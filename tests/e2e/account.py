"""An account on loopback: the emulator, the world in front of it, Slack, and Ballast deployed between them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from simulator.delivery.deployment import ACCOUNT, REGION
from simulator.serve.bus import bus_at, client_at
from simulator.serve.gateway import Gateway
from simulator.serve.running import Running
from simulator.serve.slack import SlackStandIn
from tests.builders import ROOT
from tests.e2e import fleets, stack
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


@contextmanager
def account(logs: Path) -> Iterator[Account]:
    """Begin with nothing, end with nothing, whatever happens between."""
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
        install(here, here.built, here.parameters)
        subscribe(here)
        sweeping = Sweeping(here)
        try:
            yield here
        finally:
            sweeping.stop()


def install(here: Account, built: Path, parameters: Mapping[str, str]) -> None:
    """Deploy, or update in place; from then on the deployed roles judge."""
    template = here.logs / "template.json"
    stack.for_the_emulator(built, template, here.gateway.url)
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
