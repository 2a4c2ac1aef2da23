"""Whoever copies a command out of a document can run it: AWS knows it, and so does our own command line."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import OperationModel

from ballast.policy.policy import Policy, read_policy
from ballast_cli.parser import parser
from tests.builders import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
CODE = re.compile(r"^ *```\w*\n(.*?)^ *```$|(?<!`)`([^`\n]+)`(?!`)", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"")
LOOKED_UP = re.compile(r"\$\((?!aws )\w+ [^()]*\)|\$\(\((?:[^()]|\([^()]*(?:\([^()]*\))?[^()]*\))*\)\)")
# https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-options.html
GLOBAL = {"--region", "--profile", "--query", "--output"}
# The command line pages by itself: https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-pagination.html
PAGING = {"--max-items", "--page-size", "--starting-token"}
# What the command line calls otherwise: https://github.com/aws/aws-cli (awscli/customizations/argrename.py)
RENAMED = {("sns", "subscribe", "--endpoint"): "--notification-endpoint"}
# Commands that are no operation of a service, with the options that we use of them:
# https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/, …/s3/sync/
OF_THE_COMMAND_LINE = {
    ("s3", "sync"): {"--exclude", "--include"},
    ("cloudformation", "deploy"): {
        *("--template-file", "--stack-name", "--s3-bucket", "--s3-prefix", "--capabilities", "--parameter-overrides"),
    },
}
# Characters of a tag of ECS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html
TAG_VALUE = re.compile(r"[\w .:/=+@-]{1,256}", re.ASCII)


def code_of(document: Path) -> list[str]:
    """Its fenced blocks and inline code, with lines that go on joined."""
    found = CODE.findall(document.read_text(encoding="utf-8"))
    return [re.sub(r"\\\n *", "", fenced or inline) for fenced, inline in found]


def aws_commands(document: Path) -> list[str]:
    """Each with a Q for what is quoted or looked up, so that a flag is a flag."""
    plain = [LOOKED_UP.sub("Q", QUOTED.sub("Q", code)) for code in code_of(document)]
    parts = [part.strip() for code in plain for part in re.split(r"[|;)\n]|&&| # |\{ |\$\(", code)]
    return [part for part in parts if re.match(r"aws [a-z]", part)]


def our_commands(document: Path) -> list[list[str]]:
    """But for a mere name in a sentence, such as `ballast approve`."""
    lines = [line for code in code_of(document) for line in code.splitlines()]
    ours = (shlex.split(line, comments=True)[1:] for line in lines if re.match(r"\s*ballast [a-z-]+ ", line))
    return [words[: words.index(">")] if ">" in words else words for words in ours]


ALL_AWS = [(path.name, command) for path in DOCUMENTS for command in aws_commands(path)]
OURS = [(path.name, command) for path in DOCUMENTS for command in our_commands(path)]


@cache
def operations_of(service: str) -> dict[str, OperationModel]:
    """As the command line spells them; it has s3api for the operations of S3, and commands of its own under s3."""
    if service == "s3":
        return {}
    model = botocore.session.get_session().get_service_model("s3" if service == "s3api" else service)
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


def mistakes(command: str) -> list[str]:
    """What AWS's command line would say, from the service's own model."""
    _, service, name, *rest = command.split()
    if service not in {*botocore.session.get_session().get_available_services(), "s3api"}:
        return [f"there is no service {service}"]
    if known := OF_THE_COMMAND_LINE.get((service, name)):
        return [f"{word} is unknown" for word in rest if word.startswith("--") and word not in known | GLOBAL]
    operation = operations_of(service).get(name)
    if operation is None:
        return [f"{service} has no {name}"]
    shape = operation.input_shape
    members = {f"--{xform_name(each, '-')}": member for each, member in (shape.members if shape else {}).items()}
    members = {RENAMED.get((service, name, flag), flag): member for flag, member in members.items()}
    switches = {f"--no-{flag[2:]}" for flag, member in members.items() if member.type_name == "boolean"}
    given = {word for word in rest if word.startswith("--")}
    required = {f"--{xform_name(each, '-')}" for each in (shape.required_members if shape else ())}
    unset = {flag for flag in required if not given & {flag, f"--no-{flag[2:]}"}}
    unknown = given - members.keys() - switches - GLOBAL - PAGING
    return [f"{flag} is unknown" for flag in sorted(unknown)] + [f"{flag} is missing" for flag in sorted(unset)]


@pytest.mark.parametrize(("document", "command"), ALL_AWS)
def test_aws_takes_every_command_that_a_document_gives(document: str, command: str) -> None:
    assert mistakes(command) == [], document


def test_the_commands_of_the_runbook_are_found() -> None:
    of_runbook = [command for name, command in ALL_AWS if name == "operating.md"]

    assert len(of_runbook) > 40
    assert {command.split()[1] for command in of_runbook} >= {"ecs", "autoscaling", "sqs", "lambda", "dynamodb", "logs"}


@pytest.mark.parametrize(
    ("command", "mistake"),
    [
        ("aws ecs stop-tasks --cluster c", "ecs has no stop-tasks"),
        ("aws esc stop-task", "there is no service esc"),
        ("aws ecs stop-task --task t --why x", "--why is unknown"),
        ("aws ecs stop-task --cluster c", "--task is missing"),
        ("aws s3 head-bucket --bucket b", "s3 has no head-bucket"),
        ("aws cloudformation deploy --stack c --s3-bucket b", "--stack is unknown"),
    ],
)
def test_a_command_that_aws_would_refuse_is_seen(command: str, mistake: str) -> None:
    assert mistakes(command) == [mistake]


@pytest.mark.parametrize(("document", "words"), OURS)
def test_our_command_line_takes_every_command_that_a_document_gives(
    document: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEDGER_TABLE", raising=False)

    assert parser().parse_args(words).command, document


def test_the_runbook_shows_every_command_of_ours_by_its_installed_name() -> None:
    shown = {words[0] for name, words in OURS if name == "operating.md"}

    assert shown >= {"approve", "halt", "resume", "rollback", "status"}
    assert [path.name for path in DOCUMENTS if "python -m ballast" in path.read_text(encoding="utf-8")] == []


def written_tags(text: str) -> list[tuple[str, str]]:
    """`key=ballast:…,value=…` of commands and `ballast:…=…` of sentences."""
    of_commands = re.findall(r"key=(ballast:[a-z-]+),value=(?:'([^'`]*)'|\"([^\"`]*)\"|([^\s`'\"]*))", text)
    of_sentences = re.findall(r"`(ballast:[a-z-]+)=([^`]*)`", text)
    return [(tag, a or b or c) for tag, a, b, c in of_commands] + of_sentences


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_tag_that_a_document_sets_can_be_held_and_is_readable(path: Path) -> None:
    tags = written_tags(path.read_text(encoding="utf-8"))

    assert [value for _, value in tags if not TAG_VALUE.fullmatch(value)] == []
    assert [read_policy(Policy(), {tag: value}).unreadable for tag, value in tags] == [()] * len(tags)


def test_the_tags_of_the_runbook_are_found() -> None:
    tags = written_tags((ROOT / "docs" / "operating.md").read_text(encoding="utf-8"))

    assert {("ballast:budget", "10 percent"), ("ballast:update-freeze", "true")} <= set(tags)
