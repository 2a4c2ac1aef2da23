"""Where AWS's documentation leaves open what happens, a world picks one reading by its seed; all must be safe."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(slots=True)
class Readings:
    """A test or scenario may set them.

    `joins_while_waiting`: the agent of an instance that a launch hook holds registers at once, as it does when it is
    started by the image; otherwise whoever completes the hook starts it. The pages on hooks do not mention ECS.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
    `warm_instances_register`: the agent does not wait for the instance to leave the warm pool, because
    ECS_WARM_POOLS_CHECK is not set.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-warm-pool.html
    `restart_keeps_record`: after stop and start the agent finds its data and is the same container instance, with the
    status it had; otherwise it registers again and leaves the old one behind, as "some older versions of the Amazon ECS
    container agent" do. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-versions.html
    `new_root_keeps_record`: the same after its root volume was replaced: the agent's data is on a volume of its own.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/replace-root-volume.html
    `abandoned_launch_meets_hooks`: an instance whose launch was abandoned is held by the hooks for termination.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/completing-lifecycle-hooks.html
    `abandoned_root_terminates`: ABANDON from a hook that held a root volume's replacement ends the instance ("if root
    volume replacement fails … Auto Scaling marks that instance for termination"); otherwise it goes on.
    `warm_before_the_old_goes`: an instance refresh that launches first terminates the old instance once the new one is
    warm; otherwise once it is in service.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
    `zones_by_id`: Application Recovery Controller calls a zone by its id ("for example, use1-az1"); otherwise by the name
    that the group uses. https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_ZonalShiftInResource.html
    Of managed scaling in full, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-scaling-behavior.html:
    `draining_leaves_at_once`: a DRAINING instance with tasks is no running instance any more, though it is needed;
    otherwise it counts as both until its last task has gone.
    `low_alarm_below_target`: the alarm that scales in waits for a tenth less than the target.
    `groups_add_up`: what tasks of several shapes need is the sum of the groups; otherwise the most of any group.
    `empty_stays_empty`: a provider without instances and tasks, and with a target below 100, starts none; otherwise it
    starts two, gives them back and starts them again. https://github.com/aws/containers-roadmap/issues/653
    `launch_type_tasks_hold`: an instance with only tasks that no provider placed is needed; otherwise it looks empty.
    `provisioning_is_pending`: a service's `pendingCount` has its tasks that wait for an instance.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
    `launched_raises_desired`: LaunchInstances raises the desired capacity by what it launched; otherwise the group has
    more than it desires, and keeps it until something else is desired.
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchInstances.html
    `rebalance_spares_protected`: AZRebalance leaves instances that are protected from scale-in.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
    `autoscaling_tells_desired`: SERVICE_DESIRED_COUNT_UPDATED comes when Service Auto Scaling changes a desired count;
    otherwise that is "updated by a user", of which ECS sends none.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
    `untagged_scales_on`: without its tag AmazonECSManaged a group is still scaled by the policy that ECS attached, while its
    role may change neither group nor protection; otherwise nothing scales it.
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSServiceRolePolicy.html
    `each_zone_fails`: a launch that finds no capacity in one zone and goes on to the next is a failed activity, with its
    event, in each of them; otherwise only one is told, with the first zone, once none has any.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html
    `agent_impaired_late`: AGENT_CONNECTIVITY is impaired once an agent has been away for 15 minutes; otherwise for 5.
    https://aws.amazon.com/about-aws/whats-new/2026/08/amazon-ecs-agent-connectivity-health/ (it gives no time)
    """

    joins_while_waiting: bool = True
    warm_instances_register: bool = False
    restart_keeps_record: bool = True
    new_root_keeps_record: bool = True
    abandoned_launch_meets_hooks: bool = True
    abandoned_root_terminates: bool = False
    warm_before_the_old_goes: bool = True
    zones_by_id: bool = True
    draining_leaves_at_once: bool = False
    low_alarm_below_target: bool = False
    groups_add_up: bool = True
    launch_type_tasks_hold: bool = True
    provisioning_is_pending: bool = False
    launched_raises_desired: bool = True
    autoscaling_tells_desired: bool = True
    rebalance_spares_protected: bool = True
    empty_stays_empty: bool = True
    untagged_scales_on: bool = False
    each_zone_fails: bool = False
    agent_impaired_late: bool = False


def readings_of(rng: Random) -> Readings:
    """Follows from the seed, but draws nothing from `rng`."""
    chance = Random(hash(rng.getstate()[1]))
    return Readings(*(chance.random() < 0.5 for _ in Readings.__dataclass_fields__))
