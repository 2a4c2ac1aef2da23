"""One question, played: look and plan at once, let the handlers run, write down what came of it."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from ballast.records.rollout import RolloutState
from ballast_cli.what_if.answer import Answer
from ballast_cli.what_if.beyond import unknown
from ballast_cli.what_if.decisions import acts_of, blocked_of, stays_of
from ballast_cli.what_if.events import happen
from ballast_cli.what_if.money import cost_of
from ballast_cli.what_if.outcome import changed, drained, failed_runs, harm, launched, rollouts, told
from ballast_cli.what_if.plan import FUNCTION, plan
from ballast_cli.what_if.question import Question
from ballast_cli.what_if.settings import settings_of
from ballast_cli.what_if.standing import standing
from ballast_cli.what_if.theatre import stage_of
from ballast_cli.what_if.watching import Watched, watch
from simulator.stage import Stage

ENDED = frozenset({RolloutState.DONE, RolloutState.HALTED, RolloutState.ROLLED_BACK})
CALM_MINUTES = 15.0  # after a rollout has ended
HOUR = 60  # minutes

type Tell = Callable[[float], None]


def answer(question: Question, tell: Tell = lambda _: None) -> Answer:
    """The same for the same question. `tell` hears the minutes that were played, every virtual hour."""
    with stage_of(question) as stage:
        planned = plan(stage)
        stage.deployment.functions[FUNCTION].warm_up(planned.memory)
        before = standing(stage, planned)
        seen = watch(stage)
        happen(stage, question)
        minutes = _play(stage, question, seen, tell)
        dump = question.dump
        return Answer(
            cluster=dump.cluster.name,
            region=dump.region,
            taken_at=f"{dump.taken_at:%Y-%m-%d %H:%M} UTC",
            instances=len(planned.ground.snapshot.instances),
            tasks=sum(task.host is not None and task.last_status != "STOPPED" for task in dump.tasks),
            services=len(planned.ground.snapshot.services),
            policy=question.policy.name if question.policy else None,
            event=str(question.event) if question.event else None,
            release=question.release,
            minutes=minutes,
            cost=cost_of(stage, planned, seen, dump.prices.currency),
            blocked=blocked_of(planned),
            acts=acts_of(planned),
            stays=stays_of(planned),
            drained=drained(stage, seen),
            rollouts=rollouts(seen),
            launched=launched(stage),
            changed=changed(stage),
            told=told(stage),
            harm=harm(stage),
            settings=settings_of(question),
            unknown=(*unknown(question, planned), *failed_runs(stage)),
            before=before,
            after=standing(stage, planned),
        )


def _play(stage: Stage, question: Question, seen: Watched, tell: Tell) -> float:
    """To its end, or shortly after the rollouts that were asked for have ended; answer the minutes."""
    end = question.minutes
    if question.release is None or question.days is not None:
        for hour in range(1, ceil(end / HOUR)):
            stage.play(hour * HOUR)
            tell(hour * HOUR)
        stage.play(end)
        return end
    minute, ended = 0.0, None
    while minute < end and (ended is None or minute < ended + CALM_MINUTES):
        minute += 1
        stage.play(minute)
        if minute % HOUR == 0:
            tell(minute)
        over = bool(seen.rollouts) and all(r.state in ENDED for r in seen.rollouts.values())
        idle = not seen.rollouts and minute >= CALM_MINUTES  # nobody wants it
        ended = (ended if ended is not None else minute) if over or idle else None
    return minute
