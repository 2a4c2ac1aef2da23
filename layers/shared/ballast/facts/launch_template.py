"""What does an Auto Scaling group launch from?"""

from __future__ import annotations

from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Template:
    """What a group launches from.

    `image_id` is as written there, so it may be `resolve:ssm:PARAMETER`. `image_version`: of a public Bottlerocket image,
    None of any other. `version` is as the group names it: a number, $Latest or $Default. `why_fixed`: why Ballast cannot
    change it, in words.
    """

    group: str
    image_id: str | None = None
    image_version: str | None = None
    launch_template_id: str | None = None
    version: str = "$Default"
    why_fixed: str | None = None

    @property
    def follows_parameter(self) -> bool:
        """https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html."""
        return self.image_id is not None and self.image_id.startswith("resolve:ssm:")

    @property
    def numbered(self) -> bool:
        return self.version.isdigit()
