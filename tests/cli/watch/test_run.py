"""`ballast status --watch` on a simulated account: the picture, its document, what fails, and how it ends."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator

import pytest

from ballast_cli.main import main
from ballast_cli.watch import work
from simulator.stage import Stage
from tests.cli.what_if.fleets import ON, small_mixed, staged

SHOP = ("status", "--watch", "--cluster", "shop")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("LEDGER_TABLE", raising=False)
    with staged(small_mixed, **ON) as played:
        played.play(13)
        yield played


def picture(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    whole = json.loads(picture(capsys, *SHOP, "--json"))
    [cluster] = whole["clusters"]
    return {**cluster, "calls": whole["calls"]}


def test_where_nobody_watches_one_picture_is_printed(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    shown = picture(capsys, *SHOP)

    there = [
        host.instance.id
        for host in stage.world.clusters["shop"].container_instances.values()
        if not host.deregistered_at_s
    ]
    assert all(shown.count(f"{each} ") >= 1 for each in there)
    assert "agent lost" in shown
    assert "REBALANCING" in shown
    assert "repair (agent lost)" in shown
    assert "\x1b" not in shown


def test_the_same_as_data(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys)

    fleet = found["fleet"]
    assert isinstance(fleet, list)
    hosts = {host.instance.id: host for host in stage.world.clusters["shop"].container_instances.values()}
    for each in fleet:
        host = hosts[each["instance"]]
        assert sum(work["cpu"] for work in each["work"]) == host.instance.shape.cpu - host.free_cpu
        assert sum(work["tasks"] for work in each["work"]) == host.running + host.pending
    assert found["unknown"] == []
    assert found["moves"]
    assert found["repairs"]


def test_it_says_how_many_calls_a_picture_takes_and_they_are_few(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    del stage
    found = document(capsys)

    assert 5 < int(str(found["calls"])) <= 20


REFUSALS = [
    ("ecs", "DescribeContainerInstances", "the fleet"),
    ("ecs", "ListTasks", "tasks by service and network interfaces in use"),
    ("ec2", "DescribeInstances", "types, zones and releases"),
    ("ec2", "DescribeInstanceTypes", "how big instance types are"),
    ("ssm", "DescribeInstanceInformation", "which version of Bottlerocket runs"),
    ("pricing", "GetProducts", "on-demand prices"),
]


@pytest.mark.parametrize(("service", "operation", "unknown"), REFUSALS)
def test_what_may_not_be_asked_is_unknown_and_the_rest_is_shown(
    stage: Stage, capsys: pytest.CaptureFixture[str], service: str, operation: str, unknown: str
) -> None:
    stage.world.refuse_calls(service, operation)

    shown = picture(capsys, *SHOP)

    assert f"unknown: {unknown}" in shown
    assert "REBALANCING" in shown
    assert ("! i-" in shown) is (operation != "DescribeContainerInstances")


def test_so_many_tasks_that_they_are_not_asked_are_counted_all_the_same(
    stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MOST_TASKS", 3)
    shown = picture(capsys, *SHOP)

    hosts = [h for h in stage.world.clusters["shop"].container_instances.values() if not h.deregistered_at_s]
    assert f"{sum(host.running + host.pending for host in hosts)} tasks · " in shown
    assert "ENI ?/3" in shown
    assert "tasks are too many to be asked for each picture" in shown


def test_it_is_drawn_again_after_its_pause_until_ctrl_c(
    stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        stage.clock.run_until(stage.clock.now_s + seconds)
        if len(slept) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown = picture(capsys, *SHOP, "--every", "45")

    assert slept == [45, 45, 45]
    *pictures, last = shown.split("\x1b[?1049h")[1:]
    assert len(pictures) == 2
    screen, _, left = last.partition("\x1b[?1049l")
    assert "again in 45 s; Ctrl-C ends it" in screen
    assert left.startswith("Ballast  2026-")
    heads = [each.split("\n")[0] for each in (*pictures, last)]
    assert len(set(heads)) == 3


def test_a_picture_is_as_high_and_wide_as_the_terminal(
    stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del stage
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "20")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(time, "sleep", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    shown = picture(capsys, *SHOP)

    lines = shown.partition("\x1b[2J")[2].partition("\x1b[?1049l")[0].split("\n")
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 80
    assert "lines more · again in 30 s; Ctrl-C ends it" in lines[-1]


@pytest.mark.parametrize("every", ["5", "0", "-1", "soon", "9999"])
def test_an_interval_is_a_number_of_seconds(capsys: pytest.CaptureFixture[str], every: str) -> None:
    assert main([*SHOP, "--every", every]) == 2
    assert capsys.readouterr().err == f"--every {every} is no number of seconds from 10 to 3600.\n"


def test_a_cluster_that_nobody_looks_after_is_one_sentence(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    del stage
    assert main(["status", "--watch", "--cluster", "nope"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
