"""What are the deployed resources called? Physical ids and ARNs of logical ids, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ARN_FORMATS = {
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{physical}",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{physical}",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{physical}",
    "AWS::Events::Rule": "arn:aws:events:{region}:{account}:rule/{physical}",
    "AWS::KMS::Key": "arn:aws:kms:{region}:{account}:key/{physical}",
    "AWS::Serverless::Function": "arn:aws:lambda:{region}:{account}:function:{physical}",
}


@dataclass(frozen=True, slots=True)
class Names:
    """A resource is named stack-LogicalId, so that names read well in logs."""

    stack: str
    account: str
    region: str
    resources: Mapping[str, Mapping[str, Any]]

    def physical(self, logical: str) -> str:
        if logical not in self.resources:
            raise ValueError(f"The template has no resource or parameter {logical}.")
        return f"{self.stack}-{logical}"

    def arn(self, logical: str) -> str:
        physical = self.physical(logical)
        kind = str(self.resources[logical]["Type"])
        form = ARN_FORMATS.get(kind, "arn:aws:simulated:{region}:{account}:{physical}")
        return form.format(region=self.region, account=self.account, physical=physical)

    def ref(self, logical: str) -> str:
        """What !Ref gives: a queue's URL, a topic's ARN, the name of anything else."""
        physical = self.physical(logical)
        match self.resources[logical]["Type"]:
            case "AWS::SQS::Queue":
                return f"https://sqs.{self.region}.amazonaws.com/{self.account}/{physical}"
            case "AWS::SNS::Topic":
                return self.arn(logical)
            case _:
                return physical

    def attribute(self, logical: str, attribute: str) -> str:
        """What !GetAtt gives: an ARN, or a name."""
        if attribute.endswith("Name"):
            return self.physical(logical)
        if attribute.endswith("Url"):
            return self.ref(logical)
        return self.arn(logical)

    def logical(self, reference: str, kind: str) -> str:
        """The logical id of an ARN, URL or name; ValueError when no such resource of that type exists."""
        for name, resource in self.resources.items():
            if resource["Type"] == kind and reference in {
                self.arn(name),
                self.ref(name),
                self.physical(name),
            }:
                return name
        raise ValueError(f"{reference} is no {kind} of the template.")
