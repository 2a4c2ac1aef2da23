"""Which files does an event pass on its way? Runs in the tree that PYTHONPATH names, also in an older one; prints JSON.

A file counts where one of its functions is called, so what is only imported or is a plain value does not.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import CodeType

from simulator.delivery.execution import current
from simulator.delivery.records import Call
from simulator.stage import MANAGED, Scenario, Stage

VARIANT, ARCH = "aws-ecs-2", "x86_64"
BEFORE, AFTER = "1.62.1", "1.64.0"
WARM_S, MOST_S = 200, 3 * 60 * 60
ROLLOUT = {
    "UpdateStrategy": "in-place",
    "UpdateBakeDays": "0",
    "UpdateCanaryBakeMinutes": "2",
    "UpdateWaveBakeMinutes": "1",
    "UpdateWaves": "50 100",
}
TOOL = sys.monitoring.PROFILER_ID


GENERATED = "/ballast/value.py"  # what dataclasses compiles for each class, in no file, elsewhere


class Footprints:
    """The files of each invocation, each with the number of AWS calls that were made before it was first entered."""

    def __init__(self, root: Path, calls: Sequence[Call]) -> None:
        self._places = tuple(str(root / name) + "/" for name in ("layers", "functions"))
        self._root = root
        self._calls = calls
        self._start = len(self._calls)
        self.files: dict[tuple[str | None, str | None], dict[str, int]] = defaultdict(dict)

    def enter(self, code: CodeType, _offset: int) -> object:
        if not code.co_filename.startswith(self._places) or code.co_filename.endswith(GENERATED):
            return sys.monitoring.DISABLE
        running = current()
        if running is not None and code.co_name != "<module>":
            name = str(Path(code.co_filename).relative_to(self._root))
            self.files[running.function, running.invocation].setdefault(name, len(self._calls))
        return None

    def before(self, operation: str) -> list[str]:
        """Of the invocation that makes this call first, up to the call."""
        number, call = self._call(operation)
        return [name for name, calls in self.files[call.function, call.invocation].items() if calls <= number]

    def making(self, operation: str) -> list[str]:
        """Of the invocation that makes this call first, from its beginning to its end."""
        _, call = self._call(operation)
        return list(self.files[call.function, call.invocation])

    def first_of(self, function: str, after: str) -> list[str]:
        """Of the first invocation of the function that begins after this call."""
        number, _ = self._call(after)
        return next(
            (
                list(files)
                for (name, _), files in self.files.items()
                if name == function and min(files.values()) > number
            ),
            [],
        )

    def every(self) -> list[str]:
        """Of all invocations, in the order in which they are entered."""
        return _merged(*self.files.values())

    def _call(self, operation: str) -> tuple[int, Call]:
        """The first one since we look, with its number."""
        return next(
            (number, call)
            for number, call in enumerate(self._calls)
            if number >= self._start and call.operation == operation and call.function
        )


def main() -> None:
    root = Path.cwd()
    found = {**_spot(root), "release": _release(root)}
    found["all"] = [str(p.relative_to(root)) for place in ("layers", "functions") for p in (root / place).rglob("*.py")]
    print(json.dumps(found))


def _spot(root: Path) -> dict[str, list[str]]:
    """One warning; the functions are warm, and Slack is told at once, the topic by the next sweep."""
    with Stage(Scenario("spot", "one Spot warning", 60, _web), 7) as stage:
        stage.clock.run_until(WARM_S)
        told = len(stage.deployment.messages)
        with _footprints(root, stage) as seen:
            stage.world.warn_spot(stage.instances("web")[0])
            _until(stage, lambda: len(stage.deployment.messages) > told)
        bus = seen.before("PutEvents")
        said = _merged(seen.first_of("PublishNotification", after="PutEvents"), seen.making("Publish"))
        return {"ecs": seen.before("UpdateContainerInstancesState"), "bus": bus, "told": _merged(bus, said)}


def _release(root: Path) -> list[str]:
    """From the check that sees the release until the first instance is ACTIVE again with it."""
    with Stage(Scenario("release", "one release", 60, _hosts, ROLLOUT), 7) as stage:
        stage.clock.run_until(WARM_S)
        stage.world.bottlerocket.releases.publish(VARIANT, ARCH, AFTER)
        with _footprints(root, stage) as seen:
            stage.check_releases()
            _until(stage, lambda: _serves(stage))
        return seen.every()


def _web(stage: Stage) -> None:
    stage.world.add_cluster("prod", MANAGED)
    stage.world.add_group("web", "prod", desired=3, capacity_provider="web")
    stage.world.add_service("prod", "api", desired=3)


def _hosts(stage: Stage) -> None:
    stage.world.bottlerocket.releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
    stage.world.add_cluster("prod", MANAGED)
    stage.world.add_group("web", "prod", desired=4, capacity_provider="web", bottlerocket=(VARIANT, ARCH, BEFORE))
    stage.world.add_service("prod", "api", desired=8, cpu=512, memory_mib=1024)
    stage.at(1.5, stage.check_releases)


def _serves(stage: Stage) -> bool:
    """Whether Ballast has set an instance ACTIVE that came up with the release."""
    booted: set[str] = set()
    for fact in stage.world.journal:
        if fact.kind == "os_booted" and fact.data["version"] == AFTER:
            booted.add(fact.data["instance"])
        given_back = fact.kind == "container_instance_status" and fact.data["new"] == "ACTIVE"
        if given_back and fact.data["actor"] == "ballast" and fact.data["instance"] in booted:
            return True
    return False


def _merged(*journeys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(journeys)))


def _until(stage: Stage, happened: Callable[[], bool]) -> None:
    while not happened():
        if stage.clock.now_s > MOST_S:
            raise RuntimeError("It did not come to its end.")
        stage.clock.run_until(stage.clock.now_s + 1)


@contextmanager
def _footprints(root: Path, stage: Stage) -> Iterator[Footprints]:
    events, seen = sys.monitoring.events.PY_START, Footprints(root, stage.deployment.calls)
    sys.monitoring.use_tool_id(TOOL, "journeys")
    sys.monitoring.register_callback(TOOL, events, seen.enter)
    sys.monitoring.set_events(TOOL, events)
    try:
        yield seen
    finally:
        sys.monitoring.set_events(TOOL, 0)
        sys.monitoring.free_tool_id(TOOL)


if __name__ == "__main__":
    main()
