"""The whole page: what was asked, several policies side by side, and each answer in its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from ballast import __version__
from ballast_cli.what_if.answer import Answer
from ballast_cli.what_if.beside import NEVER, ROWS, reasons_of
from ballast_cli.what_if.layout import many, span
from ballast_cli.what_if.page.elements import el, items, section, written
from ballast_cli.what_if.page.fleet import fleets
from ballast_cli.what_if.page.money import money
from ballast_cli.what_if.page.order import drains, others, rebalanced, updates
from ballast_cli.what_if.page.stays import stays
from ballast_cli.what_if.page.style import POLICY, STYLE


def report(answers: Sequence[Answer]) -> str:
    """The same for the same answers."""
    first = answers[0]
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", name="viewport", content="width=device-width,initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", f"What if: {first.cluster}"),
        el("style", STYLE),
    )
    return written(el("html", head, el("body", *_body(answers)), lang="en"))


def _body(answers: Sequence[Answer]) -> Iterator[Element | None]:
    first = answers[0]
    what = f"{many(first.instances, 'instance')}, {many(first.tasks, 'task')}, {many(first.services, 'service')}"
    story = [
        f"event {first.event}" if first.event else "",
        f"Bottlerocket {first.release} comes out" if first.release else "",
    ]
    minutes = max(answer.minutes for answer in answers)
    yield el("h1", f"What Ballast would do in {first.cluster}")
    yield el("p", f"{first.region}, as of {first.taken_at}: {what}.")
    yield el(
        "p", f"Played for {span(minutes)}, {'; '.join(filter(None, story)) or 'no event'}. Nothing was changed on AWS."
    )
    if len(answers) > 1:
        yield el("nav", *(el("a", _name(each), href=f"#policy-{n}") for n, each in enumerate(answers, 1)))
        yield _beside(answers)
    for number, each in enumerate(answers, 1):
        yield el("article", *_one(each, several=len(answers) > 1), id=f"policy-{number}")
    yield section("What this does not know", items(first.unknown))
    yield el(
        "p", f"Written by ballast {__version__}. This page asks nobody anything and runs no script.", class_="faint"
    )


def _name(answer: Answer) -> str:
    return answer.policy or "as deployed"


def _one(answer: Answer, *, several: bool) -> Iterator[Element | None]:
    if several:
        yield el("h2", f"Policy {_name(answer)}")
    said = ", ".join(f"{name}={value}" for name, value in answer.settings.items()) or "all settings at their defaults"
    yield el("p", f"Settings: {said}.", class_="faint")
    yield money(answer)
    before, after = fleets(answer)
    yield before
    yield drains(answer)
    yield from rebalanced(answer)
    yield updates(answer)
    yield after
    yield stays(answer)
    yield from others(answer)


def _beside(answers: Sequence[Answer]) -> Element | None:
    rows = [
        (name.strip(), *map(cell, answers)) for name, cell in ROWS if any(cell(a) not in ("0", NEVER) for a in answers)
    ]
    rows += [(f"stay: {name}", *counts) for name, *counts in reasons_of(answers)]
    head = el("tr", el("th", "", scope="col"), *(el("th", _name(each), scope="col") for each in answers))
    body = (el("tr", *(el("td", cell) for cell in row)) for row in rows)
    whole = el("table", el("thead", head), el("tbody", *body), class_="n")
    return section("Side by side", el("div", whole, class_="scroll"))
