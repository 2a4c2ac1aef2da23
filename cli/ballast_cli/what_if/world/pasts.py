"""What has happened to a group of late and what is planned for it, in the words from which the product reads it."""

from __future__ import annotations

from ballast.aws.scaling_activities import BY_ECS, HEALTH_CHECK
from ballast_cli.dump.group_records import Activity, Resized
from ballast_cli.dump.group_records import Group as Dumped
from simulator.world import World
from simulator.world.autoscaling.attached_records import Activity as Told
from simulator.world.autoscaling.attached_records import ScheduledAction
from simulator.world.autoscaling.group_records import Group

ENDED = ("Successful", "Failed", "Cancelled")


def add_past(world: World, each: Dumped, group: Group) -> None:
    seconds = world.clock.seconds
    for number, activity in enumerate(each.activities):
        ended = activity.ended_at or activity.at
        word = "Launching a new EC2 instance" if activity.launch else "Terminating EC2 instance"
        group.activities.append(
            Told(
                id=f"before-{number}",
                started_at_s=seconds(activity.at),
                at_s=seconds(ended),
                description=word,
                cause=_cause(activity),
                status=activity.status if activity.status in ENDED else ENDED[0],  # what goes on shows in the members
            )
        )
    for number, action in enumerate(each.scheduled):
        at_s = seconds(action.at)
        if at_s < world.clock.now_s:
            continue
        name = f"planned-{number}"
        group.scheduled[name] = ScheduledAction(name, at_s, action.desired, action.minimum, action.maximum, daily=False)
        world.schedule_size(
            group.name, name, action.at, desired=action.desired, minimum=action.minimum, maximum=action.maximum
        )


def _cause(activity: Activity) -> str:
    said = [_resized(each) for each in activity.resized]
    return "  ".join([*said, *([f"It was {HEALTH_CHECK}."] if activity.taken else [])])


def _resized(each: Resized) -> str:
    who = (
        f"a monitor alarm triggered policy {BY_ECS}0"
        if each.by_ecs
        else "a user request explicitly set group desired capacity"
    )
    return f"At {each.at:%Y-%m-%dT%H:%M:%SZ} {who} changing the desired capacity from {each.before} to {each.after}."
