"""What an hour costs: a bar, and rows that sum exactly to what is paid. What has no price is unknown, and in no sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from ballast.rebalance.explain import MICRO
from ballast_cli.what_if.answer import Answer
from ballast_cli.what_if.layout import many
from ballast_cli.what_if.page.elements import el, section

UNKNOWN = "unknown"
PARTS = (
    ("bound", "bound", "no plan is below"),
    ("granularity", "granularity", "instances are whole, and tasks cannot be split"),
    ("headroom", "headroom", "room that is kept on purpose"),
    ("blocked", "blocked", "held by what lasts, by whom:"),
    ("fragmentation", "fragmentation", "scattered tasks: what giving back would win"),
)
WIDE, HIGH = 1000.0, 34


def hourly(prices: Sequence[float | None], currency: str) -> str:
    """Such as 1.250 USD/h, with how many are unknown; nothing costs 0 because nobody knows it."""
    known = [price for price in prices if price is not None]
    missing = len(prices) - len(known)
    if missing and not known:
        return f"{UNKNOWN} {currency}/h"
    return f"{sum(known):.3f} {currency}/h" + (f" and {missing:,} unknown" if missing else "")


def money(answer: Answer) -> Element | None:
    cost, currency = answer.cost, answer.cost.currency
    now, then = ([each.usd_per_hour for each in fleet] for fleet in (answer.before, answer.after))
    if now and all(price is None for price in now):
        return section("Cost of an hour", f"{UNKNOWN}: no price is known for {many(len(now), 'instance')}.")
    after = f"{cost.then:.3f} {currency}/h once what begins in this time is over; bound: {cost.bound:.3f} {currency}/h."
    unpriced = sum(price is None for price in then)
    after += f" Not counting {many(unpriced, 'instance')} at the end whose price is unknown." if unpriced else ""
    rows = [el("tr", *(el("th", text, scope="col") for text in ("part", f"{currency}/h")))]
    body = [*_rows(answer), _row("now", cost.now, class_="sum")]
    if cost.no_price:
        body.append(el("tr", el("td", f"{many(cost.no_price, 'instance')} without a known price"), el("td", UNKNOWN)))
    whole = el("table", el("thead", *rows), el("tbody", *body), class_="n")
    return section(
        "Cost of an hour", f"{cost.now:.3f} {currency}/h now; {after}", el("div", _bar(answer), class_="money"), whole
    )


def _rows(answer: Answer) -> Iterator[Element]:
    for number, (name, words, says) in enumerate(PARTS):
        head = (el("i", str(number + 1), class_=f"k f{number}"), f"{words} ", el("small", says))
        yield el("tr", el("td", *head), el("td", *_amount(answer.cost.parts.get(name, 0.0))))
        if name == "blocked":
            for each in answer.blocked:
                won = f" (lifting it alone wins {each.lifting:.3f} at once)" if each.lifting else ""
                yield _row(
                    f"{each.reason}{f': {each.service}' if each.service else ''}{won}", each.usd_per_hour, class_="part"
                )


def _row(name: str, usd: float, *, class_: str) -> Element:
    return el("tr", el("td", name), el("td", *_amount(usd)), class_=class_)


def _amount(usd: float) -> tuple[str, Element]:
    """To the millionth in which it is counted, so that the rows sum exactly; the last three small."""
    text = f"{round(usd * MICRO) / MICRO:,.6f}"
    return text[:-3], el("small", text[-3:])


def _bar(answer: Answer) -> Element:
    whole = answer.cost.now or 1.0
    drawn: list[Element] = [el("rect", x=0, y=0, width=WIDE, height=HIGH, class_="track")]
    at, said = 0.0, []
    for number, (name, words, _) in enumerate(PARTS):
        usd = answer.cost.parts.get(name, 0.0)
        wide = WIDE * usd / whole
        said.append(f"{words} {100 * usd / whole:.0f}%")
        if wide:
            drawn.append(
                el("rect", x=round(at, 1), y=0, width=round(max(1.0, wide - 3), 1), height=HIGH, class_=f"f{number}")
            )
        at += wide
    return el(
        "svg", *drawn, viewBox=f"0 0 {WIDE:g} {HIGH}", preserveAspectRatio="none", role="img", aria_label=", ".join(said)
    )  # fmt: skip
