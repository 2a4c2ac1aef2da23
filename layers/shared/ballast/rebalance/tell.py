"""What is told of what is done? Notices for people, events for programs (`announce`); all of it pure.

What the shell does with it:
- in each plan of an act: `told(act, cluster, round.at)` beside its claim or record, for acts of `Round.acts` and those
  of `refusals.after_refusals`; in dry run only of pages, as each round plans the same again (`daily` tells it once a day);
- of a `Launch` what was carried out: the group that was asked in the end, with its desired capacity before;
- each round `over(snapshot.told, round, cluster, round.at)`, with None for the round once `Rebalance` is off; what
  it names is remembered as `told[over_key(key)] = round.at`;
- a `Page` that was told is remembered as `told[page.key] = round.at`, with just that time: its incident is named by it. What
  still `holds` is not forgotten, however long ago it was told: else nothing would ever call it off;
- where the capacity is explained `report.metrics`, each by `telemetry.gauge(m.name, m.value, **m.beside)`;
- where `is_due(snapshot.told, now)`: `report.daily`, remembered as `told[DAILY] = now` even if it is empty, and the tally
  begun anew with `since=now`. What is done is counted by `tally.counted`.

Detail-types of PutEvents for the role: `Ballast Notice`, `Ballast Rebalance Planned`, `Ballast Rebalance Done`. No rule of
ours listens to the last two. The drain of a move has `part_of=words.rebalance_moves.part_of(move)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import assert_never

from ballast.facts.view import Cluster
from ballast.plans.action import Action
from ballast.plans.actions import Tell
from ballast.rebalance.acts import Act, Do, GiveBack, GoOn, Launch, Page, PutAside, Round, SetBack
from ballast.rebalance.announce import done, planned
from ballast.rebalance.tally import is_given_back
from ballast.records.rebalancing import DAILY, Method
from ballast.value import dataclass
from ballast.words import rebalance_launches as launches
from ballast.words import rebalance_moves as moves
from ballast.words import rebalance_pages as pages
from ballast.words.money import in_its_currency
from ballast.words.rebalance_pages import Ended

DAY_BEGINS = 6  # hour, UTC: before the working day of most
AGAIN = timedelta(hours=20)  # at least, between two reports


def told(act: Act, cluster: Cluster, now: datetime) -> tuple[Action, ...]:
    """Tell and Announce of one act that is done; () where it is nothing that people or programs have to know."""
    said = _told(act, cluster, now)
    return tuple(Tell(in_its_currency(a.notice, cluster.arn)) if isinstance(a, Tell) else a for a in said)


def _told(act: Act, cluster: Cluster, now: datetime) -> tuple[Action, ...]:
    match act:
        case GiveBack():
            return Tell(moves.begun(cluster, act.move, now)), *planned(act, cluster.name, now)
        case Launch():
            return *_launched(act, cluster, now), *planned(act, cluster.name, now)
        case GoOn():
            return _went_on(act, cluster, now)
        case SetBack():
            return (Tell(launches.set_back(cluster, act.group, act.desired, now)),)
        case PutAside(shortage):
            first = shortage.failures == 1  # then it is only put aside for longer
            return (Tell(launches.aside(cluster, shortage, now)),) if first else ()
        case Page(key, sentence):
            return (Tell(pages.page(cluster, key, sentence, now)),) if pages.is_told(key) else ()
        case _:
            assert_never(act)


def _launched(act: Launch, cluster: Cluster, now: datetime) -> tuple[Action, ...]:
    if act.method is not Method.SCALE_OUT:
        return tuple(Tell(moves.cheaper_launched(cluster, move, now)) for move in act.moves)
    others = list(dict.fromkeys(each.group for each in act.tries if each.group != act.group))
    notice = launches.added(
        cluster, act.provider, act.group, now,
        add=act.add, desired=act.desired, why=act.why, usd_per_hour=act.usd_per_hour, others=others,
    )  # fmt: skip
    return (Tell(notice),)


def _went_on(act: GoOn, cluster: Cluster, now: datetime) -> tuple[Action, ...]:
    move = act.move
    match act.do:
        case Do.WAIT:
            return ()
        case Do.DRAIN:
            return (Tell(moves.cheaper_joined(cluster, act.after or move, now)),)
        case Do.TERMINATE | Do.REPLACE if act.after is not None:
            again = act.after.phase is move.phase  # the first request is no news beside its drain's
            return (Tell(moves.late(cluster, act.after, now)),) if again else ()
        case Do.FINISH:
            by_us = is_given_back(act)
            notice = moves.given_back(cluster, move, now, by_us=by_us)
            return Tell(notice), done(act, now, "given_back" if by_us else "gone")
        case Do.UNDO:
            return Tell(moves.undone(cluster, move, act.why, now)), done(act, now, "undone")
        case Do.DROP | Do.TERMINATE | Do.REPLACE:
            joined = act.do is Do.DROP
            notice = moves.dropped(cluster, move, act.why, now, instance_id=act.of)
            return Tell(notice), done(act, now, "dropped" if joined else "never_joined")
        case _:
            assert_never(act.do)


@dataclass(frozen=True, slots=True)
class Over:
    """The notice that closes what was told by `key`."""

    key: str
    actions: tuple[Action, ...]


def over(before: Mapping[str, datetime], decided: Round | None, cluster: Cluster, now: datetime) -> tuple[Over, ...]:
    """What is told no longer holds, or is told anew by this round. `before`: `Snapshot.told`; no round: rebalancing is off.

    What comes back within four hours of its telling is not told again before these are over.
    """
    found = []
    for key, at in sorted(before.items()):
        ended = before.get(over_key(key))
        if not pages.is_told(key) or (ended is not None and ended >= at):
            continue
        if how := _ended(key, decided):
            found.append(Over(key, (Tell(pages.over(cluster, key, at, now, how)),)))
    return tuple(found)


def _ended(key: str, decided: Round | None) -> Ended | None:
    if decided is None:
        return Ended.OFF
    if any(isinstance(act, Page) and act.key == key for act in decided.acts):
        return Ended.ANEW
    return Ended.OVER if decided.holds is not None and key not in decided.holds else None


def over_key(key: str) -> str:
    return f"over {key}"


def is_due(before: Mapping[str, datetime], now: datetime) -> bool:
    """Once a day in the morning; the first at once."""
    last = before.get(DAILY)
    return last is None or (now - last >= AGAIN and (now.hour >= DAY_BEGINS or now - last >= timedelta(days=1)))
