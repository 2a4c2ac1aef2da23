"""Print what a month costs, by the size of the fleet and what happens in it; exit code 1 when the target is missed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path

from benchmarks.cost.bill import bill
from benchmarks.cost.prices import HOURS, PRICED_ON, PRICES
from benchmarks.cost.standing import standing
from benchmarks.cost.usage import Usage, metered, series, used
from benchmarks.scale.fleet import UPDATES_ON, Size, groups, scenario
from benchmarks.tables import Measure, console, show
from simulator.stage import SLACK_SECRET, Stage

SEED = 1
TEMPLATE = Path("template.yaml")
FIGURES = Path(__file__).parent / "figures.json"  # of the last run with --write; README's table is made from it
INSTANCES = (10, 100, 1000, 5000)
GOING_A_DAY = 0.05
WARM_MINUTES, HOUR_MINUTES = 10.0, 60.0
MOST_USD = 4.0  # a month
TARGET_AT = 1000  # instances
# Custom metrics that may have data in any hour: DrainsStarted, DrainsFinished, DrainsTimedOut, TasksMoved, Notices,
# SweepsFailed. Those of the capacity have data once a day.
MOST_SERIES = 6
# Counted in any case, as its lines are those of the logs; charged as metrics in the last column only.
PLAYED: Mapping[str, str] = {"Rebalance": "report", "Metrics": "cloudwatch"}
CHEAPEST: Mapping[str, str] = {
    "TopicKey": "none",
    "Dashboard": "off",
    "SlackSecretArn": "arn:aws:ssm:us-east-1:123456789012:parameter/ballast/slack",
}
DEAREST: Mapping[str, str] = {"TopicKey": "own", "Dashboard": "on", "SlackSecretArn": SLACK_SECRET}
WORST, IDLE, BUSY, IDLE_ON, DEAR = "worst month", "idle", "5 % a day", "idle, updates on", "with all that costs"
BOUNDS = (
    f"Cost: USD a month in us-east-1 at public prices of {PRICED_ON} (benchmarks/cost/prices.py), no free tier, Slack on.",
    f"From memory are {', '.join(name for name, price in PRICES.items() if price.seen_at is None)}; others were read in copies.",
    "Played for an hour, counted: invocations, their AWS calls, queue messages, request units by bytes, events, logs, metrics.",
    "Assumed: 0.15 s of own time, two log lines of Lambda's own an invocation; five pollers a queue where MaximumConcurrency",
    "is set, else two.",
    "Not counted: what your instances cost, what your subscribers cost, a Slack workspace.",
    "worst month: 5 % of the instances go each day, updates on. TopicKey=none, Dashboard=off, Metrics=logs and the Slack token",
    "in Parameter Store, but in the last column: with a key, a dashboard, custom metrics with data in each hour, and a secret.",
)


def main(arguments: Sequence[str] = ()) -> int:
    """Answer 1 when the target is missed."""
    for line in BOUNDS:
        console().print(line, style="dim", highlight=False)
    with ProcessPoolExecutor(os.process_cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        jobs = {
            (n, on): pool.submit(play, n, UPDATES_ON if on else {})
            for n, on in product(reversed(INSTANCES), (False, True))
        }
        found = {n: bills(*jobs[n, False].result(), *jobs[n, True].result()) for n in INSTANCES}
    met = [show_months(n, found[n]) for n in INSTANCES]
    if "--write" in arguments:
        rounded = {n: {c: {x: round(usd, 4) for x, usd in b.items()} for c, b in found[n].items()} for n in found}
        FIGURES.write_text(json.dumps({"priced": PRICED_ON, "months": rounded}, indent=1) + "\n", encoding="utf-8")
    return 0 if all(met) else 1


def play(instances: int, on: Mapping[str, str]) -> tuple[Usage, Usage]:
    """Of an hour without any drain, and of one as busy as the share that goes a day makes it."""
    a_day = instances * GOING_A_DAY
    drains = max(1, round(a_day / 24))
    idle = hour(instances, on, 0)
    busy = hour(instances, on, drains)
    each = Usage(*(max(0.0, getattr(busy, n) - getattr(idle, n)) / drains for n in Usage.__slots__))
    # Without a drain there is the daily report; a drain has its metrics in an hour or two.
    often = replace(idle.plus(each, a_day / 24), series=min(1.0, 2 * a_day / 24) * busy.series)
    return replace(idle, series=idle.series / 24), often


def hour(instances: int, on: Mapping[str, str], drains: int) -> Usage:
    size = Size(1, instances, 3 * instances)
    minutes = WARM_MINUTES + HOUR_MINUTES

    def happens(stage: Stage) -> None:
        going = stage.rng.sample(stage.instances(groups(size)[0]), drains)
        for number, instance in enumerate(going):
            stage.at(WARM_MINUTES + 1 + number * 40 / max(1, drains), partial(stage.world.warn_spot, instance))

    with Stage(scenario(size, minutes, happens, {**PLAYED, **on}), SEED) as stage, metered(stage) as meter:
        stage.play(WARM_MINUTES)
        before, lines = used(stage, meter, 1), len(stage.deployment.metrics)
        stage.play(minutes)
        after = used(stage, meter, 1)
        found = after.plus(before, -1)
        return replace(found, series=len(series(stage.deployment.metrics[lines:])))


def bills(idle: Usage, busy: Usage, idle_on: Usage, busy_on: Usage) -> Mapping[str, Mapping[str, float]]:
    """By column and line."""
    cheapest, dearest = (standing(TEMPLATE, {**PLAYED, **more}) for more in (CHEAPEST, DEAREST))
    logged = {WORST: busy_on, IDLE: idle, BUSY: busy, IDLE_ON: idle_on}
    found = {name: bill(replace(usage, series=0), cheapest) for name, usage in logged.items()}
    return {**found, DEAR: bill(replace(busy_on, series=MOST_SERIES), dearest)}


def show_months(instances: int, found: Mapping[str, Mapping[str, float]]) -> bool:
    """The first column is the target's."""
    ours, others = found[WORST], {name: each for name, each in found.items() if name != WORST}
    measures = [Measure(f"{line} [USD]", ours[line], {n: each[line] for n, each in others.items()}) for line in ours]
    target = MOST_USD if instances <= TARGET_AT else None
    sums = {name: sum(each.values()) for name, each in others.items()}
    measures.append(Measure("a month [USD]", sum(ours.values()), sums, target))
    return show(f"{instances:,} instances in a cluster", measures, ours=WORST, notes=(f"{HOURS} hours a month.",))
