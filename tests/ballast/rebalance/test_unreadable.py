"""A setting of rebalancing that cannot be read is one ticket, and closed once it can."""

from __future__ import annotations

from ballast.plans.action import Action
from ballast.plans.actions import Tell
from ballast.rebalance.unreadable import KEY, tell_settings
from ballast.words.codes import Code
from ballast.words.notice import Notice
from tests.builders import NOW, a_cluster, minutes

WRONG = (("ballast:rebalance", "yes", "off, report or on"),)


def notices(actions: tuple[Action, ...]) -> list[Notice]:
    return [action.notice for action in actions if isinstance(action, Tell)]


def test_it_is_told_once_with_what_it_stops() -> None:
    actions, news = tell_settings(a_cluster(), WRONG, {}, NOW)

    [ticket] = notices(actions)
    assert ticket.code == Code.POLICY_UNREADABLE
    assert "ballast:rebalance=yes" in ticket.what
    assert "drains and updates are as before" in ticket.impact
    assert news == {f"{KEY}ballast:rebalance=yes": NOW}
    assert tell_settings(a_cluster(), WRONG, {key: at for key, at in news.items() if at}, NOW + minutes(5)) == ((), {})


def test_its_end_closes_the_same_incident_and_another_one_takes_its_place() -> None:
    told = {f"{KEY}ballast:rebalance=yes": NOW}
    [ticket] = notices(tell_settings(a_cluster(), WRONG, {}, NOW)[0])
    actions, news = tell_settings(a_cluster(), (), told, NOW + minutes(5))

    [over] = notices(actions)
    assert (over.code, over.closes_incident, over.incident) == (Code.POLICY_READABLE, True, ticket.incident)
    assert news == dict.fromkeys(told)
    other = (("ballast:rebalance", "maybe", "off, report or on"),)
    assert [n.code for n in notices(tell_settings(a_cluster(), other, told, NOW)[0])] == [over.code, ticket.code]
