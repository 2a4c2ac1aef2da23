"""Carry out plans: claim, act, tell, record, for many plans at once.

Dry run is decided here and nowhere else: nothing is claimed or changed, and the same plan is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ballast.errors import LostRaceError, TransientError
from ballast.plans.action import Action
from ballast.plans.actions import Tell
from ballast.plans.plan import Plan
from ballast.telemetry import logger
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Executor:
    """`performers`: of every kind of action that its function may plan. `dry_run`: change nothing, tell what would be done."""

    performers: Sequence[Performer[Any]]
    dry_run: bool

    def execute(self, plans: Sequence[Plan]) -> Result:
        """Carry out what can be.

        A plan whose step fails goes no further, so its record stays where it was and the next round takes it up again.
        """
        self._refuse_unknown(plans)
        steps: dict[type[Action], list[tuple[int, Action]]] = defaultdict(list)
        for number, plan in enumerate(plans):
            for action in self._explained(plan).actions:
                steps[type(action)].append((number, action))
        failed: frozenset[int] = frozenset()
        given_up: frozenset[int] = frozenset()
        for performer in sorted(self.performers, key=lambda performer: performer.kind.place):
            ours = [(n, action) for n, action in steps[performer.kind] if n not in failed | given_up]
            if ours:
                result = _carry_out(performer, ours)
                failed |= result.failed
                given_up |= result.given_up
        return Result(failed, given_up)

    def _refuse_unknown(self, plans: Sequence[Plan]) -> None:
        """Before anything is claimed: an action that nobody performs would leave its plan half done."""
        kinds = {type(action) for plan in plans for action in plan.actions}
        if unknown := sorted(kind.__name__ for kind in kinds - {performer.kind for performer in self.performers}):
            raise NotImplementedError(f"This function has no performer of {', '.join(unknown)}.")

    def _explained(self, plan: Plan) -> Plan:
        """The plan with its notices saying what is done; in dry run only what we may still do."""
        if not plan.actions:
            return plan
        lines = tuple(line for action in plan.actions if (line := action.line))
        logger.info("plan", reason=plan.reason, actions=lines, dry_run=self.dry_run)
        dry = self.dry_run and any(action.writes for action in plan.actions)
        kept = (action for action in plan.actions if not (dry and action.writes))
        return Plan(plan.reason, tuple(_with_plan(a, lines, dry=dry) for a in kept))


def _with_plan(action: Action, lines: tuple[str, ...], *, dry: bool) -> Action:
    if not isinstance(action, Tell):
        return action
    if dry:
        from ballast.words.rehearsal import rehearsed  # noqa: PLC0415 - only dry run has these words

        return Tell(rehearsed(action.notice, lines))
    return Tell(replace(action.notice, plan=lines or action.notice.plan))


type Step[A: Action] = tuple[int, A]  # the number of the plan, and one of its actions


@dataclass(frozen=True, slots=True)
class Result:
    """Numbers of the plans that failed, and of those that were given up because the ledger had changed meanwhile."""

    failed: frozenset[int] = frozenset()
    given_up: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Performer[A: Action]:
    """`perform` answers which plans go no further; what it raises fails all that it was given, and no others."""

    kind: type[A]
    perform: Callable[[Sequence[Step[A]]], Result]


def _carry_out[A: Action](performer: Performer[A], steps: Sequence[Step[A]]) -> Result:
    try:
        return performer.perform(steps)
    except Exception:  # noqa: BLE001 - one kind of action that AWS refuses must not hold up other plans
        logger.exception("failed", action=performer.kind.__name__, plans=len(steps))
        return Result(failed=frozenset(number for number, _ in steps))


def each[A: Action](kind: type[A], act: Callable[[A], object]) -> Performer[A]:
    """One call an action; what fails holds up its own plan only."""

    def perform(steps: Sequence[Step[A]]) -> Result:
        failed: set[int] = set()
        given_up: set[int] = set()
        for number, action in steps:
            if number in failed | given_up:
                continue
            try:
                act(action)
            except LostRaceError as error:
                given_up.add(number)
                logger.info("given up", action=kind.__name__, why=str(error))
            except Exception:  # noqa: BLE001 - one plan that AWS refuses must not hold up those of other instances
                failed.add(number)
                logger.exception("failed", action=action.line or kind.__name__)
        return Result(frozenset(failed), frozenset(given_up))

    return Performer(kind, perform)


def together[A: Action](kind: type[A], act: Callable[[Sequence[A]], object]) -> Performer[A]:
    """One call for all, and where it fails one each: what AWS refuses then holds up its own plan only.

    What is done twice by that is fit for it, as every action is.
    """
    apart = each(kind, lambda action: act([action]))

    def perform(steps: Sequence[Step[A]]) -> Result:
        try:
            act([action for _, action in steps])
        except TransientError:
            raise  # asking again for each would only add to what AWS is too busy for
        except Exception:  # noqa: BLE001 - see above
            return apart.perform(steps)
        return Result()

    return Performer(kind, perform)
