"""What happens, in its order: drains, what rebalancing decides at once, updates, other changes, and what people are told."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ballast_cli.what_if.answer import Act, Answer, RolledOut
from ballast_cli.what_if.layout import clock_of, many, usd
from ballast_cli.what_if.page.elements import el, items, section, table

DRAINS = ("at", "instance", "group", "why", "tasks", "saves", "what comes of it")
ACTS = ("what", "in its words", "tasks", "saves")


def drains(answer: Answer) -> Element | None:
    rows = [
        (
            "waits" if each.at is None else clock_of(each.at),
            each.instance,
            each.group,
            each.why,
            f"{each.tasks:,}",
            _saves(each.saves, answer),
            each.how,
        )
        for each in answer.drained
    ]
    return section("Drained, in this order", table(DRAINS, rows) if rows else "Nothing is drained.")


def rebalanced(answer: Answer) -> tuple[Element | None, Element | None]:
    """What is on, and what would be."""
    on, would = ([act for act in answer.acts if act.on is wanted] for wanted in (True, False))
    return (
        section("Rebalancing decides at once", _acts(on, answer)),
        section("Would be done, but is not switched on", _acts(would, answer)),
    )


def _acts(acts: list[Act], answer: Answer) -> Element | None:
    return table(ACTS, [(each.what, each.line, f"{each.tasks or ''}", _saves(each.saves, answer)) for each in acts])


def _saves(usd_per_hour: float | None, answer: Answer) -> str:
    return f"{usd(usd_per_hour)} {answer.cost.currency}/h" if usd_per_hour else ""


def updates(answer: Answer) -> Element | None:
    if answer.release and not answer.rollouts:
        strategy = answer.settings.get("UpdateStrategy", "off")
        return section("Updated", f"No rollout of {answer.release} begins: UpdateStrategy={strategy}.")
    return section("Updated", *(_rollout(each) for each in answer.rollouts))


def _rollout(each: RolledOut) -> Element:
    said = f"{each.on_target:,} of {each.total:,} run it, {each.failed:,} failed, {each.excluded:,} left out"
    held = f" ({each.held})" if each.held else ""
    order = el(
        "details", el("summary", f"the order: {many(len(each.order), 'instance')}"), el("p", ", ".join(each.order))
    )
    left = table(("instance", "is"), list(each.left.items()))
    return el(
        "div",
        el("h4", f"{each.variant} {each.arch} to {each.target}: {each.state}{held}"),
        el("p", f"{said}."),
        order if each.order else None,
        left,
    )


def others(answer: Answer) -> Iterator[Element | None]:
    rows = [(clock_of(each.at), each.what) for each in answer.changed]
    launched = ", ".join(f"{number} in {group}" for group, number in answer.launched.items())
    yield section(
        "Everything that is asked of AWS",
        table(("at", "what"), rows),
        f"Launched meanwhile: {launched}." if launched else "",
    )
    yield section("The work meanwhile", items(_harm(answer)))
    told = [(clock_of(each.at), each.severity, each.code, each.what) for each in answer.told]
    yield section("What people would be told", table(("at", "severity", "code", "what"), told))


def _harm(answer: Answer) -> Iterator[str]:
    harm = answer.harm
    below = ", ".join(f"{name} {many(number, 'time')}" for name, number in harm.below_minimum.items())
    waiting = ", ".join(f"{number} of {name}" for name, number in harm.waiting.items())
    yield f"{many(harm.interrupted, 'task')} cut off"
    yield f"services below their minimum: {below or 'none'}"
    yield f"tasks without room at the end: {waiting or 'none'}"
