"""May a function do this? Each of its calls is judged by its role as the template builds it, and refused as AWS refuses.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.delivery.template import Stack
from simulator.iam import ecs_asks, host_asks, store_asks
from simulator.iam.ask import Ask
from simulator.iam.estate import Estate
from simulator.iam.policy import Policy
from simulator.world.core.errors import AwsError
from simulator.world.parts import Parts

# Code and status by service; the pages are those of each API's common errors.
CODES = {
    "arc-zonal-shift": ("AccessDeniedException", 403),
    "autoscaling": ("AccessDenied", 403),
    "cloudwatch": ("AccessDenied", 403),
    "dynamodb": ("AccessDeniedException", 400),
    "ec2": ("UnauthorizedOperation", 403),
    "ecs": ("AccessDeniedException", 400),
    "events": ("AccessDeniedException", 400),
    "pricing": ("AccessDeniedException", 400),
    "secretsmanager": ("AccessDeniedException", 400),
    "sns": ("AuthorizationError", 403),
    "sqs": ("AccessDenied", 403),
    "ssm": ("AccessDeniedException", 400),
}
MOST_REMEMBERED = 200_000


class Roles:
    """Remembers each answer: the same function asking the same is judged once."""

    def __init__(self, stack: Stack, world: object) -> None:
        self._estate = Estate(stack, world if isinstance(world, Parts) else None)
        names = stack.names
        self._policies = _policies(stack)
        self._everywhere = {
            function: {
                "aws:principalaccount": (names.account,),
                "aws:principalarn": (f"arn:aws:iam::{names.account}:role/{_role(stack, function)}",),
                "aws:requestedregion": (names.region,),
                "aws:resourceaccount": (names.account,),
                "aws:securetransport": ("true",),
            }
            for function in self._policies
        }
        self._answers: dict[tuple[str, Ask], bool] = {}

    def grant(self, stack: Stack) -> None:
        """What this deployment of the same stack grants, from now on."""
        self._policies = _policies(stack)
        self._answers.clear()

    def hold(self, policies: Mapping[str, Policy]) -> None:
        """Other policies than the template's, by function: those of roles that were deployed."""
        self._policies = dict(policies)
        self._answers.clear()

    def check(self, function: str | None, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Raise AwsError unless all that the call asks for is allowed. A function without a role is a stand-in's."""
        if function is None or function not in self._policies:
            return
        for ask in self.asks(service, operation, params):
            allowed = self._answers.get((function, ask))
            if allowed is None:
                allowed = self._judge(function, ask)
            if not allowed:
                raise self._refusal(function, service, ask)

    def asks(self, service: str, operation: str, params: Mapping[str, Any]) -> list[Ask]:
        """What this call asks for."""
        match service:
            case "ecs":
                found = ecs_asks.asks_of(self._estate, operation, params)
            case "arc-zonal-shift" | "autoscaling" | "cloudwatch" | "ec2" | "pricing" | "ssm":
                found = host_asks.asks_of(self._estate, service, operation, params)
            case _:
                found = store_asks.asks_of(self._estate, service, operation, params)
        if found is None:
            raise NotImplementedError(f"The simulator does not know which rights {service}:{operation} needs.")
        return found

    @property
    def asked(self) -> Mapping[tuple[str, Ask], bool]:
        """All that was asked for so far, by function, and whether it was allowed."""
        return self._answers

    def policy(self, function: str) -> Policy:
        return self._policies[function]

    def everywhere(self, function: str) -> Mapping[str, tuple[str, ...]]:
        """The global condition keys of its requests."""
        return self._everywhere[function]

    def _judge(self, function: str, ask: Ask) -> bool:
        context = ask.context(self._everywhere[function])
        allowed = bool(self._policies[function].allowing(ask.action, ask.resource, context))
        if len(self._answers) < MOST_REMEMBERED:
            self._answers[function, ask] = allowed
        return allowed

    def _refusal(self, function: str, service: str, ask: Ask) -> AwsError:
        code, status = CODES[service]
        names = self._estate.stack.names
        user = f"arn:aws:sts::{names.account}:assumed-role/{_role(self._estate.stack, function)}/{names.physical(function)}"
        denied = self._policies[function].denies(ask.action, ask.resource, ask.context(self._everywhere[function]))
        why = f"because no identity-based policy allows the {ask.action} action"
        if denied:
            why = "with an explicit deny in an identity-based policy"
        said = f"User: {user} is not authorized to perform: {ask.action} on resource: {ask.resource} {why}"
        if service == "ec2":
            said = f"You are not authorized to perform this operation. {said}"
        if service == "autoscaling" and not ask.action.startswith("autoscaling:"):
            said = f"You are not authorized to use launch template. {said}"
        return AwsError("KMSAccessDenied" if ask.action.startswith("kms:") else code, said, status)


def _policies(stack: Stack) -> dict[str, Policy]:
    return {f.name: Policy.read((*f.policies, *f.managed)) for f in stack.functions if f.policies is not None}


def _role(stack: Stack, function: str) -> str:
    """SAM calls the role FunctionRole."""
    return f"{stack.names.stack}-{function}Role"
