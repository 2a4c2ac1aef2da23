"""How long does it take to ask what Ballast would do now, and how much of that is the world, the plan and the story?"""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

from ballast_cli.dump.reading import dump_of
from ballast_cli.dump.writing import text_of
from ballast_cli.what_if.play import answer
from ballast_cli.what_if.question import Question
from benchmarks.tables import Measure, show
from benchmarks.what_if.fleet import fragmented

SIZES = ((100, 1_000), (1_000, 10_000))
SECONDS_MOST = {1_000: 60.0}
TIMES_MOST = 15.0  # ten times the instances and tasks


def timed[T](call: Callable[[], T]) -> tuple[T, float]:
    began = process_time()
    return call(), process_time() - began


def main() -> bool:
    """Print it; answer whether a target is missed."""
    measures: list[Measure] = []
    took: list[float] = []
    for instances, tasks in SIZES:
        dump = fragmented(instances, tasks)
        text = text_of(dump)
        read, to_read = timed(lambda text=text: dump_of(text))  # type: ignore[misc]  # of this very loop
        found, to_answer = timed(lambda read=read: answer(Question(read)))  # type: ignore[misc]  # the same
        took.append(to_read + to_answer)
        name = f"{found.instances:,} instances, {found.tasks:,} tasks"
        measures.append(Measure(f"{name}: what now? [s]", took[-1], most=SECONDS_MOST.get(instances)))
        measures.append(Measure(f"{name}: the file [MB]", len(text) / 1e6))
        measures.append(Measure(f"{name}: drained in the story", sum(d.at is not None for d in found.drained)))
    measures.append(Measure("ten times the fleet takes so many times as long", took[1] / took[0], most=TIMES_MOST))
    notes = ["Processor time of one core; 15 minutes of the story, of which rebalancing plans three."]
    return not show("What if", measures, ours="Ballast", notes=notes)
