"""The lines about a rollout: its state in words, and the bar of its waves."""

from __future__ import annotations

from rich.text import Text

from ballast.records.rollout import RolloutState
from simulator.demo.progress import Progress

STATE_STYLES = {
    RolloutState.HALTED: "bold white on red",
    RolloutState.ROLLING_BACK: "bold white on red",
    RolloutState.DONE: "bold green",
}
PIECES = {
    "done": ("█", "green"),
    "way": ("▓", "bold yellow"),
    "failed": ("x", "bold red"),
    "left": ("░", "bright_black"),
}


def wave_rows(progress: Progress, width: int) -> list[Text]:
    """Two lines, or three where the rollout is halted: the reason has one of its own."""
    rollout = progress.rollout
    state = rollout.state.value.replace("_", " ").upper()
    head = Text.assemble((f" {state} ", STATE_STYLES.get(rollout.state, "bold black on cyan")), " ")
    head.append(f"{progress.before or '?'} → {rollout.target}", "bold")
    for part in (_where(progress), *_counts(progress)):
        if part and head.cell_len + len(part) + 3 <= width:
            head.append(" · ", "bright_black").append(part)
    lines = [head, wave_bar(progress, width)]
    if progress.halted and rollout.halted_reason:
        lines.insert(1, Text(f"halted: {rollout.halted_reason}", "bold red"))
    return lines


def wave_bar(progress: Progress, width: int) -> Text:
    """One scale for the whole fleet, a stroke where a wave ends; the present wave is named at its start."""
    rollout = progress.rollout
    total = max(1, rollout.total)
    label, ends = "canary ", [limit for limit in progress.limits if limit < total]
    if total < len(ends) + 1 or not progress.limits:
        label = ""
    room = max(len(ends) + 2, width - len(label) - len(ends))
    counts = {"done": rollout.on_target, "failed": rollout.failed, "way": progress.under_way}
    kinds = [kind for kind in ("done", "failed", "way") for _ in range(counts[kind])][:total]
    kinds += ["left"] * (total - len(kinds))
    bar, at = Text(label, "dim"), 0
    for number, kind in enumerate(kinds, start=1):
        until = max(at, round(number * room / total)) if number < total else room
        if number == 1:
            until = max(1, until)  # the canary is seen
        sign, style = PIECES[kind]
        bar.append(sign * (until - at), style)
        at = until
        if number in ends:
            bar.append("│", "bold")
    return bar


def _where(progress: Progress) -> str:
    rollout = progress.rollout
    if rollout.state not in (RolloutState.RUNNING, RolloutState.ROLLING_BACK):
        return ""
    wave = "canary" if rollout.wave == 0 else f"wave {rollout.wave} of {max(1, len(progress.limits) - 1)}"
    return f"{wave} bakes" if rollout.wave_done_at else wave


def _counts(progress: Progress) -> list[str]:
    rollout = progress.rollout
    return [
        f"{rollout.on_target:,} of {rollout.total:,} on target",
        f"{progress.under_way} under way" if progress.under_way else "",
        f"{rollout.failed} failed" if rollout.failed else "",
        f"{rollout.excluded} excluded" if rollout.excluded else "",
        f"canary {min(progress.canaries)}" if rollout.wave == 0 and progress.canaries else "",
    ]
