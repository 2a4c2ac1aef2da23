"""The daily report: rows that sum, as they are and as they are shown, within what channels take."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ballast.rebalance.explain import Kind, Row
from ballast.rebalance.stays import Why
from ballast.records.rebalancing import Tally
from ballast.words.codes import Code
from ballast.words.notice import Severity
from ballast.words.rebalance_report import Report, report
from ballast.words.shortened import SENTENCE, shortened
from tests.ballast.words.sentences import of
from tests.builders import NOW, a_cluster, after
from tests.gallery.channels import tell

ROWS = (
    Row(Kind.BOUND, 1_000_333),
    Row(Kind.GRANULARITY, 333),
    Row(Kind.HEADROOM, 0),
    Row(Kind.BLOCKED, 200_333, Why.SERVICE_FIXED, "checkout"),
    Row(Kind.BLOCKED, 100_000, Why.STANDALONE, None),
    Row(Kind.FRAGMENTATION, 50_001),
)
TOLD = Report(ROWS, 7, (), {}, (), 0, None)
TALLY = Tally("prod", after(-1440), given_back=3, tasks=14, micro_usd_per_hour=576_000, undone=1, launched=2)


def told(**changes: Any) -> Any:
    return report(a_cluster(), replace(TOLD, **changes), NOW)


def numbers(text: str) -> list[int]:
    """The rows' amounts in thousandths."""
    return [int(found.replace(".", "")) for found in re.findall(r"^(\d+\.\d{3}) (?!USD)", text, re.MULTILINE)]


def total(notice: Any) -> int:
    return int(re.findall(r"([\d.]+) USD/h", notice.title)[0].replace(".", ""))


def test_it_informs_and_needs_nothing() -> None:
    notice = told()

    assert of(notice) == (Code.REBALANCE_REPORT, Severity.INFO, True)
    assert notice.why.startswith("1.351 USD/h now, which is:\n1.001 bound")
    assert notice.impact.splitlines()[1:] == [
        "0.200 for service checkout: cannot be moved",
        "0.100 for a standalone task",
    ]
    assert notice.title == "costs 1.351 USD/h: 0.350 not needed"
    assert notice.figures == {"capacityMicroUsdPerHour": 1_351_000, "blockedMicroUsdPerHour": 300_000}


def test_of_the_largest_blocks_it_is_told_what_lifting_each_alone_would_win_at_once() -> None:
    rows = (
        Row(Kind.BLOCKED, 412_333, Why.SERVICE_FIXED, "checkout", 384_900),
        Row(Kind.BLOCKED, 192_000, Why.STANDALONE, None, 0),
    )

    assert told(rows=rows).impact.splitlines()[1:] == [
        "0.412 for service checkout: cannot be moved (0.384 of it at once)",
        "0.192 for a standalone task (alone nothing)",
    ]


@given(st.lists(st.integers(0, 10**7), min_size=4, max_size=4), st.lists(st.integers(0, 10**6), max_size=200))
def test_what_is_shown_sums_to_what_is_shown_whatever_is_left_out(kinds: list[int], held: list[int]) -> None:
    rows = [Row(kind, n) for kind, n in zip((k for k in Kind if k is not Kind.BLOCKED), kinds, strict=True)]
    rows += [Row(Kind.BLOCKED, n, Why.SERVICE_FIXED, f"service-{i:03d}") for i, n in enumerate(held)]
    notice = told(rows=rows)

    assert sum(numbers(notice.why)) == total(notice)
    assert sum(numbers(notice.impact)) == numbers(notice.why)[-1]
    assert total(notice) == (sum(kinds) + sum(held) + 500) // 1000


def test_two_hundred_services_with_hostile_names_fit_into_every_channel_and_still_sum() -> None:
    rows = [Row(Kind.BLOCKED, 1_000_000 - n, Why.SERVICE_FIXED, f"<!channel>&{n}{'<' * 255}") for n in range(200)]
    notice = told(
        rows=[*ROWS, *rows],
        parts={f"provider-{n}{'&' * 255}": "<b>" * 200 for n in range(50)},
        unpriced=[f"i-{n:017x}" for n in range(500)],
        would=[f"would give back i-{n:017x}" for n in range(100)],
        done=TALLY,
    )
    heard = tell([notice])
    slack = "\n".join(
        text for parent in heard.slack.parents.values() for part in parent.message.parts for text in part.texts
    )
    shown = re.search(r"won at most.*?(?=\*|$)", slack, re.DOTALL)

    assert shortened(notice) == notice
    assert all(len(text) <= SENTENCE for text in (notice.what, notice.why, notice.impact, notice.next))
    assert len(slack) < 12_000
    assert "<!channel>" not in slack
    assert "…" not in slack.partition("*Impact*")[2].partition("*Next*")[0].replace("…: ", "")
    assert sum(numbers(notice.impact)) == numbers(notice.why)[-1]
    assert shown
    assert notice.plan[-1] == "and 91 more"


def test_what_was_done_is_told_with_what_a_moved_task_saved() -> None:
    assert told(done=TALLY).what.endswith(
        "3 instances were given back since 2026-11-22 09:00 UTC: 0.576 USD/h, 14 tasks moved, 0.041 USD/h a moved task. "
        "1 move was undone. 2 instances were launched."
    )
    assert told(done=Tally("prod", NOW)).what.endswith("Nothing was given back or launched since 2026-11-23 09:00 UTC.")
    empty = replace(TALLY, tasks=0, undone=0, launched=0)
    assert told(done=empty).what.endswith("0.576 USD/h, 0 tasks moved.")
    assert "No instance was given back" in told(done=replace(TALLY, given_back=0)).what


def test_unpriced_instances_and_parts_that_are_only_reported_are_named() -> None:
    notice = told(unpriced=["i-1"], parts={"gpu": "an instance refresh of Auto Scaling group gpu runs"})

    assert "No price is known of i-1: it is in no row." in notice.what
    assert "they are in no row" in told(unpriced=["i-1", "i-2"]).what
    assert "Only reported: gpu (an instance refresh of Auto Scaling group gpu runs)." in notice.next


def test_each_mode_says_why_nothing_is_done_or_how_to_stop_it() -> None:
    would = {"would": ["would give back i-1"], "would_save_micro_usd_per_hour": 192_000}
    on, reported, dry = told(), told(only_reported=True, **would), told(dry_run=True, **would)

    assert on.next.endswith("`ballast pause --cluster prod`.")
    assert reported.next.startswith("Ballast would do what stands below and save 0.192 USD/h.")
    assert "as Rebalance is `report`" in reported.next
    assert (dry.dry_run, dry.plan) == (True, ("would give back i-1",))
    assert "runs dry" in dry.next
    assert all(notice.links for notice in (on, reported, dry))


def test_a_cluster_where_nothing_is_held_says_so() -> None:
    notice = told(rows=ROWS[:1], instances=1)

    assert notice.impact == "None: nothing is held by a service, a task or a limit."
    assert notice.what.startswith("The 1 instance of prod costs 1.000 USD/h.")
