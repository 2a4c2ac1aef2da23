"""How Auto Scaling shows groups, their members, launch templates and warm pools."""

from __future__ import annotations

from simulator.world.autoscaling.attached_records import MixedPolicy, WarmPool
from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.core.core import Output
from simulator.world.ec2.launch_templates import template_id_of
from simulator.world.parts import Parts


def member_shown(member: Member) -> Output:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Instance.html."""
    return {
        "InstanceId": member.instance.id,
        "InstanceType": member.instance.shape.instance_type,
        "AvailabilityZone": member.instance.zone,
        "AvailabilityZoneId": zone_id(member.instance.zone),
        "LifecycleState": member.state,
        "LaunchTemplate": template_shown(member.group, str(member.launched_from or 1)),
        "ProtectedFromScaleIn": member.protected,
        **_weight(member),
    }


def overrides_of(mixed: MixedPolicy) -> list[Output]:
    return [
        {
            "InstanceType": shape.instance_type,
            **(
                {"WeightedCapacity": str(mixed.weights[shape.instance_type])}
                if shape.instance_type in mixed.weights
                else {}
            ),
        }
        for shape in mixed.types
    ]


def _weight(member: Member) -> Output:
    mixed = member.group.mixed
    weight = mixed.weights.get(member.instance.shape.instance_type) if mixed else None
    return {"WeightedCapacity": str(weight)} if weight else {}


def zone_id(zone: str) -> str:
    """Which id a name stands for differs between accounts: https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html."""
    return f"use1-az{(ord(zone[-1]) - ord('a') + 3) % 6 + 1}"


def template_id(group: Group) -> str:
    """A group that a scenario gave no template has one all the same, which names its type and no image."""
    return group.template.id if group.template else template_id_of(group.name)


def template_shown(group: Group, version: str) -> Output:
    return {"LaunchTemplateId": template_id(group), "LaunchTemplateName": group.name, "Version": version}


def _pool_of(world: Parts, group: Group) -> Output:
    """What DescribeAutoScalingGroups says of a warm pool; its instances are DescribeWarmPool's."""
    if group.warm_pool is None:
        return {}
    return {
        "WarmPoolConfiguration": pool_shown(group.warm_pool),
        "WarmPoolSize": len(world.groups.warm_pools.of(group)),
    }


def pool_shown(pool: WarmPool) -> Output:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_WarmPoolConfiguration.html."""
    return {
        "MinSize": pool.minimum,
        "MaxGroupPreparedCapacity": -1 if pool.most_prepared is None else pool.most_prepared,
        "PoolState": pool.pool_state,
        "InstanceReusePolicy": {"ReuseOnScaleIn": pool.reuse_on_scale_in},
        **({"Status": "PendingDelete"} if pool.pending_delete else {}),
    }


def group_shown(world: Parts, group: Group) -> Output:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html."""
    tags = group.tags | ({"AmazonECSManaged": ""} if group.capacity_provider and group.ecs_tagged else {})
    return {
        "AutoScalingGroupName": group.name,
        "AutoScalingGroupARN": group.arn,
        **_configuration(group),
        "MinSize": group.minimum,
        "MaxSize": group.maximum,
        "DesiredCapacity": group.desired,
        "DefaultCooldown": 300,
        "AvailabilityZones": list(group.zones),
        "AvailabilityZoneIds": [zone_id(zone) for zone in group.zones],
        "LoadBalancerNames": [],
        "TargetGroupARNs": [],
        "HealthCheckType": "EC2",
        "HealthCheckGracePeriod": 0,
        "Instances": [
            member_shown(member) | {"HealthStatus": "Healthy" if member.healthy else "Unhealthy"}
            for member in group.members.values()
            if not member.warm and world.answers.group_knows(member.instance)
        ],
        "CreatedTime": world.moment(group.created_at_s),
        "SuspendedProcesses": [{"ProcessName": name, "SuspensionReason": why} for name, why in group.suspended.items()],
        "VPCZoneIdentifier": "subnet-12345678",
        "EnabledMetrics": [],
        "Tags": [
            {
                "ResourceId": group.name,
                "ResourceType": "auto-scaling-group",
                "Key": key,
                "Value": value,
                "PropagateAtLaunch": True,
            }
            for key, value in tags.items()
        ],
        "TerminationPolicies": ["Default"],
        "NewInstancesProtectedFromScaleIn": group.protects_new_instances,
        "CapacityRebalance": False,
        "TrafficSources": [],
        **_pool_of(world, group),
        **_distribution(group),
        **_impairment(group),
        **_replacement(group),
        **({"Operator": {"Principal": group.operator}} if group.operator else {}),
    }


def _distribution(group: Group) -> Output:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AvailabilityZoneDistribution.html."""
    if not group.balanced_only:
        return {}
    return {"AvailabilityZoneDistribution": {"CapacityDistributionStrategy": "balanced-only"}}


def _replacement(group: Group) -> Output:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceMaintenancePolicy.html."""
    shown: Output = {"MaxInstanceLifetime": group.max_lifetime_s} if group.max_lifetime_s else {}
    if group.maintenance:
        least, most = group.maintenance
        shown["InstanceMaintenancePolicy"] = {"MinHealthyPercentage": least, "MaxHealthyPercentage": most}
    return shown


def _configuration(group: Group) -> Output:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_MixedInstancesPolicy.html."""
    template = template_shown(group, group.template_version)
    if group.overrides is None:
        return {"LaunchTemplate": template}
    launches = {"LaunchTemplateSpecification": template, "Overrides": group.overrides}
    mixed = group.mixed
    distribution = (
        {
            "OnDemandAllocationStrategy": mixed.on_demand,
            "OnDemandBaseCapacity": mixed.on_demand_base,
            "OnDemandPercentageAboveBaseCapacity": mixed.on_demand_percent,
            "SpotAllocationStrategy": mixed.spot,
        }
        if mixed
        else {}
    )
    return {"MixedInstancesPolicy": {"LaunchTemplate": launches, "InstancesDistribution": distribution}}


def _impairment(group: Group) -> Output:
    """It says whether zonal shift is on, not whether a shift is active."""
    if group.shifts_by is None:
        return {}
    policy = {"ZonalShiftEnabled": True, "ImpairedZoneHealthCheckBehavior": group.shifts_by}
    return {"AvailabilityZoneImpairmentPolicy": policy}
