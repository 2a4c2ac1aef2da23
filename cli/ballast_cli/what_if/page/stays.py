"""What blocks each instance: by reason, with every instance, every further reason, and what lifts it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from ballast_cli.what_if.answer import Answer, Stays
from ballast_cli.what_if.layout import listed, many
from ballast_cli.what_if.page.elements import el, section, table
from ballast_cli.what_if.page.money import hourly
from ballast_cli.what_if.staying import SERVICES, by_reason, held, lifted

FEW = 12  # instances up to which all is open at once


def stays(answer: Answer) -> Element | None:
    reasons = by_reason(answer)
    opened = sum(len(some) for _, some in reasons) <= FEW
    return section(
        "What stays, and what blocks each instance",
        *(_reason(answer, title, some, opened=opened) for title, some in reasons),
    )


def _reason(answer: Answer, title: str, some: Sequence[Stays], *, opened: bool) -> Element:
    services = Counter(each.service for each in some if each.service)
    because = listed((f"{name} ({number})" for name, number in services.most_common()), SERVICES)
    said = f"{many(len(some), 'instance')}: {title}"
    said_of = (f"because of {because}" if because else "", held(answer, some[0].reason))
    lift = lifted(some[0].reason).replace("`", "")
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for each in some:
        alike[each.sentence, each.also].append(each.instance)
    rows = [
        (", ".join(instances), el("div", sentence, *(el("div", f"also: {one}", class_="faint") for one in also)))
        for (sentence, also), instances in alike.items()
    ]
    return el(
        "details",
        el("summary", el("b", said), f" · {hourly([each.usd_per_hour for each in some], answer.cost.currency)}"),
        *(el("p", line, class_="faint") for line in said_of if line),
        el("p", lift) if lift else None,
        table(("instance", "why"), rows, first=len(rows)),
        open="open" if opened else None,
    )  # fmt: skip
