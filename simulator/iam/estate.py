"""What there is to ask about: the ARNs and tags of the world's things, and what the stack's own are like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.delivery.template import Stack
from simulator.iam.ask import Pairs
from simulator.world.autoscaling.group_records import Group
from simulator.world.core.records import Cluster
from simulator.world.parts import Parts

INSTANCE_ROLE = "ecsInstanceRole"  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html
ECS_TAG = "AmazonECSManaged"
AMAZON = "amazon"  # who owns Bottlerocket's images


@dataclass(frozen=True, slots=True)
class Estate:
    """`world` is None where a stand-in plays it: then nothing has tags."""

    stack: Stack
    world: Parts | None

    def arn(self, service: str, resource: str, *, region: str | None = None, account: str | None = None) -> str:
        names = self.stack.names
        region = names.region if region is None else region
        account = names.account if account is None else account
        return f"arn:aws:{service}:{region}:{account}:{resource}"

    def cluster(self, name: str) -> Cluster | None:
        return self.world.clusters.get(name) if self.world else None

    def group(self, name: str) -> Group | None:
        return self.world.groups.groups.get(name) if self.world else None

    def group_of(self, instance_id: str) -> str:
        """The group's name; a made-up one for an instance in none, which AWS refuses before it asks for rights."""
        instance = self.world.ec2.instances.get(instance_id) if self.world else None
        return (instance.group if instance else None) or "none"

    def instance_tags(self, instance_id: str) -> Pairs:
        instance = self.world.ec2.instances.get(instance_id) if self.world else None
        return pairs(instance.tags if instance else {})

    def template_tags(self, template_id: str) -> Pairs:
        template = self.world.launch_templates.by_id.get(template_id) if self.world else None
        return pairs(template.tags if template else {})

    def image_owner(self, template_id: str, version: str) -> str:
        """As a request has it: `amazon` for an image of AWS's, else the account.

        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html (ec2:Owner)
        """
        template = self.world.launch_templates.by_id.get(template_id) if self.world else None
        if self.world is None or template is None:
            return AMAZON
        image = self.world.launch_templates.image_of(template.version(version))
        return self.stack.names.account if image in self.world.bottlerocket.releases.copies else AMAZON

    def partition_key(self, table: str) -> str:
        schema: list[dict[str, Any]] = self.stack.tables[table]["KeySchema"]
        return next(str(each["AttributeName"]) for each in schema if each["KeyType"] == "HASH")


def group_tags(group: Group | None) -> Pairs:
    """ECS tags the group of a capacity provider: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html."""
    if group is None:
        return ()
    return pairs(group.tags | ({ECS_TAG: ""} if group.capacity_provider else {}))


def pairs(tags: dict[str, str]) -> Pairs:
    return tuple(tags.items()) if tags else ()
