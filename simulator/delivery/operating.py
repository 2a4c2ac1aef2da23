"""What do the calls of people answer who look at the stack and switch its functions off? CloudFormation, STS and Lambda.

Each event of a function becomes an event source mapping of its own, named after both:
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5
from typing import Any
from uuid import UUID

from simulator.clock import Clock
from simulator.delivery.polling import EventSource
from simulator.delivery.template import Stack
from simulator.world.core.errors import AwsError

MAPPING = "AWS::Lambda::EventSourceMapping"
WHO = "assumed-role/on-call/jo"


@dataclass(slots=True)
class Operating:
    """`sources` are those of the functions, as they are started; `given` the parameters that were said."""

    stack: Stack
    clock: Clock
    sources: Sequence[EventSource]
    given: Mapping[str, str]

    def handle(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The parsed answer; AwsError when the service would refuse."""
        match service, operation:
            case "cloudformation", "DescribeStacks":
                return self._describe_stacks(params)
            case "cloudformation", "ListStackResources":
                self._known(params["StackName"])
                return {"StackResourceSummaries": self._resources()}
            case "lambda", "UpdateEventSourceMapping":
                return self._switch(params)
            case "sts", "GetCallerIdentity":
                account = self.stack.names.account
                return {"UserId": "AROA:jo", "Account": account, "Arn": f"arn:aws:sts::{account}:{WHO}"}
            case _:
                raise AssertionError(f"The simulator does not answer {service}:{operation}.")

    def _describe_stacks(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Of the outputs the one that the command line reads."""
        self._known(params["StackName"])
        stack = {
            "StackName": self.stack.names.stack,
            "CreationTime": self.clock.epoch,
            "StackStatus": "CREATE_COMPLETE",
            "Outputs": [{"OutputKey": "LedgerTable", "OutputValue": self.stack.names.ref("Ledger")}],
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in self.given.items()],
        }
        return {"Stacks": [stack]}

    def _known(self, name: str) -> None:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html"""
        if name != self.stack.names.stack:
            raise AwsError("ValidationError", f"Stack with id {name} does not exist")

    def _resources(self) -> list[dict[str, Any]]:
        found = [
            (name, each["Type"], self.stack.names.physical(name)) for name, each in self.stack.names.resources.items()
        ]
        found += [(source.name, MAPPING, _uuid(source.name)) for source in self.sources]
        return [
            {
                "LogicalResourceId": name,
                "ResourceType": kind,
                "PhysicalResourceId": physical,
                "LastUpdatedTimestamp": self.clock.epoch,
                "ResourceStatus": "CREATE_COMPLETE",
            }
            for name, kind, physical in found
        ]

    def _switch(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html"""
        source = next((source for source in self.sources if _uuid(source.name) == params["UUID"]), None)
        if source is None:
            raise AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404)
        source.switch(on=params.get("Enabled", True))
        return {"UUID": params["UUID"], "State": "Enabling" if params.get("Enabled", True) else "Disabling"}


def _uuid(name: str) -> str:
    return str(UUID(md5(name.encode(), usedforsecurity=False).hexdigest()))
