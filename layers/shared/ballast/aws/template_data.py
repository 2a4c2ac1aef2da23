"""Amazon EC2, launch templates: what does the version say that a group launches? A number always says the same, and is read once.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.aws.kept import kept
from ballast.aws.session import client
from ballast.aws.template_versions import Numbers, Template, version_of

NOTHING: Mapping[str, Any] = {}


def data_of(template: Template, numbers: Numbers) -> Mapping[str, Any]:
    """Of the version that the group names; $Default and $Latest may be another one any time, so `numbers` are asked each time.

    Raises CallFailedError.
    """
    which: Any = (
        {"LaunchTemplateId": template["LaunchTemplateId"]}
        if "LaunchTemplateId" in template
        else {"LaunchTemplateName": template["LaunchTemplateName"]}
    )
    version = version_of(template)
    version = numbers.get((template.get("LaunchTemplateId", ""), version), version)
    known = kept("template versions")
    # A template of the same name may be another one, made anew.
    key = (template["LaunchTemplateId"], version) if "LaunchTemplateId" in template and version.isdecimal() else None
    if key in known:
        return known[key]  # type: ignore[no-any-return]  # what this module has put there
    answer = client("ec2").describe_launch_template_versions(**which, Versions=[version])
    found: list[Any] = list(answer["LaunchTemplateVersions"])
    data: Mapping[str, Any] = found[0]["LaunchTemplateData"] if found else NOTHING
    if key and found:
        known[key] = {name: data[name] for name in ("InstanceType", "InstanceMarketOptions") if name in data}
    return data
