"""The fleet before and after: a bar for each instance while they are few, a column each where they are many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from ballast_cli.drawing.standing import Standing
from ballast_cli.what_if.answer import Answer
from ballast_cli.what_if.layout import clock_of, many, span
from ballast_cli.what_if.page.bars import cards, key, letters
from ballast_cli.what_if.page.columns import LEGEND, columns
from ballast_cli.what_if.page.elements import el, section
from ballast_cli.what_if.page.money import hourly

FEW = 60  # instances in a picture whose tasks are drawn one by one
MOST_TASKS = 1500  # of them all


def fleets(answer: Answer) -> Iterator[Element | None]:
    drained = {each.instance: each for each in answer.drained if each.at is not None}
    there = {each.instance for each in answer.before}
    goes = {name: f"goes: {each.why} at {clock_of(each.at or 0.0)}, {each.how}" for name, each in drained.items()}
    blocked = {each.instance: f"stays: {each.sentence}" for each in answer.stays}
    waits = {each.instance: f"waits: {each.why}" for each in answer.drained if each.at is None}
    ends = {each.instance: f"goes: {each.why}, {each.how}" for each in drained.values()}
    news = {each.instance: "new" for each in answer.after if each.instance not in there}
    yield _one(answer, "The fleet before", answer.before, blocked | waits | goes)
    yield _one(answer, f"The fleet after {span(answer.minutes)}", answer.after, ends | news)


def _one(answer: Answer, title: str, fleet: Sequence[Standing], said: Mapping[str, str]) -> Element | None:
    tasks = sum(each.tasks for each in fleet)
    price = hourly([each.usd_per_hour for each in fleet], answer.cost.currency)
    head = f"{many(len(fleet), 'instance')}, {many(tasks, 'task')}, {price}"
    if len(fleet) > FEW or tasks > MOST_TASKS:
        goes = frozenset(name for name, line in said.items() if line.startswith("goes"))
        new = frozenset(name for name, line in said.items() if line == "new")
        return section(
            title, f"{head}.", el("p", LEGEND, class_="faint"), columns(fleet, goes, new, answer.cost.currency)
        )
    known = letters(answer.before, answer.after)
    return section(
        title,
        f"{head}. Each piece of a bar is a task, its letter the service:",
        key(known, fleet),
        *_groups(fleet, said, answer, known),
    )


def _groups(
    fleet: Sequence[Standing], said: Mapping[str, str], answer: Answer, known: Mapping[str | None, tuple[str, int]]
) -> Iterator[Element]:
    for name in dict.fromkeys(each.group for each in fleet):
        some = [each for each in fleet if each.group == name]
        yield el("h4", f"{name or 'no Auto Scaling group'}: {many(len(some), 'instance')}")
        yield cards(some, known, said, answer.cost.currency)
