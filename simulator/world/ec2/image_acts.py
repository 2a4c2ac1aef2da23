"""What people do to the images that groups launch from, and what may be wrong with them; see docs/simulator.md."""

from __future__ import annotations

from simulator.world.autoscaling.group_records import Fault
from simulator.world.bottlerocket.releases import Copy, digits
from simulator.world.core.records import ContainerInstance
from simulator.world.ecs.container_instances import Change
from simulator.world.parts import Parts


class ImageActs(Parts):
    def copy_image(self, image_id: str, name: str) -> str:
        """A private copy, encrypted or not; answers its id. The name is free, also that of the public image.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/CopyingAMIs.html
        """
        own = f"ami-{digits(f'copy {image_id} {name}', 17)}"
        self.bottlerocket.releases.copies[own] = Copy(name, image_id)
        return own

    def put_parameter(self, name: str, image_id: str) -> None:
        """A parameter of the operator's own.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
        """
        self.bottlerocket.releases.own_parameters[name] = image_id

    def move_template(self, group: str, image_id: str) -> None:
        """By hand: a new version of the launch template, which the group then launches from, as it names versions.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-launch-template-versions.html
        """
        record = self.groups.groups[group]
        assert record.template is not None  # noqa: S101 - groups of Bottlerocket have one
        made = record.template.add(image_id, "by hand", None)
        if record.template_version == "$Default":
            record.template.default = made.number
        elif record.template_version != "$Latest":
            record.template_version = str(made.number)
        self.note("template_moved", group=group, number=made.number, image=image_id)

    def tag_template(self, group: str, tags: dict[str, str]) -> None:
        """The tags of the group's launch template, in the place of `ballast:managed=true`, which each has from the beginning.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/permissions-for-launch-templates.html
        """
        record = self.groups.groups[group]
        assert record.template is not None  # noqa: S101 - groups of Bottlerocket have one
        record.template.tags = dict(tags)

    def override_image(self, group: str, image_id: str) -> None:
        """A mixed instances policy whose override names an image, which stands in for that of the launch template.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html
        """
        record = self.groups.groups[group]
        record.overrides = [{"InstanceType": record.shape.instance_type, "ImageId": image_id}]

    def break_newcomers(self, group: str, fault: Fault | None) -> None:
        """From now on what the group launches `never_joins` ECS, has its `agent_lost`, `other_version` or `starts_nothing`.

        None: what it launches is well again.

        https://github.com/bottlerocket-os/bottlerocket/issues/4889
        """
        record = self.groups.groups[group]
        record.newcomers = fault
        if fault == "agent_lost" and self._lose_agent not in self.registry.watchers:
            self.registry.watchers.append(self._lose_agent)
        self.note("newcomers_broken", group=group, fault=fault)

    def _lose_agent(self, host: ContainerInstance, change: Change) -> None:
        group = self.groups.groups.get(host.instance.group or "")
        if change is Change.JOINED and group is not None and group.newcomers == "agent_lost":
            self.clock.after(5.0, lambda: self.registry.set_agent(host, connected=False))
