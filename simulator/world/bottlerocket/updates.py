"""What the hosts do: refresh, prepare, activate, reboot and report, as Bottlerocket's update API has it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from simulator.world.bottlerocket.host import (
    AGENT_SECONDS,
    NOT_ALLOWED,
    REBOOT_SECONDS,
    REPORT_SECONDS,
    BottlerocketHost,
    UpdateError,
    command,
)
from simulator.world.bottlerocket.releases import SEEDS, Releases, number
from simulator.world.core.core import Core
from simulator.world.core.errors import AwsError
from simulator.world.core.records import InstanceState, Status
from simulator.world.ec2.instances import Ec2
from simulator.world.ecs.container_instances import Registry


class Bottlerocket:
    """The hosts of the world; one exists for every instance that was launched from a Bottlerocket image."""

    def __init__(self, core: Core, ec2: Ec2, registry: Registry) -> None:
        self._core = core
        self._ec2 = ec2
        self._registry = registry
        self.releases = Releases(core)
        self._hosts: dict[str, BottlerocketHost] = {}
        self.rebooted: list[Callable[[BottlerocketHost], None]] = []  # who wants to know when a host is back

    def host(self, instance_id: str) -> BottlerocketHost | None:
        """Its chance depends on nothing but its id, so that it can be looked up at any time."""
        known = self._hosts.get(instance_id)
        instance = self._ec2.instances.get(instance_id)
        if known is not None or instance is None or instance.image_id is None:
            return known
        found = self.releases.of_image(instance.image_id)
        if found is None:
            return None
        (variant, arch), release = found
        rng = Random(instance_id)
        now_s = self._core.clock.now_s
        host = BottlerocketHost(
            instance, variant, arch, release.version, rng, rng.randrange(SEEDS), release.version, ping_at_s=now_s
        )
        self._hosts[instance_id] = host
        return host

    def version(self, instance_id: str) -> str | None:
        """What it runs, for somebody who only watches; None without Bottlerocket."""
        if known := self._hosts.get(instance_id):
            return known.version
        instance = self._ec2.instances.get(instance_id)
        found = self.releases.of_image(instance.image_id) if instance and instance.image_id else None
        return found[1].version if found else None

    def require(self, instance_id: str) -> BottlerocketHost:
        host = self.host(instance_id)
        if host is None:
            raise AwsError("InvalidInstanceId", f"{instance_id} runs no Bottlerocket.")
        return host

    def refresh(self, host: BottlerocketHost) -> None:
        """Idle and Available follow from what is on offer; Staged and Ready stay. A failed one leaves Idle."""
        self.check_lock(host)
        if host.troubles.unreachable_repository:
            host.last_command = command("refresh", self._core, error="Metadata error: connect timeout")
            if host.state in (None, "Idle", "Available"):
                host.state, host.chosen = "Idle", None
            raise UpdateError(500, "refresh attempt failed with status 'Failed' (-1): Metadata error: connect timeout")
        kind = (host.variant, host.arch)
        offered = self.releases.offered(kind, host.seed, ignore_waves=host.ignore_waves)
        host.available = [release.version for release in offered]
        host.last_command = command("refresh", self._core)
        if host.state in (None, "Idle", "Available"):
            host.chosen = self._choose(host)
            host.state = "Available" if host.chosen else "Idle"

    def prepare(self, host: BottlerocketHost) -> None:
        """After its download: lists the releases and chooses again, as `updog update-image` does."""
        self.check_lock(host)
        if host.state not in ("Available", "Staged"):
            raise UpdateError(409, NOT_ALLOWED)
        if host.troubles.failed_prepares:
            host.troubles.failed_prepares -= 1
            host.last_command = command("prepare", self._core, error="Failed writing update data to disk: I/O error")
            raise UpdateError(500, "prepare attempt failed with status 'Failed' (-1): I/O error")
        kind = (host.variant, host.arch)
        offered = self.releases.offered(kind, host.seed, ignore_waves=host.ignore_waves)
        host.available = [release.version for release in offered]
        version = self._choose(host)
        host.last_command = command("prepare", self._core)
        host.state = "Staged"
        if version:  # "No update required" exits 0 and stages nothing
            host.staging, host.boots_staging, host.chosen = version, False, version

    def activate(self, host: BottlerocketHost) -> None:
        self.check_lock(host)
        if host.state != "Staged":
            raise UpdateError(409, NOT_ALLOWED)
        if host.staging is None:
            raise UpdateError(404, "No image is staged")
        host.state, host.boots_staging = "Ready", True
        host.last_command = command("activate", self._core)

    def deactivate(self, host: BottlerocketHost) -> None:
        if host.state != "Ready":
            raise UpdateError(409, NOT_ALLOWED)
        host.state, host.boots_staging = "Staged", False
        host.last_command = command("deactivate", self._core)

    def reboot(self, host: BottlerocketHost) -> None:
        """The boot loader tries the activated set once and falls back when it does not come up.

        The status file is in memory: https://github.com/bottlerocket-os/bottlerocket-core-kit (thar-be-updates).
        Tasks that still run get ten seconds (DefaultTimeoutStopSec).
        """
        if not host.online or host.instance.going:
            return
        listed = self._container_instance(host)
        left = (
            len([t for t in listed.unfinished.values() if t.service is None or not t.service.daemon]) if listed else 0
        )
        self._core.note("os_rebooting", instance=host.instance.id, version=host.version, tasks=left)
        host.online = False
        host.reboots += 1
        if listed:
            self._registry.set_agent(listed, connected=False)
        if host.troubles.never_returns:
            return
        self._core.clock.after(host.rng.uniform(*REBOOT_SECONDS), lambda: self._booted(host))

    def status(self, host: BottlerocketHost) -> dict[str, Any]:
        if host.state is None:
            text = "Update status is uninitialized, refresh-updates to initialize it"
            raise UpdateError(404, text)
        staging = host.image(host.staging) if host.staging else None
        return {
            "active_partition": {"image": host.image(host.version), "next_to_boot": not host.boots_staging},
            "available_updates": list(host.available),
            "chosen_update": host.image(host.chosen) if host.chosen else None,
            "most_recent_command": host.last_command,
            "staging_partition": {"image": staging, "next_to_boot": host.boots_staging} if staging else None,
            "update_state": host.state,
        }

    def check_lock(self, host: BottlerocketHost) -> None:
        if self._core.clock.now_s < host.troubles.locked_until_s:
            raise UpdateError(423, "Update lock held")

    def _choose(self, host: BottlerocketHost) -> str | None:
        """The locked version, or the newest; a running one above the manifest's maximum goes back to that."""
        lock = host.version_lock.removeprefix("v")
        if lock != "latest":
            return lock if lock in host.available and lock != host.version else None
        newest = host.available[0] if host.available else None
        allowed = self.releases.newest_allowed((host.variant, host.arch))
        too_new = allowed is not None and number(host.version) > allowed
        if newest and (too_new or number(newest) > number(host.version)):
            return newest
        return None

    def _booted(self, host: BottlerocketHost) -> None:
        if host.instance.state is not InstanceState.RUNNING:
            return
        fell_back = False
        if host.boots_staging and host.staging:
            fell_back = host.troubles.failed_boots > 0
            if fell_back:
                host.troubles.failed_boots -= 1
            else:
                host.version = host.staging
        host.state, host.chosen, host.staging, host.boots_staging = None, None, None, False
        host.last_command, host.available = None, []
        host.online, host.ping_at_s = True, self._core.clock.now_s
        self._core.note("os_booted", instance=host.instance.id, version=host.version, fell_back=fell_back)
        self._core.clock.after(host.rng.uniform(*REPORT_SECONDS), lambda: self._reported(host))
        if not host.troubles.agent_stays_away:
            self._core.clock.after(host.rng.uniform(*AGENT_SECONDS), lambda: self._agent_back(host))
        for listener in self.rebooted:
            listener(host)

    def _reported(self, host: BottlerocketHost) -> None:
        host.reported_version = host.version

    def _agent_back(self, host: BottlerocketHost) -> None:
        listed = self._container_instance(host)
        if listed and host.online and not host.instance.going:
            self._registry.set_agent(listed, connected=True)

    def _container_instance(self, host: BottlerocketHost) -> Any:
        cluster = host.instance.cluster
        listed = cluster.by_ec2_id.get(host.instance.id) if cluster else None
        return listed if listed and listed.status is not Status.INACTIVE else None
