"""Whoever gets a notice or an alarm finds a section in the runbook that tells about it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ballast.drain.triggers import OUR_HOOK
from ballast.words.codes import Code
from simulator.delivery.cloudformation import load
from tests.builders import ROOT

RUNBOOK = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
CODE = re.compile(r"[A-Z][a-z]+([A-Z][a-z]+)+")
TEMPLATE = load(ROOT / "template.yaml")
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
FOLDERS = {
    name: each["Properties"]["CodeUri"].removeprefix("functions/")
    for name, each in RESOURCES.items()
    if each["Type"] == "AWS::Serverless::Function"
}
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}


def anchor_of(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def sections() -> dict[str, str]:
    """The text below each heading up to the next, by its anchor."""
    without_code = re.sub(r"^ *```.*?^ *```$", "", RUNBOOK, flags=re.MULTILINE | re.DOTALL)
    parts = re.split(r"^#+ (.+)$", without_code, flags=re.MULTILINE)[1:]
    return {anchor_of(heading): text for heading, text in zip(parts[::2], parts[1::2], strict=True)}


def subjects_of(alarm: dict[str, Any]) -> set[str]:
    """The function or the queue that the alarm watches, or the queues whose dead letters it watches."""
    [dimension] = (
        alarm["Metrics"][0]["MetricStat"]["Metric"]["Dimensions"] if "Metrics" in alarm else alarm["Dimensions"]
    )
    if dimension["Name"] == "FunctionName":
        return {FOLDERS[dimension["Value"]["Ref"]]}
    if alarm["MetricName"] in {"ApproximateAgeOfOldestMessage", "NumberOfMessagesDeleted"}:
        return {dimension["Value"]["Fn::GetAtt"][0]}
    letters = {"Fn::GetAtt": [dimension["Value"]["Fn::GetAtt"][0], "Arn"]}
    return {
        name
        for name, each in RESOURCES.items()
        if each.get("Properties", {}).get("RedrivePolicy", {}).get("deadLetterTargetArn") == letters
    }


def test_every_code_has_a_section_in_the_runbook() -> None:
    headings = set(re.findall(r"^#+ (\w+)$", RUNBOOK, re.MULTILINE))

    assert sorted(set(Code) - headings) == []


def test_every_section_of_a_code_is_about_a_code_that_exists() -> None:
    headings = re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)

    assert sorted({heading for heading in headings if CODE.fullmatch(heading)} - set(Code)) == []


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_links_to_a_section_about_what_it_watches(name: str) -> None:
    described = ALARMS[name]["AlarmDescription"]["Fn::Sub"]
    link = re.fullmatch(r".+; see \$\{RunbookUrl\}#([a-z-]+)", described)

    assert link is not None
    subjects = subjects_of(ALARMS[name])
    assert subjects
    assert [each for each in subjects if not re.search(rf"\b{each}\b", sections()[link[1]])] == []


def test_every_section_of_an_alarm_is_about_one_that_exists() -> None:
    headings = re.findall(r"^### (\w+)$", RUNBOOK, re.MULTILINE)

    assert sorted(heading for heading in headings if CODE.fullmatch(heading)) == sorted(ALARMS)


@pytest.mark.parametrize("function", FOLDERS)
def test_the_runbook_tells_how_to_stop_each_function_and_where_it_logs(function: str) -> None:
    logs = RESOURCES[function]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
    stop = RUNBOOK.partition("\n## Stop at once\n")[2].partition("\n## ")[0]

    reads_a_queue = "Events" in RESOURCES[function]["Properties"]
    by_hand = f"--uuid $(mapping {function}) --no-enabled"
    if not reads_a_queue:
        by_hand = f"put-function-concurrency --function-name $(physical {function}) --reserved-concurrent-executions 0"
    assert by_hand in stop
    assert f"| `{FOLDERS[function]}` |" in stop  # what stays half done
    assert logs in sections()["logs"]


def test_every_link_inside_the_runbook_leads_somewhere() -> None:
    links = re.findall(r"\]\(#([^)]+)\)", RUNBOOK)

    assert len(links) > 40
    assert sorted(set(links) - sections().keys()) == []


@pytest.mark.parametrize("path", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")]), ids=lambda p: p.name)
def test_every_link_into_the_runbook_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\([^)]*operating\.md#([^)]+)\)", path.read_text(encoding="utf-8"))

    assert sorted(set(links) - sections().keys()) == []


def test_every_resource_that_a_command_looks_up_exists() -> None:
    named = re.findall(r"\$\((?:physical|arn|mapping) ([A-Z]\w+)\)", RUNBOOK)
    set_by_hand = re.findall(r"\b(?:QUEUE|LETTERS|FUNCTION|RULE|LOGS)=(\w+)", RUNBOOK)

    assert len(named) > 8
    assert sorted({*named, *set_by_hand} - RESOURCES.keys()) == []


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("https://github.com/ballast-ecs/ballast/blob/main/docs/operating.md", True),
        ("https://wiki.example.com/x?page=ballast", True),
        ("http://wiki.example.com/ballast", False),
        ("https://wiki.example.com/ballast#top", False),
        ("https://wiki.example.com/b|a", False),
        ("", False),
    ],
)
def test_the_address_of_the_runbook_is_one_that_an_anchor_can_follow(url: str, is_taken: bool) -> None:  # noqa: FBT001
    assert bool(re.fullmatch(TEMPLATE["Parameters"]["RunbookUrl"]["AllowedPattern"], url)) is is_taken


@pytest.mark.parametrize("name", ["README.md", "docs/operating.md"])
def test_the_hook_that_ballast_owns_is_documented(name: str) -> None:
    assert OUR_HOOK in (ROOT / name).read_text()
