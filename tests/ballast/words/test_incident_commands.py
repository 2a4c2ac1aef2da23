"""What a notice tells an operator to type can be copied and run, or put into a tag, as it stands."""

from __future__ import annotations

import re
import shlex

import pytest

from ballast.facts.running import Running
from ballast.records.command import CommandKind
from ballast.records.release import Release
from ballast.records.rollout import RolloutState
from ballast.words import hooks, releases, rollout, watching
from ballast.words.notice import Notice
from ballast_cli.parser import parser
from tests.ballast.update.rollouts import ARCH, VARIANT, a_command, a_fleet, a_rollout
from tests.builders import NOW, a_cluster, a_view

HALTED = a_rollout(state=RolloutState.HALTED, halted_reason="a canary fell back")
RELEASE = Release(VARIANT, ARCH, "1.62.1", "ami-1", NOW)
CLUSTERS = [f"c{number}" for number in range(7)]
HOSTS = [Running(a_cluster(name=name), "i-1", (VARIANT, ARCH), "1.64.0") for name in CLUSTERS]

HALT = rollout.halted(a_fleet(), HALTED, NOW, page=True)
REFUSAL = rollout.refused(a_fleet(), a_command(CommandKind.HALT), "the rollout is done", NOW)
RECALL = releases.recalled(RELEASE, "1.64.0", HOSTS[:2], (), NOW)


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        (HALT, [("resume", "prod"), ("rollback", "prod")]),
        (REFUSAL, [("status", "prod")]),
        (RECALL, [("rollback", "c0"), ("rollback", "c1")]),
    ],
)
def test_each_command_is_one_that_the_command_line_takes(
    notice: Notice, expected: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGER_TABLE", "ledger")

    lines = [shlex.split(line) for line in re.findall(r"`(ballast [^`]*)`", notice.next)]
    taken = [parser().parse_args(arguments) for _, *arguments in lines]

    assert [(one.command, one.cluster) for one in taken] == expected
    assert {(one.variant, one.arch) for one in taken} == {(VARIANT, ARCH)}


def test_a_recall_in_many_clusters_shows_five_commands_and_counts_the_others() -> None:
    notice = releases.recalled(RELEASE, "1.64.0", HOSTS, (), NOW)

    assert notice.next.count("`ballast rollback ") == 5
    assert notice.next.endswith("`; and 2 more.")


@pytest.mark.parametrize(
    ("notice", "tag"),
    [
        (watching.rebalance_recommended(a_view(), NOW), "ballast:rebalance-recommendation=drain"),
        (hooks.group_not_tagged(a_cluster(), "web", NOW), "ballast:managed=true"),
    ],
)
def test_each_tag_to_set_has_characters_that_a_tag_may_hold(notice: Notice, tag: str) -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html."""
    [key, value] = re.findall(r"\b(ballast:[^\s=]+)=(\S*[^\s.,;])", notice.next)[0]

    assert f"{key}={value}" == tag
    assert re.fullmatch(r"[\w .:/=+@-]+", value)
