"""An instance was launched so that others may go. Has it joined, and may they still go?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from ballast.rebalance.acts import Act, Do, GoOn
from ballast.rebalance.begin import drain_time
from ballast.rebalance.ground import Ground
from ballast.rebalance.parts import Part, serving
from ballast.rebalance.refusals import set_back
from ballast.rebalance.rests import failed
from ballast.rebalance.revalidate import why_not_now
from ballast.rebalance.shortages import Failure, remember
from ballast.rebalance.snapshot import Group, Instance
from ballast.rebalance.stays import Stay, Why
from ballast.records.rebalancing import Move, MovePhase

PASSES = frozenset({Why.CHANGING, Why.RESTS, Why.NEXT, Why.RECEIVES})
LAST_CALL = timedelta(minutes=3)  # after joining, until when those that wait together wait for each other
FRESH = timedelta(minutes=5)  # after joining; ECS takes an instance that stands empty for 15 minutes


def step(ground: Ground, part: Part, move: Move, instance: Instance | None) -> Iterator[Act]:
    home = _home(ground, part, move)
    if home is None or home.group is None:
        yield GoOn(move, Do.WAIT, f"Auto Scaling group {move.home} could not be read", move)
        return
    joined = [i for i in serving(home.instances) if i.id not in move.known]
    if instance is None:
        yield GoOn(move, Do.WAIT, "ECS does not list the one that is to go", move)
    elif len(joined) >= move.launched:
        yield _noted(ground, home, _decided(ground, move, joined), joined)
    elif ground.now >= move.deadline:
        yield from _never_joined(ground, home, home.group, move)
    else:
        yield GoOn(move, Do.WAIT, f"{len(joined)} of {move.launched} that were launched have joined", move)


def _home(ground: Ground, part: Part, move: Move) -> Part | None:
    """The part in which what was launched is to join."""
    if move.home == move.group:
        return part
    return next((p for p in ground.parts if p.group and p.group.name == move.home), None)


def _decided(ground: Ground, move: Move, joined: list[Instance]) -> GoOn:
    """Those that wait for the same launch go together, as one that stays behind takes all that they save.

    What passes is waited for; at the last call each goes that may.
    """
    since = max((i.host.registered_at or ground.now for i in joined), default=ground.now)
    if ground.now - since > FRESH:
        return GoOn(move, Do.DROP, "what was launched for it joined too long ago", None)
    together = [
        m for m in ground.snapshot.moves if m.phase is move.phase and (m.home, m.known) == (move.home, move.known)
    ]
    stays = why_not_now(ground, together, joined)
    stay = stays.get(move.instance_id)
    if stay and not _passes(ground, stay):
        return GoOn(move, Do.DROP, stay.sentence, None)
    holding = stay or next((s for s in stays.values() if _passes(ground, s)), None)
    if holding and (stay or ground.now - since < LAST_CALL):
        return GoOn(move, Do.WAIT, holding.sentence, move)
    if ground.snapshot.budget.left < 1:
        return GoOn(move, Do.WAIT, "the budget is used up", move)
    deadline = ground.now + drain_time(ground, move.services)
    after = replace(move, phase=MovePhase.DRAINING, deadline=deadline, revision=move.revision + 1)
    return GoOn(move, Do.DRAIN, "what was launched for it has joined", after)


def _passes(ground: Ground, stay: Stay) -> bool:
    """By itself, most often: tasks that start, but not a deployment."""
    workload = ground.snapshot.services.get(stay.service or "")
    return stay.why in PASSES or (stay.why is Why.SERVICE_BUSY and workload is not None and not workload.busy)


def _noted(ground: Ground, home: Part, act: GoOn, joined: list[Instance]) -> GoOn:
    """With who came by us; launched in vain is a failure, after which the part rests."""
    if act.do is Do.WAIT:
        return act
    memory = replace(
        home.memory,
        launched=tuple(i.id for i in joined),
        scaled_out_at=act.move.started_at,
        failed_at=ground.now if act.do is Do.DROP else home.memory.failed_at,
        revision=home.memory.revision + 1,
    )
    return replace(act, memory=memory)


def _never_joined(ground: Ground, home: Part, group: Group, move: Move) -> Iterator[Act]:
    """Its group wants one less again, unless it was lowered with it already. Its pool is put aside.

    Lowered with the instance, and not first: a group with more than it wants would end one of its own choice. During a pause
    only what is lowered already ends.
    """
    registered = {i.id for i in home.instances}
    strangers = sorted(group.capacity.members - group.capacity.leaving - set(move.known) - registered)
    has, wants = len(group.capacity.in_service) + len(group.capacity.starting), group.capacity.desired
    if strangers and wants >= has and (pause := ground.snapshot.cluster.policy.pause(ground.now)):
        yield GoOn(move, Do.WAIT, pause.words, move)
        return
    failure = Failure(group.name, ground.now, message="launched, and never joined the cluster")
    yield from remember([failure], ground.snapshot.shortages, move.cluster)
    if strangers:
        yield GoOn(
            replace(move, instance_id=strangers[0], group=group.name, desired=wants - 1),
            Do.REPLACE if wants < has or wants <= group.min_size else Do.TERMINATE,
            "it never joined the cluster",
            None,
            failed(home, ground.now),
            of=move.instance_id,
        )
    else:
        yield GoOn(move, Do.DROP, "what was launched for it is already gone", None, failed(home, ground.now))
    if back := set_back(group):
        yield back
