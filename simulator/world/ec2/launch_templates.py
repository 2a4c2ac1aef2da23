"""Launch templates: numbered versions that are never edited, one of which is the default.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-launch-template-versions.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.world.bottlerocket.releases import Kind, Releases, digits
from simulator.world.core.errors import AwsError

if TYPE_CHECKING:
    from simulator.world.autoscaling.group_records import Fault

RESOLVE = "resolve:ssm:"


@dataclass(frozen=True, slots=True)
class Version:
    """`image_id` as written, so it may be `resolve:ssm:PARAMETER`, which each launch resolves."""

    number: int
    image_id: str
    description: str = ""


def template_id_of(name: str) -> str:
    return f"lt-{digits(f'template {name}', 17)}"


@dataclass(slots=True, eq=False)
class LaunchTemplate:
    id: str
    name: str
    versions: dict[int, Version]
    default: int = 1
    tags: dict[str, str] = field(
        default_factory=lambda: {"ballast:managed": "true"}
    )  # as an operator does who lets it follow
    made_by_token: dict[str, tuple[tuple[str, ...], Version]] = field(default_factory=dict)

    def version(self, text: str) -> Version:
        """`text`: a number, $Latest or $Default."""
        names = {"$Latest": max(self.versions), "$Default": self.default}
        number = names.get(text) or (int(text) if text.isdigit() else 0)
        if number not in self.versions:
            message = f"Could not find the specified version {text} for the launch template with ID {self.id}."
            raise AwsError("InvalidLaunchTemplateId.VersionNotFound", message)
        return self.versions[number]

    def add(self, image_id: str, description: str, token: str | None, *, source: str = "") -> Version:
        """The same token answers with the same version, and refuses other parameters.

        https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
        """
        asked = (image_id, description, source)
        if token in self.made_by_token:
            before, made = self.made_by_token[token]
            if before != asked:
                raise AwsError("IdempotentParameterMismatch", "The token was used with other parameters.")
            return made
        made = Version(max(self.versions) + 1, image_id, description)
        self.versions[made.number] = made
        if token:
            self.made_by_token[token] = asked, made
        return made


class LaunchTemplates:
    """Of all groups that launch Bottlerocket."""

    def __init__(self, releases: Releases) -> None:
        self._releases = releases
        self.by_id: dict[str, LaunchTemplate] = {}
        self.spoiled: dict[str, Fault] = {}  # what is wrong with all that boots from an image

    def make(self, name: str, image_id: str) -> LaunchTemplate:
        template = LaunchTemplate(template_id_of(name), name, {1: Version(1, image_id)})
        self.by_id[template.id] = template
        return template

    def require(self, template_id: str) -> LaunchTemplate:
        if template_id not in self.by_id:
            message = f"The specified launch template, with template ID {template_id}, does not exist."
            raise AwsError("InvalidLaunchTemplateId.NotFound", message)
        return self.by_id[template_id]

    def image_of(self, version: Version) -> str:
        """What a launch from it boots; a parameter may be named with a version or label of its own.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html
        """
        if not version.image_id.startswith(RESOLVE):
            return version.image_id
        name = version.image_id.removeprefix(RESOLVE).partition(":")[0]
        found = self._releases.parameter(name)
        if found is None:
            raise AwsError("InvalidAMIID.Malformed", f"{version.image_id} does not resolve to an image.")
        return found

    def kind_of(self, image_id: str) -> Kind | None:
        """Which variant and architecture it boots; None of an image that is not Bottlerocket."""
        found = self._releases.of_image(image_id)
        return found[0] if found else None

    def another(self, image_id: str) -> str:
        """The image of another version of the same variant and architecture; itself where there is no other."""
        found = self._releases.of_image(image_id)
        assert found is not None  # noqa: S101 - groups of Bottlerocket only
        kind, release = found
        published = self._releases.lines[kind].published
        return next((r.image_id for r in published if r.version != release.version), image_id)
