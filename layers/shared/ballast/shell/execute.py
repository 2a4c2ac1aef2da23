"""Carry out plans: claim, act, tell, record, for many plans at once.

Dry run is decided here and nowhere else: nothing is claimed or changed, and the same plan is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ballast.plans.action import Action
from ballast.plans.actions import Tell
from ballast.plans.plan import Plan
from ballast.shell.performer import Performer, Result
from ballast.telemetry import logger
from ballast.words.notice import Notice, Severity


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
                result = performer.perform(ours)
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
    notice: Notice = replace(action.notice, plan=lines)
    return Tell(replace(notice, severity=Severity.INFO, dry_run=True) if dry else notice)
