"""A command is obeyed once and answered where whoever said it looks, whatever is delivered twice or dies in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from ballast.aws.codec import from_item
from ballast.records.answer import Answer
from ballast.records.command import DETAIL_TYPE
from ballast.records.pause import Pause
from simulator.result import ledger_items, notices
from simulator.stage import Scenario, Stage
from tests.scenarios.stages import prod_is_updated

AT_ONCE = {"UpdateStrategy": "in-place", "UpdateBakeDays": "0", "UpdateWaves": "100"}


@contextmanager
def rolling_out(**parameters: str) -> Iterator[Stage]:
    """Two managed clusters; in prod 1.64.0 is rolled out."""
    with Stage(Scenario("test", "made for one test", 60, prod_is_updated, {**AT_ONCE, **parameters}), 7) as stage:
        stage.play(5)
        yield stage


def said(stage: Stage, kind: str, cluster: str | None = "prod", name: str = "c-1", **changes: Any) -> Answer | None:
    """The answer after half a minute."""
    stage.command(kind, cluster, **{"id": name, **changes})
    stage.clock.run_until(stage.clock.now_s + 30)
    return answer(stage, name)


def answer(stage: Stage, name: str) -> Answer | None:
    items = (item for item in ledger_items(stage) if item["cluster"]["S"] == f"#answer/{name}")
    return next((from_item(Answer, item) for item in items), None)


def pauses(stage: Stage) -> list[Pause]:
    items = (item for item in ledger_items(stage) if item["item"]["S"] == "pause")
    return sorted((from_item(Pause, item) for item in items), key=lambda pause: pause.cluster)


def test_a_halt_is_answered_with_what_changed_and_a_second_one_with_why_nothing_did() -> None:
    with rolling_out() as stage:
        first, second = said(stage, "halt", reason="noise"), said(stage, "halt", name="c-2")

        assert first is not None
        assert first.ok
        assert first.lines[0].startswith("The rollout of Bottlerocket 1.64.0 to aws-ecs-2 x86_64 in prod is halted: ")
        assert second is not None
        assert (second.ok, second.lines) == (
            False,
            ("Nothing was changed for aws-ecs-2 x86_64 in prod: the rollout is halted.",),
        )


@pytest.mark.parametrize("kind", ["approve", "halt", "resume", "rollback", "pause"])
def test_an_unknown_cluster_is_answered_with_those_that_are_known(kind: str) -> None:
    with rolling_out() as stage:
        found = said(stage, kind, "no-such-cluster")

        assert found is not None
        assert (found.ok, found.lines) == (
            False,
            ("Ballast looks after no cluster no-such-cluster here, but after prod, staging.",),
        )
        assert pauses(stage) == []


def test_a_cluster_without_a_rollout_is_answered_so() -> None:
    with rolling_out() as stage:
        found = said(stage, "halt", "staging")

        assert found is not None
        assert (found.ok, found.lines) == (False, ("Nothing is known of a rollout in staging.",))


def test_a_command_delivered_twice_is_obeyed_once() -> None:
    with rolling_out() as stage:
        first = said(stage, "halt")
        assert said(stage, "resume", name="c-2")
        again = said(stage, "halt")

        assert first is not None
        assert again is not None
        assert again.lines == (
            *first.lines,
            "A command with this id came again: it was done already, so nothing was done.",
        )
        codes = [p.event["detail"].get("code") for p in stage.deployment.bus.events]
        assert codes.count("BottlerocketRolloutHalted") == 1
        assert "BottlerocketCommandRefused" not in codes


def deliver(stage: Stage, age: timedelta, event_id: str = "e-1", **detail: Any) -> None:
    """An event of this age comes out of the queue, as one does that was redriven; half a minute passes."""
    event = {"source": "ballast", "detail-type": DETAIL_TYPE, "time": f"{stage.clock.utc - age:%Y-%m-%dT%H:%M:%SZ}"}
    detail = {"command": "halt", "cluster": "prod", "by": "jo", **detail}
    stage.deployment.queues["UpdateEvents"].send(json.dumps({**event, "id": event_id, "detail": detail}))
    stage.clock.run_until(stage.clock.now_s + 30)


def refusals(stage: Stage) -> list[dict[str, Any]]:
    details = [p.event["detail"] for p in stage.deployment.bus.events]
    return [d for d in details if d.get("code") == "BottlerocketCommandRefused"]


@pytest.mark.parametrize("kind", ["approve", "halt", "resume", "rollback", "pause"])
def test_a_command_of_months_ago_changes_nothing_and_is_told_once(kind: str) -> None:
    """0.1.0 began a rollout that somebody had approved in another season, when its queue was redriven."""
    with rolling_out(UpdateApproval="manual") as stage:
        before = [item for item in ledger_items(stage) if item["item"]["S"].startswith(("rollout#", "pause"))]
        for _ in range(2):
            deliver(stage, timedelta(days=100), command=kind)

        after = [item for item in ledger_items(stage) if item["item"]["S"].startswith(("rollout#", "pause"))]
        assert after == before
        found = answer(stage, "e-1")
        assert found is not None
        assert not found.ok
        [line] = found.lines
        assert line.startswith("It is from 2026-08-15 09:05 UTC and was heard too late: a command holds for 15 minutes")
        [told] = refusals(stage)
        assert (told["severity"], told["cluster"]) == ("ticket", "prod")
        assert line in told["what"]


def test_a_command_of_the_future_is_refused() -> None:
    with rolling_out() as stage:
        deliver(stage, timedelta(days=-100), command="pause")

        assert pauses(stage) == []
        assert "yet to come" in refusals(stage)[0]["what"]


def test_a_command_that_was_heard_in_time_is_obeyed_once_aws_lets_it_be() -> None:
    """ECS refuses the cluster for 20 minutes: the event comes again and again, and is no old one by that."""
    with rolling_out() as stage:
        stage.world.refuse("prod", for_s=20 * 60)
        deliver(stage, timedelta(minutes=1))
        assert answer(stage, "e-1") is None

        stage.clock.run_until(stage.clock.now_s + 22 * 60)

        found = answer(stage, "e-1")
        assert found is not None
        assert found.ok
        assert refusals(stage) == []


def test_a_command_without_an_id_has_that_of_its_event() -> None:
    with rolling_out() as stage:
        deliver(stage, timedelta(), "e-7")
        assert said(stage, "resume", name="c-2")
        deliver(stage, timedelta(minutes=1), "e-7")

        found = answer(stage, "e-7")
        assert found is not None
        assert len(found.lines) == 1  # the same event, delivered again
        codes = [p.event["detail"].get("code") for p in stage.deployment.bus.events]
        assert codes.count("BottlerocketRolloutHalted") == 1


def test_two_copies_of_one_command_in_a_batch_are_one_command() -> None:
    with rolling_out() as stage:
        queue = stage.deployment.queues["UpdateEvents"]
        event = {"source": "ballast", "detail-type": DETAIL_TYPE, "time": f"{stage.clock.utc:%Y-%m-%dT%H:%M:%SZ}"}
        for event_id in ("e-1", "e-2"):
            detail = {"command": "halt", "cluster": "prod", "by": "jo", "id": "c-1"}
            queue.send(json.dumps({**event, "id": event_id, "detail": detail}))
        stage.clock.run_until(stage.clock.now_s + 120)

        found = answer(stage, "c-1")
        assert found is not None
        assert (found.ok, len(found.lines)) == (True, 2)
        assert "it was done already" in found.lines[1]


def test_a_pause_of_all_is_written_for_each_and_ended_for_each() -> None:
    with rolling_out() as stage:
        paused = said(stage, "pause", None, **{"for": "1h"}, reason="noise")

        assert paused is not None
        assert paused.ok
        assert [line.partition(" until")[0] for line in paused.lines] == ["prod is paused", "staging is paused"]
        assert [(p.cluster, p.by, p.reason) for p in pauses(stage)] == [
            ("prod", "jo (unverified)", "noise"),
            ("staging", "jo (unverified)", "noise"),
        ]

        over = said(stage, "resume", None, "c-2")
        assert over is not None
        assert over.ok
        assert not any(p.holds(stage.clock.utc) for p in pauses(stage))


def test_in_dry_run_a_pause_is_kept_and_a_halt_is_answered_so() -> None:
    with rolling_out(DryRun="true") as stage:
        paused, halted = said(stage, "pause"), said(stage, "halt", name="c-2")

        assert paused is not None
        assert paused.ok
        assert [p.cluster for p in pauses(stage)] == ["prod"]
        assert halted is not None
        assert not halted.ok
        assert halted.lines[0].startswith("Ballast is in dry run")


def test_a_pause_that_nobody_can_read_is_ended_by_resume() -> None:
    with rolling_out() as stage:
        table = stage.deployment.stack.names.physical("Ledger")
        item = {"cluster": {"S": "prod"}, "item": {"S": "pause"}, "until": {"S": "?"}}
        stage.deployment.front_door.tables.handle("PutItem", {"TableName": table, "Item": json.loads(json.dumps(item))})

        over = said(stage, "resume")

        assert over is not None
        assert over.lines[0] == "The pause of prod is over; what waited goes on within minutes."


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_a_test_is_told_once_reaches_every_channel_and_changes_nothing(dry_run: str) -> None:
    with rolling_out(DryRun=dry_run) as stage:
        tried, again = said(stage, "test", None, severity="ticket"), said(stage, "test", None, severity="ticket")
        stage.clock.run_until(stage.clock.now_s + 120)

        assert tried is not None
        assert (tried.ok, tried.lines) == (True, ("A test ticket is told as the incident test/c-1.",))
        assert again is not None
        assert again.lines[0] == tried.lines[0]
        told = [each for each in notices(stage) if each["code"] == "Test"]
        assert [(each["severity"], each["cluster"]) for each in told] == [("ticket", "all clusters")]
        assert (
            len([m for m in stage.deployment.slack.messages if "a test ticket" in m.text and m.thread_ts is None]) == 1
        )
        assert len([m for m in stage.deployment.messages if "a test ticket" in m.message]) == 1
        assert pauses(stage) == []


def test_a_test_needs_no_managed_cluster_and_names_one_only_if_it_is_managed() -> None:
    with Stage(Scenario("test", "made for one test", 60, lambda _: None, AT_ONCE), 7) as stage:
        stage.play(5)
        tried, nowhere = said(stage, "test", None), said(stage, "test", "prod", "c-2")

        assert tried is not None
        assert tried.ok
        assert nowhere is not None
        assert not nowhere.ok


def drains(stage: Stage) -> list[str]:
    return [item["item"]["S"] for item in ledger_items(stage) if item["item"]["S"].startswith("drain#")]


def test_a_drill_is_written_down_once_however_often_it_is_heard() -> None:
    with rolling_out() as stage:
        stage.command("halt", id="c-0")
        stage.clock.run_until(stage.clock.now_s + 30)
        idle = next(
            i
            for i in stage.instances("web")
            if not any(item["item"]["S"] in (f"drain#{i}", f"update#{i}") for item in ledger_items(stage))
        )
        first = said(stage, "drill", instance=idle)

        assert first is not None
        assert first.ok
        assert "begins, or is refused" in first.lines[0]
        assert drains(stage).count(f"drain#{idle}") <= 1


@pytest.mark.parametrize(
    ("parameters", "command", "why"),
    [
        ({"DryRun": "true"}, {}, "Ballast is in dry run"),
        ({}, {"cluster": "nope"}, "Ballast looks after no cluster nope here"),
    ],
)
def test_a_drill_that_may_not_be_is_refused_in_a_sentence(
    parameters: dict[str, str], command: dict[str, str], why: str
) -> None:
    with rolling_out(**parameters) as stage:
        before = drains(stage)
        refused = said(stage, "drill", **{"instance": "i-0123456789abcdef0", **command})

        assert refused is not None
        assert not refused.ok
        assert why in refused.lines[0]
        assert drains(stage) == before
