"""SECURITY.md says what each role allows, and why, as template.yaml has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.delivery.cloudformation import load
from tests.builders import ROOT
from tools.roles import roles, statements_of
from tools.scopes import Scopes
from tools.worst import WORST, worst

SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
TEMPLATE = load(ROOT / "template.yaml")
TEXT = (ROOT / "template.yaml").read_text(encoding="utf-8")
FUNCTIONS = [name for name, each in TEMPLATE["Resources"].items() if each["Type"] == "AWS::Serverless::Function"]
SCOPES = Scopes(TEMPLATE)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_action_of_a_role_stands_in_the_table_of_its_function(function: str) -> None:
    folder = TEMPLATE["Resources"][function]["Properties"]["CodeUri"].removeprefix("functions/")
    table = SECURITY.partition(f"### `{folder}`\n")[2].partition("\n#")[0]
    listed = [one.values["Action"] for one in statements_of(function, TEMPLATE, TEXT)]
    actions = re.findall(r"\b[a-z0-9-]+:[A-Z]\w+", str(listed))

    assert actions
    assert [action for action in actions if f"`{action}`" not in table] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_text_tells_about_every_function(function: str) -> None:
    folder = TEMPLATE["Resources"][function]["Properties"]["CodeUri"].removeprefix("functions/")

    assert f"- `{folder}` " in SECURITY.partition("<!-- roles:begin -->")[0]


def test_a_statement_without_a_reason_is_refused(tmp_path: Path) -> None:
    written = re.sub(r"(Sid: RunOurDocuments) #.*", r"\1", TEXT)
    (tmp_path / "template.yaml").write_text(written, encoding="utf-8")

    with pytest.raises(ValueError, match=r"statement RunOurDocuments of template\.yaml has no comment"):
        roles(tmp_path)


def test_a_statement_that_a_condition_adds_says_which() -> None:
    [one] = [one for one in statements_of("UpdateBottlerocket", TEMPLATE, TEXT) if one.sid == "GiveInstancesTheirRoles"]

    assert one.only_if.endswith("and `InstanceRoleArns` is set")


@pytest.mark.parametrize(
    ("condition", "negated", "words"),
    [
        ("NamesInstanceRoles", False, "`InstanceRoleArns` is set"),
        ("NamesInstanceRoles", True, "`InstanceRoleArns` is empty"),
        ("NamesClusters", False, "`ManagedClusters` is set"),
        ("NamesClusters", True, "`ManagedClusters` is empty"),
        ("ReadsSlackSecret", False, "`SlackSecretArn` is set"),
        ("MayReplace", False, "`UpdateStrategy` is `replace` or `UpdateRights` is `replace`"),
        ("MayReplace", True, "`UpdateStrategy` is not `replace` and `UpdateRights` is not `replace`"),
        (
            "MayChangeTemplates",
            False,
            "(`UpdateStrategy` is not `off` or `UpdateRights` is not `as-strategy`) and `InstanceRoleArns` is set",
        ),
    ],
)
def test_a_condition_of_the_template_in_words(condition: str, negated: bool, words: str) -> None:  # noqa: FBT001
    assert SCOPES.holds(condition, negated=negated) == words


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ("*", "any resource"),
        ({"Fn::GetAtt": ["Ledger", "Arn"]}, "table `Ledger`"),
        ({"Ref": "Notifications"}, "topic `Notifications`"),
        ({"Ref": "SlackSecretArn"}, "what `SlackSecretArn` names"),
        (
            {"Fn::Sub": "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:document/${RebootHostDocument}"},
            "the stack's document `RebootHostDocument`",
        ),
        (
            {"Fn::Sub": "arn:${AWS::Partition}:ssm:${AWS::Region}:*:document/*"},
            "Systems Manager documents of any account",
        ),
    ],
)
def test_a_resource_in_words(resource: object, words: str) -> None:
    assert SCOPES.resource(resource) == words


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:s3:::bucket",
        {"Fn::Sub": "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:subnet/*"},
        {"Fn::Sub": "arn:${AWS::Partition}:ec2:${AWS::Region}:111122223333:instance/*"},
        {"Fn::Sub": "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*"},
        {"Ref": "Nothing"},
    ],
)
def test_a_resource_that_has_no_words_yet_is_refused(resource: object) -> None:
    with pytest.raises(ValueError, match=r"words yet in tools/scopes\.py"):
        SCOPES.resource(resource)


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {"aws:ResourceTag/ballast:managed": "*"}},
        {"Null": {"aws:ResourceTag/AmazonECSManaged": "true"}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"events:source": {"Ref": "X"}}},
    ],
)
def test_a_condition_that_has_no_words_yet_is_refused(condition: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"words yet in tools/scopes\.py"):
        SCOPES.condition(condition)


THREATS = [
    row.split("|")[1:-1]
    for row in SECURITY.partition("## Threats")[2].partition("\n## ")[0].splitlines()
    if row[:1] == "|"
]


def test_the_table_of_threats_has_its_heading() -> None:
    assert [cell.strip() for cell in THREATS[0]] == [
        "who",
        "what they can do",
        "what stops them",
        "the test that shows it",
    ]


@pytest.mark.parametrize("row", THREATS[2:], ids=lambda row: row[1].strip()[:60])
def test_each_threat_is_shown_by_a_test_that_exists(row: list[str]) -> None:
    *told, shown = (cell.strip() for cell in row)
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", shown)

    assert len(told) == 3
    assert all(told)
    assert named
    assert shown.count("`") == 2 * len(named)
    for path, test in named:
        assert re.search(rf"^def {test}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), (path, test)


def test_a_statement_that_is_worth_something_and_has_no_words_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(WORST, "RunOurDocuments")

    with pytest.raises(
        ValueError, match=r"statement RunOurDocuments of template\.yaml has no words yet in tools/worst"
    ):
        worst(ROOT)


def test_by_default_a_stolen_role_of_update_bottlerocket_changes_nothing_but_records_and_messages() -> None:
    [row] = [row for row in worst(ROOT).splitlines() if "`update_bottlerocket`" in row]
    default = row.split("|")[2].strip().split("; ")

    of_records = ("KeepLedger", "AnswerCommands", "SignWhatIsSaid")
    assert default == [WORST[sid] for sid in (*of_records, "TellWhatHappened", "SetAsideUnreadableEvents")]
