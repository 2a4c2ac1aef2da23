"""AWS Systems Manager: what hosts run, commands on them, public parameters and change calendars."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ballast.aws import session, ssm
from ballast.aws.ssm import HostInformation
from ballast.errors import CallFailedError, DeniedError, UnavailableError
from ballast.facts.gates import IS_CLOSED
from tests.aws_stubs import Stubs

SAMPLES = Path(__file__).parents[2] / "samples" / "bottlerocket"
COMMAND = "8865c81a-83ae-4c2e-958d-05dc107ef47e"
OTHER_COMMAND = "0f0c0a1e-5f7e-4a41-9d1d-6b1f7f3f6b10"


def ids(count: int) -> list[str]:
    return [f"i-{number:017}" for number in range(count)]


def sample(name: str) -> dict[str, Any]:
    found = json.loads((SAMPLES / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def asked_about(instance_ids: list[str], **more: Any) -> dict[str, Any]:
    return {"Filters": [{"Key": "InstanceIds", "Values": instance_ids}], "MaxResults": 50, **more}


def informs(aws: Stubs, instance_ids: list[str], *known: dict[str, Any], **more: Any) -> None:
    answer = {"InstanceInformationList": list(known), **more}
    aws.answers("ssm", "describe_instance_information", asked_about(instance_ids), answer)


def a_host(instance_id: str, **more: Any) -> dict[str, Any]:
    return {
        "InstanceId": instance_id,
        "PlatformName": "Bottlerocket",
        "PlatformVersion": "1.64.0",
        "PingStatus": "Online",
        **more,
    }


def test_a_host_tells_its_version_and_whether_it_is_online(aws: Stubs) -> None:
    [raw] = sample("ssm-describe-instance-information.composed.json")["InstanceInformationList"]
    instance_id = raw["InstanceId"]
    informs(aws, [instance_id], raw | {"LastPingDateTime": datetime(2026, 8, 6, 2, 8, 41, 120000, tzinfo=UTC)})

    assert ssm.instance_information([instance_id]) == {instance_id: HostInformation(instance_id, "1.64.0", online=True)}


def test_hosts_are_asked_about_a_hundred_at_a_time_and_all_pages_read(aws: Stubs) -> None:
    everybody = ids(101)
    informs(aws, everybody[:100], a_host(everybody[0]), NextToken="more")
    aws.answers(
        "ssm",
        "describe_instance_information",
        asked_about(everybody[:100], NextToken="more"),
        {"InstanceInformationList": [a_host(everybody[1], PingStatus="ConnectionLost")]},
    )
    informs(aws, everybody[100:], {"InstanceId": everybody[100]})

    known = ssm.instance_information([*everybody, *everybody])

    assert {host.instance_id: (host.version, host.online) for host in known.values()} == {
        everybody[0]: ("1.64.0", True),
        everybody[1]: ("1.64.0", False),
        everybody[100]: (None, False),
    }


def test_an_instance_that_is_no_more_does_not_hide_the_others(aws: Stubs) -> None:
    first, gone, last = ids(3)
    method = "describe_instance_information"
    aws.refuses("ssm", method, "InvalidInstanceId", asked_about([first, gone, last]))
    informs(aws, [first], a_host(first))
    aws.refuses("ssm", method, "InvalidInstanceId", asked_about([gone, last]))
    aws.refuses("ssm", method, "InvalidInstanceId", asked_about([gone]))
    informs(aws, [last], a_host(last))

    assert ssm.instance_information([first, gone, last]).keys() == {first, last}


def test_nobody_is_asked_about_nobody(aws: Stubs) -> None:
    aws.stub("ssm")

    assert ssm.instance_information([]) == {}


def sending(instance_ids: list[str], comment: str = "Ballast StageUpdate") -> dict[str, Any]:
    return {
        "DocumentName": "ballast-StageUpdate",
        "InstanceIds": instance_ids,
        "Parameters": {"TargetVersion": ["1.64.0"]},
        "Comment": comment,
        "TimeoutSeconds": 120,
    }


def sends(aws: Stubs, instance_ids: list[str], command_id: str, comment: str = "Ballast StageUpdate") -> None:
    aws.answers("ssm", "send_command", sending(instance_ids, comment), {"Command": {"CommandId": command_id}})


def stage(instance_ids: list[str], comment: str = "Ballast StageUpdate") -> dict[str, str]:
    return ssm.send("ballast-StageUpdate", instance_ids, {"TargetVersion": "1.64.0"}, comment)


def test_a_command_goes_to_fifty_instances_at_a_time(aws: Stubs) -> None:
    everybody = ids(51)
    sends(aws, everybody[:50], COMMAND)
    sends(aws, everybody[50:], OTHER_COMMAND)

    sent = stage(everybody)

    assert sent == dict.fromkeys(everybody[:50], COMMAND) | {everybody[50]: OTHER_COMMAND}


def test_an_instance_that_the_role_may_not_command_does_not_hold_up_the_others(aws: Stubs) -> None:
    first, foreign, last = ids(3)
    aws.refuses("ssm", "send_command", "AccessDeniedException", sending([first, foreign, last]))
    sends(aws, [first], COMMAND)
    aws.refuses("ssm", "send_command", "AccessDeniedException", sending([foreign, last]))
    aws.refuses("ssm", "send_command", "AccessDeniedException", sending([foreign]))
    sends(aws, [last], OTHER_COMMAND)

    assert stage([first, foreign, last]) == {first: COMMAND, last: OTHER_COMMAND}


def test_instances_that_ssm_refuses_do_not_hold_up_the_others(aws: Stubs) -> None:
    first, gone = ids(2)
    aws.refuses("ssm", "send_command", "InvalidInstanceId", sending([first, gone]))
    sends(aws, [first], COMMAND)
    aws.refuses("ssm", "send_command", "InvalidInstanceId", sending([gone]))

    assert stage([first, gone]) == {first: COMMAND}


def test_a_comment_is_cut_to_what_ssm_takes(aws: Stubs) -> None:
    sends(aws, ids(1), COMMAND, comment="x" * 100)

    assert stage(ids(1), comment="x" * 300)


def test_a_document_that_does_not_exist_is_an_error(aws: Stubs) -> None:
    aws.refuses("ssm", "send_command", "InvalidDocument", sending(ids(1)))

    with pytest.raises(CallFailedError, match="InvalidDocument"):
        stage(ids(1))


INVOCATION = {"CommandId": COMMAND, "InstanceId": ids(1)[0]}


@pytest.mark.parametrize(
    ("status", "ended", "succeeded"),
    [
        ("Pending", False, False),
        ("InProgress", False, False),
        ("Delayed", False, False),
        ("Cancelling", False, False),
        ("Success", True, True),
        ("Failed", True, False),
        ("TimedOut", True, False),
        ("Cancelled", True, False),
    ],
)
def test_every_status_of_a_command_says_whether_it_ended_and_how(
    aws: Stubs, status: str, *, ended: bool, succeeded: bool
) -> None:
    aws.answers("ssm", "get_command_invocation", INVOCATION, {**INVOCATION, "Status": status})

    answer = ssm.answer(COMMAND, ids(1)[0])

    assert answer
    assert (answer.ended, answer.succeeded, answer.stdout, answer.stderr) == (ended, succeeded, "", "")


@pytest.mark.parametrize("details", ["Undeliverable", "Delivery Timed Out", "DeliveryTimedOut", "Terminated"])
def test_a_command_that_did_not_reach_its_host_is_lost_and_no_failure(aws: Stubs, details: str) -> None:
    raw = {**INVOCATION, "Status": "Failed", "StatusDetails": details}
    aws.answers("ssm", "get_command_invocation", INVOCATION, raw)

    answer = ssm.answer(COMMAND, ids(1)[0])

    assert answer
    assert answer.lost


def test_an_answer_carries_what_the_command_printed(aws: Stubs) -> None:
    raw = sample("ssm-get-command-invocation-check.composed.json")
    asked = {"CommandId": raw["CommandId"], "InstanceId": raw["InstanceId"]}
    del raw["CloudWatchOutputConfig"]  # botocore's model allows no empty name in it
    aws.answers("ssm", "get_command_invocation", asked, raw)

    answer = ssm.answer(raw["CommandId"], raw["InstanceId"])

    assert answer
    assert (answer.stdout, answer.stderr) == (raw["StandardOutputContent"], raw["StandardErrorContent"])


@pytest.mark.parametrize("code", ["InvocationDoesNotExist", "InvalidInstanceId"])
def test_a_command_that_ssm_has_no_record_of_has_no_answer(aws: Stubs, code: str) -> None:
    aws.refuses("ssm", "get_command_invocation", code, INVOCATION)

    assert ssm.answer(COMMAND, ids(1)[0]) is None


def test_an_answer_that_may_not_be_read_is_an_error(aws: Stubs) -> None:
    aws.refuses("ssm", "get_command_invocation", "AccessDeniedException", INVOCATION)

    with pytest.raises(DeniedError, match="AccessDenied"):
        ssm.answer(COMMAND, ids(1)[0])


def test_a_calendar_that_is_closed_unknown_or_says_something_else_counts_as_closed(aws: Stubs) -> None:
    for name, state in (("open", "OPEN"), ("closed", "CLOSED"), ("new", "HALF_OPEN")):
        aws.answers("ssm", "get_calendar_state", {"CalendarNames": [name]}, {"State": state})
    aws.refuses("ssm", "get_calendar_state", "InvalidDocument", {"CalendarNames": ["unknown"]})
    aws.refuses("ssm", "get_calendar_state", "AccessDeniedException", {"CalendarNames": ["theirs"]})

    closed = ssm.closed_calendars(["open", "closed", "new", "unknown", "theirs"])

    unread = "cannot be read: AWS refused GetCalendarState ({}): no"
    assert closed == {
        "closed": IS_CLOSED,
        "new": IS_CLOSED,
        "unknown": unread.format("InvalidDocument"),
        "theirs": unread.format("AccessDeniedException"),
    }


def test_a_calendar_counts_as_closed_while_systems_manager_does_not_answer(
    aws: Stubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(**_: Any) -> None:
        raise UnavailableError("AWS could not be asked: Read timeout")

    aws.stub("ssm")
    monkeypatch.setattr(session.client("ssm"), "get_calendar_state", unreachable)

    assert ssm.closed_calendars(["freeze"]) == {"freeze": "cannot be read: AWS could not be asked: Read timeout"}
    assert ssm.closed_calendars([]) == {}


def test_parameters_are_read_ten_at_a_time_and_unknown_ones_left_out(aws: Stubs) -> None:
    raw = sample("ssm-get-parameters.composed.json")
    known = {each["Name"]: each["Value"] for each in raw["Parameters"]}
    names = [*known, *(f"/aws/service/bottlerocket/unknown-{number}" for number in range(9))]
    found = [{key: value for key, value in each.items() if key != "LastModifiedDate"} for each in raw["Parameters"]]
    aws.answers("ssm", "get_parameters", {"Names": names[:10]}, {"Parameters": found, "InvalidParameters": names[2:10]})
    aws.answers("ssm", "get_parameters", {"Names": names[10:]}, {"Parameters": [], "InvalidParameters": names[10:]})

    assert ssm.public_parameters(names) == known
