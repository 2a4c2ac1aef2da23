"""What to do: what only update_bottlerocket does, besides `actions`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ballast.facts.launch_template import Template
from ballast.facts.refresh import RefreshPreferences
from ballast.plans.action import Action
from ballast.records.document import Document
from ballast.records.rollout import InstanceUpdate
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class RunCommand(Action):
    """Run one of our SSM documents on the instance, and note the command's id in its record."""

    document: Document
    parameters: Mapping[str, str]
    update: InstanceUpdate
    at: datetime

    @property
    def line(self) -> str:
        values = "".join(f" {value}" for value in self.parameters.values())
        return f"run {self.document}{values} on {self.update.instance_id}"


@dataclass(frozen=True, slots=True)
class SuppressChecks(Action):
    """Have EC2's application status checks of an instance, where it has some, count for nothing while it reboots.

    Two failures, a minute apart, have Auto Scaling end it:
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/use-application-status-checks-auto-scaling-group.html
    """

    instance_id: str
    duration_s: int

    @property
    def line(self) -> str:
        minutes = self.duration_s // 60
        return f"suppress application status checks of {self.instance_id} for {minutes} min, where EC2 makes any"


@dataclass(frozen=True, slots=True)
class FollowImage(Action):
    """Have a group launch from an image: a new version of its launch template, never an edit of one.

    `key`: with the same one the same call answers with the version that was made before. `earlier`: a version to go back
    to, where the group had one; $Latest can only go on, to a new one.
    """

    template: Template
    image_id: str
    description: str
    key: str
    earlier: int | None = None

    @property
    def line(self) -> str:
        template = self.template
        if self.earlier and template.version != "$Latest":
            return f"have {template.group} launch from version {self.earlier} of {template.launch_template_id} again"
        return f"make a version of launch template {template.launch_template_id} of {template.group} that boots {self.image_id}"


@dataclass(frozen=True, slots=True)
class StartRefresh(Action):
    """Start an instance refresh of the group; `towards` makes a new version of its launch template the desired one."""

    group: str
    towards: FollowImage | None
    preferences: RefreshPreferences

    @property
    def line(self) -> str:
        return f"start an instance refresh of {self.group}" + (
            f" towards {self.towards.image_id}" if self.towards else ""
        )


@dataclass(frozen=True, slots=True)
class CancelRefresh(Action):
    """Have the group replace no further instance."""

    group: str

    @property
    def line(self) -> str:
        return f"cancel the instance refresh of {self.group}"
