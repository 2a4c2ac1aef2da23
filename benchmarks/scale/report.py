"""Print the tables of scale, beside 0.1.0 and the targets; exit code 1 when a target is missed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from benchmarks.draining.measuring import percentile
from benchmarks.scale.earlier import STEADY, Before
from benchmarks.scale.fleet import EVERYTHING_ON, Size, groups, scenario
from benchmarks.scale.measuring import Steady, steady
from benchmarks.scale.storms import HOOKS, WARNINGS, Outcomes, hook_storm, rolled_out, spot_storm, throttled, zone_lost
from benchmarks.tables import Measure, console, show
from simulator.stage import Stage

SEED = 1
OURS, EARLIER = "Ballast", "0.1.0"
WARM_MINUTES, SPAN_MINUTES = 5.0, 15.0  # a whole quarter of an hour, as everything is looked up once in it
SIZES = (Size(1, 20, 40), Size(100, 20, 40), Size(300, 20, 40), Size(1, 5000, 45_000))
MOST_IDLE_READS = {(100, 20): 60}  # a minute
PAGE_WITHIN_S = 300
AT_MINUTE = 6.0
BOUNDS = (
    "Scale. Lower bounds: the simulator charges 20-80 ms for each AWS call whatever its payload (5-10 ms for DynamoDB), no CPU",
    "and no memory. Queues with a batching window wait as SQS does. One seed. '-': it never happened, or was not measured.",
    "0.1.0: measured once in the same simulator, its fleets not ours to the task. Everything on: updates, repair and all of",
    "rebalancing, which has moves to make in fleets of 20; 0.1.0 had updates only.",
)

NTH = (
    "aws-node-termination-handler: 'Scale evaluation showed that 10 workers caps graceful spot termination handling at",
    "~80-100 concurrent interruptions', in one cluster, 20 workers at 150-200: github.com/openshift/hypershift/pull/8500.",
)

READS_ALLOWED = 1200  # of ECS a minute: 20 a second, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
STORMS: Mapping[str, Callable[[], Outcomes]] = {
    "spread": partial(spot_storm, Size(200, 20, 40), 100, AT_MINUTE, SEED),
    "new": partial(spot_storm, Size(260, 20, 40), 20, AT_MINUTE, SEED),
    "hooks": partial(hook_storm, Size(1, 1000, 3000), 500, AT_MINUTE, SEED),
    "zone": partial(zone_lost, Size(1, 900, 2700), AT_MINUTE, SEED),
    "throttled": partial(throttled, Size(5, 40, 80), 0.99, 20.0, AT_MINUTE, SEED),
}


def main() -> int:
    """Answer 1 when a target is missed."""
    for line in BOUNDS:
        console().print(line, style="dim", highlight=False)
    with ProcessPoolExecutor(os.process_cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        # The longest first, so that no core waits for it at the end.
        sizes = sorted(SIZES, key=lambda size: -size.clusters)
        off = {size: pool.submit(play_steady, size, {}) for size in sizes}
        on = {size: pool.submit(play_steady, size, EVERYTHING_ON) for size in sizes}
        storms = {name: pool.submit(job) for name, job in STORMS.items()}
        rollout = pool.submit(rolled_out, Size(1, 1000, 2000), 24.0, AT_MINUTE, SEED)
        # Each as soon as it is known.
        met = [show_steady(size, off[size].result(), on[size].result()) for size in sizes]
        found = {name: storm.result() for name, storm in storms.items()}
    met += [show_warnings(found["spread"], found["new"]), show_hooks(found["hooks"])]
    met += [show_zone(found["zone"]), show_throttled(found["throttled"])]
    met.append(show_rollout(rollout.result()))
    return 0 if all(met) else 1


def play_steady(size: Size, parameters: Mapping[str, str]) -> Steady:
    until_minute = WARM_MINUTES + SPAN_MINUTES
    with Stage(scenario(size, until_minute, parameters=parameters), SEED) as stage:
        stage.at(WARM_MINUTES, stage.check_releases)  # so that a run of the hourly function is among the calls
        stage.play()
        return steady(stage, groups(size), WARM_MINUTES * 60, until_minute * 60)


def show_steady(size: Size, off: Steady, on: Steady) -> bool:
    key = size.clusters, size.instances
    before, most_reads = STEADY.get(key, Before()), MOST_IDLE_READS.get(key)
    measures = [
        _beside("drain_instance, median of its runs [virtual s]", off.drain.median_s, before.drain_median_s),
        _beside("drain_instance, longest run [virtual s]", off.drain.longest_s, before.drain_longest_s),
        _beside("drain_instance, runs that timed out [runs]", off.drain.timed_out, before.drain_time_outs, 0),
        _beside("drain_instance with everything on, longest run [virtual s]", on.drain.longest_s),
        _beside("drain_instance with everything on, timed out [runs]", on.drain.timed_out, None, 0),
        _beside(
            "update_bottlerocket with everything on, median [virtual s]", on.update.median_s, before.update_median_s
        ),
        _beside("update_bottlerocket with everything on, longest run [virtual s]", on.update.longest_s),
        *(
            _beside(f"{_folder(name)} with everything on, longest run [virtual s]", each.longest_s)
            for name, each in on.others.items()
        ),
        _beside("everything on, runs that timed out or failed, of all functions [runs]", on.broken, None, 0),
        _beside("update_bottlerocket, timed out [runs]", on.update.timed_out, before.update_time_outs, 0),
        _beside(f"groups without our hook, of {off.groups} [groups]", off.groups - off.hooked, before.unhooked, 0),
        _beside("ECS reads a minute, idle [calls]", off.reads_of("ecs"), before.reads_off, most_reads),
        *(_beside(f"  {operation} [calls]", n) for operation, n in sorted(off.reads.items()) if n >= 0.005),
        _beside("ECS reads a minute, everything on, and moving [calls]", on.reads_of("ecs"), before.reads_on),
        _beside("  in the busiest minute [calls]", on.busiest, None, READS_ALLOWED),
        _beside("SSM reads a minute, everything on [calls]", on.reads_of("ssm")),
    ]
    notes = (f"0.1.0 was measured with {before.clusters} clusters here.",) if before.clusters else ()
    title = f"Steady: {size}, {size.tasks * size.clusters:,} service tasks"
    return show(title, measures, ours=OURS, notes=notes)


def _folder(function: str) -> str:
    """As people call it."""
    return re.sub("(?<=[a-z])(?=[A-Z])", "_", function).lower()


def show_warnings(spread: Outcomes, new: Outcomes) -> bool:
    measures = [
        *_times("warning to DRAINING", spread, {95: 61, 100: 64}),
        _beside(
            f"not DRAINING in their two minutes, of {spread.asked} [instances]", spread.asked - spread.in_time, None, 0
        ),
        _beside("tasks interrupted [tasks]", spread.tasks_interrupted, None, 0),
        *_trouble(spread, time_outs=14, oldest_s=391),
        _beside(
            f"20 over 260 clusters of a new stack: not DRAINING in time, of {new.asked} [instances]",
            new.asked - new.in_time,
            20,
            0,
        ),
        _beside("  warning to DRAINING, the last [virtual s]", percentile(new.to_draining_s, 100)),
        _beside("  runs that timed out [runs]", new.time_outs, None, 0),
    ]
    return show("100 Spot warnings at once over 200 clusters x 20 instances", measures, ours=OURS, notes=NTH)


def show_hooks(found: Outcomes) -> bool:
    measures = [
        *_times("hook to DRAINING", found, {95: 4.6}),
        _beside("hook to its completion, the last [virtual s]", percentile(found.hooks_s, 100), 165),
        _beside(f"hooks not completed, of {found.asked} [hooks]", found.asked - len(found.hooks_s), 0, 0),
        _beside("hooks that timed out [hooks]", found.hooks_timed_out, 0, 0),
        _beside("tasks interrupted [tasks]", found.tasks_interrupted, None, 0),
        *_trouble(found, time_outs=5, queued=2666),
    ]
    return show("500 terminate hooks at once in a cluster of 1,000 instances", measures, ours=OURS)


def show_zone(found: Outcomes) -> bool:
    measures = [
        _beside("from the loss to the first page [virtual s]", found.page_s, None, PAGE_WITHIN_S),
        _beside("pages [notices]", found.pages, 0),
        _beside("tickets [notices]", found.tickets),
        _beside("tasks interrupted; nobody could move them [tasks]", found.tasks_interrupted, 900),
        *_trouble(found),
    ]
    return show(
        "A zone is lost: 300 of 900 instances are terminated in half a minute", measures, ours=OURS, notes=BOUNDS
    )


def show_rollout(found: Mapping[str, float]) -> bool:
    measures = [
        _beside("ECS reads in the busiest minute [calls]", found["most"], None, READS_ALLOWED),
        _beside("refused for their rate [calls]", found["throttled"], None, 0),
        _beside("reboots in 24 minutes [instances]", found["reboots"]),
    ]
    return show("A rollout over 1,000 instances, 100 at once", measures, ours=OURS)


def show_throttled(found: Outcomes) -> bool:
    measures = [
        _beside("dead letters [messages]", found.dead_letters, 258, 0),
        _beside(f"hooks that timed out, of {HOOKS} [hooks]", found.hooks_timed_out, 18, 0),
        _beside(f"warned and DRAINING in their two minutes, of {WARNINGS} [instances]", found.in_time, 0),
        _beside("tasks interrupted [tasks]", found.tasks_interrupted),
        _beside("runs that timed out [runs]", found.time_outs, None, 0),
        _beside("oldest event in the queue [virtual s]", found.oldest_s),
        _beside("refused calls [calls]", found.throttled),
        _beside("pages and tickets [notices]", found.pages + found.tickets, 0),
    ]
    notes = (
        "Refused: 99 % of Describe and List calls of ECS and Auto Scaling, each attempt by itself. Heartbeats are writes, and an",
        "event of a hook carries all that one needs: every hook could be held. A warning needs two reads, so few can be met.",
    )
    title = "99 % of ECS and Auto Scaling reads refused for 20 minutes; 5 clusters x 40 instances"
    return show(title, measures, ours=OURS, notes=notes)


def _times(name: str, found: Outcomes, before: Mapping[int, float]) -> list[Measure]:
    words = {50: "p50", 95: "p95", 99: "p99", 100: "the last"}
    return [
        _beside(f"{name}, {word} [virtual s]", percentile(found.to_draining_s, percent), before.get(percent))
        for percent, word in words.items()
    ]


def _trouble(
    found: Outcomes, *, time_outs: float | None = None, oldest_s: float | None = None, queued: float | None = None
) -> list[Measure]:
    """What nothing may cost; the keywords are 0.1.0's figures."""
    return [
        _beside("runs that timed out [runs]", found.time_outs, time_outs, 0),
        _beside("dead letters [messages]", found.dead_letters, None, 0),
        _beside("oldest event in the queue [virtual s]", found.oldest_s, oldest_s),
        _beside("most messages in the queue [messages]", found.most_queued, queued),
        _beside("throttled calls [calls]", found.throttled),
    ]


def _beside(name: str, ours: float | None, before: float | None = None, most: float | None = None) -> Measure:
    return Measure(name, ours, {EARLIER: before}, most)
