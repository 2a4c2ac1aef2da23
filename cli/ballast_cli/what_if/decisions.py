"""What rebalancing decided at once, as the answer has it: acts, what stays and why, what that costs."""

from __future__ import annotations

from collections.abc import Iterator

from ballast.rebalance.acts import Act as Decided
from ballast.rebalance.acts import GiveBack, GoOn, Launch, Page
from ballast.rebalance.explain import MICRO, Kind
from ballast.rebalance.removable import reasons
from ballast_cli.what_if.answer import Act, Blocked, Stays
from ballast_cli.what_if.plan import Planned


def acts_of(planned: Planned) -> tuple[Act, ...]:
    """In the order of the decision: what is on, then what would be."""
    decided = planned.decided
    return (*_acts(decided.acts, on=True), *_acts(decided.would, on=False))


def _acts(decided: tuple[Decided, ...], *, on: bool) -> Iterator[Act]:
    for act in decided:
        match act:
            case GiveBack():
                move = act.move
                yield Act(
                    "give back",
                    act.line,
                    move.group,
                    (move.instance_id,),
                    move.tasks,
                    move.saving_usd_per_hour,
                    on,
                    move.receivers,
                )
            case Launch():
                going = tuple(move.instance_id for move in act.moves)
                saves = sum(move.saving_usd_per_hour for move in act.moves)
                tasks = sum(move.tasks for move in act.moves)
                yield Act("replace" if going else "launch", act.line, act.group, going, tasks, saves, on)
            case Page():
                yield Act("tell", act.line, "", (), 0, 0.0, on)
            case GoOn():
                yield Act("go on", act.line, act.move.group, (act.move.instance_id,), 0, 0.0, on)
            case _:
                yield Act("other", act.line, "", (), 0, 0.0, on)


def stays_of(planned: Planned) -> tuple[Stays, ...]:
    """Each instance that stays, in the order of the parts."""
    ground = planned.ground
    parts = {instance.id: (part, instance) for part in ground.parts for instance in part.instances}
    found = []
    for kept in planned.decided.kept:
        part, instance = parts[kept.instance_id]
        also = dict.fromkeys(stay.sentence for stay in reasons(ground, part, instance))
        also.pop(kept.stay.sentence, None)
        found.append(
            Stays(
                kept.instance_id,
                kept.part,
                kept.stay.why.value,
                kept.stay.sentence,
                kept.stay.service,
                kept.usd_per_hour,
                tuple(also),
            )
        )
    return tuple(found)


def blocked_of(planned: Planned) -> tuple[Blocked, ...]:
    """The dearest first."""
    rows = (row for row in planned.explanation.rows if row.kind is Kind.BLOCKED and row.micro_usd_per_hour)
    return tuple(
        Blocked(
            row.why.value if row.why else "unknown",
            row.service,
            row.micro_usd_per_hour / MICRO,
            None if row.won_micro_usd_per_hour is None else row.won_micro_usd_per_hour / MICRO,
        )
        for row in rows
    )
