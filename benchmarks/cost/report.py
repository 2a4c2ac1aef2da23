"""Print what a month costs, by the size of the fleet and what happens in it; exit code 1 when the target is missed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path

from benchmarks.cost.bill import bill
from benchmarks.cost.prices import HOURS, PRICED_ON
from benchmarks.cost.standing import standing
from benchmarks.cost.usage import Usage, metered, series, used
from benchmarks.scale.fleet import UPDATES_ON, Size, groups, scenario
from benchmarks.tables import Measure, console, show
from simulator.stage import Stage

SEED = 1
TEMPLATE = Path("template.yaml")
INSTANCES = (10, 100, 1000, 5000)
GOING_A_DAY = 0.05
WARM_MINUTES, HOUR_MINUTES = 10.0, 60.0
MOST_USD = 4.0  # a month
TARGET_AT = 1000  # instances
# Custom metrics that may have data in any hour: DrainsStarted, DrainsFinished, DrainsTimedOut, TasksMoved, Notices,
# SweepsFailed. Those of the capacity have data once a day.
MOST_SERIES = 6
PARAMETERS: Mapping[str, str] = {"Rebalance": "report"}
OWN_KEY: Mapping[str, str] = {"TopicKey": "own"}
CHEAPEST: Mapping[str, str] = {"TopicKey": "none"}
BOUNDS = (
    f"Cost: USD a month in us-east-1 at public prices of {PRICED_ON} (benchmarks/cost/prices.py), no free tier, Slack on.",
    "Played for an hour, counted: invocations, their AWS calls, queue messages, request units by bytes, events, logs, metrics.",
    "Assumed: 0.15 s of own time, 1.5 KB of logs an invocation; five pollers a queue where MaximumConcurrency is set, else two.",
    "Not counted: what your instances cost, what your subscribers cost, a Slack workspace.",
)


def main() -> int:
    """Answer 1 when the target is missed."""
    for line in BOUNDS:
        console().print(line, style="dim", highlight=False)
    with ProcessPoolExecutor(os.process_cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        jobs = {
            (n, on): pool.submit(play, n, UPDATES_ON if on else {})
            for n, on in product(reversed(INSTANCES), (False, True))
        }
        met = [show_months(n, *jobs[n, False].result(), *jobs[n, True].result()) for n in INSTANCES]
    return 0 if all(met) else 1


def play(instances: int, updates: Mapping[str, str]) -> tuple[Usage, Usage]:
    """Of an hour without any drain, and of one as busy as the share that goes a day makes it."""
    a_day = instances * GOING_A_DAY
    drains = max(1, round(a_day / 24))
    idle = hour(instances, updates, 0)
    busy = hour(instances, updates, drains)
    each = Usage(*(max(0.0, getattr(busy, n) - getattr(idle, n)) / drains for n in Usage.__slots__))
    # Without a drain there is the daily report; a drain has its metrics in an hour or two.
    often = replace(idle.plus(each, a_day / 24), series=min(1.0, 2 * a_day / 24) * busy.series)
    return replace(idle, series=idle.series / 24), often


def hour(instances: int, updates: Mapping[str, str], drains: int) -> Usage:
    size = Size(1, instances, 3 * instances)
    minutes = WARM_MINUTES + HOUR_MINUTES

    def happens(stage: Stage) -> None:
        going = stage.rng.sample(stage.instances(groups(size)[0]), drains)
        for number, instance in enumerate(going):
            stage.at(WARM_MINUTES + 1 + number * 40 / max(1, drains), partial(stage.world.warn_spot, instance))

    with Stage(scenario(size, minutes, happens, {**PARAMETERS, **updates}), SEED) as stage:
        meter = metered(stage)
        stage.play(WARM_MINUTES)
        before, lines = used(stage, meter, 1), len(stage.deployment.metrics)
        stage.play(minutes)
        after = used(stage, meter, 1)
        found = after.plus(before, -1)
        return replace(found, series=len(series(stage.deployment.metrics[lines:])))


def show_months(instances: int, idle_off: Usage, busy_off: Usage, idle_on: Usage, busy_on: Usage) -> bool:
    """The last column is the target's: everything on, 5 % a day, and every metric there is with data in each hour."""
    stands, cheapest = (standing(TEMPLATE, {**PARAMETERS, **more}) for more in (OWN_KEY, CHEAPEST))
    worst = replace(busy_on, series=MOST_SERIES)
    bills = {
        "idle": bill(idle_off, cheapest),
        "5 % a day": bill(busy_off, cheapest),
        "idle, updates on": bill(idle_on, cheapest),
        "5 % a day, updates on": bill(busy_on, cheapest),
        "with a key of your own": bill(worst, stands),
    }
    ours = bill(worst, cheapest)
    rows = {line: {name: each[line] for name, each in bills.items()} for line in ours}
    measures = [Measure(f"{line} [USD]", ours[line], rows[line]) for line in ours]
    target = MOST_USD if instances <= TARGET_AT else None
    measures.append(
        Measure("a month [USD]", sum(ours.values()), {n: sum(each.values()) for n, each in bills.items()}, target)
    )
    return show(
        f"{instances:,} instances in a cluster", measures, ours="worst month", notes=(f"{HOURS} hours a month.",)
    )
