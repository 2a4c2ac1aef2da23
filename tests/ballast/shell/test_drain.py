"""A batch of events becomes drains: each once, whatever else is in it."""

from __future__ import annotations

import json

from tests.builders import load_event
from tests.deployed import deployed


def test_a_good_event_acts_and_the_bad_ones_of_its_batch_are_dead_lettered_with_their_reason() -> None:
    with deployed(DryRun="false") as ballast:
        going, *others = ballast.instance_ids
        bad = {
            "not json": "The message is not JSON",
            json.dumps(load_event("asg_instance_refresh_failed")): "No function handles detail-type",
            ballast.a_spot_warning("web-1"): "'web-1' is not an EC2 instance id",
            ballast.a_spot_warning(going, detail={}): "lacks 'instance-id'",
        }

        ballast.send(*bad, ballast.a_spot_warning(going))

        letters = {letter.body: letter for letter in ballast.deployment.dead_letters}
        assert letters.keys() == bad.keys()
        for body, why in bad.items():
            assert why in letters[body].attributes["ERROR_MESSAGE"]
            assert letters[body].attributes["ERROR_CODE"] == "UNREADABLE_EVENT"
            assert letters[body].queue == "DrainEventsDeadLetters"
        assert ballast.status(going) == "DRAINING"
        assert {ballast.status(other) for other in others} == {"ACTIVE"}
        assert len(ballast.deployment.queues["DrainEvents"]) == 0  # nothing comes again


def test_from_a_spot_warning_to_draining_it_takes_three_calls_of_ecs_and_ec2() -> None:
    with deployed(DryRun="false") as ballast:
        ballast.run(80)  # the first sweep has found the cluster
        ballast.send(ballast.a_spot_warning(ballast.instance_ids[0]))

        calls = ballast.deployment.calls
        [drain] = [call for call in calls if call.operation == "UpdateContainerInstancesState"]
        spent = [call.operation for call in calls if call.invocation == drain.invocation and call.service != "dynamodb"]
        assert spent == [
            "ListContainerInstances",
            "DescribeContainerInstances",
            "UpdateContainerInstancesState",
            "PutEvents",
        ]


def test_a_duplicate_warning_makes_one_disruption() -> None:
    with deployed(DryRun="false") as ballast:
        going = ballast.instance_ids[0]

        ballast.send(ballast.a_spot_warning(going), ballast.a_spot_warning(going))
        ballast.send(ballast.a_spot_warning(going))

        assert ballast.mutations["ecs:UpdateContainerInstancesState"] == 1
        assert [n["code"] for n in ballast.notices if n["instance"] == going].count("SpotInterruption") == 1


def test_an_instance_of_no_managed_cluster_is_dropped_silently() -> None:
    with deployed(DryRun="false") as ballast:
        ballast.send(ballast.a_spot_warning("i-0fedcba9876543210"))

        assert "ecs:UpdateContainerInstancesState" not in ballast.mutations
        assert ballast.notices == [n for n in ballast.notices if n["code"] == "LifecycleHookPut"]
        assert ballast.deployment.dead_letters == []


def test_a_spot_warning_is_acted_on_whatever_else_is_in_its_batch() -> None:
    unreadable = load_event("asg_terminate_lifecycle_action_ballast_drain")
    unreadable["detail"]["AutoScalingGroupName"] = None
    never = load_event("health_ec2_scheduled_change_retirement")
    never["detail"]["startTime"] = "Fri, 31 Dec 9999 23:59:59 GMT"
    with deployed(DryRun="false") as fleet:
        warned = fleet.instance_ids[0]

        fleet.send(json.dumps(unreadable), json.dumps(never), "[" * 10_000, fleet.a_spot_warning(warned))

        assert fleet.status(warned) == "DRAINING"
