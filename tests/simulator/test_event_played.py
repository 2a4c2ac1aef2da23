"""`make event`: one event, as written, against a fleet that has what it names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simulator.__main__ import main
from simulator.event.home import Home
from simulator.event.named import named_in
from simulator.event.play import Played

EVENTS = Path("events")
KEYS = ["rules", "functions", "dead_letters", "actions", "notices"]


def played(capsys: pytest.CaptureFixture[str], path: Path, *arguments: str) -> dict[str, Any]:
    assert main(["event", str(path), "--json", *arguments]) == 0
    return dict(json.loads(capsys.readouterr().out))


def an_event(folder: Path, name: str, **detail: Any) -> Path:
    """The event of that name with other values in its detail."""
    event = json.loads((EVENTS / f"{name}.json").read_text())
    path = folder / "event.json"
    path.write_text(json.dumps(event | {"detail": event["detail"] | detail}))
    return path


def fleet(event: Mapping[str, Any]) -> Played:
    """Played up to the moment of the event."""
    case = Played(dict(event), 1)
    with case:
        case.stage.clock.run_until(case.at_s)
    return case


def load(name: str) -> dict[str, Any]:
    return dict(json.loads((EVENTS / f"{name}.json").read_text()))


def test_a_spot_warning_matches_its_rule_drains_and_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = played(capsys, EVENTS / "ec2_spot_interruption_warning.json")

    assert list(outcome) == KEYS
    assert outcome["rules"] == ["SpotInstanceInterrupted"]
    assert outcome["functions"][0] == "DrainInstance"
    assert outcome["dead_letters"] == []
    first = outcome["actions"][0]
    assert list(first) == ["at", "function", "call", "what", "outcome"]
    assert (first["function"], first["call"], first["outcome"]) == (
        "DrainInstance",
        "ecs:UpdateContainerInstancesState",
        "ok",
    )
    assert "containerInstances=i-1234567890abcdef0, status=DRAINING" in first["what"]
    assert 0 < first["at"] < 10
    assert outcome["notices"][0]["code"] == "SpotInterruption"
    assert {"at", "code", "severity", "cluster", "instance", "what", "impact"} <= set(outcome["notices"][0])


def test_an_event_that_no_rule_matches_reaches_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = played(capsys, EVENTS / "ec2_instance_state_change_running.json")

    assert outcome == {key: [] for key in KEYS}


def test_what_cannot_be_read_is_a_dead_letter_with_its_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = an_event(tmp_path, "ec2_spot_interruption_warning", **{"instance-id": "i-nonsense"})

    outcome = played(capsys, path)

    (letter,) = outcome["dead_letters"]
    assert letter["queue"] == "DrainEventsDeadLetters"
    assert "i-nonsense" in letter["reason"]
    assert outcome["actions"] == []


def test_the_event_of_a_schedule_goes_to_its_target(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = played(capsys, EVENTS / "scheduled_sweep.json")

    assert outcome["rules"] == ["DrainSweep"]
    assert outcome["functions"] == ["DrainInstance"]


def test_a_hook_is_completed_with_the_token_of_the_event(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = played(capsys, EVENTS / "asg_terminate_lifecycle_action_ballast_drain.json")

    token = load("asg_terminate_lifecycle_action_ballast_drain")["detail"]["LifecycleActionToken"]
    (completed,) = [a for a in outcome["actions"] if a["call"] == "autoscaling:CompleteLifecycleAction"]
    assert f"LifecycleActionToken={token}" in completed["what"]
    assert completed["outcome"] == "ok"


def test_the_same_seed_is_the_same_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    path = EVENTS / "ec2_rebalance_recommendation.json"

    assert played(capsys, path, "--seed", "4") == played(capsys, path, "--seed", "4")


def test_a_person_reads_what_happened_in_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["event", str(EVENTS / "ec2_spot_interruption_warning.json")]) == 0

    text = capsys.readouterr().out
    assert "Rules: SpotInstanceInterrupted\n" in text
    assert "Dead letters: none\n" in text
    assert "INFO SpotInterruption: i-1234567890abcdef0 is set to DRAINING" in text


@pytest.mark.parametrize("name", sorted(path.stem for path in EVENTS.glob("*.json")))
def test_every_instance_group_and_cluster_of_a_documented_event_exists(name: str) -> None:
    case = fleet(load(name))
    named, world = case.named, case.stage.world

    assert set(named.instances) <= set(world.ec2.instances)
    assert set(named.groups) <= set(world.groups.groups)
    assert set(named.clusters) <= set(world.clusters)


def test_the_container_instance_of_the_event_is_the_one_of_its_ec2_instance() -> None:
    event = load("ecs_container_instance_state_change_draining")
    case = fleet(event)

    host = case.stage.world.host(event["detail"]["ec2InstanceId"])

    assert host.arn == event["detail"]["containerInstanceArn"]
    assert host.status == "DRAINING"
    assert host.cluster.name == "web"


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("stopping", "stopping"),
        ("stopped", "stopped"),
        ("shutting_down", "shutting-down"),
        ("terminated", "terminated"),
        ("running", "running"),
    ],
)
def test_the_instance_is_in_the_state_that_the_event_tells(name: str, state: str) -> None:
    case = fleet(load(f"ec2_instance_state_change_{name}"))

    assert case.stage.world.ec2.instances[case.named.instances[0]].state == state


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("asg_terminate_lifecycle_action", "Terminating:Wait"),
        ("asg_terminate_lifecycle_action_to_warmpool", "Terminating:Wait"),
        ("asg_terminate_lifecycle_action_replace_root_volume", "ReplacingRootVolume:Wait"),
        ("asg_launch_lifecycle_action", "Pending:Wait"),
    ],
)
def test_the_instance_waits_where_the_lifecycle_event_says(name: str, state: str) -> None:
    case = fleet(load(name))

    member = case.stage.world.groups.member(case.named.instances[0])

    assert member is not None
    assert member.state == state
    assert member.actions[str(case.named.hook)].token == case.named.token


def test_an_agent_that_the_event_tells_disconnected_is() -> None:
    case = fleet(load("ecs_container_instance_state_change_agent_disconnected"))

    assert not case.stage.world.host(case.named.instances[0]).agent_connected


def test_the_clock_shows_the_time_of_the_event() -> None:
    case = fleet(load("ec2_spot_interruption_warning"))

    assert case.stage.clock.utc == datetime(2024, 5, 14, 9, 40, tzinfo=UTC)


@pytest.mark.parametrize("time", [None, "yesterday", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", 7, []])
def test_an_event_without_a_time_that_a_clock_can_show_is_played_all_the_same(time: Any) -> None:
    case = fleet(load("ec2_spot_interruption_warning") | {"time": time})

    assert case.stage.clock.utc.year == 2026


def test_external_hosts_exist_and_have_tasks() -> None:
    event = load("ecs_container_instance_state_change_agent_disconnected")
    event["detail"]["ec2InstanceId"] = "mi-0a1b2c3d4e5f67890"

    case = fleet(event)

    host = case.stage.world.host("mi-0a1b2c3d4e5f67890")
    assert host.arn == event["detail"]["containerInstanceArn"]
    assert not host.agent_connected
    assert host.running == 1


def test_ids_of_another_form_exist_nowhere() -> None:
    named = named_in(
        {"detail": {"a": "i-EXAMPLE", "b": ["mi-1", "i-0123456789abcdef0extra"], "c": {"d": "vol-0123456789abcdef0"}}}
    )

    assert (named.instances, named.externals) == ([], [])
    assert (named.clusters, named.groups) == (["prod"], ["web"])


def test_a_container_instance_of_fargate_belongs_to_no_host() -> None:
    event = load("ecs_container_instance_health_change_impaired")
    event["detail"] |= {"ec2InstanceId": None, "capacityProviderName": "FARGATE"}

    assert named_in(event).hosts == []


@pytest.mark.parametrize(
    "changed",
    [
        {"detail": None},
        {"detail": []},
        {"detail": {"AutoScalingGroupName": "a b", "LifecycleHookName": 7}},
        {"source": None, "detail-type": None},
        {"resources": {"deep": [[[["arn:aws:ecs:x:y:cluster/odd"]]]]}},
    ],
)
def test_an_event_of_any_form_is_played(capsys: pytest.CaptureFixture[str], tmp_path: Path, changed: Any) -> None:
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(load("asg_terminate_lifecycle_action_ballast_drain") | changed))

    assert list(played(capsys, path)) == KEYS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read: No such file or directory."),
        ("{", "line 1: this is no JSON: Expecting property name enclosed in double quotes."),
        ("[]", "holds a JSON list, but an event is an object."),
        ("[" * 100_000, "is no JSON that can be read: RecursionError."),
    ],
)
def test_a_file_without_an_event_is_one_sentence_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | None, said: str
) -> None:
    path = tmp_path / "event.json"
    if text is not None:
        path.write_text(text)

    assert main(["event", str(path)]) == 2

    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert str(path) in output.err
    assert said in output.err


FOREIGN = "444455556666"


def test_an_event_of_another_account_sets_off_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(load("ec2_spot_interruption_warning") | {"account": FOREIGN}))

    assert played(capsys, path) == {key: [] for key in KEYS}
    assert played(capsys, path, "--account", FOREIGN)["rules"] == ["SpotInstanceInterrupted"]
    assert main(["event", str(path)]) == 0
    told = "Rules: none matches, so nothing reads it; it is of account 444455556666 in us-east-2, the stack of 123456789012"
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("event", "account", "region", "is_own"),
    [
        ({"account": "123456789012", "region": "us-west-2"}, None, None, True),
        ({"account": "111122223333", "region": "us-east-1"}, None, None, True),
        ({}, None, None, True),
        ({"account": FOREIGN, "region": "us-east-1"}, None, None, False),
        ({"account": FOREIGN, "region": "eu-west-1"}, FOREIGN, None, True),
        ({"account": "123456789012", "region": "us-east-1"}, FOREIGN, None, False),
        ({"account": "123456789012", "region": "us-east-1"}, None, "eu-west-1", False),
        ({"account": ["?"], "region": 7}, None, None, False),
    ],
)
def test_an_event_is_our_own_where_the_stack_stands(
    event: dict[str, Any], account: str | None, region: str | None, *, is_own: bool
) -> None:
    seen = Home.of(event, account, region).seen(event)

    assert ((seen["account"], seen["region"]) == ("123456789012", "us-east-1")) is is_own
