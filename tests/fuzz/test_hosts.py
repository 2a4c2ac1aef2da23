"""The border of the hosts: whatever a command prints and SSM reports is an answer, and what it holds can be a parameter."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ballast.aws.ssm import _host
from ballast.facts.fleet import Report
from ballast.facts.host_answer import WORDS_MOST, HostAnswer, UpdateState, read_answer
from ballast.plans.plan import Plan
from ballast.records.document import Document
from ballast.records.rollout import InstanceUpdate, Stage
from ballast.update.instance.ask import parameters_of
from ballast.update.instance.stage import plan_checking
from simulator.delivery.cloudformation import load
from tests.ballast.update.rollouts import a_host, asked
from tests.builders import ROOT, after
from tests.fuzz.junk import spoilt, texts

VERSION = re.compile(r"[0-9]{1,4}[.][0-9]{1,4}[.][0-9]{1,4}")
PARTITION = {"image": {"arch": "x86_64", "variant": "aws-ecs-2", "version": "1.62.1"}, "next_to_boot": True}
STATUS: dict[str, Any] = {
    "update_state": "Available",
    "available_updates": ["1.64.0"],
    "chosen_update": {"arch": "x86_64", "variant": "aws-ecs-2", "version": "1.64.0"},
    "active_partition": PARTITION,
    "staging_partition": PARTITION,
    "most_recent_command": {
        "cmd_type": "refresh",
        "cmd_status": "Failed",
        "stderr": "no",
        "timestamp": "2026-11-23T09:00:00Z",
    },
}
SETTINGS: dict[str, Any] = {"settings": {"updates": {"ignore-waves": False, "version-lock": "v1.62.1", "seed": 7}}}


def patterns() -> dict[tuple[Document, str], str]:
    """What each document of the template takes."""
    found = {}
    resources = load(ROOT / "template.yaml")["Resources"]
    names = {Document.STAGE: "StageUpdateDocument", Document.RESTORE: "RestoreUpdateSettingsDocument"}
    for document, name in names.items():
        for parameter, told in resources[name]["Properties"]["Content"]["parameters"].items():
            found[document, parameter] = told["allowedPattern"]
    return found


PATTERNS = patterns()


def is_sound(answer: HostAnswer) -> None:
    """Its versions are versions, and what is remembered of it is taken by the documents."""
    words = answer.words or "none"
    assert words.isprintable()
    assert len(words) <= WORDS_MOST
    if answer.status:
        assert answer.status.state in UpdateState
        told = (answer.status.active, answer.status.staging, answer.status.chosen, *answer.status.available)
        assert all(VERSION.fullmatch(version) for version in told if version is not None)


def updates_of(plan: Plan) -> list[InstanceUpdate]:
    return [found for action in plan.actions if isinstance(found := getattr(action, "after", None), InstanceUpdate)]


@given(spoilt(STATUS), spoilt(SETTINGS), st.booleans(), texts)
def test_an_answer_is_read_and_nothing_of_it_is_refused_by_a_document(
    status: Any, settings: Any, succeeded: bool, stderr: str  # noqa: FBT001
) -> None:  # fmt: skip
    stdout = f"{json.dumps(status)}\n{json.dumps(settings)}"

    answer = read_answer(stdout, stderr, succeeded=succeeded)

    is_sound(answer)
    checking = asked(Document.CHECK, Stage.CHECKING, version_lock=None, ignore_waves=None)
    plan = plan_checking(a_host(update=checking, report=Report(ended=True, answer=answer)), checking, after(1))
    for update in updates_of(plan):
        for document in (Document.STAGE, Document.RESTORE):
            for name, text in parameters_of(document, update).items():
                assert re.fullmatch(PATTERNS[document, name], text), (document, name, text)


@given(texts, texts, st.booleans())
def test_what_is_no_json_is_an_answer_too(stdout: str, stderr: str, succeeded: bool) -> None:  # noqa: FBT001
    is_sound(read_answer(stdout, stderr, succeeded=succeeded))


@given(texts)
def test_what_ssm_reports_as_its_version_is_a_version_or_a_reason(said: str) -> None:
    raw: Any = {"InstanceId": "i-1", "PlatformVersion": said, "LastPingDateTime": datetime.now(UTC)}

    host = _host(raw)

    assert host.version is None or VERSION.fullmatch(host.version)
    assert (host.version is None) == bool(host.unread_version)
    assert host.unread_version.isprintable()
