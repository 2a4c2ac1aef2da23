"""Anonymised, a dump has none of the operator's names, and its plans are the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from ballast_cli.dump.anonymise import anonymised
from ballast_cli.dump.reading import dump_of
from ballast_cli.dump.records import Dump, Stack
from ballast_cli.dump.writing import text_of
from ballast_cli.what_if.answer import Answer
from ballast_cli.what_if.play import answer
from ballast_cli.what_if.question import Question
from simulator.stage import Stage
from tests.cli.what_if.fleets import ON, all_blocked, dumped, small_mixed


def translated(dump: Dump, other: Dump) -> Mapping[str, str]:
    """By the place in the order."""
    pairs = [
        (sorted(i.id for i in dump.instances), sorted(i.id for i in other.instances)),
        (sorted(g.name for g in dump.groups), sorted(g.name for g in other.groups)),
        (sorted(s.name for s in dump.services), sorted(s.name for s in other.services)),
    ]
    return {one: another for names, others in pairs for one, another in zip(names, others, strict=True)}


@pytest.mark.parametrize("build", [small_mixed, all_blocked])
def test_the_plan_is_the_same_under_other_names(build: Callable[[Stage], None]) -> None:
    dump = dumped(build, **ON)
    other = anonymised(dump)
    names = translated(dump, other)
    first, second = answer(Question(dump)), answer(Question(other))

    def plan(found: Answer, name: Callable[[str], str]) -> list[object]:
        acts = [(a.what, name(a.group), tuple(map(name, a.instances)), a.tasks, a.saves) for a in found.acts]
        stays = [(name(s.instance), s.reason, name(s.service or ""), s.usd_per_hour) for s in found.stays]
        return [acts, stays, found.cost, [(name(d.instance), d.why, d.tasks) for d in found.drained]]

    assert plan(first, lambda each: names.get(each, each)) == plan(second, str)


def test_no_name_of_the_operator_is_left() -> None:
    dump = dumped(small_mixed, **ON)
    private = {
        dump.cluster.name, *(g.name for g in dump.groups), *(s.name for s in dump.services), *(i.id for i in dump.instances),
        *(h.id for h in dump.hosts), *(t.id for t in dump.tasks), *(d.name.partition(":")[0] for d in dump.definitions),
    }  # fmt: skip

    words = set(re.findall(r"[\w-]+", text_of(anonymised(dump))))

    assert private & words == set()


def test_what_aws_publishes_stays_and_the_file_can_be_read() -> None:
    dump = dumped(small_mixed, **ON)
    other = anonymised(dump)

    assert dump_of(text_of(other)) == other
    assert other.anonymised
    assert (other.types, other.prices, other.region) == (dump.types, dump.prices, dump.region)
    assert {i.zone for i in other.instances} == {i.zone for i in dump.instances}
    assert {i.bottlerocket for i in other.instances} == {i.bottlerocket for i in dump.instances}
    assert other.cluster.tags["ballast:budget"] == "2"


def test_settings_that_hold_names_are_translated() -> None:
    dump = dumped(small_mixed, **ON)
    settings = {
        "RebalanceSpare": "3 x api:1 on batch plus 1 x cart",
        "UpdateAlarms": "prod-errors prod-latency",
        "UpdateWindows": "0 2 * * tue for 4h",
    }
    tags = {"ballast:paused": "2026-12-01T00:00Z because of Jo", "ballast:cluster": "shop"}
    given = replace(dump, stack=Stack(settings), cluster=replace(dump.cluster, tags=tags))

    other = anonymised(given)

    assert other.stack is not None
    assert other.stack.parameters == {
        "RebalanceSpare": "3 x family-1:1 on provider-1 plus 1 x family-2",
        "UpdateAlarms": "name-1 name-2",
        "UpdateWindows": "0 2 * * tue for 4h",
    }
    assert other.cluster.tags == {"ballast:paused": "2026-12-01T00:00Z", "ballast:cluster": "cluster-1"}


@pytest.mark.parametrize("reason", ["incident 4711", "call Jo"])
def test_the_reason_of_a_pause_stays_at_home(reason: str) -> None:
    dump = dumped(small_mixed, **ON)
    paused = replace(dump, cluster=replace(dump.cluster, tags={"ballast:paused": reason}))

    assert anonymised(paused).cluster.tags == {"ballast:paused": "a-reason"}
