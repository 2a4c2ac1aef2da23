"""Amazon EC2, launch templates: what does the version say that a group launches? A number always says the same, and is read once.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import batched
from typing import Any

from ballast.aws.kept import kept
from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.telemetry import logger

IDS_MOST = 200  # a page of DescribeLaunchTemplates
DEFAULT, LATEST = "$Default", "$Latest"
NOTHING: Mapping[str, Any] = {}

type Template = Mapping[str, Any]  # as a group names it: an id or a name, and perhaps a version
type Numbers = Mapping[tuple[str, str], str]  # of $Default and $Latest, by id and that word


def numbers_of(templates: Iterable[Template]) -> Numbers:
    """Of those that are named by a word, in one call, where there are several; nothing where EC2 does not answer."""
    ids = sorted({t["LaunchTemplateId"] for t in templates if "LaunchTemplateId" in t and not _version(t).isdecimal()})
    if len(ids) <= 1:
        return {}
    found: dict[tuple[str, str], str] = {}
    try:
        for some in batched(ids, IDS_MOST, strict=False):
            for raw in client("ec2").describe_launch_templates(LaunchTemplateIds=list(some))["LaunchTemplates"]:
                found[raw["LaunchTemplateId"], DEFAULT] = str(raw["DefaultVersionNumber"])
                found[raw["LaunchTemplateId"], LATEST] = str(raw["LatestVersionNumber"])
    except CallFailedError as error:
        logger.warning("cannot tell which versions of templates count", why=str(error))
    return found


def data_of(template: Template, numbers: Numbers) -> Mapping[str, Any]:
    """Of the version that the group names; $Default and $Latest may be another one any time, so `numbers` are asked each time.

    Raises CallFailedError.
    """
    which: Any = (
        {"LaunchTemplateId": template["LaunchTemplateId"]}
        if "LaunchTemplateId" in template
        else {"LaunchTemplateName": template["LaunchTemplateName"]}
    )
    version = _version(template)
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


def _version(template: Template) -> str:
    return str(template.get("Version") or DEFAULT)
