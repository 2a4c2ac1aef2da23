"""One cluster's turn: what the ledger holds of it, what AWS says, the round, and what is remembered of it afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ballast import clock
from ballast.aws.ledger import Ledger
from ballast.errors import LostRaceError
from ballast.plans.plan import Plan
from ballast.plans.rebalance_actions import Remember
from ballast.rebalance.acts import Act, Page, Round
from ballast.rebalance.events import NotLaunched
from ballast.rebalance.launching import Refused
from ballast.rebalance.snapshot import Snapshot
from ballast.rebalance.steps import Held
from ballast.rebalance.tally import counted
from ballast.rebalance.tell import over, over_key
from ballast.rebalance.unreadable import KEY, tell_settings
from ballast.records.kept import BEGUN_UNREAD
from ballast.records.rebalancing import MovePhase, Tally, Told
from ballast.shell.execute import Executor
from ballast.shell.rebalance_books import Turn
from ballast.shell.rebalance_learned import keep, recall
from ballast.shell.rebalance_round import Looks, RoundOf
from ballast.value import dataclass

KEPT_FOR = timedelta(days=30)  # what was told


@dataclass(frozen=True, slots=True)
class Means:
    """What a turn is played with. `refused` is what the performers of `executor` add to."""

    ledger: Ledger
    executor: Executor
    refused: list[Refused]
    looks: Looks


def play(means: Means, turn: Turn) -> bool:
    """Whether all was done, or somebody else does it."""
    now = clock.utc_now()
    told = turn.own.told
    if turn.plans and (told := claimed(means.ledger, turn, planned_at=now)) is None:
        return True
    failures = [event.failure for event in turn.events if isinstance(event, NotLaunched) and turn.asked.launches]
    round_of = RoundOf(means.looks, means.executor, means.refused, turn.cluster)
    snapshot = snapshot_of(means.looks, turn, now)
    if turn.plans:
        keep(means.executor, turn)
    outcome = round_of.play(snapshot, turn.asked.policy, held(turn), now, failures, plans=turn.plans)
    news: dict[str, datetime | None] = {act.key: now for act in outcome.done if isinstance(act, Page)}
    if turn.plans:
        news |= _tell_rest(means.executor, turn, snapshot.told, outcome.decided, now)
    if not means.executor.dry_run:
        _count(means.ledger, turn, outcome.done, now)
    remember(means.executor, told, turn.name, news, outcome.decided.holds or frozenset())
    return not outcome.failed


def switch_off(executor: Executor, turn: Turn, now: datetime) -> None:
    """What was told is called off, as nobody looks any more whether it lasts."""
    before = turn.own.told.told if turn.own.told else {}
    remember(executor, turn.own.told, turn.name, _tell_rest(executor, turn, before, None, now))


def claimed(ledger: Ledger, turn: Turn, **fields: Any) -> Told | None:
    """Of two functions one takes the turn: it notes it first; None where the other one did."""
    before = turn.own.told
    known = before or Told(turn.name)
    after = replace(known, **fields, revision=known.revision + 1)
    try:
        ledger.write(before, after)
    except LostRaceError:
        return None
    return after


def _tell_rest(
    executor: Executor, turn: Turn, before: Mapping[str, datetime], decided: Round | None, now: datetime
) -> dict[str, datetime | None]:  # fmt: skip
    """What is over, and which settings cannot be read."""
    news: dict[str, datetime | None] = {}
    for each in over(before, decided, turn.cluster, now) if not executor.dry_run else ():
        if not executor.execute([Plan(f"{each.key} is over", each.actions)]).failed:
            news[over_key(each.key)] = now
    actions, settings = tell_settings(turn.cluster, (*turn.asked.unreadable, *turn.asked.beyond), before, now)
    if actions and not executor.execute([Plan("settings that cannot be read", actions)]).failed:
        news |= settings
    return news


def _count(ledger: Ledger, turn: Turn, done: Sequence[Act], now: datetime) -> None:
    """What the next report says; a race lost is a count too few."""
    before = turn.own.tally
    after = counted(before or Tally(turn.name, now), done)
    if after != (before or Tally(turn.name, now)):
        with suppress(LostRaceError):
            ledger.write(before, after)


def held(turn: Turn) -> Held:
    return Held(
        {move.instance_id: move for move in turn.own.moves},
        {drain.instance_id: drain for drain in turn.books.disruptions},
        {memory.provider: memory for memory in turn.own.memories},
        len(turn.books.in_flight),
    )


def snapshot_of(looks: Looks, turn: Turn, now: datetime) -> Snapshot:
    """What AWS says, with why nothing more is begun with some of the instances."""
    from ballast.shell.rebalance_look import Remembered  # noqa: PLC0415 - most rounds look at nothing

    taken = {drain.instance_id: "another drain of it is known" for drain in turn.books.disruptions}
    taken |= dict.fromkeys(turn.cluster.unread, BEGUN_UNREAD)
    ours = {move.instance_id for move in turn.own.moves if move.phase is not MovePhase.LAUNCHING}
    own = turn.own.wary(now)
    recall(turn)
    memory = Remembered(
        own.moves, own.shortages, own.memories, own.told.told if own.told else {},
        turn.books.disruptions, turn.books.in_flight,
    )  # fmt: skip
    seen = looks.snapshot(turn.cluster, memory, turn.asked.policy, now)
    return replace(seen, taken={instance: why for instance, why in taken.items() if instance not in ours})


def remember(
    executor: Executor,
    before: Told | None,
    cluster: str,
    news: Mapping[str, datetime | None],
    holds: Collection[str] = (),
) -> None:
    """When each of these was told; None: it is forgotten, and so is what is long ago and does not hold any more.

    A race that is lost is only told once more.
    """
    if not news:
        return
    known = before or Told(cluster)
    now = max((at for at in news.values() if at), default=None)
    after = {
        key: at
        for key, at in {**known.told, **news}.items()
        if at and (now is None or now - at < KEPT_FOR or key in holds or key.startswith(KEY))
    }
    executor.execute([Plan("", (Remember(before, replace(known, told=after, revision=known.revision + 1)),))])
