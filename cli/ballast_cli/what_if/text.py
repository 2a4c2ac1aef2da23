"""An answer as a person reads it in a terminal: what it costs and what happens, what stays and why, and what is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ballast_cli.what_if.answer import Act, Answer, Drained, RolledOut
from ballast_cli.what_if.layout import clock_of, many, money, paragraph, rows, span, usd
from ballast_cli.what_if.staying import staying

LEAST_SHOWN = 0.0005
FEW = 40  # lines of a table that are shown unless all are asked for
LOUD = ("page", "ticket")
ENDS = ("have the group of ", "deregister container instance ")  # which follow from a drain that is told


def lines(answer: Answer, width: int, *, everything: bool = False) -> Iterator[str]:
    """At most so wide, but for single words; `everything`: each line of each table."""
    most = 10**9 if everything else FEW
    yield from _head(answer, width)
    yield from _costs(answer, width)
    yield from _section("Drained, in this order", _drains(answer, most, width))
    yield from _section("Updated", list(_updates(answer, most, width)))
    yield from _section("Also done", _also(answer, most, width))
    yield from _section(f"Would be done, but is not switched on ({_switches(answer)})", _would(answer, most, width))
    yield from _section("The work meanwhile", _harm(answer, width))
    yield from _section("What people would be told", _told(answer, width))
    yield from _section(
        "What stays, and why (as seen at the beginning)", list(staying(answer, width, everything=everything))
    )
    yield from _section(
        "What this does not know", [line for each in answer.unknown for line in paragraph(each, width, "- ")]
    )


def _head(answer: Answer, width: int) -> Iterator[str]:
    what = f"{many(answer.instances, 'instance')}, {many(answer.tasks, 'task')}, {many(answer.services, 'service')}"
    yield from paragraph(f"{answer.cluster} in {answer.region} as of {answer.taken_at}: {what}.", width)
    happens = [
        f"event {answer.event}" if answer.event else "",
        f"Bottlerocket {answer.release} comes out" if answer.release else "",
    ]
    story = "; ".join(filter(None, happens)) or "no event"
    yield from paragraph(f"Played for {span(answer.minutes)}, {story}. Nothing was changed on AWS.", width)
    said = ", ".join(f"{name}={value}" for name, value in answer.settings.items()) or "all settings at their defaults"
    yield from paragraph(f"Policy{f' {answer.policy}' if answer.policy else ''}: {said}.", width)


def _costs(answer: Answer, width: int) -> Iterator[str]:
    cost = answer.cost
    parts = cost.parts
    yield ""
    yield "Cost of an hour"
    lost = " + ".join(
        f"{usd(parts[key])} {words}"
        for key, words in (
            ("granularity", "whole instances"), ("headroom", "headroom"), ("blocked", "blocked"), ("fragmentation", "scattered"),
        )
        if parts.get(key, 0.0) >= LEAST_SHOWN
    )  # fmt: skip
    table = [
        ("now", money(cost.now, cost.currency), ""),
        ("then", money(cost.then, cost.currency), "once what begins in this time is over"),
        (
            "bound",
            money(cost.bound, cost.currency),
            "no plan is below; the rest of now:" if lost else "no plan is below",
        ),
    ]
    yield from rows(table, width)
    if lost:
        yield from paragraph(lost, width, " " * 11)
    if cost.no_price:
        yield from paragraph(f"and {many(cost.no_price, 'instance')} without a known price", width, "  ")


def _section(title: str, body: Sequence[str]) -> Iterator[str]:
    if body:
        yield ""
        yield title
        yield from body


def _drains(answer: Answer, most: int, width: int) -> list[str]:
    if not answer.drained:
        return ["  nothing"]
    shown = answer.drained[:most]
    table: list[tuple[str, ...]] = [("at", "instance", "group", "why", "tasks", "saves", "what comes of it")]
    table += [_drain(each) for each in shown]
    return [*rows(table, width), *_more(len(answer.drained) - len(shown)), *_sum(answer, width)]


def _sum(answer: Answer, width: int) -> Iterator[str]:
    """Of those that begin; the rest waits."""
    begun = [each for each in answer.drained if each.at is not None]
    if len(begun) > 1:
        saves = sum(each.saves or 0.0 for each in begun)
        money_of_it = f", {usd(saves)} {answer.cost.currency}/h saved" if saves else ""
        moved = many(sum(each.tasks for each in begun), "task")
        yield from paragraph(f"in all {many(len(begun), 'instance')}, {moved}{money_of_it}", width, "  ")


def _drain(each: Drained) -> tuple[str, ...]:
    saves = usd(each.saves) if each.saves else ""
    at = "-" if each.at is None else clock_of(each.at)
    return at, each.instance, each.group, each.why, str(each.tasks or ""), saves, each.how


def _more(left: int) -> list[str]:
    return [f"  and {left} more; --all shows each"] if left > 0 else []


def _updates(answer: Answer, most: int, width: int) -> Iterator[str]:
    for each in answer.rollouts:
        yield from _rollout(each, most, width)
    if answer.release and not answer.rollouts:
        strategy = answer.settings.get("UpdateStrategy", "off")
        yield from paragraph(f"no rollout begins: UpdateStrategy={strategy}", width, "  ")


def _rollout(each: RolledOut, most: int, width: int) -> Iterator[str]:
    counts = f"{each.on_target} of {each.total} run it"
    counts += f", {each.failed} failed" if each.failed else ""
    counts += f", {each.excluded} left out" if each.excluded else ""
    held = f" ({each.held})" if each.held else ""
    yield from paragraph(f"{each.variant} {each.arch} to {each.target}: {each.state}{held}; {counts}.", width, "  ")
    if each.order:
        more = len(each.order) - most
        order = ", ".join(each.order[:most]) + (f" and {more} more" if more > 0 else "")
        yield from paragraph(f"in this order: {order}", width, "    ")
    for instance, why in list(each.left.items())[:most]:
        yield from paragraph(f"{instance} is {why}", width, "    ")


def _also(answer: Answer, most: int, width: int) -> list[str]:
    seen = [each for each in answer.changed if not each.what.startswith(ENDS)]
    table = [(clock_of(each.at), each.what) for each in seen[:most]]
    found = [*rows(table, width), *_more(len(seen) - most)]
    if answer.launched:
        groups = ", ".join(f"{number} in {group}" for group, number in answer.launched.items())
        found += paragraph(f"launched meanwhile, by whomsoever: {groups}", width, "  ")
    return found


def _switches(answer: Answer) -> str:
    names = ("Rebalance", "RebalanceConsolidate", "RebalanceReplace", "RebalanceScaleOut")
    usual = {"Rebalance": "report"}
    return ", ".join(f"{name}={answer.settings.get(name, usual.get(name, 'off'))}" for name in names)


def _would(answer: Answer, most: int, width: int) -> list[str]:
    acts = [act for act in answer.acts if not act.on]
    if not acts:
        return []
    table = [("what", "instance", "group", "tasks", "saves"), *(_act(act) for act in acts[:most])]
    saves = sum(act.saves for act in acts)
    total = f"  {usd(saves)} {answer.cost.currency}/h in this first round; the budget sets how much begins at a time"
    return [*rows(table, width), *_more(len(acts) - most), *(paragraph(total.strip(), width, "  ") if saves else [])]


def _act(act: Act) -> tuple[str, ...]:
    who = ", ".join(act.instances) if act.instances else act.line
    return act.what, who, act.group, str(act.tasks or ""), usd(act.saves) if act.saves else ""


def _harm(answer: Answer, width: int) -> list[str]:
    harm = answer.harm
    said = [f"{many(harm.interrupted, 'task')} cut off"]
    below = ", ".join(f"{name} {many(number, 'time')}" for name, number in harm.below_minimum.items())
    said.append(f"services below their minimum: {below or 'none'}")
    waiting = ", ".join(f"{number} of {name}" for name, number in harm.waiting.items())
    said.append(f"tasks without room at the end: {waiting or 'none'}")
    return list(paragraph("; ".join(said), width, "  "))


def _told(answer: Answer, width: int) -> list[str]:
    """What rings or asks for somebody, each; of the rest the number."""
    loud = [each for each in answer.told if each.severity in LOUD]
    table = [(clock_of(each.at), each.severity.upper(), each.what) for each in loud[:FEW]]
    quiet = len(answer.told) - len(loud)
    rest = f"{'and ' if loud else ''}{many(quiet, 'message')} that {'asks' if quiet == 1 else 'ask'} nobody to act"
    return [*rows(table, width), *([f"  {rest}"] if quiet else [])]
