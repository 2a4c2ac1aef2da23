"""What a task, as ECS describes it, says of its end."""

from __future__ import annotations

import pytest

from tests.builders import a_standalone_task, a_task

GONE = "Host EC2 (instance i-0123456789abcdef0) terminated."


@pytest.mark.parametrize(
    ("changes", "ordered"),
    [
        ({}, False),
        ({"desired_status": "STOPPED"}, True),
        ({"last_status": "DEACTIVATING"}, True),
        ({"last_status": "STOPPED", "stop_code": "ServiceSchedulerInitiated"}, True),
        ({"last_status": "STOPPED", "stop_code": "EssentialContainerExited", "desired_status": "STOPPED"}, False),
        ({"last_status": "STOPPED"}, False),
    ],
)
def test_somebody_has_ordered_its_end_or_it_ended_by_itself(
    changes: dict[str, str],
    ordered: bool,  # noqa: FBT001
) -> None:
    assert a_task(**changes).ordered is ordered


@pytest.mark.parametrize(
    ("status", "reason", "with_host"),
    [
        ("STOPPED", GONE, True),
        ("STOPPED", "Essential container in task exited", False),
        ("STOPPING", GONE, False),
        ("STOPPED", "", False),
    ],
)
def test_only_what_has_stopped_for_its_hosts_end_has_ended_with_it(
    status: str,
    reason: str,
    with_host: bool,  # noqa: FBT001
) -> None:
    assert a_task(last_status=status, stopped_reason=reason).ended_with_host is with_host


def test_people_find_it_by_its_service_or_family_and_its_id() -> None:
    assert a_task("a1").name == "service api, task a1"
    assert a_standalone_task("b1").name == "family export, task b1"
    assert a_task(group="").name == "no group, task a"
    assert a_task().service == "api"
