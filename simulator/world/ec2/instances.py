"""How an EC2 instance lives: its states, how long they last, and the events EC2 sends about them."""

from __future__ import annotations

from collections.abc import Callable

from simulator.world.core.core import Core, arn
from simulator.world.core.records import FORGOTTEN_AFTER_S, Cluster, Instance, InstanceState, Shape
from simulator.world.ec2.prices import PriceBook
from simulator.world.ec2.shortages import Shortages

BOOT_SECONDS = (12.0, 30.0)
SHUT_DOWN_SECONDS = (20.0, 60.0)
STOP_SECONDS = (20.0, 50.0)

type Watcher = Callable[[Instance], None]


class Ec2:
    """Instances by id. Watchers hear of each state after it was entered."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.instances: dict[str, Instance] = {}
        self.watchers: list[Watcher] = []
        self.history: dict[str, list[tuple[float, InstanceState]]] = {}  # since when it was in which state
        self.impaired_zones: set[str] = set()  # nothing can be launched there
        self.impaired_applications: set[str] = set()  # instances whose application status is impaired
        self.unreachable_zones: set[str] = set()  # what runs there fails its status checks
        self.impaired: dict[str, tuple[str, float]] = {}  # which status check fails, and since when
        self.shortages = Shortages()
        self.trunking = False  # the account opted in
        self.prices = PriceBook()
        self.next_ids: list[str] = []  # of the next launches, if not by chance

    def launch(
        self,
        shape: Shape,
        zone: str,
        *,
        cluster: Cluster | None = None,
        group: str | None = None,
        capacity_provider: str | None = None,
        spot: bool = False,
        ecs_managed: bool = False,
        tags: dict[str, str] | None = None,
        already_running: bool = False,
        boot_seconds: tuple[float, float] | None = None,
        join_seconds: tuple[float, float] | None = None,
    ) -> Instance:
        """Start an instance; `already_running` ones were there before the story begins, and no event tells of them.

        States: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
        """
        number = len(self.instances)
        instance = Instance(
            id=self.next_ids.pop(0) if self.next_ids else f"i-{self._core.hex(17)}",
            shape=shape,
            zone=zone,
            spot=spot,
            launched_at_s=self._core.clock.now_s,
            private_ip=f"10.0.{number // 250 % 250}.{number % 250 + 4}",
            cluster=cluster,
            group=group,
            capacity_provider=capacity_provider,
            ecs_managed=ecs_managed,
            tags=dict(tags or {}),
            boot_seconds=boot_seconds or BOOT_SECONDS,
            join_seconds=join_seconds,
            trunk=self.trunking and shape.trunk_enis > 0,
        )
        self.instances[instance.id] = instance
        self._core.note("instance_launched", instance=instance.id, group=group, zone=zone, spot=spot)
        if already_running:
            instance.state = InstanceState.RUNNING
            self.history[instance.id] = [(float("-inf"), InstanceState.RUNNING)]
        else:
            self._enter(instance, InstanceState.PENDING)
            boot_s = self._core.between(instance.boot_seconds)
            self._core.clock.after(boot_s, lambda: self._booted(instance))
        return instance

    def terminate(self, instance: Instance, cause: str, *, takes_s: float | None = None) -> None:
        """Shut the instance down for good; one that is already ending is left alone."""
        if instance.state in (InstanceState.SHUTTING_DOWN, InstanceState.TERMINATED):
            return
        instance.cause = cause
        self._enter(instance, InstanceState.SHUTTING_DOWN)
        takes = self._core.between(SHUT_DOWN_SECONDS) if takes_s is None else takes_s
        self._core.clock.after(takes, lambda: self._terminated(instance))

    def stop(self, instance: Instance, cause: str, *, takes_s: float | None = None) -> None:
        """Stop an EBS-backed instance; it can only be stopped while it runs."""
        if instance.state is not InstanceState.RUNNING:
            return
        instance.cause = cause
        self._enter(instance, InstanceState.STOPPING)
        takes = self._core.between(STOP_SECONDS) if takes_s is None else takes_s
        self._core.clock.after(takes, lambda: self._stopped(instance))

    def start(self, instance: Instance) -> None:
        """Start a stopped instance: pending, then running, with the same id.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html
        """
        if instance.state is not InstanceState.STOPPED:
            return
        instance.cause = ""
        self._enter(instance, InstanceState.PENDING)
        boot_s = self._core.between(instance.boot_seconds)
        self._core.clock.after(boot_s, lambda: self._booted(instance))

    def started_at_s(self, instance: Instance) -> float:
        """What EC2 shows as launch time: that of the last start."""
        starts = [since_s for since_s, state in self.history[instance.id] if state is InstanceState.PENDING]
        return starts[-1] if starts else instance.launched_at_s

    def state_at(self, instance: Instance, at_s: float) -> InstanceState | None:
        """None: there was no such instance yet."""
        return next((state for since_s, state in reversed(self.history[instance.id]) if since_s <= at_s), None)

    def visible(self, instance: Instance) -> bool:
        """Terminated instances stay visible "for a short while (usually less than one hour)".

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html
        """
        ended_at_s = instance.ended_at_s
        return ended_at_s is None or self._core.clock.now_s < ended_at_s + FORGOTTEN_AFTER_S

    def _booted(self, instance: Instance) -> None:
        if instance.state is InstanceState.PENDING:
            self._enter(instance, InstanceState.RUNNING)

    def _stopped(self, instance: Instance) -> None:
        if instance.state is InstanceState.STOPPING:
            self._enter(instance, InstanceState.STOPPED)

    def _terminated(self, instance: Instance) -> None:
        instance.ended_at_s = self._core.clock.now_s
        self._enter(instance, InstanceState.TERMINATED)

    def _enter(self, instance: Instance, state: InstanceState) -> None:
        """Every state is announced: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html."""
        instance.state = state
        self.history.setdefault(instance.id, []).append((self._core.clock.now_s, state))
        self._core.note("instance_state", instance=instance.id, state=state.value, cause=instance.cause)
        self._core.emit(
            "aws.ec2",
            "EC2 Instance State-change Notification",
            [instance_arn(instance.id)],
            {"instance-id": instance.id, "state": state.value},
        )
        for watcher in self.watchers:
            watcher(instance)


def instance_arn(instance_id: str) -> str:
    return arn("ec2", f"instance/{instance_id}")
