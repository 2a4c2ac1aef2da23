"""The deployment in front of the world of a dump: live, with the parameters of its stack or of a policy file.

Nobody is told anything, so publish_notification does nothing; what the others say is read from the bus.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ballast.policy.settings import MANAGED_TAG
from ballast_cli.dump.records import Dump
from ballast_cli.dump.stack_parameters import PARAMETERS
from ballast_cli.what_if.deployed import template
from ballast_cli.what_if.question import Question
from ballast_cli.what_if.world.build import build
from simulator.stage import LIVE, Scenario, Stage

SEED = 1  # of what AWS leaves to chance: times of boots and stops
PUBLISHER = "PublishNotification"
# What the command of a person would need; nobody is told.
FORCED = {"DryRun": "false", "ManagedClusters": "", "SlackChannel": "", "SlackSecretArn": ""}
FOLLOWS = ("UpdateLaunchTemplates", "follow")


def nothing(_event: Any, _context: Any) -> Mapping[str, Any]:
    return {"batchItemFailures": []}


def stage_of(question: Question) -> Stage:
    """To be entered, and played; its clock begins when the dump was taken."""
    dump = with_policy(question)
    scenario = Scenario(
        "what-if", "What if", question.minutes, lambda stage: build(stage.world, dump), parameters_of(question),
        realistic_polling=False,
    )  # fmt: skip
    return Stage(scenario, SEED, epoch=dump.taken_at, template=template(), handlers={PUBLISHER: nothing})


def with_policy(question: Question) -> Dump:
    """With the tags of the policy, in a cluster that Ballast looks after."""
    dump = question.dump
    tags = {**dump.cluster.tags, **(question.policy.tags if question.policy else {}), MANAGED_TAG: "true"}
    return replace(dump, cluster=replace(dump.cluster, tags=tags))


def parameters_of(question: Question) -> dict[str, str]:
    """Of the template: its defaults, the stack's, those of the policy, and what what-if itself needs."""
    stack = question.dump.stack.parameters if question.dump.stack else {}
    asked = {**stack, **(question.policy.parameters if question.policy else {})}
    usual = {name: row.default for name, row in PARAMETERS.items() if row.default is not None}
    whole = {**usual, **asked, **FORCED}
    roles = LIVE["InstanceRoleArns"] if FOLLOWS in whole.items() else ""
    return {**whole, "InstanceRoleArns": roles}
