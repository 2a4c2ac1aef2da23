"""Run Command: what is refused, what is delivered, and what never reports."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.facts.host_answer import HostAnswer, HostProblem, read_answer
from simulator.world.bottlerocket.host import BottlerocketHost
from simulator.world.core.errors import AwsError
from simulator.world.ssm.run_command import MOST_OUTPUT
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_world, facts, heard_by, instances_of

VARIANT, ARCH = "aws-ecs-2", "x86_64"
OLD, NEW = "1.62.1", "1.64.0"
MINUTE = 60.0
VERSION = {"TargetVersion": {"allowedPattern": "^[0-9]{1,4}[.][0-9]{1,4}[.][0-9]{1,4}$"}}


def a_document(*lines: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    steps = [{"inputs": {"runCommand": ["set -e", *lines]}}]
    return {"Content": {"mainSteps": steps, **({"parameters": parameters} if parameters else {})}}


DOCUMENTS = {
    "check": a_document("apiclient update check", "apiclient get settings.updates"),
    "pin": a_document("apiclient set settings.updates.version-lock={{ TargetVersion }}", parameters=VERSION),
    "apply": a_document("apiclient update apply"),
    "apply-checked": a_document("apiclient update apply --check", "apiclient get /updates/status"),
    "cancel": a_document("apiclient update cancel"),
    "reboot": a_document("apiclient reboot"),
    "odd": a_document("rm -rf /", "apiclient update check"),
}


def a_host_world(seed: int = 1) -> tuple[World, BottlerocketHost]:
    """A host on the old release; every wave of the new one has passed."""
    world = a_world(seed)
    world.bottlerocket.releases.publish(VARIANT, ARCH, OLD, long_ago=True)
    world.add_group("web", CLUSTER, desired=2, bottlerocket=(VARIANT, ARCH, OLD))
    world.bottlerocket.releases.publish(VARIANT, ARCH, NEW, long_ago=True)
    world.install_documents(DOCUMENTS)
    return world, world.bottlerocket.require(instances_of(world)[0])


def ssm(world: World, operation: str, **params: Any) -> dict[str, Any]:
    return world.handle("ssm", operation, params)


def send(world: World, host: BottlerocketHost, document: str, **params: Any) -> str:
    asked = ssm(world, "SendCommand", DocumentName=document, InstanceIds=[host.instance.id], **params)
    return str(asked["Command"]["CommandId"])


def invocation(world: World, host: BottlerocketHost, command_id: str) -> dict[str, Any]:
    return ssm(world, "GetCommandInvocation", CommandId=command_id, InstanceId=host.instance.id)


def run(world: World, host: BottlerocketHost, document: str, *, minutes: float = 4, **params: Any) -> dict[str, Any]:
    command_id = send(world, host, document, **params)
    world.clock.run_until(world.clock.now_s + minutes * MINUTE)
    return invocation(world, host, command_id)


def heard(shown: dict[str, Any]) -> HostAnswer:
    """As Ballast reads it."""
    return read_answer(
        shown["StandardOutputContent"], shown["StandardErrorContent"], succeeded=shown["Status"] == "Success"
    )


def ended(world: World) -> list[tuple[str, str]]:
    return [(fact.data["document"], fact.data["status"]) for fact in facts(world, "command_ended")]


def test_a_command_is_pending_then_in_progress_then_a_success_and_an_event_tells() -> None:
    world, host = a_host_world()
    events = heard_by(world)
    command_id = send(world, host, "apply-checked")
    seen = [invocation(world, host, command_id)["Status"]]
    for seconds in (5, 600):
        world.clock.run_until(world.clock.now_s + seconds)
        seen.append(invocation(world, host, command_id)["Status"])

    assert seen == ["Pending", "InProgress", "Success"]
    assert invocation(world, host, command_id)["ResponseCode"] == 0
    [told] = [e["detail"] for e in events if e["detail-type"] == "EC2 Command Invocation Status-change Notification"]
    assert (told["command-id"], told["instance-id"], told["status"]) == (command_id, host.instance.id, "Success")


def test_what_a_host_prints_is_what_ballast_reads() -> None:
    world, host = a_host_world()

    answer = heard(run(world, host, "check"))

    assert answer.status
    assert answer.settings
    assert (answer.problem, answer.status.chosen, answer.settings.version_lock) == (None, NEW, "latest")


def test_a_parameter_stands_in_the_script_and_nothing_else_does() -> None:
    world, host = a_host_world()

    assert run(world, host, "pin", Parameters={"TargetVersion": [NEW]})["Status"] == "Success"
    assert host.version_lock == NEW


@pytest.mark.parametrize("value", ["latest", "1.64", "1.64.0; reboot", "$(reboot)", "", f"{NEW}\n"])
def test_a_value_that_the_allowed_pattern_refuses_reaches_no_host(value: str) -> None:
    world, host = a_host_world()

    with pytest.raises(AwsError, match="does not match its allowed pattern") as error:
        send(world, host, "pin", Parameters={"TargetVersion": [value]})

    assert error.value.code == "InvalidParameters"
    assert not facts(world, "command_sent")


@pytest.mark.parametrize(
    ("document", "parameters"), [("pin", {}), ("check", {"TargetVersion": [NEW]}), ("pin", {"Version": [NEW]})]
)
def test_parameters_that_a_document_does_not_declare_or_that_are_missing_are_refused(
    document: str, parameters: dict[str, list[str]]
) -> None:
    world, host = a_host_world()

    with pytest.raises(AwsError) as error:
        send(world, host, document, Parameters=parameters)

    assert error.value.code == "InvalidParameters"


def test_an_unknown_document_and_an_unknown_command_are_refused() -> None:
    world, host = a_host_world()

    with pytest.raises(AwsError) as document:
        send(world, host, "AWS-RunShellScript")
    with pytest.raises(AwsError) as command:
        invocation(world, host, "c-0")

    assert (document.value.code, command.value.code) == ("InvalidDocument", "InvocationDoesNotExist")


def test_one_instance_that_is_not_managed_refuses_the_whole_call() -> None:
    world, host = a_host_world()
    gone = instances_of(world)[1]
    world.terminate_instance(gone)
    world.clock.run_until(5 * MINUTE)

    with pytest.raises(AwsError) as error:
        ssm(world, "SendCommand", DocumentName="check", InstanceIds=[host.instance.id, gone])

    assert error.value.code == "InvalidInstanceId"
    assert not facts(world, "command_sent")


def test_a_call_takes_fifty_instances_at_most() -> None:
    world, host = a_host_world()

    with pytest.raises(AwsError) as error:
        ssm(world, "SendCommand", DocumentName="check", InstanceIds=[host.instance.id] * 51)

    assert error.value.code == "ValidationException"


def test_a_command_that_is_never_delivered_expires() -> None:
    world, host = a_host_world()
    world.run_command.undelivered = 1.0
    command_id = send(world, host, "check", TimeoutSeconds=600)

    world.clock.run_until(599)
    pending = invocation(world, host, command_id)
    world.clock.run_until(601)
    expired = invocation(world, host, command_id)

    assert (pending["Status"], pending["ResponseCode"]) == ("Pending", -1)
    assert (expired["Status"], expired["StatusDetails"]) == ("TimedOut", "DeliveryTimedOut")
    assert ended(world) == [("check", "TimedOut")]


def test_a_command_to_a_host_that_reboots_is_delivered_once_it_is_back() -> None:
    world, host = a_host_world()
    world.bottlerocket.reboot(host)

    late = run(world, host, "check", minutes=5, TimeoutSeconds=600)

    assert late["Status"] == "Success"


def test_a_command_whose_time_is_over_before_the_host_is_back_is_not_run() -> None:
    world, host = a_host_world()
    world.bottlerocket.reboot(host)

    late = run(world, host, "pin", minutes=5, TimeoutSeconds=30, Parameters={"TargetVersion": [NEW]})

    assert late["Status"] == "TimedOut"
    assert host.version_lock == "latest"


def test_a_reboot_happens_once_and_may_never_report() -> None:
    statuses = set()
    for seed in range(12):
        world, host = a_host_world(seed)
        statuses.add(run(world, host, "reboot", minutes=10)["Status"])
        assert len(facts(world, "os_booted")) == 1

    assert statuses == {"Success", "InProgress"}


@pytest.mark.parametrize(
    "returns",
    [
        False,
        True,
    ],
)
def test_what_a_host_was_doing_when_it_went_down_is_lost_and_never_reports(*, returns: bool) -> None:
    world, host = a_host_world()
    host.troubles.never_returns = not returns
    command_id = send(world, host, "apply-checked")
    world.clock.run_until(world.clock.now_s + 6)

    world.bottlerocket.reboot(host)
    world.clock.run_until(world.clock.now_s + 60 * MINUTE)

    assert invocation(world, host, command_id)["Status"] == "InProgress"
    assert host.staging is None


@pytest.mark.parametrize(
    ("document", "locked", "problem"),
    [
        ("check", True, HostProblem.BUSY),
        ("apply-checked", True, HostProblem.BUSY),
        ("cancel", True, HostProblem.BUSY),
        ("cancel", False, HostProblem.NOT_ALLOWED),
        ("apply", False, HostProblem.NOT_ALLOWED),
    ],
)
def test_a_refusal_of_the_update_api_fails_the_command_and_is_read_as_what_it_is(
    document: str, problem: HostProblem, *, locked: bool
) -> None:
    world, host = a_host_world()
    host.troubles.locked_until_s = 600 if locked else 0

    shown = run(world, host, document)

    assert (shown["Status"], shown["ResponseCode"]) == ("Failed", 1)
    assert heard(shown).problem is problem


def test_an_update_that_is_applied_boots_next_and_one_that_is_applied_already_is_no_error() -> None:
    world, host = a_host_world()

    for _ in range(2):
        shown = run(world, host, "apply-checked")
        status = heard(shown).status
        assert status
        assert (shown["Status"], status.staging, status.staging_boots_next) == ("Success", NEW, True)


def test_a_host_with_nothing_on_offer_succeeds_and_stays_idle() -> None:
    world, host = a_host_world()
    host.version_lock = OLD

    shown = run(world, host, "apply-checked")

    assert shown["Status"] == "Success"
    assert host.state == "Idle"


def test_a_script_stops_at_the_first_line_that_fails() -> None:
    world, host = a_host_world()

    shown = run(world, host, "odd")

    assert (shown["Status"], shown["ResponseCode"]) == ("Failed", 127)
    assert "command not found" in shown["StandardErrorContent"]
    assert host.state is None


def test_a_long_output_is_cut_where_ssm_cuts_it() -> None:
    world, host = a_host_world()
    command_id = send(world, host, "check")
    world.clock.run_until(MINUTE)
    kept = world.run_command.invocations[command_id, host.instance.id]
    kept.stdout.append("x" * 30_000)
    kept.stderr.append("y" * 30_000)

    shown = invocation(world, host, command_id)

    assert (len(shown["StandardOutputContent"]), len(shown["StandardErrorContent"])) == (MOST_OUTPUT, 8000)


def test_ssm_shows_a_host_that_reboots_as_lost_and_says_when_it_last_heard_from_it() -> None:
    world, host = a_host_world()
    asked = {"Filters": [{"Key": "InstanceIds", "Values": [host.instance.id]}]}
    [before] = ssm(world, "DescribeInstanceInformation", **asked)["InstanceInformationList"]

    world.bottlerocket.reboot(host)
    world.clock.run_until(30)
    [during] = ssm(world, "DescribeInstanceInformation", **asked)["InstanceInformationList"]

    assert (before["PingStatus"], before["PlatformName"], before["PlatformVersion"]) == ("Online", "Bottlerocket", OLD)
    assert during["PingStatus"] == "ConnectionLost"
    assert during["LastPingDateTime"] < world.moment(world.clock.now_s)
