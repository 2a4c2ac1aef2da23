"""What may a function do? The documents of its role: those that stand with it, and managed policies of the template.

SAM calls the role of a function FunctionRole, and what it adds for logs, traces and its queues is for calls that no
handler makes: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

type Document = Mapping[str, Any]


def inline(name: str, policies: Any) -> tuple[Document, ...] | None:
    """Of a function's `Policies`, resolved; None where the template says nothing of its role."""
    if policies is None:
        return None
    listed = policies if isinstance(policies, list) else [policies]
    for each in listed:
        if not isinstance(each, Mapping) or "Statement" not in each:
            raise ValueError(f"Function {name} has a policy that is no document; only documents are modelled.")
    return tuple(listed)


def managed(function: str, resources: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The managed policies of the template that its role has, by logical id, as they are written."""
    for name, resource in resources.items():
        if (
            resource["Type"] == "AWS::IAM::ManagedPolicy"
            and {"Ref": f"{function}Role"} in resource["Properties"]["Roles"]
        ):
            yield name, resource
