"""The world: build it, act on it, and call it as botocore would call AWS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.world import cloudwatch_api
from simulator.world.acts import Acts
from simulator.world.autoscaling import (
    activities_api,
    instance_refresh_api,
    launch_api,
    mending_api,
    pools_api,
    schedule_api,
    size_api,
    zonal_shift_api,
)
from simulator.world.autoscaling import api as autoscaling_api
from simulator.world.autoscaling import hooks_api as autoscaling_hooks_api
from simulator.world.autoscaling.acts import GroupActs
from simulator.world.autoscaling.schedule_acts import ScheduleActs
from simulator.world.autoscaling.shift_acts import ShiftActs
from simulator.world.autoscaling.supply_acts import SupplyActs
from simulator.world.autoscaling.upkeep_acts import UpkeepActs
from simulator.world.core.core import ACCOUNT_ID, REGION, Output, Params
from simulator.world.ec2 import api as ec2_api
from simulator.world.ec2 import (
    application_checks,
    images_api,
    launch_templates_api,
    spot_prices_api,
    status_checks,
    types_api,
)
from simulator.world.ec2.acts import InstanceActs
from simulator.world.ec2.image_acts import ImageActs
from simulator.world.ec2.notice_acts import NoticeActs
from simulator.world.ec2.price_acts import PriceActs
from simulator.world.ecs import (
    clusters_api as ecs_clusters_api,
)
from simulator.world.ecs import (
    instances_api as ecs_instances_api,
)
from simulator.world.ecs import (
    services_api as ecs_services_api,
)
from simulator.world.ecs import (
    tasks_api as ecs_tasks_api,
)
from simulator.world.ecs.acts import EcsActs
from simulator.world.ecs.answers import troubled
from simulator.world.ecs.capacity_acts import CapacityActs
from simulator.world.ecs.illness_acts import IllnessActs
from simulator.world.ecs.load_acts import LoadActs
from simulator.world.fleet_building import FleetBuilding
from simulator.world.parts import Parts
from simulator.world.pricing import api as pricing_api
from simulator.world.ssm import api as ssm_api
from simulator.world.workload_building import WorkloadBuilding

READS = ("Describe", "Get", "List")

type Operation = Callable[[Parts, Params, str], Output]

OPERATIONS: dict[str, dict[str, Operation]] = {
    "ecs": troubled(
        {
            **ecs_clusters_api.OPERATIONS,
            **ecs_instances_api.OPERATIONS,
            **ecs_services_api.OPERATIONS,
            **ecs_tasks_api.OPERATIONS,
        }
    ),
    "ec2": {
        **ec2_api.OPERATIONS,
        **application_checks.OPERATIONS,
        **images_api.OPERATIONS,
        **launch_templates_api.OPERATIONS,
        **spot_prices_api.OPERATIONS,
        **status_checks.OPERATIONS,
        **types_api.OPERATIONS,
    },
    "ssm": {**ssm_api.OPERATIONS},
    "cloudwatch": {**cloudwatch_api.OPERATIONS},
    "pricing": {**pricing_api.OPERATIONS},
    "arc-zonal-shift": {**zonal_shift_api.OPERATIONS},
    "autoscaling": {
        **autoscaling_api.OPERATIONS,
        **autoscaling_hooks_api.OPERATIONS,
        **instance_refresh_api.OPERATIONS,
        **pools_api.OPERATIONS,
        **activities_api.OPERATIONS,
        **launch_api.OPERATIONS,
        **mending_api.OPERATIONS,
        **schedule_api.OPERATIONS,
        **size_api.OPERATIONS,
    },
}


class World(
    FleetBuilding,
    WorkloadBuilding,
    Acts,
    GroupActs,
    ShiftActs,
    SupplyActs,
    UpkeepActs,
    ScheduleActs,
    InstanceActs,
    ImageActs,
    PriceActs,
    EcsActs,
    IllnessActs,
    CapacityActs,
    LoadActs,
    NoticeActs,
):
    account_id = ACCOUNT_ID
    region = REGION

    def install_documents(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """The SSM documents of a stack, CloudFormation's properties by name."""
        self.run_command.documents.update(documents)

    def handle(self, service: str, operation: str, params: Params, *, actor: str = "ballast") -> Output:
        """Do one API call now and return its parsed output, without ResponseMetadata.

        The journal has what asks for a change as `asked`, before it is done or refused.

        Raises AwsError where AWS would answer with an error, and NotImplementedError for what this model does not know.
        """
        known = OPERATIONS.get(service, {})
        if operation not in known:
            raise NotImplementedError(f"The simulated AWS has no {service}:{operation}.")
        if not operation.startswith(READS):
            self.note("asked", service=service, operation=operation, params=params, actor=actor)
        self.answers.check(service, operation, params)
        return known[operation](self, params, actor)

    def check_refused(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Raise for a call of another service, such as `events`, that the scenario has refused."""
        self.answers.check(service, operation, params)
