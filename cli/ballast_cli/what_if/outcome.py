"""What came of the story: drains in their order, rollouts, launches, other changes, what people were told, and the harm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ballast_cli.what_if.answer import Changed, Drained, Harm, RolledOut, Told
from ballast_cli.what_if.calls import worded
from ballast_cli.what_if.layout import many
from ballast_cli.what_if.watching import Drain, Watched
from simulator.delivery.records import Outcome
from simulator.result import below_minimum, notices
from simulator.stage import Stage


def drained(stage: Stage, seen: Watched) -> tuple[Drained, ...]:
    """Those that began in the order in which they did, then those that wait."""
    moves = {move.instance: move for move in seen.moves}
    order = sorted(seen.drains, key=lambda d: (d.begun_at_s is None, d.begun_at_s or d.known_at_s))
    said = {n["instance"]: n["what"] for n in notices(stage) if n["instance"]}
    return tuple(
        Drained(
            d.instance,
            d.group or _group_of(stage, d.instance),
            d.reason.replace("_", " "),
            None if d.begun_at_s is None else round(d.begun_at_s, 1),
            _how(stage, d, said.get(d.instance, "")),
            moves[d.instance].tasks if d.instance in moves else d.tasks,
            moves[d.instance].saving if d.instance in moves else None,
        )
        for d in order
    )


def _group_of(stage: Stage, instance: str) -> str:
    known = stage.world.ec2.instances.get(instance)
    return (known.group if known else None) or ""


def _how(stage: Stage, drain: Drain, said: str) -> str:
    if drain.begun_at_s is None:
        return f"waits{f': {said}' if said else ''}" if drain.over_at_s is None else "needed none"
    if drain.given_up:
        return "given up"
    instance = stage.world.ec2.instances.get(drain.instance)
    ended = instance is None or instance.going
    if drain.empty_at_s is not None:
        return f"empty in {_span(drain.empty_at_s - drain.begun_at_s)}" + (", gone" if ended else "")
    if drain.over_at_s is not None:
        return f"over in {_span(drain.over_at_s - drain.begun_at_s)}" + (", gone" if ended else "")
    return "not empty when it went" if ended else f"still {drain.phase or 'draining'}"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"  # noqa: PLR2004 - two minutes


def rollouts(seen: Watched) -> tuple[RolledOut, ...]:
    updates = sorted(seen.updates.values(), key=lambda u: u.at_s)
    return tuple(
        RolledOut(
            r.variant,
            r.arch,
            r.target,
            r.state.replace("_", " "),
            r.on_target,
            r.total,
            r.failed,
            r.excluded,
            r.halted or r.held,
            order=tuple(u.instance for u in updates if u.target == r.target),
            left={u.instance: f"{u.stage}{f': {u.why}' if u.why else ''}" for u in updates if u.stage != "done"},
        )
        for _, r in sorted(seen.rollouts.items())
    )


def launched(stage: Stage) -> dict[str, int]:
    """By group, whoever had it launched."""
    found = Counter(
        fact.data["group"] or "no group"
        for fact in stage.world.journal
        if fact.kind == "instance_launched" and fact.at_s > 0
    )
    return dict(sorted(found.items()))


def changed(stage: Stage) -> tuple[Changed, ...]:
    """What Ballast asked of AWS, but for what drains ask of ECS, which is told by instance."""
    asked = (f for f in stage.world.journal if f.kind == "asked" and f.data["actor"] == "ballast")
    return tuple(Changed(round(fact.at_s, 1), words) for fact in asked if (words := worded(fact.data)))


def failed_runs(stage: Stage) -> Iterator[str]:
    """Of functions in the story, in a sentence each: what they were to do may be missing."""
    bad = [run for run in stage.deployment.invocations if run.outcome in (Outcome.ERROR, Outcome.TIMED_OUT)]
    for function, number in sorted(Counter(run.function for run in bad).items()):
        why = next(
            (run.error.strip().splitlines()[-1] for run in bad if run.function == function and run.error), "not in time"
        )
        yield f"{many(number, 'run')} of {function} failed in the story ({why}), so what it does may be missing."
    for message, error in dict.fromkeys((failure.message, repr(failure.error)) for failure in stage.failures.bugs):
        yield f"A function met what it does not understand in the story ({message}: {error}), so a step may be missing."


def told(stage: Stage) -> tuple[Told, ...]:
    return tuple(Told(n["at"], n["severity"], n["code"], n["what"]) for n in notices(stage))


def harm(stage: Stage) -> Harm:
    journal = stage.world.journal
    falls = Counter(fact.data["service"] for fact in below_minimum(journal))
    services: Mapping[str, Any] = {s.name: s for c in stage.world.clusters.values() for s in c.services.values()}
    waiting = {name: n for name, s in services.items() if (n := s.unplaced + len(stage.world.scheduler.waiting.of(s)))}
    return Harm(
        interrupted=sum(f.kind == "task_stopped" and f.data["interrupted"] for f in journal),
        below_minimum=dict(sorted(falls.items())),
        waiting=dict(sorted(waiting.items())),
    )
