"""The tracer itself: what it counts, on the journeys of this tree and on code that is written for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import CodeType

import pytest

from benchmarks.journeys import report
from benchmarks.journeys.trace import Footprints
from simulator.clock import Clock
from simulator.delivery.execution import Execution
from simulator.delivery.records import Call


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    return report.traced(report.ROOT)


def test_a_spot_warning_is_followed_from_the_handler_to_the_call_of_ecs(found: dict[str, list[str]]) -> None:
    assert found["ecs"][0] == "functions/drain_instance/handler.py"
    assert "layers/shared/ballast/aws/ecs.py" in found["ecs"]
    assert set(found["ecs"]) < set(found["bus"])
    assert not any("publish" in file for file in found["bus"])


def test_the_notice_is_followed_on_to_both_channels(found: dict[str, list[str]]) -> None:
    assert found["told"][: len(found["bus"])] == found["bus"]
    assert {"layers/shared/ballast/slack/bot.py", "layers/shared/ballast/aws/sns.py"} < set(found["told"])


def test_a_release_is_followed_through_all_functions(found: dict[str, list[str]]) -> None:
    handlers = {file for file in found["release"] if file.startswith("functions/")}
    buttons = {f"functions/{name}/handler.py" for name in ("answer_slack", "obey_click")}  # nobody presses one
    assert handlers == {file for file in found["all"] if file.startswith("functions/")} - buttons
    assert len(handlers) == 5
    assert "layers/shared/ballast/update/instance/give_up.py" in found["release"]  # it serves again


def test_a_file_counts_once_and_only_up_to_the_call_that_is_asked_for(tmp_path: Path) -> None:
    calls: list[Call] = []
    seen = Footprints(tmp_path, calls)

    def work() -> None:
        seen.enter(_code(tmp_path / "layers" / "early.py"), 0)
        seen.enter(_code(tmp_path / "layers" / "early.py"), 0)
        calls.append(Call(0, "Drain", "1", "ecs", "StopTask", "ok"))
        seen.enter(_code(tmp_path / "functions" / "late.py"), 0)

    _invocation(work)

    assert seen.before("StopTask") == ["layers/early.py"]
    assert seen.making("StopTask") == seen.every() == ["layers/early.py", "functions/late.py"]


def test_the_function_that_answers_a_call_is_the_first_that_begins_after_it(tmp_path: Path) -> None:
    calls: list[Call] = []
    seen = Footprints(tmp_path, calls)

    _invocation(lambda: _note(seen, tmp_path / "layers" / "too_early.py"), "Publish", "1")
    calls.append(Call(0, "Drain", "1", "events", "PutEvents", "ok"))
    calls.append(Call(0, "Drain", "1", "dynamodb", "PutItem", "ok"))
    _invocation(lambda: _note(seen, tmp_path / "layers" / "another.py"), "Drain", "2")
    _invocation(lambda: _note(seen, tmp_path / "layers" / "answer.py"), "Publish", "2")
    _invocation(lambda: _note(seen, tmp_path / "layers" / "late.py"), "Publish", "3")

    assert seen.first_of("Publish", after="PutEvents") == ["layers/answer.py"]


def test_imports_strangers_and_what_runs_outside_of_functions_count_for_nothing(tmp_path: Path) -> None:
    seen = Footprints(tmp_path, [])
    ours = tmp_path / "layers" / "ours.py"

    def work() -> None:
        seen.enter(_code(ours, "<module>"), 0)
        seen.enter(_code(tmp_path / "elsewhere.py"), 0)

    _invocation(work)
    seen.enter(_code(ours), 0)

    assert seen.every() == []


def _code(path: Path, name: str = "work") -> CodeType:
    return compile("", str(path), "exec").replace(co_name=name)


def _note(seen: Footprints, path: Path) -> None:
    seen.enter(_code(path), 0)


def _invocation(work: Callable[[], None], function: str = "Drain", invocation: str = "1") -> None:
    Execution(
        Clock(), work, before_resume=lambda: None, ended=lambda _: None, function=function, invocation=invocation
    ).begin()
