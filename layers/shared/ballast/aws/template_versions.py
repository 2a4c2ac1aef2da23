"""Amazon EC2, launch templates: which version counts now, of those that a group names by $Default or $Latest?

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from typing import Any

from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.telemetry import logger

IDS_MOST = 200  # a page of DescribeLaunchTemplates
DEFAULT, LATEST = "$Default", "$Latest"

type Template = Mapping[str, Any]  # as a group names it: an id or a name, and perhaps a version
type Numbers = Mapping[tuple[str, str], str]  # of $Default and $Latest, by id and that word


def numbers_of(templates: Iterable[Template]) -> Numbers:
    """Of those that are named by a word, in one call, where there are several; nothing where EC2 does not answer."""
    ids = _by_word(templates)
    return _numbers(ids) if len(ids) > 1 else {}


def versions_now(templates: Mapping[str, Template]) -> dict[str, str]:
    """By the same names as these: id and number of what each says now, as `id:number`; what nobody can tell is left out."""
    numbers = _numbers(_by_word(templates.values()))
    found = {}
    for name, template in templates.items():
        template_id, version = template.get("LaunchTemplateId", ""), version_of(template)
        number = numbers.get((template_id, version), version)
        if template_id and number.isdecimal():
            found[name] = f"{template_id}:{number}"
    return found


def _by_word(templates: Iterable[Template]) -> list[str]:
    return sorted(
        {t["LaunchTemplateId"] for t in templates if "LaunchTemplateId" in t and not version_of(t).isdecimal()}
    )


def _numbers(ids: Sequence[str]) -> Numbers:
    found: dict[tuple[str, str], str] = {}
    try:
        for some in batched(ids, IDS_MOST, strict=False):
            for raw in client("ec2").describe_launch_templates(LaunchTemplateIds=list(some))["LaunchTemplates"]:
                found[raw["LaunchTemplateId"], DEFAULT] = str(raw["DefaultVersionNumber"])
                found[raw["LaunchTemplateId"], LATEST] = str(raw["LatestVersionNumber"])
    except CallFailedError as error:
        logger.warning("cannot tell which versions of templates count", why=str(error))
    return found


def version_of(template: Template) -> str:
    """As the group names it: a number, or one of the two words."""
    return str(template.get("Version") or DEFAULT)
