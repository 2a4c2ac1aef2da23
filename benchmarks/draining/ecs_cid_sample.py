"""A model, not the program, of github.com/aws-samples/ecs-cid-sample: the sample behind AWS's blog post on draining.

From cform/ecs.yaml: an Auto Scaling hook (900 s, ABANDON) publishes to SNS, SNS invokes the function; nothing listens to
Spot warnings. Each invocation lists and describes the cluster's container instances page by page without a filter, sets
DRAINING when it is not, and when runningTasksCount is above 0 sleeps 5 s and publishes the same message again; at 0 it
completes the action with CONTINUE. Lambda ends such a loop after about 16 invocations, if it recognises it:
https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from ballast.aws.session import client
from benchmarks.draining.lambda_peer import Detail

TIMEOUT_S = 60
SLEEPS_S = 5
MOST_HOPS = 16
CLUSTER = "prod"  # a constant in the program as well


def wants(detail: Detail) -> bool:
    return "LifecycleHookName" in detail


def handle(topic_arn: str, invoke: Callable[[Detail], None], detail: Detail) -> None:
    instance_id = detail["EC2InstanceId"]
    if _runs_tasks(instance_id):
        time.sleep(SLEEPS_S)
        client("sns").publish(TopicArn=topic_arn, Message=json.dumps(detail), Subject="Invoke Lambda again.")
        hops = detail.get("hops", 1)
        if hops < MOST_HOPS:
            invoke({**detail, "hops": hops + 1})
        return
    client("autoscaling").complete_lifecycle_action(
        LifecycleHookName=detail["LifecycleHookName"],
        AutoScalingGroupName=detail["AutoScalingGroupName"],
        LifecycleActionResult="CONTINUE",
        InstanceId=instance_id,
    )


def _runs_tasks(instance_id: str) -> bool:
    for page in client("ecs").get_paginator("list_container_instances").paginate(cluster=CLUSTER):
        arns = page["containerInstanceArns"]
        described = client("ecs").describe_container_instances(cluster=CLUSTER, containerInstances=arns)
        for instance in described["containerInstances"]:
            if instance["ec2InstanceId"] == instance_id:
                if instance["status"] != "DRAINING":
                    client("ecs").update_container_instances_state(
                        cluster=CLUSTER, containerInstances=[instance["containerInstanceArn"]], status="DRAINING"
                    )
                return bool(instance["runningTasksCount"] > 0)
    return False
