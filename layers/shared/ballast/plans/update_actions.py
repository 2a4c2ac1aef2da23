"""What only update_bottlerocket does, besides the actions of `ballast.plan`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ballast.facts.launch_template import Template
from ballast.facts.refresh import RefreshPreferences
from ballast.records.document import Document
from ballast.records.instance_update import InstanceUpdate


@dataclass(frozen=True, slots=True)
class RunCommand:
    """Run one of our SSM documents on the instance, and note the command's id in its record."""

    document: Document
    parameters: Mapping[str, str]
    update: InstanceUpdate
    at: datetime


@dataclass(frozen=True, slots=True)
class FollowImage:
    """Have a group launch from an image: a new version of its launch template, never an edit of one.

    `key`: the same one answers with the version that was made before.
    """

    template: Template
    image_id: str
    description: str
    key: str


@dataclass(frozen=True, slots=True)
class StartRefresh:
    """Start an instance refresh of the group; `towards` makes a new version of its launch template the desired one."""

    group: str
    towards: FollowImage | None
    preferences: RefreshPreferences


@dataclass(frozen=True, slots=True)
class CancelRefresh:
    """Have the group replace no further instance."""

    group: str


type UpdateAction = RunCommand | FollowImage | StartRefresh | CancelRefresh
