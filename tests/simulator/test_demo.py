from __future__ import annotations

import io
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from simulator.delivery.slack import Look, SlackMessage
from simulator.demo import save_picture, show
from simulator.demo.live import advance, play_live
from simulator.demo.messages import from_slack
from simulator.demo.pace import Pace
from simulator.demo.screen import Pane, Screen
from simulator.demo.story import Happening
from simulator.demo.tally import Tally
from simulator.demo.telling import sentence, told_together
from simulator.result import result_of
from simulator.scenarios import scenarios
from simulator.stage import MANAGED, Scenario, Stage


def spot_interruption(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=4, spot=True, capacity_provider="web")
    world.add_service("prod", "api", desired=8)
    world.add_service("prod", "log-agent", daemon=True, cpu=64, memory_mib=128)
    stage.at(1.2, lambda: world.warn_spot(stage.instances("web")[0]))


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def short(build: Callable[[Stage], None] = spot_interruption, *, minutes: float = 6, seed: int = 1) -> Stage:
    return Stage(Scenario("short", "One Spot interruption", minutes, build), seed)


def plain(capsys: pytest.CaptureFixture[str], stage: Stage) -> tuple[int, str]:
    code = show(stage, plain=True, speed=1)
    return code, capsys.readouterr().out


def rendered(screen: Screen, width: int, height: int) -> list[str]:
    console = Console(width=width, height=height, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    lines = console.render_lines(screen.frame(width, height), console.options.update(height=height), pad=False)
    return ["".join(segment.text for segment in line) for line in lines]


def screen_at(stage: Stage, minutes: float) -> Screen:
    screen = Screen(Tally(stage), pace="40x speed")
    advance(stage, screen, minutes * 60, 1)
    return screen


def test_plain_lines_tell_of_the_warning_the_drain_the_messages_and_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = plain(capsys, short())

    assert code == 0
    for said in (
        r"01:12  09:01:12  EC2 +Spot interruption warning, 2 min: i-\w+",
        r"Ballast +i-\w+ set to DRAINING",
        r"Ballast +notice INFO SpotInterruption: i-\w+ is set to DRAINING",
        r"Slack +INFO prod: i-\w+ drains: EC2 takes Spot back",
        r"ECS +.*api of i-\w+.* moved",
        r"EC2 +i-\w+ terminated",
        r"What happened",
        r"What on-call was told",
        r"tasks moved +1\n",
        r"06:00 of virtual time, the end",
    ):
        assert re.search(said, text), said


def test_plain_lines_tell_of_each_sns_message_once(capsys: pytest.CaptureFixture[str]) -> None:
    stage = short(seed=2)

    _, text = plain(capsys, stage)

    told = re.findall(r"^\d\d:\d\d  \S+  SNS  ", text, re.MULTILINE)
    assert len(told) == len(stage.deployment.messages) == 2


def test_plain_lines_carry_no_escape_codes(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    _, text = plain(capsys, short(minutes=2))

    assert "\x1b" not in text


def test_the_same_seed_prints_the_same_text(capsys: pytest.CaptureFixture[str]) -> None:
    first, again = plain(capsys, short()), plain(capsys, short())
    other = plain(capsys, short(seed=2))

    assert first == again
    assert first != other


def test_ctrl_c_ends_plain_lines_with_the_summary_so_far(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(stage: Stage) -> None:
        spot_interruption(stage)
        stage.at(3, press_ctrl_c)

    before = signal.getsignal(signal.SIGINT)
    code, text = plain(capsys, short(interrupted, minutes=600))

    assert code == 130
    assert "stopped by Ctrl-C" in text
    assert "set to DRAINING" in text
    assert signal.getsignal(signal.SIGINT) is before


def test_a_reader_that_goes_away_ends_the_demo_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise BrokenPipeError

    with (tmp_path / "out").open("w") as out:
        monkeypatch.setattr("sys.stdout", out)
        monkeypatch.setattr(sys.modules[show.__module__], "print_summary", broken)

        assert show(short(minutes=1), plain=True, speed=1) == 141


def test_the_live_view_plays_to_the_end_and_hurries_where_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.demo.live.sleep", lambda _: None)
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100, height=30)
    with short() as stage:
        story = play_live(stage, Tally(stage), console, Pace(100), stopped=lambda: False)

        assert stage.clock.now_s == 360
    assert any(each.say == "{it} set to DRAINING" for each in story)
    assert "quiet, so 2000x speed" in screen.getvalue()


def test_hurrying_stops_where_something_begins() -> None:
    with short() as stage:
        advance(stage, Screen(Tally(stage), pace=""), 10, 100)
        advance(stage, Screen(Tally(stage), pace=""), 10, 100)

        assert stage.clock.now_s < 90


@pytest.mark.parametrize(("scenario", "minutes"), [("tour", 3.85), ("spot-storm", 2.1)])
@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
def test_a_frame_fits_the_terminal(scenario: str, minutes: float, size: tuple[int, int]) -> None:
    width, height = size
    with Stage(scenarios()[scenario], 1) as stage:
        lines = rendered(screen_at(stage, minutes), width, height)

    assert len(lines) == height
    assert max(len(line) for line in lines) <= width
    text = "\n".join(lines)
    assert "What on-call gets" in text
    assert "dead letters 0" in text
    assert re.search(r"DRAINING 0\d:\d\d" if scenario == "tour" else r"D \d+ draining", text)


def test_a_big_fleet_has_one_cell_an_instance_where_there_is_room() -> None:
    with Stage(scenarios()["spot-storm"], 1) as stage:
        lines = rendered(screen_at(stage, 0.1), 140, 45)

    assert "· 1000 active" in "\n".join(lines)
    cells = [cell for line in lines if set(line.strip()) <= set("·▬ ") for cell in line.split()]
    assert len(cells) == 1000


def test_a_long_line_is_cut_and_pushes_nothing_away() -> None:
    console = Console(width=40, height=3, file=io.StringIO())
    pane = Pane("Title", lambda *_: [Text("long " * 50), Text("the end")])

    lines = console.render_lines(pane, console.options.update(height=3))

    assert ["".join(segment.text for segment in line).rstrip() for line in lines][2] == "the end"


def test_quiet_instances_are_folded_away_before_those_that_drain() -> None:
    with Stage(scenarios()["tour"], 1) as stage:
        text = "\n".join(rendered(screen_at(stage, 3.3), 80, 12))

    assert text.count("DRAINING 0") == 3
    assert "… and 13 more" in text


@pytest.mark.parametrize("size", [(20, 5), (40, 8), (300, 90)])
def test_a_strange_terminal_size_still_gives_a_frame(size: tuple[int, int]) -> None:
    width, height = size
    with short() as stage:
        lines = rendered(screen_at(stage, 1.3), width, height)

    assert len(lines) == height
    assert max(len(line) for line in lines) <= width


def test_the_counters_agree_with_the_machine_readable_result() -> None:
    with Stage(scenarios()["tour"], 3) as stage:
        stage.play(20)
        tally, result = Tally(stage), result_of(stage)
        tally.catch_up()

    assert tally.hooks_completed == result.hooks_completed > 0
    assert tally.hooks_timed_out == result.hooks_timed_out
    assert tally.tasks_interrupted == result.tasks_interrupted
    assert tally.below_minimum == result.service_minimum_violations
    assert tally.tasks_moved > 0


def test_a_service_below_its_minimum_is_marked_with_a_word() -> None:
    def no_room(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_group("web", "prod", desired=2, capacity_provider="web")
        world.add_service("prod", "api", desired=2, cpu=4096, memory_mib=512)
        stage.at(0.5, lambda: world.terminate_instance(stage.instances("web")[0]))

    with short(no_room, minutes=2) as stage:
        screen = screen_at(stage, 0.7)
        text = "\n".join(rendered(screen, 80, 24))

    assert re.search(r"api +1 +2 +2 ?LOW", text)
    assert "below minimum 1!" in text
    assert "interrupted 1!" in text
    assert any("BELOW ITS MINIMUM: 1 running, minimum 2" in each.say for each in screen.story)


def test_what_says_the_same_is_told_once_and_counted() -> None:
    story = [Happening(at_s, "EC2", "{it} terminated", f"i-{at_s:017.0f}") for at_s in (1, 2, 3, 4, 50)]

    bundles = told_together(story, within_s=10)

    assert [sentence(bundle, name_them=False) for bundle in bundles] == [
        "4 instances terminated",
        "i-00000000000000050 terminated",
    ]
    assert sentence(bundles[0]).endswith("i-00000000000000003, …) terminated")


def test_a_message_that_was_a_page_still_says_so_when_it_is_over() -> None:
    looks = [Look(1, "🔵 prod: draining", ()), Look(2, "🔴 prod: stuck", ()), Look(3, "✅ prod: gone", ())]

    said = from_slack(SlackMessage("C1", "1.0", None, looks))

    assert (said.word, said.was, said.text, said.edits) == ("OVER", "PAGE", "prod: gone", 2)


def test_a_picture_of_a_moment_after_the_end_shows_the_end(tmp_path: Path) -> None:
    save_picture(short(minutes=0.5), tmp_path / "demo.svg", at_minutes=60, speed=40)

    assert "00:30" in (tmp_path / "demo.svg").read_text()


def test_the_picture_fetches_nothing(tmp_path: Path) -> None:
    picture = tmp_path / "demo.svg"

    save_picture(short(), picture, at_minutes=1.5, speed=40)

    svg = picture.read_text()
    assert "url(http" not in svg
    assert "@font-face" not in svg
    assert "DRAINING" in svg
    assert len(svg) < 200_000


def test_what_happens_to_external_hosts_clusters_and_changes_without_a_date_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_group("web", "prod", desired=2)
        external = world.add_external_instance("prod")
        stage.at(1, lambda: world.disconnect_agent(external.id, for_s=30))
        stage.at(2, lambda: world.set_cluster_status("prod", "FAILED"))
        stage.at(2, lambda: world.schedule_change({"h-0d123456bbf78910d": "PENDING"}, None))
        stage.at(3, lambda: world.warn_capacity_reservation(stage.instances("web")[0]))

    _, text = plain(capsys, short(build, minutes=4))

    for said in (
        r"agent of mi-\w+ DISCONNECTED",
        "cluster prod is FAILED",
        "host retirement without a date",
        r"Capacity Reservation interruption warning, 2 min: i-\w+",
    ):
        assert re.search(said, text), said
