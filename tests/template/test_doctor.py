"""What `ballast doctor` needs, says and links to, beside the runbook, the template and AWS's models."""

from __future__ import annotations

import ast
import json
import re
import shlex
from typing import Any

import pytest

from ballast_cli.doctor.asks.look import ACTIONS, DRIFT_ACTIONS
from ballast_cli.doctor.checks.channels import CAME_FROM
from ballast_cli.doctor.checks.every import CHECKS
from ballast_cli.doctor.checks.switches import RIGHTS, SWITCHES
from ballast_cli.main import main
from tests.builders import NOW, ROOT
from tests.cli.doctor.account import HOST, PARAMETERS, TEMPLATE, Account, Group, asked
from tests.template.test_commands import mistakes
from tests.template.test_runbook import RUNBOOK, sections

CHECKED = ROOT / "cli" / "ballast_cli" / "doctor" / "checks"
LETTER = {"MessageId": "1", "Body": "{}"}
OF_THE_COMMAND_LINE = (
    "aws logs tail",
    "aws configure",
    "aws sso",
    "aws cloudformation wait",
)  # beside the services' own
MUTE = {"ActionsEnabled": False}
PARAMETER_ARN = "arn:aws:ssm:eu-central-1:123456789012:parameter/slack"


def wrong_in_every_way() -> list[Account]:
    """Accounts that have, between them, something wrong for nearly every check."""
    drift = {"DriftInformation": {"StackDriftStatus": "DRIFTED"}}
    drifted = {"StackId": "s", "ResourceType": "t", "Timestamp": NOW, "LogicalResourceId": "X"}
    off = Account(
        reserved={"DrainInstance": 0},
        function_states={"UpdateBottlerocket": {"State": "Failed"}},
        unreserved=1,
        sources={"DrainInstance": "Disabled"},
        no_sources={"WatchBottlerocket"},
        rules={"DrainSweep": "DISABLED", "UpdateSweep": None},
        alarms={"DrainInstanceSilent": {"StateValue": "ALARM"}, "PagesWaiting": None, "NoticesDeadLettered": MUTE},
        letters={name: [LETTER] for name in CAME_FROM},
        subscriptions=[("email", "on-call@example.com", False)],
        secret=None,
        stack=drift,
        drifts=[{**drifted, "StackResourceDriftStatus": "DELETED"}],
        others=[{"StackName": "other", "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE", "Parameters": parameters({})}],
        skew_s=100,
    )  # fmt: skip
    off.parameters |= {"DryRun": "true", "UpdateWaves": "9 3"}
    fleet = Account(
        lost_agents={HOST},
        offline={HOST},
        registered=set(),
        cluster_states={"prod": "FAILED"},
        clusters={
            "prod": {
                "ballast:managed": "true",
                "ballast:paused": "true",
                "ballast:do-not-disrupt": "true",
                "ballast:update-freeze": "true",
                "ballast:budget": "1",
                "ballast:nonsense": "1",
                "ballast:repair": "on",
                "ballast:rebalance-headroom": "perhaps",
            },
            "staging": {"ballast:managed": "True"},
        },
    )
    fleet.parameters |= {"SlackSecretArn": PARAMETER_ARN, "Rebalance": "on"}
    web = fleet.groups["web"]
    web.more = {"SuspendedProcesses": [{"ProcessName": "Launch"}], "Operator": {"Principal": "x"}, "MaxSize": 1}
    web.of_provider = {"managedTerminationProtection": "ENABLED", "managedScaling": {"status": "DISABLED"}}
    fleet.groups["spot"].tags, fleet.groups["spot"].hooks = {}, {"ballast-drain": ("ABANDON", 9), "x": ("ABANDON", 9)}
    fleet.groups["gone"] = Group("gone-provider", "prod", [], more={"gone": True})
    bare = Account(
        groups={"web": Group("p", "prod", [HOST], hooks={})}, subscriptions=[], status="UPDATE_ROLLBACK_COMPLETE"
    )
    nothing = Account(clusters={"prod": {}})
    return [off, fleet, bare, nothing, Account(status="GONE"), Account(stack={"Outputs": [], "Parameters": []})]


def parameters(changes: dict[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in (PARAMETERS | changes).items()]


@pytest.fixture(scope="module")
def found() -> list[dict[str, Any]]:
    """All findings of all these accounts, and the calls that were made for them."""
    findings: list[dict[str, Any]] = []
    for account in wrong_in_every_way():
        findings += examined(account)
    return findings


def examined(account: Account) -> list[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch, asked(account, patch):
        printed: list[str] = []
        patch.setattr("builtins.print", lambda text, **_: printed.append(text))
        main(["doctor", "--json"])
    document: dict[str, Any] = json.loads("".join(printed))
    return list(document["findings"])


def test_nearly_every_check_finds_something_in_one_of_these_accounts(found: list[dict[str, Any]]) -> None:
    wrong = {each["check"] for each in found if each["severity"] != "fine"}

    assert {check.title for check in CHECKS} - wrong == {"credentials"}


def test_aws_and_our_own_command_line_take_every_command_that_mends(
    found: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEDGER_TABLE", raising=False)
    from ballast_cli.parser import parser  # noqa: PLC0415 - of the command itself

    mends = {each["mend"] for each in found if each["mend"]}
    assert len(mends) > 40
    for mend in sorted(mends):
        if mend.startswith("ballast "):
            assert parser().parse_args(shlex.split(mend)[1:]).command
        elif mend.startswith("aws ") and not mend.startswith(OF_THE_COMMAND_LINE):
            plain = re.sub(r"'[^']*'|\"[^\"]*\"", "Q", re.sub(r"\$\(.*\)", "Q", mend))
            assert mistakes(plain) == [], mend
        else:
            assert mend.startswith((*OF_THE_COMMAND_LINE, "make deploy", "sudo timedatectl")), mend


def test_every_finding_links_to_a_section_of_the_runbook(found: list[dict[str, Any]]) -> None:
    linked = {each["see"].partition("#")[2] for each in found if each["see"]}

    assert sorted(linked - sections().keys()) == []
    assert sorted(written() - sections().keys()) == []
    assert len(linked) > 15


def written() -> set[str]:
    """The anchors that stand in the checks as text, also of what no account above has."""
    found: set[str] = set()
    for path in CHECKED.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="broken" | "warning" | "note" | "say"),
                    args=[_, _, _, ast.Constant(value=str(see))],
                ):
                    found.add(see)
                case _:
                    pass
    return found


def test_the_runbook_lists_exactly_the_actions_of_the_calls_that_are_made() -> None:
    made: set[str] = set()
    for account in wrong_in_every_way():
        examined(account)
        made |= {operation for _, operation, _ in account.calls}
    [policy] = [json.loads(text) for text in re.findall(r"^```json\n(.*?)^```$", RUNBOOK, re.MULTILINE | re.DOTALL)]
    [statement] = policy["Statement"]

    assert made - {"GetCallerIdentity"} == ACTIONS.keys()
    assert statement["Action"] == sorted(ACTIONS.values())
    assert [action for action in DRIFT_ACTIONS.values() if action not in RUNBOOK] == []


def test_none_of_the_actions_changes_anything() -> None:
    verbs = {action.partition(":")[2] for action in ACTIONS.values()}

    assert [verb for verb in verbs if not verb.startswith(("Describe", "List", "Get", "Query", "ReceiveMessage"))] == []
    assert {"GetSecretValue", "GetParameter", "GetParameters"} & verbs == set()


def test_the_runbook_tells_of_every_check() -> None:
    table = sections()["doctor"]

    assert [check.title for check in CHECKS if check.title not in table] == []


def test_what_the_checks_name_of_the_template_is_there() -> None:
    named = {name for name, _, _ in SWITCHES} | {name for _, _, names, _ in RIGHTS for name in names}
    logs = {f"{function}Logs" for function in CAME_FROM.values()}
    letters = {n for n, each in TEMPLATE["Resources"].items() if n.endswith("DeadLetters") and "Queue" in each["Type"]}

    assert named <= TEMPLATE["Parameters"].keys()
    assert letters == CAME_FROM.keys()
    assert logs | {"Notifications", "DrainInstanceLogs"} <= TEMPLATE["Resources"].keys()
