"""How is a question asked? A refusal becomes an `Unseen`, and the IAM action that was refused has its name.

The actions: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ballast.aws.session import client
from ballast.errors import BallastError, DeniedError
from ballast_cli.doctor.seen import Unseen

AT_ONCE = 8  # questions about one group or cluster each, of which there may be thousands
# By operation; docs/operating.md has the same list, and a test holds both to the calls that are made.
# GetCallerIdentity needs none: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
ACTIONS = {
    operation: f"{service}:{operation}"
    for service, operations in {
        "autoscaling": "DescribeAutoScalingGroups DescribeLifecycleHooks",
        "cloudformation": "DescribeStackResourceDrifts DescribeStacks ListStackResources",
        "cloudwatch": "DescribeAlarms",
        "dynamodb": "Query",
        "ecs": "DescribeCapacityProviders DescribeClusters DescribeContainerInstances ListClusters ListContainerInstances",
        "events": "ListRules",
        "lambda": "GetAccountSettings GetFunctionConcurrency GetFunctionConfiguration ListEventSourceMappings",
        "secretsmanager": "DescribeSecret",
        "sns": "ListSubscriptionsByTopic",
        "sqs": "GetQueueAttributes ReceiveMessage",
        "ssm": "DescribeInstanceInformation DescribeParameters",
    }.items()
    for operation in operations.split()
}
SHARED = ("autoscaling", "dynamodb", "ecs", "lambda", "sqs", "ssm")
# `--drift` alone; CloudFormation then reads each resource with the rights of who asks:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
DRIFT_ACTIONS = {
    operation: f"cloudformation:{operation}" for operation in ("DescribeStackDriftDetectionStatus", "DetectStackDrift")
}
BECAUSE = re.compile(r"because (.+?)\.?$", re.DOTALL)


def service(name: str, region: str | None = None) -> Any:
    """The client of a service; no stubs of some of these are installed."""
    made: Any = client
    return made(name, region)


def look[T](ask: Callable[[], T]) -> T | Unseen:
    try:
        return ask()
    except DeniedError as error:
        return Unseen(_denied(error), (ACTIONS | DRIFT_ACTIONS).get(error.operation, ""))
    except BallastError as error:
        return Unseen(str(error).rstrip("."))
    except (LookupError, TypeError, ValueError) as error:  # an odd answer costs no other question its own
        return Unseen(f"what AWS answered cannot be read ({error!r})")


def pages(name: str, operation: str, key: str, **params: Any) -> list[Any]:
    """All of `key`, of all pages."""
    found = service(name).get_paginator(operation).paginate(**params)
    return [each for page in found for each in page.get(key, ())]


def make_clients() -> None:
    """Of all that several threads use: those may share a client, but not make one.

    https://docs.aws.amazon.com/boto3/latest/guide/clients.html
    """
    for name in SHARED:
        service(name)


def at_once[T, R](ask: Callable[[T], R], about: Iterable[T]) -> list[R]:
    """In the order of `about`."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, about))


def _denied(error: DeniedError) -> str:
    """AWS's reason where it gives one: which kind of policy refused, or did not allow.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    because = BECAUSE.search(str(error))
    return f"AWS refused {error.operation} ({error.code})" + (f", because {because[1]}" if because else "")
