"""What only updates do, and how it reads in a notice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.facts.launch_template import Template
from ballast.facts.refresh import RefreshPreferences
from ballast.plans.action import Action
from ballast.plans.update_actions import CancelRefresh, FollowImage, RunCommand, StartRefresh, SuppressChecks
from ballast.records.document import Document
from tests.ballast.update.rollouts import an_update
from tests.builders import NOW

UPDATE = an_update()
FOLLOW = FollowImage(Template("web", "ami-1", launch_template_id="lt-1", version="3"), "ami-2", "for people", "key")
PREFERENCES = RefreshPreferences(125, 100, skip_matching=True, auto_rollback=False)
LINES: list[tuple[Action, str]] = [
    (RunCommand(Document.REBOOT, {}, UPDATE, NOW), f"run {Document.REBOOT} on {UPDATE.instance_id}"),
    (
        RunCommand(Document.STAGE, {"Version": "1.64.0"}, UPDATE, NOW),
        f"run {Document.STAGE} 1.64.0 on {UPDATE.instance_id}",
    ),
    (SuppressChecks("i-1", 1800), "suppress application status checks of i-1 for 30 min, where EC2 makes any"),
    (FOLLOW, "make a version of launch template lt-1 of web that boots ami-2"),
    (replace(FOLLOW, earlier=2), "have web launch from version 2 of lt-1 again"),
    (StartRefresh("web", None, PREFERENCES), "start an instance refresh of web"),
    (StartRefresh("web", FOLLOW, PREFERENCES), "start an instance refresh of web towards ami-2"),
    (CancelRefresh("web"), "cancel the instance refresh of web"),
]


@pytest.mark.parametrize(("action", "line"), LINES)
def test_each_action_reads_as_one_line(action: Action, line: str) -> None:
    assert action.line == line
