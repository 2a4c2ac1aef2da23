"""The rule books of the world, wired to each other."""

from __future__ import annotations

from functools import partial
from random import Random

from simulator.clock import Clock
from simulator.world.autoscaling.groups import Groups
from simulator.world.autoscaling.instance_refresh import InstanceRefreshes
from simulator.world.autoscaling.lifetimes import Lifetimes
from simulator.world.autoscaling.readings import readings_of
from simulator.world.autoscaling.root_volumes import RootVolumes
from simulator.world.autoscaling.stepping_aside import SteppingAside
from simulator.world.autoscaling.zone_balance import ZoneBalance
from simulator.world.bottlerocket.new_root import boot_new_root
from simulator.world.bottlerocket.updates import Bottlerocket
from simulator.world.core.capacity_records import CapacityProvider
from simulator.world.core.core import Core
from simulator.world.core.errors import AwsError
from simulator.world.core.records import Cluster, ContainerInstance
from simulator.world.ec2.agent_starts import AgentStarts
from simulator.world.ec2.answers import Answers
from simulator.world.ec2.application_checks import ApplicationChecks
from simulator.world.ec2.health import ScheduledChanges
from simulator.world.ec2.instances import Ec2
from simulator.world.ec2.launch_templates import LaunchTemplates
from simulator.world.ecs.answers import EcsAnswers
from simulator.world.ecs.container_instances import Registry
from simulator.world.ecs.daemons import Daemons
from simulator.world.ecs.deployments import Deployments
from simulator.world.ecs.host_health import HostHealth
from simulator.world.ecs.lost_tasks import LostTasks
from simulator.world.ecs.managed_draining import ManagedDraining
from simulator.world.ecs.managed_scaling import ManagedScaling
from simulator.world.ecs.reservation_scaling import ReservationScaling
from simulator.world.ecs.scheduler import Scheduler
from simulator.world.ecs.service_events import of_task
from simulator.world.ecs.tasks import Tasks
from simulator.world.ecs.zone_rebalancing import ZoneRebalancing
from simulator.world.ssm.run_command import RunCommand


class Parts(Core):
    """The order matters: tasks must have been lost before the scheduler looks at a lost host."""

    def __init__(self, clock: Clock, rng: Random) -> None:
        super().__init__(clock, rng)
        self.clusters: dict[str, Cluster] = {}
        self.ecs_answers = EcsAnswers(clock, rng, self.clusters)
        self.ec2 = Ec2(self)
        self.scheduled_changes = ScheduledChanges(self, self.ec2)
        self.registry = Registry(self, self.ec2)
        self.bottlerocket = Bottlerocket(self, self.ec2, self.registry)
        self.run_command = RunCommand(self, self.bottlerocket)
        self.calendars: dict[str, bool] = {}  # is it open, by name
        self.alarms: dict[str, str] = {}  # OK or ALARM, by name
        self.metrics_lag_s = 0.0  # how old a datapoint is before CloudWatch shows it
        self.tasks = Tasks(self, self.registry)
        self.tasks.watchers.append(partial(of_task, self))
        self.lost_tasks = LostTasks(self, self.registry, self.tasks)
        self.scheduler = Scheduler(self, self.registry, self.tasks)
        self.deployments = Deployments(self, self.scheduler, self.tasks)
        self.zone_rebalancing = ZoneRebalancing(self, self.scheduler, self.tasks)
        self.daemons = Daemons(self, self.registry, self.tasks)
        self.launch_templates = LaunchTemplates(self.bottlerocket.releases)
        self.readings = readings_of(rng)
        self.host_health = HostHealth(self, self.registry, self.readings)
        self.groups = Groups(self, self.ec2, self.launch_templates, self.readings)
        self.zone_balance = ZoneBalance(self, self.groups, self.readings)
        self.lifetimes = Lifetimes(self, self.groups)
        self.refreshes = InstanceRefreshes(self, self.groups, self.readings)
        self.aside = SteppingAside(self, self.groups)
        self.root_volumes = RootVolumes(self, self.groups, self.refreshes, self.readings)
        self.agent_starts = AgentStarts(self, self.groups, self.registry, self.tasks, self.readings)
        self.root_volumes.watchers.append(self.agent_starts.root_volume)
        self.root_volumes.watchers.append(partial(boot_new_root, self.bottlerocket))
        self.answers = Answers(self, self.ec2)
        self.application_checks = ApplicationChecks(
            self, self.ec2, self._application_answers, self._application_impaired
        )
        self.managed_draining = ManagedDraining(self, self.registry, self.tasks, self.groups)
        self.managed_scaling = ManagedScaling(self, self.groups)
        self.scheduler.grows = self.managed_scaling.grows
        self.reservation_scaling = ReservationScaling(self, self.groups, self.readings)

    def _application_answers(self, instance_id: str) -> bool:
        """Of a host that reboots it does not; what runs as a daemon on one that drains does."""
        host = self.bottlerocket.host(instance_id)
        return host is None or host.online

    def _application_impaired(self, instance_id: str) -> None:
        member = self.groups.member(instance_id)
        if member is not None:
            self.groups.health.unhealthy(member)

    @property
    def providers(self) -> dict[str, CapacityProvider]:
        return {name: provider for cluster in self.clusters.values() for name, provider in cluster.providers.items()}

    def cluster(self, name_or_arn: str | None) -> Cluster:
        """Raises ClusterNotFoundException; without a name it is the cluster `default`, as in ECS."""
        name = (name_or_arn or "default").rpartition("/")[2]
        try:
            return self.clusters[name]
        except KeyError:
            raise AwsError("ClusterNotFoundException", "Cluster not found.") from None

    def host(self, instance_id: str) -> ContainerInstance:
        """The container instance of a registered EC2 instance; KeyError for any other."""
        host = self.find_host(instance_id)
        if host is None:
            raise KeyError(f"{instance_id} is not registered in any cluster")
        return host

    def find_host(self, instance_id: str) -> ContainerInstance | None:
        cluster = (self.ec2.instances.get(instance_id) or self.registry.externals[instance_id]).cluster
        return cluster.by_ec2_id.get(instance_id) if cluster is not None else None
