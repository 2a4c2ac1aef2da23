"""The picture of a cluster: what is unknown is said to be, bars are as long as what is reserved, and who blocks is named."""

from __future__ import annotations

from dataclasses import replace

from ballast.aws.ledger_items import Books
from ballast.facts.view import Cluster
from ballast_cli.drawing.standing import Standing, Work
from ballast_cli.going_on import GoingOn
from ballast_cli.watch.look import reported_in
from ballast_cli.watch.rows import BAR_LEAST, rows
from ballast_cli.watch.seen import Reported, Seen
from tests.builders import CLUSTER, NOW, a_cluster

EMPTY = Books((), (), (), ())


def an_instance(number: int, state: str = "active", usd: float | None = 0.25) -> Standing:
    work = (Work("api", 2, 1024, 2048, 1), Work("cart", 1, 512, 512, 0), Work(None, 1, 512, 512, 0))
    return Standing(f"i-{number:017x}", "web", "m7g.xlarge", "a", False, state, usd, 4096, 8192, 3, work, "1.64.0")  # noqa: FBT003


def seen(*fleet: Standing, reported: Reported | None = None) -> Seen:
    return Seen(CLUSTER, GoingOn(a_cluster(), EMPTY), fleet, reported)


def text(of: Seen, width: int = 120) -> str:
    return "\n".join(rows(of, NOW, width))


def test_an_instance_has_its_bars_tasks_state_and_release() -> None:
    shown = text(seen(an_instance(1), an_instance(2, "draining")), 128)

    row, other = (line for line in shown.splitlines() if "i-0" in line)
    assert row.startswith("  i-00000000000000001 active ")
    assert other.startswith("! i-00000000000000002 draining ")
    assert row.endswith("ENI 1/3   4 tasks  1.64.0")
    assert "a api  c cart  * standalone tasks" in shown
    assert "2 instances, 8 tasks · 0.500 USD/h" in shown


def test_a_bar_is_as_long_as_what_is_reserved() -> None:
    row = next(line for line in text(seen(an_instance(1)), 128).splitlines() if "i-0" in line)
    cpu = row.partition("CPU ")[2].partition("  50%")[0]

    assert (cpu.count("a"), cpu.count("c"), cpu.count("*"), cpu.count("·")) == (6, 3, 3, 12)


def test_where_it_is_narrow_the_bars_give_way() -> None:
    row = next(line for line in text(seen(an_instance(1)), 60).splitlines() if "i-0" in line)

    assert len(row.partition("CPU ")[2].partition(" ")[0]) == BAR_LEAST


def test_what_nobody_knows_is_unknown_and_never_nothing() -> None:
    some = text(seen(an_instance(1, usd=None), an_instance(2)))
    assert "0.250 USD/h and 1 instances of unknown price" in some
    assert "no report yet, so its bound is unknown" in some

    none = text(seen(an_instance(1, usd=None)))
    assert "unknown USD/h" in none
    assert "0.000" not in none

    blind = text(Seen(CLUSTER, None, None, None, unknown=("the fleet: may not be asked",)))
    assert "its fleet is unknown" in blind
    assert "what is under way: unknown" in blind
    assert "unknown: the fleet: may not be asked" in blind

    assert "ENI ?/3" in text(replace(seen(an_instance(1)), interfaces=False))


def test_of_a_large_fleet_only_that_is_shown_at_which_something_goes_on() -> None:
    fleet = [an_instance(number) for number in range(99)]
    shown = text(seen(*fleet, an_instance(99, "draining")))

    assert [line[2:21] for line in shown.splitlines() if " i-" in line] == [f"i-{99:017x}"]
    assert "  and 99 more" in shown
    assert "100 instances, 25.000 USD/h, CPU 50%, MEM 38%" in shown


def test_the_last_report_tells_the_bound_and_who_blocks() -> None:
    notice = {
        "at": "2026-11-28T03:00:00+00:00",
        "why": "2.205 USD/h now, which is:\n1,000.351 bound: what the tasks need at least",
        "impact": "Held, and won at most by lifting what holds it:\n0.289 for service cart: it is fixed",
    }
    reported = reported_in(notice)
    assert reported == Reported("2026-11-28T03:00:00+00:00", 1000.351, ("0.289 for service cart: it is fixed",))

    shown = text(seen(an_instance(1), reported=reported))
    assert "no plan was below 1000.351 at 2026-11-28 03:00" in shown
    assert "WHO BLOCKS, in USD/h as of the last report\n  0.289 for service cart: it is fixed" in shown
    assert reported_in({}) == Reported("", None, ())


def test_of_many_who_block_the_first_are_shown() -> None:
    reported = Reported("2026-11-28T03:00:00+00:00", 1.0, tuple(f"0.1 for service {n}" for n in range(9)))

    assert "and 4 more lines: ballast history --cluster prod" in text(seen(an_instance(1), reported=reported))


def test_a_cluster_without_instances_is_shown_as_that() -> None:
    assert text(Seen(CLUSTER, GoingOn(Cluster(CLUSTER, "arn"), EMPTY), (), None)).startswith(
        f"{CLUSTER}  0 instances, 0 tasks"
    )
