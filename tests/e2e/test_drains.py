"""What is about to go is drained; what AWS shows then, and what people are told."""

from __future__ import annotations

from datetime import timedelta

from tests.e2e.looking import Account


def test_a_spot_warning_drains_the_instance_and_people_are_told(here: Account) -> None:
    warned = here.instances("spot")[0]
    with here.world() as world:
        world.warn_spot(warned)

    here.eventually("it drains", lambda: here.hosts("spot").get(warned) == "DRAINING")
    here.eventually("Slack has a message", lambda: any(warned in text for text in here.messages()), 60)
    here.eventually("SNS has one", lambda: any(warned in text for text in here.mail()), 60)
    here.eventually("no task is left on it", lambda: here.tasks_on("spot", warned) == 0, 60)


def test_a_terminate_hook_is_held_until_a_slow_task_has_ended(here: Account) -> None:
    held = here.instances("hook")[0]
    group = here.client("autoscaling").describe_auto_scaling_instances(InstanceIds=[held])["AutoScalingInstances"]
    assert [each["LifecycleState"] for each in group] == ["InService"]
    hooks = here.eventually("Ballast has put its hook", lambda: here.hooks("hook"), 90)
    assert hooks == ["ballast-drain"]
    with here.world() as world:
        world.scale_in("hook", held)

    here.eventually("it drains", lambda: here.hosts("hook").get(held) == "DRAINING")
    assert here.lifecycle(held) == "Terminating:Wait"
    assert here.tasks_on("hook", held) > 0
    here.eventually("its tasks end, and it may go", lambda: here.lifecycle(held) != "Terminating:Wait", 90)
    here.eventually("it is gone", lambda: here.states([held])[held] == "terminated", 60)
    let_go = [each.outcome for each in here.calls("CompleteLifecycleAction") if held in str(each.params)]
    assert let_go == ["ok"]


def test_a_retirement_that_is_near_drains_the_instance(here: Account) -> None:
    retired = here.instances("health")[0]
    with here.world() as world:
        world.schedule_retirement([retired], world.clock.utc + timedelta(hours=2))

    here.eventually("it drains", lambda: here.hosts("health").get(retired) == "DRAINING")
