"""A Bottlerocket host as its update API shows it: each state, each refusal, and what a boot makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from simulator.world.apiclient import Printed, run
from simulator.world.bottlerocket import BottlerocketHost, UpdateError
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_world, drain, instances_of

KIND = ("aws-ecs-2", "x86_64")
OLD, NEW = "1.62.1", "1.64.0"
DAY_S = 86400.0


def a_host(*, new: bool = True, long_ago: bool = True, seed: int = 1) -> tuple[World, BottlerocketHost]:
    """On the old release; the new one is out, for long unless said."""
    world = a_world(seed)
    world.bottlerocket.releases.publish(*KIND, OLD, long_ago=True)
    world.add_group("web", CLUSTER, desired=1, bottlerocket=(*KIND, OLD))
    if new:
        world.bottlerocket.releases.publish(*KIND, NEW, long_ago=long_ago)
    return world, world.bottlerocket.require(instances_of(world)[0])


def says(world: World, host: BottlerocketHost, line: str) -> Printed:
    return run(world.bottlerocket, host, line).finish()


def status(world: World, host: BottlerocketHost) -> dict[str, Any]:
    found = json.loads(says(world, host, "apiclient get /updates/status").stdout)
    assert isinstance(found, dict)
    return found


def ready() -> tuple[World, BottlerocketHost]:
    world, host = a_host()
    says(world, host, "apiclient update apply --check")
    return world, host


def test_after_a_boot_nobody_has_asked_yet_and_the_status_is_not_found() -> None:
    world, host = a_host()

    printed = says(world, host, "apiclient get /updates/status")

    assert printed.exit_code == 1
    assert "Status 404" in printed.stderr
    assert "uninitialized" in printed.stderr


@pytest.mark.parametrize(("new", "state"), [(True, "Available"), (False, "Idle")])
def test_a_check_finds_what_is_on_offer(*, new: bool, state: str) -> None:
    world, host = a_host(new=new)

    says(world, host, "apiclient update check")

    assert status(world, host)["update_state"] == state


def test_a_release_whose_wave_has_not_come_is_not_on_offer_unless_waves_are_ignored() -> None:
    world, host = a_host(long_ago=False)

    says(world, host, "apiclient update check")
    assert status(world, host)["update_state"] == "Idle"
    says(world, host, "apiclient set settings.updates.ignore-waves=true")
    says(world, host, "apiclient update check")
    assert status(world, host)["update_state"] == "Available"


def test_six_days_later_every_wave_has_come() -> None:
    world, host = a_host(long_ago=False)
    world.clock.run_until(6 * DAY_S)

    says(world, host, "apiclient update check")

    assert status(world, host)["chosen_update"]["version"] == NEW


def test_an_applied_update_boots_next_and_a_cancelled_one_does_not() -> None:
    world, host = ready()

    found = status(world, host)
    assert (found["update_state"], found["staging_partition"]["next_to_boot"]) == ("Ready", True)
    says(world, host, "apiclient update cancel")
    found = status(world, host)
    assert (found["update_state"], found["staging_partition"]["next_to_boot"]) == ("Staged", False)


def test_to_cancel_what_is_not_ready_is_not_allowed() -> None:
    world, host = a_host()
    says(world, host, "apiclient update check")

    assert "Status 409" in says(world, host, "apiclient update cancel").stderr


def test_a_locked_host_refuses_and_a_failed_download_fails() -> None:
    world, host = a_host()
    host.troubles.locked_until_s = 60
    assert "Status 423" in says(world, host, "apiclient update check").stderr

    world.clock.run_until(61)
    host.troubles.failed_prepares = 1
    printed = says(world, host, "apiclient update apply --check")
    assert (printed.exit_code, status(world, host)["update_state"]) == (1, "Available")


def test_a_version_lock_chooses_that_version_or_nothing() -> None:
    world, host = a_host()

    says(world, host, "apiclient set settings.updates.version-lock=1.63.0")
    says(world, host, "apiclient update check")
    assert status(world, host)["chosen_update"] is None
    says(world, host, f"apiclient set settings.updates.version-lock={NEW}")
    says(world, host, "apiclient update check")
    assert status(world, host)["chosen_update"]["version"] == NEW


def test_what_the_shell_does_not_know_is_an_error() -> None:
    world, host = a_host()

    assert says(world, host, "rm -rf /").exit_code == 127


def rebooted(world: World, host: BottlerocketHost) -> None:
    says(world, host, "apiclient reboot")
    world.clock.run_until(world.clock.now_s + 600)


def test_a_reboot_into_the_new_set_forgets_the_status_and_ssm_learns_of_the_version_later() -> None:
    world, host = ready()

    says(world, host, "apiclient reboot")
    world.clock.run_until(world.clock.now_s + 115)
    assert (host.online, host.version, host.reported_version) == (True, NEW, OLD)
    with pytest.raises(UpdateError):
        world.bottlerocket.status(host)
    world.clock.run_until(world.clock.now_s + 300)
    assert host.reported_version == NEW


@pytest.mark.parametrize(
    ("trouble", "version", "online", "connected"),
    [
        ({"failed_boots": 1}, OLD, True, True),
        ({"never_returns": True}, OLD, False, False),
        ({"agent_stays_away": True}, NEW, True, False),
    ],
)
def test_a_boot_may_fall_back_never_end_or_come_up_without_its_agent(
    trouble: dict[str, Any], version: str, *, online: bool, connected: bool
) -> None:
    world, host = ready()
    for name, value in trouble.items():
        setattr(host.troubles, name, value)

    rebooted(world, host)

    listed = world.clusters[CLUSTER].by_ec2_id[host.instance.id]
    assert (host.version, host.online, listed.agent_connected) == (version, online, connected)


def test_a_recalled_release_is_on_offer_no_more_and_a_host_on_it_goes_back() -> None:
    world, host = ready()
    rebooted(world, host)
    world.bottlerocket.releases.recall(*KIND)

    says(world, host, "apiclient update check")

    assert status(world, host)["chosen_update"]["version"] == OLD
    assert world.bottlerocket.releases.parameter("/aws/service/bottlerocket/aws-ecs-2/x86_64/latest/image_version")


# Commands.

CHECK = {"Content": {"mainSteps": [{"inputs": {"runCommand": ["set -e", "apiclient update check"]}}]}}
REBOOT = {"Content": {"mainSteps": [{"inputs": {"runCommand": ["apiclient reboot"]}}]}}
PINNED = {
    "Content": {
        "parameters": {"Version": {"type": "String", "allowedPattern": "^[0-9.]+$"}},
        "mainSteps": [{"inputs": {"runCommand": ["apiclient set settings.updates.version-lock={{ Version }}"]}}],
    }
}


def commanded(
    happens: Callable[[World, BottlerocketHost], object] = lambda _world, _host: None,
    document: str = "check",
    parameters: Mapping[str, list[str]] | None = None,
    seed: int = 1,
) -> tuple[BottlerocketHost, Any]:
    world, host = a_host(seed=seed)
    world.install_documents({"check": CHECK, "reboot": REBOOT, "pin": PINNED})
    happens(world, host)
    command_id = world.run_command.send(document, [host.instance.id], parameters or {}, timeout_s=120)
    world.clock.run_until(300)
    return host, world.run_command.invocations[command_id, host.instance.id]


def test_a_command_prints_what_its_lines_print_and_ends_in_success() -> None:
    _, invocation = commanded()

    assert (invocation.status, invocation.exit_code) == ("Success", 0)
    assert json.loads("".join(invocation.stdout))["update_state"] == "Available"


def test_a_command_whose_line_fails_ends_there_and_says_so() -> None:
    _, invocation = commanded(lambda _world, host: setattr(host.troubles, "unreachable_repository", True))

    assert (invocation.status, invocation.exit_code) == ("Failed", 1)
    assert "failed to run commands: exit status 1" in "".join(invocation.stderr)


def test_a_command_that_is_not_delivered_in_time_times_out() -> None:
    _, invocation = commanded(lambda world, _host: setattr(world.run_command, "undelivered", 1.0))

    assert (invocation.status, invocation.details) == ("TimedOut", "DeliveryTimedOut")


def test_a_reboot_command_may_never_report_its_end() -> None:
    ends = {commanded(document="reboot", seed=seed)[1].status for seed in range(8)}

    assert ends == {"InProgress", "Success"}


@pytest.mark.parametrize(
    ("document", "parameters"), [("pin", {"Version": ["1; rm -rf /"]}), ("pin", {}), ("unknown", {})]
)
def test_what_the_document_does_not_allow_is_refused(document: str, parameters: dict[str, list[str]]) -> None:
    with pytest.raises(Exception, match=r"Invalid(Parameters|Document)"):
        commanded(document=document, parameters=parameters)


def test_a_parameter_reaches_the_line() -> None:
    host, _ = commanded(document="pin", parameters={"Version": ["1.63.0"]})

    assert host.version_lock == "1.63.0"


def test_a_drained_host_reboots_with_no_task_on_it() -> None:
    world, host = a_host()
    drain(world, host.instance.id)
    rebooted(world, host)

    [fact] = [f for f in world.journal if f.kind == "os_rebooting"]
    assert fact.data["tasks"] == 0
