"""How many tasks does a service run, and how many should it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import batched

from botocore.exceptions import BotoCoreError, ClientError

from ballast.aws.session import client
from ballast.errors import TransientError
from ballast.facts.service import ServiceCounts

AT_ONCE = 10  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html


class Services:
    def counts(self, cluster: str, services: Sequence[str]) -> Mapping[str, ServiceCounts]:
        """By service name; a service that is deleted, or on its way there, is left out.

        Raises TransientError when ECS does not answer.
        """
        found: dict[str, ServiceCounts] = {}
        for names in batched(services, AT_ONCE, strict=False):
            try:
                answer = client("ecs").describe_services(cluster=cluster, services=list(names))
            except (ClientError, BotoCoreError) as error:
                raise TransientError(f"ECS does not describe services: {error}") from error
            found |= {
                service["serviceName"]: ServiceCounts(service["runningCount"], service["desiredCount"])
                for service in answer["services"]
                if service["status"] == "ACTIVE"
            }
        return found
