"""Systems Manager answers: hosts, commands, public parameters, change calendars."""

from __future__ import annotations

from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import page
from simulator.world.core.records import InstanceState
from simulator.world.parts import Parts
from simulator.world.ssm.run_command import MOST_OUTPUT

COMMAND_MOST = 50
PARAMETERS_MOST = 10


def send_command(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html."""
    ids = params["InstanceIds"]
    if len(ids) > COMMAND_MOST:
        raise AwsError("ValidationException", f"Member must have length less than or equal to {COMMAND_MOST}")
    document = params["DocumentName"]
    command_id = world.run_command.send(
        document, ids, params.get("Parameters", {}), float(params.get("TimeoutSeconds", 3600))
    )
    return {
        "Command": {
            "CommandId": command_id,
            "DocumentName": document,
            "Status": "Pending",
            "StatusDetails": "Pending",
            "InstanceIds": ids,
            "TargetCount": len(ids),
        }
    }


def get_command_invocation(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html."""
    found = world.run_command.invocations.get((params["CommandId"], params["InstanceId"]))
    if found is None:
        raise AwsError("InvocationDoesNotExist", "")
    return {
        "CommandId": found.command_id,
        "InstanceId": found.instance_id,
        "DocumentName": found.document,
        "ResponseCode": found.exit_code,
        "Status": found.status,
        "StatusDetails": found.details,
        "StandardOutputContent": "".join(found.stdout)[:MOST_OUTPUT],
        "StandardErrorContent": "".join(found.stderr)[:8000],
    }


def describe_instance_information(world: Parts, params: Params, _actor: str) -> Output:
    """Hosts that SSM knows; it forgets terminated ones.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
    """
    ids = [value for rule in params.get("Filters", []) if rule["Key"] == "InstanceIds" for value in rule["Values"]]
    hosts = [host for id_ in ids or list(world.ec2.instances) if (host := world.bottlerocket.host(id_))]
    known = [h for h in hosts if h.instance.state in (InstanceState.RUNNING, InstanceState.STOPPED)]
    shown, token = page(known, params.get("NextToken"), params.get("MaxResults") or 50, error="InvalidNextToken")
    return {
        "InstanceInformationList": [
            {
                "InstanceId": host.instance.id,
                "PingStatus": "Online" if host.online else "ConnectionLost",
                "LastPingDateTime": world.moment(world.clock.now_s if host.online else host.ping_at_s),
                "PlatformType": "Linux",
                "PlatformName": "Bottlerocket",
                "PlatformVersion": host.reported_version,
                "ResourceType": "EC2Instance",
            }
            for host in shown
        ],
        **({"NextToken": token} if token else {}),
    }


def get_parameters(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html."""
    names = params["Names"]
    if len(names) > PARAMETERS_MOST:
        raise AwsError("ValidationException", f"Member must have length less than or equal to {PARAMETERS_MOST}")
    values = {name: world.bottlerocket.releases.parameter(name) for name in names}
    return {
        "Parameters": [
            {"Name": name, "Type": "String", "Value": value, "Version": 1} for name, value in values.items() if value
        ],
        "InvalidParameters": [name for name, value in values.items() if not value],
    }


def get_calendar_state(world: Parts, params: Params, _actor: str) -> Output:
    """OPEN only if all of them are; https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCalendarState.html."""
    for name in params["CalendarNames"]:
        if name not in world.calendars:
            raise AwsError("InvalidDocument", f"Document with name {name} does not exist.")
    is_open = all(world.calendars[name] for name in params["CalendarNames"])
    return {"State": "OPEN" if is_open else "CLOSED", "AtTime": world.iso(world.clock.now_s)}


OPERATIONS = {
    "SendCommand": send_command,
    "GetCommandInvocation": get_command_invocation,
    "DescribeInstanceInformation": describe_instance_information,
    "GetParameters": get_parameters,
    "GetCalendarState": get_calendar_state,
}
