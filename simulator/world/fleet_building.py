"""How a scenario says which clusters, groups and instances there are; they all run at once, without events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simulator.world.autoscaling.attached_records import MixedPolicy
from simulator.world.autoscaling.group_names import provider_name, require_group_name
from simulator.world.autoscaling.group_records import Group, Hook
from simulator.world.autoscaling.group_shapes import overrides_of
from simulator.world.core.capacity_records import CapacityProvider, ScalingRules
from simulator.world.core.core import arn
from simulator.world.core.records import Cluster, ContainerInstance, Instance, Shape
from simulator.world.ecs.managed_draining import managed_draining_hook
from simulator.world.parts import Parts

ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
SHAPE = Shape()


class FleetBuilding(Parts):
    def add_cluster(self, name: str, tags: Mapping[str, str] | None = None) -> Cluster:
        cluster = Cluster(name, arn("ecs", f"cluster/{name}"), dict(tags or {}))
        self.clusters[name] = cluster
        return cluster

    def add_group(
        self,
        name: str,
        cluster: str | None = None,
        *,
        desired: int = 3,
        minimum: int = 0,
        maximum: int | None = None,
        shape: Shape = SHAPE,
        zones: tuple[str, ...] = ZONES,
        spot: bool = False,
        capacity_provider: str | None = None,
        managed_draining: bool = False,
        managed_scaling: bool = False,
        target_capacity: int = 100,
        scaling: ScalingRules | None = None,
        mixed: MixedPolicy | None = None,
        new_instances_protected_from_scale_in: bool = False,
        hooks: Iterable[Hook] = (),
        tags: Mapping[str, str] | None = None,
        bottlerocket: tuple[str, str, str] | None = None,
        launches_from: str = "1",
    ) -> Group:
        """An Auto Scaling group, its instances InService and registered; `maximum` is twice `desired` unless said.

        `bottlerocket`: variant, architecture and version of a release that was published, which version 1 of its launch
        template boots. `launches_from`: how the group names the version (1, $Latest, $Default), or `parameter` for a
        template that resolves the newest image at each launch. `scaling`: managed scaling in full,
        by these rules. `mixed`: several types in place of `shape`, and which of them comes.
        """
        require_group_name(name)
        managed_scaling |= scaling is not None
        home = self.cluster(cluster) if cluster is not None else None
        if capacity_provider is None and (managed_draining or managed_scaling):
            capacity_provider = provider_name(name)
        group_arn = arn("autoscaling", f"autoScalingGroup:{self.uuid()}:autoScalingGroupName/{name}")
        group = Group(
            name=name,
            arn=group_arn,
            cluster=home,
            desired=desired,
            minimum=minimum,
            maximum=desired * 2 if maximum is None else maximum,
            shape=mixed.types[0] if mixed else shape,
            mixed=mixed,
            overrides=overrides_of(mixed) if mixed else None,
            zones=zones,
            spot=spot,
            capacity_provider=capacity_provider,
            protects_new_instances=new_instances_protected_from_scale_in,
            created_at_s=self.clock.now_s,
            tags=dict(tags or {}),
        )
        if bottlerocket is not None:
            variant, arch, version = bottlerocket
            published = self.bottlerocket.releases.lines[variant, arch].published
            group.os = (variant, arch)
            image_id = next(r.image_id for r in published if r.version == version)
            if launches_from == "parameter":
                image_id = f"resolve:ssm:/aws/service/bottlerocket/{variant}/{arch}/latest/image_id"
            group.template = self.launch_templates.make(name, image_id)
            group.template_version = "1" if launches_from == "parameter" else launches_from
        self.groups.groups[name] = group
        wanted = [managed_draining_hook(), *hooks] if managed_draining else [*hooks]
        group.hooks = {hook.name: hook for hook in wanted}
        if capacity_provider is not None and home is not None:
            home.providers[capacity_provider] = CapacityProvider(
                name=capacity_provider,
                arn=arn("ecs", f"capacity-provider/{capacity_provider}"),
                cluster=home,
                group=name,
                group_arn=group_arn,
                managed_draining=managed_draining,
                managed_scaling=managed_scaling,
                target_capacity=target_capacity,
                termination_protection=managed_scaling and new_instances_protected_from_scale_in,
                scaling=scaling,
                policy=f"ECSManagedAutoScalingPolicy-{self.uuid()}" if scaling else "",
            )
            if scaling is not None:
                self.reservation_scaling.watch(home.providers[capacity_provider])
        for _ in range(desired):
            self._settle(self.groups.launch(group, already_running=True).instance)
        return group

    def add_instance(
        self,
        cluster: str,
        *,
        shape: Shape = SHAPE,
        zone: str = ZONES[0],
        spot: bool = False,
        capacity_provider: str | None = None,
        ecs_managed: bool = False,
        tags: Mapping[str, str] | None = None,
    ) -> Instance:
        """A running EC2 instance outside any group, registered in the cluster."""
        instance = self.ec2.launch(
            shape,
            zone,
            cluster=self.cluster(cluster),
            capacity_provider=capacity_provider,
            spot=spot,
            ecs_managed=ecs_managed,
            tags=dict(tags or {}),
            already_running=True,
        )
        self._settle(instance)
        return instance

    def add_managed_instances_provider(self, cluster: str, name: str, *, instances: int = 1) -> CapacityProvider:
        """A provider of type MANAGED_INSTANCES; ECS launches, patches and ends its instances.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ManagedInstances.html
        """
        home = self.cluster(cluster)
        provider = CapacityProvider(name, arn("ecs", f"capacity-provider/{name}"), home, group=None)
        home.providers[name] = provider
        for number in range(instances):
            zone = ZONES[number % len(ZONES)]
            self.add_instance(cluster, zone=zone, capacity_provider=name, ecs_managed=True)
        return provider

    def _settle(self, instance: Instance) -> ContainerInstance | None:
        if instance.cluster is None:
            return None
        host = self.registry.join(instance, instance.cluster, already_there=True)
        self.daemons.fill(host, already_running=True)
        return host
