"""EC2, Auto Scaling and ECS as one in-memory world; it knows nothing of how it is called or how its events travel.

Read in this order: records (what there is), world (all parts together), fleet_building, workload_building and acts
(what a scenario says), then one module per rule book: instances, container_instances, tasks, scheduler, groups, hooks.
"""

from simulator.world.autoscaling.group_records import Hook
from simulator.world.core.errors import AwsError
from simulator.world.core.records import Shape
from simulator.world.world import World

__all__ = ["AwsError", "Hook", "Shape", "World"]
