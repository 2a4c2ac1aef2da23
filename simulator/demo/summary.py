"""What remains on the screen: what happened, what on-call was told, the numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.demo.capacity import money_table
from simulator.demo.messages import counted, told
from simulator.demo.palette import WORD_STYLES
from simulator.demo.progress import Progress
from simulator.demo.story import Happening
from simulator.demo.tally import Tally
from simulator.demo.telling import sentence, told_together
from simulator.demo.times import elapsed
from simulator.demo.waves import STATE_STYLES
from simulator.result import Result, result_of

CALM_S = 90.0  # what says the same again sooner is the same line


def print_summary(console: Console, tally: Tally, story: list[Happening], *, cut_short: str) -> None:
    """`cut_short`: by which key, where it did not come to its end."""
    stage = tally.stage
    result = result_of(stage)
    ended = f"stopped by {cut_short}" if cut_short else "the end"
    tally.look()
    console.print()
    console.print(Text.assemble(("Ballast  ", "bold"), (stage.scenario.title, "bold")))
    console.print(Text(f"{elapsed(stage.clock.now_s)} of virtual time, {ended} · seed {stage.seed}", "dim"))
    if tally.progress:
        _section(console, "The rollout", _rollout(tally.progress))
    if result.rebalance:
        _section(console, "The capacity", _rows(money_table(result)))
    _section(console, "What happened", _happened(story))
    _section(console, "What on-call was told", _told(tally))
    _section(console, "The numbers", _numbers(tally, result))


def _section(console: Console, title: str, table: Table) -> None:
    console.print()
    console.print(Text(title, "bold #7aa2f7"))
    console.print(table if table.row_count else Text("  nothing"))


def _rollout(progress: Progress) -> Table:
    table, rollout = _table(), progress.rollout
    state = rollout.state.value.replace("_", " ").upper()
    table.add_row("Bottlerocket", f"{progress.before or '?'} → {rollout.target}, {rollout.variant} {rollout.arch}")
    table.add_row("state", Text(state, STATE_STYLES.get(rollout.state, "")))
    if rollout.halted_reason:
        table.add_row("halted because", rollout.halted_reason)
    count = f"{rollout.on_target:,} of {rollout.total:,} on target, {rollout.failed:,} failed"
    table.add_row("instances", f"{count}, {rollout.excluded:,} excluded, {progress.under_way:,} under way")
    return table


def _happened(story: list[Happening]) -> Table:
    table = _table()
    for bundle in told_together((each for each in story if each.major), within_s=CALM_S):
        first, last = elapsed(bundle[0].at_s), elapsed(bundle[-1].at_s)
        table.add_row(
            first if first == last else f"{first} to {last}", bundle[0].who, sentence(bundle, name_them=False)
        )
    return table


def _told(tally: Tally) -> Table:
    table = _table()
    for said in told(tally.stage):
        counts = [
            f"now {said.word}" if said.was else "",
            counted(said.edits, "edit", "edits"),
            counted(said.replies, "reply", "replies"),
        ]
        text = Text(said.text).append(f"  {' · '.join(filter(None, counts))}", "dim")
        word = said.was or said.word
        table.add_row(elapsed(said.at_s), said.channel, Text(word, WORD_STYLES.get(word, "")), text)
    return table


def _numbers(tally: Tally, result: Result) -> Table:
    by_word = Counter(said.word for said in told(tally.stage) if said.channel == "SNS")
    words = ", ".join(f"{count} {word}" for word, count in sorted(by_word.items())) or "none"
    calls = Counter(result.aws_calls)
    busiest = ", ".join(f"{name} {count:,}" for name, count in calls.most_common(3))
    rows = {
        "tasks moved": f"{tally.tasks_moved:,}",
        "tasks interrupted": f"{result.tasks_interrupted:,}",
        "times a service fell below its minimum": f"{result.service_minimum_violations:,}",
        "lifecycle hooks completed": f"{result.hooks_completed:,}",
        "lifecycle hooks timed out": f"{result.hooks_timed_out:,}",
        "SNS messages": words,
        "Slack messages": f"{result.slack_messages:,}, replies included",
        "AWS calls": f"{calls.total():,} (most: {busiest})",
        "dead letters": f"{result.dead_letters:,}",
        "disruptions still open": f"{result.open_disruptions:,}",
    }
    return _rows(rows)


def _rows(rows: Mapping[str, str]) -> Table:
    table = _table()
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _table() -> Table:
    table = Table.grid(padding=(0, 2), pad_edge=True)
    table.show_header = False
    return table
