"""How ECS shows what a task needs: in the task, in its containers and in its task definition."""

from __future__ import annotations

from simulator.world.core.core import Output, arn
from simulator.world.core.records import Task
from simulator.world.core.task_spec import TaskSpec


def shown_size(task: Task) -> Output:
    """Both are optional for tasks on EC2, and then only the containers say what they reserve.

    The page does not say how that looks; absent and "0" are both played, by the last digit of the task's id.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
    """
    if task.spec.has_task_size:
        return {"cpu": str(task.spec.cpu), "memory": str(task.spec.memory_mib)}
    return {"cpu": "0", "memory": "0"} if int(task.arn[-1], 16) % 2 else {}


def shown_containers(task: Task) -> list[Output]:
    """Left out where nobody needs them: a task with a size of its own.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Container.html
    """
    spec = task.spec
    if spec.has_task_size and not spec.ports:
        return []
    reserved = {} if spec.has_task_size else {"cpu": str(spec.cpu), "memoryReservation": str(spec.memory_mib)}
    bound = (
        {"networkBindings": [{"containerPort": port, "hostPort": port} for port in spec.ports]} if spec.ports else {}
    )
    return [{"name": spec.family, "taskArn": task.arn, "lastStatus": task.last_status, **reserved, **bound}]


def task_definition(spec: TaskSpec) -> Output:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html."""
    members = spec.also_member_of if spec.constrained_by_service else (*spec.member_of, *spec.also_member_of)
    container: Output = {"name": spec.family, "image": spec.family, "cpu": spec.cpu, "essential": True}
    container["memoryReservation"] = spec.memory_mib
    if spec.gpus:
        container["resourceRequirements"] = [{"type": "GPU", "value": str(spec.gpus)}]
    if spec.ports:
        container["portMappings"] = [{"containerPort": port, "hostPort": port} for port in spec.ports]
    if spec.stop_timeout_s is not None:
        container["stopTimeout"] = spec.stop_timeout_s
    size = {"cpu": str(spec.cpu), "memory": str(spec.memory_mib)} if spec.has_task_size else {}
    return {
        "taskDefinitionArn": arn("ecs", f"task-definition/{spec.definition}"),
        "family": spec.family,
        "revision": spec.revision,
        "status": "ACTIVE",
        "networkMode": "awsvpc" if spec.awsvpc else "bridge",
        "containerDefinitions": [container],
        "requiresAttributes": [{"name": name} for name in spec.requires_attributes],
        "placementConstraints": [{"type": "memberOf", "expression": expression} for expression in members],
        "compatibilities": ["EXTERNAL", "EC2"],
        "requiresCompatibilities": [spec.launch_type],
        **size,
    }
