"""`make deploy` while all goes on: other values of parameters are other roles and variables, and queues and tables stay.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from simulator.delivery.deployment import ACCOUNT, REGION, Deployment
from simulator.delivery.template import Stack


def redeploy(deployment: Deployment, parameters: Mapping[str, str], template: Path = Path("template.yaml")) -> None:
    """With all `parameters`; what functions kept in memory is lost, what runs meanwhile goes on with the new role."""
    stack = Stack.load(template, parameters, stack="ballast", account=ACCOUNT, region=REGION)
    if (stack.rules, stack.queues) != (deployment.stack.rules, deployment.stack.queues):
        raise NotImplementedError("Rules or queues would change, which the simulator does not follow.")
    deployment.roles.grant(stack)
    for spec in stack.functions:
        deployment.functions[spec.name].spec = spec
        deployment.functions[spec.name].forget()
