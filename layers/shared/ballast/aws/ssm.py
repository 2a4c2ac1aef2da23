"""AWS Systems Manager: which version hosts run, commands on them, public parameters, change calendars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from typing import TYPE_CHECKING

from ballast.aws.session import client
from ballast.errors import CallFailedError, DeniedError
from ballast.facts.gates import IS_CLOSED
from ballast.records.release import Version
from ballast.telemetry import logger
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.aws.session import RawHost

# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html and siblings
COMMAND_MOST = 50
FILTER_MOST = 100
PAGE_MOST = 50
PARAMETERS_MOST = 10
DELIVERED_WITHIN_S = 120
LOST = frozenset({"TimedOut", "Cancelled"})
# StatusDetails of a command that never began: https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
UNDELIVERED = frozenset({"Undeliverable", "DeliveryTimedOut", "Delivery Timed Out", "Terminated"})
UNENDED = frozenset({"Pending", "InProgress", "Delayed", "Cancelling"})


@dataclass(frozen=True, slots=True)
class HostInformation:
    """`version` as the agent reported it, some minutes late, or why it is none; `online` whether SSM hears from it."""

    instance_id: str
    version: str | None
    online: bool
    unread_version: str = ""


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """`ended` False: it is on its way or runs. `lost`: it was not delivered, or nobody knows how it ended."""

    ended: bool
    succeeded: bool
    lost: bool = False
    stdout: str = ""
    stderr: str = ""


def instance_information(instance_ids: Iterable[str]) -> dict[str, HostInformation]:
    """Of each instance that SSM knows; the others are left out."""
    found: dict[str, HostInformation] = {}
    for some in batched(sorted(set(instance_ids)), FILTER_MOST, strict=False):
        found |= _information(some)
    return found


def send(document: str, instance_ids: Sequence[str], parameters: Mapping[str, str], comment: str) -> dict[str, str]:
    """Run a document on instances; answer the command's id by instance, without those that SSM refuses.

    One instance that SSM does not know, or that the role may not command, spoils the call for all: halving finds it.
    """
    sent: dict[str, str] = {}
    for some in batched(instance_ids, COMMAND_MOST, strict=False):
        try:
            sent |= _send(document, some, parameters, comment)
        except CallFailedError as error:
            if error.code != "InvalidInstanceId" and not isinstance(error, DeniedError):
                raise
            if len(some) == 1:
                logger.error("SSM refuses the command", instance=some[0], document=document, why=str(error))
                continue
            half = len(some) // 2
            sent |= send(document, some[:half], parameters, comment)
            sent |= send(document, some[half:], parameters, comment)
    return sent


def answer(command_id: str, instance_id: str) -> CommandAnswer | None:
    """What became of a command on one instance; None while SSM has no record of it."""
    try:
        raw = client("ssm").get_command_invocation(CommandId=command_id, InstanceId=instance_id)
    except CallFailedError as error:
        if error.code in ("InvocationDoesNotExist", "InvalidInstanceId"):
            return None
        raise
    return CommandAnswer(
        raw["Status"] not in UNENDED,
        raw["Status"] == "Success",
        raw["Status"] in LOST or raw.get("StatusDetails") in UNDELIVERED,
        raw.get("StandardOutputContent", ""),
        raw.get("StandardErrorContent", ""),
    )


def closed_calendars(names: Iterable[str]) -> dict[str, str]:
    """Why, by name, of those not open: IS_CLOSED or what AWS says. Who asks for a calendar does not want surprises without it."""
    return {name: why for name in names if (why := _why_not_open(name))}


def public_parameters(names: Sequence[str]) -> dict[str, str]:
    """Values by name; parameters that do not exist are left out."""
    found = {}
    for some in batched(names, PARAMETERS_MOST, strict=False):
        for raw in client("ssm").get_parameters(Names=list(some))["Parameters"]:
            found[raw["Name"]] = raw["Value"]
    return found


def _information(instance_ids: Sequence[str]) -> dict[str, HostInformation]:
    """An id that is no longer valid is an error for all, as AWS documents; halving finds it in few calls.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
    """
    pages = client("ssm").get_paginator("describe_instance_information")
    asked = pages.paginate(
        Filters=[{"Key": "InstanceIds", "Values": list(instance_ids)}], PaginationConfig={"PageSize": PAGE_MOST}
    )
    try:
        return {raw["InstanceId"]: _host(raw) for page in asked for raw in page["InstanceInformationList"]}
    except CallFailedError as error:
        if error.code != "InvalidInstanceId":
            raise
        if len(instance_ids) == 1:
            logger.info("SSM does not know the instance", instance=instance_ids[0])
            return {}
    half = len(instance_ids) // 2
    return _information(instance_ids[:half]) | _information(instance_ids[half:])


def _host(raw: RawHost) -> HostInformation:
    """The host says itself what it runs."""
    said, version, why = raw.get("PlatformVersion"), None, ""
    try:
        version = str(Version.parse(said)) if said is not None else None
    except ValueError as error:
        why = f"the version that it tells SSM cannot be read: {error}"
    return HostInformation(raw["InstanceId"], version, raw.get("PingStatus") == "Online", why)


def _send(document: str, instance_ids: Sequence[str], parameters: Mapping[str, str], comment: str) -> dict[str, str]:
    command = client("ssm").send_command(
        DocumentName=document,
        InstanceIds=list(instance_ids),
        Parameters={name: [value] for name, value in parameters.items()},
        Comment=comment[:100],
        TimeoutSeconds=DELIVERED_WITHIN_S,
    )["Command"]
    return dict.fromkeys(instance_ids, command["CommandId"])


def _why_not_open(calendar: str) -> str | None:
    try:
        is_open = client("ssm").get_calendar_state(CalendarNames=[calendar])["State"] == "OPEN"
    except CallFailedError as error:
        logger.warning("the change calendar cannot be read and counts as closed", calendar=calendar, exc_info=True)
        return f"cannot be read: {error}"
    return None if is_open else IS_CLOSED
