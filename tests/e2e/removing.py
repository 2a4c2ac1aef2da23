"""The stack is removed, and what the emulator has of it then."""

from __future__ import annotations

from simulator.serve.bus import client_at
from tests.e2e import stack
from tests.e2e.looking import Account


def remove(here: Account) -> None:
    here.sweeping.stop()
    client = client_at(here.url, "cloudformation")
    client.delete_stack(StackName=stack.NAME)
    client.get_waiter("stack_delete_complete").wait(StackName=stack.NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 300})


def left_over(here: Account) -> list[str]:
    """What the emulator still has of the stack; not logs, which it writes itself, whatever the role of a function allows."""
    asks = {
        ("lambda", "list_functions"): ("Functions", "FunctionName"),
        ("dynamodb", "list_tables"): ("TableNames", None),
        ("events", "list_rules"): ("Rules", "Name"),
        ("sns", "list_topics"): ("Topics", "TopicArn"),
        ("iam", "list_roles"): ("Roles", "RoleName"),
        ("cloudwatch", "describe_alarms"): ("MetricAlarms", "AlarmName"),
        ("lambda", "list_event_source_mappings"): ("EventSourceMappings", "UUID"),
    }
    found: list[str] = []
    for (service, operation), (listed, name) in asks.items():
        shown = getattr(client_at(here.url, service), operation)()[listed]
        found += [f"{service} {each[name] if name else each}" for each in shown]
    urls = client_at(here.url, "sqs").list_queues().get("QueueUrls", ())
    found += [f"sqs {url}" for url in urls if url != here.subscriber]
    return [each for each in found if "aws-sam-cli" not in each and "/aws-service-role/" not in each]
