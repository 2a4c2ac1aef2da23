"""What a group may be called."""

from __future__ import annotations

import re

from simulator.world.core.errors import AwsError

MOST_CHARACTERS = 255


def require_group_name(name: str) -> None:
    """Raise ValidationError for a name that Auto Scaling refuses: "any ASCII character 33 to 126", but no colon.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
    """
    if not 1 <= len(name) <= MOST_CHARACTERS or ":" in name or not all("!" <= character <= "~" for character in name):
        raise AwsError("ValidationError", f"{name!r} cannot be the name of an Auto Scaling group.")


def provider_name(group: str) -> str:
    """A capacity provider for it, whose name has only letters, numbers, _ and -.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html
    """
    return re.sub(r"[^A-Za-z0-9_-]", "-", group)
