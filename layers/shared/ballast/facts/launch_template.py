"""What does an Auto Scaling group launch from?"""

from __future__ import annotations

import re

from ballast.value import dataclass

# What AWS publishes: https://bottlerocket.dev/en/os/latest/#/install/quickstart/aws/. `latest` may be a version instead.
PARAMETER = (
    r"resolve:ssm:/aws/service/bottlerocket/([a-z0-9-]+)/(x86_64|arm64)/(latest|\d+\.\d+\.\d+(?:-[0-9a-f]+)?)/image_id"
)


@dataclass(frozen=True, slots=True)
class Template:
    """What a group launches from.

    `image_id` is as written there, so it may be `resolve:ssm:PARAMETER`. `image_version` and `image_kind` (variant and
    architecture): of an image of Bottlerocket's that AWS owns, None of any other. `own`: the image, or the parameter, is seen
    to be another one. `version` is as the group names it: a
    number, $Latest or $Default, and `number` is which one that is. `why_fixed`: why Ballast cannot change it, in words.
    `picks_types`: by attributes, with which no refresh can compare versions.
    """

    group: str
    image_id: str | None = None
    image_version: str | None = None
    launch_template_id: str | None = None
    version: str = "$Default"
    why_fixed: str | None = None
    image_kind: tuple[str, str] | None = None
    number: int | None = None
    picks_types: bool = False
    own: bool = False

    @property
    def resolves(self) -> bool:
        """https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html."""
        return self.image_id is not None and self.image_id.startswith("resolve:ssm:")

    @property
    def follows_latest(self) -> bool:
        """Whether each launch resolves the newest release of a variant and architecture."""
        parameter = public_parameter(self.image_id)
        return parameter is not None and parameter[2] == "latest"

    @property
    def numbered(self) -> bool:
        return self.version.isdigit()

    @property
    def comparable(self) -> bool:
        """Whether the version of the template tells old instances from new ones.

        A parameter's new value makes no new version, and groups that pick types by attributes take no SkipMatching.
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html (Limitations)
        """
        return not self.resolves and not self.picks_types


def public_parameter(image_id: str | None) -> tuple[str, str, str] | None:
    """Variant, architecture and version (or `latest`) of what is resolved; None of any other parameter or image."""
    found = re.fullmatch(PARAMETER, image_id or "")
    return (found[1], found[2], found[3]) if found else None
