"""The update API of a host, as bottlerocket-core-kit's thar-be-updates and updog have it, and its reboots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.world.bottlerocket.host import NOT_ALLOWED, BottlerocketHost, UpdateError
from simulator.world.bottlerocket.updates import Bottlerocket
from simulator.world.core.errors import AwsError
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_world, container_instance, facts, instances_of

VARIANT, ARCH = "aws-ecs-2", "arm64"
OLD, NEW, NEWEST = "1.62.1", "1.64.0", "1.65.0"
MINUTE = 60.0

type Act = Callable[[Bottlerocket, BottlerocketHost], None]
ACTS: dict[str, Act] = {
    "refresh": Bottlerocket.refresh,
    "prepare": Bottlerocket.prepare,
    "activate": Bottlerocket.activate,
    "deactivate": Bottlerocket.deactivate,
}


def a_host_world(*, offered: bool = True) -> tuple[World, BottlerocketHost]:
    """One host on the old release; `offered`: the new one is out since long, so that no wave holds it back."""
    world = a_world()
    world.bottlerocket.releases.publish(VARIANT, ARCH, OLD, long_ago=True)
    world.add_group("web", CLUSTER, desired=1, bottlerocket=(VARIANT, ARCH, OLD))
    if offered:
        world.bottlerocket.releases.publish(VARIANT, ARCH, NEW, long_ago=True)
    return world, world.bottlerocket.require(instances_of(world)[0])


def do(world: World, host: BottlerocketHost, *acts: str) -> None:
    for act in acts:
        ACTS[act](world.bottlerocket, host)


def refused(world: World, host: BottlerocketHost, act: str) -> tuple[int, str]:
    with pytest.raises(UpdateError) as error:
        do(world, host, act)
    return error.value.status, error.value.text


def in_state(state: str) -> tuple[World, BottlerocketHost]:
    """A host that has come to this state by what the API allows."""
    world, host = a_host_world(offered=state != "Idle")
    steps = ["refresh", "prepare", "activate"]
    do(world, host, *steps[: max(1, ["Idle", "Available", "Staged", "Ready"].index(state))])
    assert host.state == state
    return world, host


def status(world: World, host: BottlerocketHost) -> dict[str, Any]:
    return world.bottlerocket.status(host)


def reboot(world: World, host: BottlerocketHost, minutes: float = 5) -> None:
    world.bottlerocket.reboot(host)
    world.clock.run_until(world.clock.now_s + minutes * MINUTE)


@pytest.mark.parametrize(
    ("state", "act", "becomes"),
    [
        ("Idle", "refresh", "Idle"),
        ("Available", "refresh", "Available"),
        ("Staged", "refresh", "Staged"),
        ("Ready", "refresh", "Ready"),
        ("Available", "prepare", "Staged"),
        ("Staged", "prepare", "Staged"),
        ("Staged", "activate", "Ready"),
        ("Ready", "deactivate", "Staged"),
    ],
)
def test_what_is_allowed_leads_to_the_next_state(state: str, act: str, becomes: str) -> None:
    world, host = in_state(state)

    do(world, host, act)

    assert status(world, host)["update_state"] == becomes
    assert status(world, host)["most_recent_command"]["cmd_type"] == act
    assert status(world, host)["most_recent_command"]["cmd_status"] == "Success"


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("Idle", "prepare"),
        ("Idle", "activate"),
        ("Idle", "deactivate"),
        ("Available", "activate"),
        ("Available", "deactivate"),
        ("Staged", "deactivate"),
        ("Ready", "prepare"),
        ("Ready", "activate"),
    ],
)
def test_everything_else_is_a_conflict_and_changes_nothing(state: str, act: str) -> None:
    world, host = in_state(state)
    before = status(world, host)

    assert refused(world, host, act) == (409, NOT_ALLOWED)
    assert status(world, host) == before


@pytest.mark.parametrize("act", ["refresh", "prepare", "activate"])
def test_a_host_whose_update_lock_is_held_refuses_every_act(act: str) -> None:
    world, host = in_state("Staged")
    host.troubles.locked_until_s = world.clock.now_s + 60

    assert refused(world, host, act) == (423, "Update lock held")


def test_a_lock_is_let_go_after_its_time() -> None:
    world, host = in_state("Available")
    host.troubles.locked_until_s = world.clock.now_s + 60
    world.clock.run_until(world.clock.now_s + 60)

    do(world, host, "refresh")

    assert host.state == "Available"


def test_a_host_that_nobody_asked_since_its_boot_has_no_status() -> None:
    world, host = a_host_world()

    with pytest.raises(UpdateError, match="uninitialized") as error:
        status(world, host)
    assert error.value.status == 404


def test_a_status_names_both_partitions_in_the_words_of_the_api() -> None:
    world, host = in_state("Ready")

    shown = status(world, host)

    image = {"arch": "aarch64", "variant": VARIANT}
    assert shown["active_partition"] == {"image": {**image, "version": OLD}, "next_to_boot": False}
    assert shown["staging_partition"] == {"image": {**image, "version": NEW}, "next_to_boot": True}
    assert shown["chosen_update"] == {**image, "version": NEW}
    assert shown["available_updates"] == [NEW, OLD]


def test_what_is_not_there_is_null_and_not_absent() -> None:
    world, host = in_state("Idle")

    shown = status(world, host)

    assert (shown["chosen_update"], shown["staging_partition"]) == (None, None)
    assert shown["available_updates"] == [OLD]


@pytest.mark.parametrize(("state", "becomes"), [("Available", "Idle"), ("Staged", "Staged"), ("Ready", "Ready")])
def test_a_repository_out_of_reach_looks_like_idle_to_whoever_does_not_read_the_last_command(
    state: str, becomes: str
) -> None:
    world, host = in_state(state)
    host.troubles.unreachable_repository = True

    assert refused(world, host, "refresh")[0] == 500
    shown = status(world, host)
    assert shown["update_state"] == becomes
    assert (shown["most_recent_command"]["cmd_type"], shown["most_recent_command"]["cmd_status"]) == (
        "refresh",
        "Failed",
    )


def test_a_prepare_that_failed_leaves_the_state_and_works_the_next_time() -> None:
    world, host = in_state("Available")
    host.troubles.failed_prepares = 1

    assert refused(world, host, "prepare")[0] == 500
    assert (host.state, host.staging) == ("Available", None)
    assert status(world, host)["most_recent_command"]["cmd_status"] == "Failed"
    do(world, host, "prepare")
    assert host.staging == NEW


def test_a_prepare_chooses_again_by_the_lock_of_its_own_moment() -> None:
    world, host = a_host_world()
    world.bottlerocket.releases.publish(VARIANT, ARCH, NEWEST, long_ago=True)
    do(world, host, "refresh")
    assert host.chosen == NEWEST
    host.version_lock = NEW

    do(world, host, "prepare")

    assert host.staging == NEW


def test_without_a_lock_a_prepare_may_write_a_newer_release_than_the_refresh_had_chosen() -> None:
    world, host = in_state("Available")
    assert host.chosen == NEW
    world.bottlerocket.releases.publish(VARIANT, ARCH, NEWEST, long_ago=True)

    do(world, host, "prepare")

    assert host.staging == NEWEST


def test_a_prepare_with_nothing_to_do_succeeds_stages_nothing_and_the_activation_finds_no_image() -> None:
    world, host = in_state("Available")
    host.version_lock = OLD

    do(world, host, "prepare")

    assert (host.state, host.staging) == ("Staged", None)
    assert refused(world, host, "activate") == (404, "No image is staged")


@pytest.mark.parametrize(
    ("lock", "chosen"), [("latest", NEW), (NEW, NEW), (f"v{NEW}", NEW), (OLD, None), ("1.0.5", None)]
)
def test_a_version_lock_decides_what_is_chosen(lock: str, chosen: str | None) -> None:
    world, host = a_host_world()
    host.version_lock = lock

    do(world, host, "refresh")

    assert (host.chosen, host.state) == (chosen, "Available" if chosen else "Idle")


def test_a_version_lock_does_not_beat_the_wave_and_ignoring_waves_does() -> None:
    world, host = a_host_world(offered=False)
    world.bottlerocket.releases.publish(VARIANT, ARCH, NEW)
    host.version_lock = NEW

    do(world, host, "refresh")
    assert (host.state, host.available) == ("Idle", [OLD])
    host.ignore_waves = True
    do(world, host, "refresh")
    assert (host.state, host.chosen) == ("Available", NEW)


def test_after_a_recall_a_host_on_the_recalled_release_is_offered_the_one_before() -> None:
    world, host = in_state("Ready")
    reboot(world, host)
    world.bottlerocket.releases.recall(VARIANT, ARCH)

    do(world, host, "refresh")

    assert (host.version, host.chosen, host.state) == (NEW, OLD, "Available")


def test_a_reboot_takes_a_ready_host_to_the_staged_release_and_its_status_is_lost() -> None:
    world, host = in_state("Ready")

    reboot(world, host)

    assert host.version == NEW
    with pytest.raises(UpdateError, match="uninitialized"):
        status(world, host)
    do(world, host, "refresh")
    assert (host.state, status(world, host)["staging_partition"]) == ("Idle", None)


@pytest.mark.parametrize("state", ["Available", "Staged"])
def test_a_reboot_of_a_host_that_is_not_ready_changes_nothing(state: str) -> None:
    world, host = in_state(state)

    reboot(world, host)

    assert host.version == OLD


def test_a_cancel_before_the_reboot_keeps_the_old_release() -> None:
    world, host = in_state("Ready")
    do(world, host, "deactivate")

    reboot(world, host)

    assert host.version == OLD


def test_a_boot_that_falls_back_looks_like_an_update_that_nobody_has_begun() -> None:
    world, host = in_state("Ready")
    host.troubles.failed_boots = 1

    reboot(world, host)
    do(world, host, "refresh")

    assert facts(world, "os_booted", fell_back=True)
    assert (host.version, host.state, host.chosen) == (OLD, "Available", NEW)
    do(world, host, "prepare", "activate")
    reboot(world, host)
    assert host.version == NEW


def test_while_it_reboots_a_host_is_out_of_reach_and_its_agent_disconnected() -> None:
    world, host = in_state("Ready")

    world.bottlerocket.reboot(host)

    assert not host.online
    assert container_instance(world, host.instance.id)["agentConnected"] is False
    world.clock.run_until(world.clock.now_s + 5 * MINUTE)
    assert host.online
    assert container_instance(world, host.instance.id)["agentConnected"] is True


def test_the_system_is_up_before_its_agent_is_connected() -> None:
    world, host = in_state("Ready")
    at_boot: list[bool] = []
    world.bottlerocket.rebooted.append(
        lambda back: at_boot.append(container_instance(world, back.instance.id)["agentConnected"])
    )

    reboot(world, host)

    assert at_boot == [False]


def test_ssm_learns_the_new_version_minutes_after_the_boot() -> None:
    world, host = in_state("Ready")
    at_boot: list[str] = []
    world.bottlerocket.rebooted.append(lambda back: at_boot.append(back.reported_version))

    reboot(world, host, minutes=10)

    assert (at_boot, host.reported_version) == ([OLD], NEW)


def test_a_host_that_never_returns_stays_away() -> None:
    world, host = in_state("Ready")
    host.troubles.never_returns = True

    reboot(world, host, minutes=60)

    assert not host.online
    assert container_instance(world, host.instance.id)["agentConnected"] is False
    assert not facts(world, "os_booted")


def test_an_agent_that_stays_away_leaves_a_host_that_answers_and_does_not_serve() -> None:
    world, host = in_state("Ready")
    host.troubles.agent_stays_away = True

    reboot(world, host, minutes=60)

    assert (host.online, host.version) == (True, NEW)
    assert container_instance(world, host.instance.id)["agentConnected"] is False


def test_a_host_that_reboots_is_not_told_twice() -> None:
    world, host = in_state("Ready")

    world.bottlerocket.reboot(host)
    world.bottlerocket.reboot(host)

    assert len(facts(world, "os_rebooting")) == 1


def test_a_reboot_notes_how_many_tasks_it_cuts_off() -> None:
    world, host = in_state("Ready")
    world.add_service(CLUSTER, "api", desired=2, cpu=256, memory_mib=256)
    world.add_service(CLUSTER, "agent", daemon=True)
    world.clock.run_until(world.clock.now_s + 2 * MINUTE)

    world.bottlerocket.reboot(host)

    assert [fact.data["tasks"] for fact in facts(world, "os_rebooting")] == [2]


def test_an_instance_of_another_image_is_no_host() -> None:
    world = a_world()
    world.add_group("web", CLUSTER, desired=1)

    assert world.bottlerocket.host(instances_of(world)[0]) is None
    with pytest.raises(AwsError, match="runs no Bottlerocket"):
        world.bottlerocket.require(instances_of(world)[0])
