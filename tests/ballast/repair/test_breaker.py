"""Launches that never join, in a row and of one template version."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ballast.facts.health import Health
from ballast.facts.view import ContainerInstance
from ballast.records.repair import Signal
from ballast.records.watch import Watch
from ballast.repair.breaker import failed, first, forgotten, image_of, is_over, is_row_over, launches_another, noted
from tests.ballast.repair.builders import TEMPLATE, a_health, a_host, a_member, an_id, an_ill, repairs
from tests.builders import GROUP, NOW, after

NEW = "lt-1:8"


def away(number: int) -> Watch:
    return an_ill(number, signal=Signal.NEVER_JOINED)


def members(*numbers: int, template: str = TEMPLATE, **changes: Any) -> Health:
    found = {an_id(number): a_member(number, template=template) for number in numbers}
    return a_health(members=found, **changes)


def test_those_that_are_gone_count_with_those_that_are_there() -> None:
    memory = noted(repairs(), an_id(90), [away(90)], members(90), NOW)

    assert (memory.never_joined, memory.template) == ((an_id(90),), TEMPLATE)
    assert failed(memory, [away(91), an_ill(1)], members(91, 1)) == (an_id(90), an_id(91))


def test_of_another_template_version_it_is_counted_anew() -> None:
    memory = repairs(never_joined=(an_id(90),), template=TEMPLATE)

    assert failed(memory, [away(91)], members(91, template=NEW)) == (an_id(91),)
    assert noted(memory, an_id(91), [away(91)], members(91, template=NEW), NOW).never_joined == (an_id(91),)


def test_of_another_group_nothing_is_counted() -> None:
    assert failed(repairs(), [replace(away(90), group="batch")], members(90)) == ()


def test_of_the_version_that_the_group_launches_now_none_has_failed_yet() -> None:
    memory, now = repairs(never_joined=(an_id(90),), template=TEMPLATE), {GROUP: NEW}

    assert failed(memory, [away(91)], members(91, templates=now)) == ()
    assert failed(memory, [away(91)], members(91, template=NEW, templates=now)) == (an_id(91),)
    assert failed(memory, [away(91)], members(91, templates={GROUP: TEMPLATE})) == (an_id(90), an_id(91))


def test_a_group_that_launches_another_version_by_now_is_trusted_anew() -> None:
    page = first("prod", GROUP, (an_id(90),), TEMPLATE, NOW)

    assert launches_another(a_health(templates={GROUP: NEW}), page)
    assert not launches_another(a_health(templates={GROUP: TEMPLATE}), page)
    assert not launches_another(a_health(), page)
    assert not launches_another(a_health(templates={GROUP: NEW}), first("prod", GROUP, (an_id(90),), None, NOW))


def test_it_is_over_once_one_that_was_launched_since_has_joined() -> None:
    joined = a_host(1, registered_at=after(-5))

    def page(minutes: float, group: str = GROUP) -> Watch:
        return first("prod", group, (an_id(90),), TEMPLATE, after(minutes))

    assert is_over(a_health(joined), page(-10))
    assert not is_over(a_health(joined), page(0))
    assert not is_over(a_health(joined), page(-10, "batch"))
    assert not is_over(a_health(a_host(1, registered_at=after(-5), agent_connected=False)), page(-10))
    assert not is_over(a_health(joined, everybody=None), page(-10))


def test_one_that_was_launched_later_and_joined_ends_the_row_also_where_nobody_was_told() -> None:
    """Else what is left of the row before is told of again as soon as the launches work, and nothing of it is replaced."""
    early, late = replace(away(90), since=after(-60)), replace(away(91), since=after(-16))

    def row(*hosts: ContainerInstance) -> tuple[str, ...]:
        found = {an_id(number): a_member(number) for number in (1, 90, 91)}
        return failed(repairs(), [early, late], a_health(*hosts, members=found))

    assert row() == (an_id(90), an_id(91))
    assert row(a_host(1, registered_at=after(-30))) == (an_id(91),)
    assert row(a_host(1, registered_at=after(-50))) == (an_id(90), an_id(91))  # it may have been launched before
    assert row(a_host(1, registered_at=after(-30), agent_connected=False)) == (an_id(90), an_id(91))


def test_what_is_replaced_of_before_one_that_joined_is_not_remembered_as_a_launch_that_failed() -> None:
    early = replace(away(90), since=after(-60))
    found = {an_id(number): a_member(number) for number in (1, 90)}
    host = a_host(1, registered_at=after(-30))

    assert noted(repairs(), an_id(90), [early], a_health(members=found), NOW).never_joined == (an_id(90),)
    assert noted(repairs(), an_id(90), [early], a_health(host, members=found), NOW) == repairs()


def test_a_row_is_over_once_one_has_joined_since_its_last_was_given_up() -> None:
    memory = noted(repairs(), an_id(90), [away(90)], members(90), after(-20))

    assert memory.never_joined_at == after(-20)
    assert is_row_over(memory, a_health(a_host(1, registered_at=after(-5))))
    assert not is_row_over(memory, a_health(a_host(1, registered_at=after(-25))))
    assert not is_row_over(memory, a_health(a_host(1, registered_at=after(-5)), everybody=None))
    assert not is_row_over(repairs(), a_health(a_host(1, registered_at=after(-5))))


def test_the_image_is_that_of_the_last_of_which_it_is_known() -> None:
    ill = {
        an_id(n): replace(away(n), traits=traits) for n, traits in ((90, ("AMI=old",)), (91, ("AMI=new",)), (92, ()))
    }

    assert image_of((an_id(90), an_id(91), an_id(92), an_id(93)), ill) == "new"
    assert image_of((an_id(92),), ill) is None


def test_what_is_over_is_forgotten() -> None:
    of_before = repairs(never_joined=("i-1",), never_joined_at=NOW, template=TEMPLATE)

    assert forgotten(of_before) == repairs(revision=1)
