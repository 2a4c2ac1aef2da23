"""What the capacity costs now, beside the least that any plan could cost: two lines above the fleet, and rows of the summary."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text

from simulator.moves import REBALANCE
from simulator.rebalance_result import bound_usd_per_hour
from simulator.result import Result
from simulator.stage import Stage

LOOKS_EVERY_S = 30.0  # virtual: the bound is a linear program
NEEDED, KEPT, BEFORE = ("█", "green"), ("▓", "yellow"), ("░", "bright_black")


@dataclass(frozen=True, slots=True)
class Money:
    """In USD an hour, as of `at_s`."""

    at_s: float
    before: float
    now: float
    bound: float
    instances: int
    waiting: int  # tasks that have no room


def money_of(stage: Stage, known: Money | None) -> Money | None:
    """None where nobody says anything of rebalancing; what is known while it is new."""
    if not any(REBALANCE in cluster.tags for cluster in stage.world.clusters.values()):
        return None
    now_s = stage.clock.now_s
    if known is not None and now_s - known.at_s < LOOKS_EVERY_S:
        return known
    alive = sum(not instance.going for instance in stage.world.ec2.instances.values())
    clusters = stage.world.clusters.values()
    waiting = sum(len(c.waiting) + sum(service.unplaced for service in c.services.values()) for c in clusters)
    now, bound = float(stage.world.usd_per_hour()), bound_usd_per_hour(stage)
    return Money(now_s, stage.usd_per_hour_before, now, bound, alive, waiting)


def money_rows(money: Money, width: int) -> list[Text]:
    """The bar is as long as what was paid at first, or now where that is more."""
    head = Text.assemble((f"{money.now:.2f} USD/h", "bold"), (f" for {money.instances} instances", ""))
    for part in (
        f"no plan is below {money.bound:.2f}",
        f"{money.waiting} tasks wait for room" if money.waiting else "",
        f"at first {money.before:.2f}",
    ):
        if part and head.cell_len + len(part) + 3 <= width:
            head.append(" · ", "bright_black").append(part, "bold red" if part[0].isdigit() else "")
    whole = max(money.before, money.now, money.bound, 0.01)
    ends = [round(min(each, whole) * width / whole) for each in (money.bound, max(money.now, money.bound), whole)]
    bar, at = Text(), 0
    for (sign, style), end in zip((NEEDED, KEPT, BEFORE), ends, strict=True):
        bar.append(sign * max(0, end - at), style)
        at = max(at, end)
    return [head, bar]


def money_table(result: Result) -> dict[str, str]:
    """Rows of the summary: name and value."""
    found = result.rebalance
    if found is None:
        return {}
    undone = f", {found['moves_undone']} undone" if found["moves_undone"] else ""
    rows = {
        "at first": f"{found['usd_per_hour_before']:.3f} USD/h",
        "at the end": f"{found['usd_per_hour_after']:.3f} USD/h",
        "no plan is below": f"{found['bound_usd_per_hour']:.3f} USD/h",
        "instances given back": f"{found['given_back']}, in {found['moves']} moves{undone}",
        "instances launched": f"{found['launched']} by Ballast",
        "tasks waited": f"{found['pending_task_minutes']:,} minutes for room, all together",
    }
    rows |= {f"held: {why}": f"{usd:.3f} USD/h" for why, usd in found["blocked"].items()}
    return rows
