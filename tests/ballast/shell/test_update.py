"""Events only say where to look: what concerns no cluster asks for nothing, and what is early comes again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast import clock
from ballast.aws.command_items import answer_to
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ledger import Ledger
from ballast.policy.updates import Strategy
from ballast.records.command import CommandKind
from ballast.records.release import ReleaseChanged
from ballast.shell.execute import Executor
from ballast.shell.perform import performers
from ballast.shell.update import RECORDED_WITHIN, UpdateRuntime
from ballast.update.events import Look
from tests.aws_stubs import Stubs
from tests.ballast.update.rollouts import AFTER, ARCH, BEFORE, VARIANT, a_command, a_release, a_rollout
from tests.builders import INSTANCE_ID, NOW, a_cluster


@pytest.fixture
def runtime(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> UpdateRuntime:
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)
    executor = Executor(performers(ledger), dry_run=False)
    return UpdateRuntime(ledger, executor, DeadLetters(""), (Strategy.REPLACE, False))


def news(**changes: object) -> ReleaseChanged:
    return replace(ReleaseChanged(VARIANT, ARCH, AFTER, "ami-2", NOW), **changes)  # type: ignore[arg-type]  # each names what matters


def test_a_release_that_is_announced_before_it_is_recorded_comes_again_for_a_while(runtime: UpdateRuntime) -> None:
    early, long_ago = news(), news(at=NOW - RECORDED_WITHIN)

    assert runtime.handle([early, long_ago]) == [early]

    runtime.ledger.write(None, a_release(revision=0, image_id="ami-0123456789abcdef0", previous_image_id=None))
    assert runtime.handle([early, news(version="1.65.0"), news(arch="arm64")]) == [
        news(version="1.65.0"),
        news(arch="arm64"),
    ]


def test_a_release_that_a_newer_one_has_overtaken_is_done_with_but_a_recall_waits_for_its_record(
    runtime: UpdateRuntime,
) -> None:
    runtime.ledger.write(None, a_release(revision=0, image_id="ami-0123456789abcdef0", previous_image_id=None))
    overtaken = news(version=BEFORE)

    assert runtime.handle([overtaken]) == []

    recall = replace(overtaken, recalled=AFTER)
    assert runtime.handle([overtaken, recall]) == [recall]


def test_a_round_never_comes_again_and_without_clusters_there_is_nothing_to_look_at(runtime: UpdateRuntime) -> None:
    assert runtime.handle([Look(NOW), Look(NOW, instance_id=INSTANCE_ID), Look(NOW, "another")]) == []


def test_a_cluster_that_cannot_be_updated_brings_back_what_concerns_it(runtime: UpdateRuntime, aws: Stubs) -> None:
    aws.refuses("ecs", "list_container_instances", "AccessDeniedException")
    for name in ("prod", "other"):
        runtime.ledger.put_cluster(a_cluster(name=name))
    runtime.ledger.write(None, a_rollout(revision=0, image_id=None))
    ours, theirs = Look(NOW, "prod"), Look(NOW, "other")

    assert runtime.handle([Look(NOW), ours, theirs]) == [ours]


def test_a_command_that_no_cluster_of_ours_is_meant_by_is_answered_and_does_not_come_again(
    runtime: UpdateRuntime,
) -> None:
    lost = a_command(CommandKind.HALT, id="c-1", cluster="another", at=NOW)

    assert runtime.handle([lost]) == []
    standing = answer_to(runtime.ledger.table, "c-1")
    assert standing is not None
    assert not standing.ok
