"""What people do to the images that groups launch from, and what may be wrong with them; see docs/simulator.md."""

from __future__ import annotations

from simulator.world.autoscaling.group_records import Fault
from simulator.world.bottlerocket.releases import Copy, digits
from simulator.world.core.records import ContainerInstance
from simulator.world.ec2.api import PLAIN_IMAGE
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

        Also of a group that has some image without Bottlerocket.
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-launch-template-versions.html
        """
        record = self.groups.groups[group]
        if record.template is None:
            record.template = self.launch_templates.make(group, PLAIN_IMAGE)
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

        Or its `registration_failed`: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html
        None: what it launches is well again.

        https://github.com/bottlerocket-os/bottlerocket/issues/4889
        """
        record = self.groups.groups[group]
        record.newcomers = fault
        self._watch_for(fault)
        self.note("newcomers_broken", group=group, fault=fault)

    def spoil_image(self, image_id: str, fault: Fault | None) -> None:
        """All that boots from the image from now on has the fault, in whatever group and from whatever version.

        None: the image is well again. What runs already is as it was.
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/launch_container_instance.html (an AMI without agent)
        """
        if fault is None:
            self.launch_templates.spoiled.pop(image_id, None)
        else:
            self.launch_templates.spoiled[image_id] = fault
        self._watch_for(fault)
        self.note("image_spoiled", image=image_id, fault=fault)

    def _watch_for(self, fault: Fault | None) -> None:
        if fault == "agent_lost" and self._lose_agent not in self.registry.watchers:
            self.registry.watchers.append(self._lose_agent)

    def _lose_agent(self, host: ContainerInstance, change: Change) -> None:
        if change is Change.JOINED and host.instance.fault == "agent_lost":
            self.clock.after(5.0, lambda: self.registry.set_agent(host, connected=False))
