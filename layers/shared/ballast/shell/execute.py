"""Carry out plans: claim, act, tell, record, for many plans at once, so that ECS is called ten instances at a time.

Dry run is decided here and nowhere else: nothing is claimed or changed, and the same plan is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ballast.aws import ecs, eventbus
from ballast.aws.ledger import Ledger
from ballast.errors import LostRaceError
from ballast.facts.instance import InstanceStatus
from ballast.plans.actions import (
    ORDER,
    Action,
    Announce,
    Claim,
    DeregisterContainerInstance,
    Reactivate,
    Record,
    RecordWatch,
    StartDraining,
    StopTask,
    Tell,
)
from ballast.plans.describe import describe
from ballast.plans.plan import Plan
from ballast.plans.update_actions import CancelRefresh, FollowImage, RunCommand, StartRefresh
from ballast.shell.measure import measure
from ballast.shell.perform_on_groups import act_on_group
from ballast.telemetry import logger
from ballast.words.notice import Notice, Severity

type Step = tuple[int, Action]  # the number of the plan, and one of its actions


@dataclass(frozen=True, slots=True)
class Result:
    """Numbers of the plans that failed, and of those that were given up because the ledger had changed meanwhile."""

    failed: frozenset[int]
    given_up: frozenset[int]


@dataclass(frozen=True, slots=True)
class Executor:
    """`dry_run`: claim and change nothing, tell what would be done."""

    ledger: Ledger
    dry_run: bool
    run_commands: Callable[[Sequence[RunCommand]], None] | None = None  # only update_bottlerocket may
    change_group: Callable[[FollowImage | StartRefresh | CancelRefresh], None] | None = None  # nor may others do this

    def execute(self, plans: Sequence[Plan]) -> Result:
        """Carry out what can be.

        A plan whose step fails goes no further, so its record stays where it was and the next round takes it up again.
        """
        plans = [self._explained(plan) for plan in plans]
        given_up: set[int] = set()
        failed: set[int] = set()
        for kind in ORDER:
            steps = [
                (number, action)
                for number, plan in enumerate(plans)
                if number not in given_up | failed
                for action in plan.actions
                if isinstance(action, kind)
            ]
            if not steps:
                continue
            if issubclass(kind, (StartDraining, Reactivate)):
                failed |= self._set_status(steps)
            elif kind is RunCommand:
                assert self.run_commands  # noqa: S101 - who plans commands can run them
                self.run_commands([action for _, action in steps if isinstance(action, RunCommand)])
            elif kind is Announce:
                eventbus.announce([(a.detail_type, a.detail) for _, a in steps if isinstance(a, Announce)])
            elif kind is Tell:
                eventbus.put([action.notice for _, action in steps if isinstance(action, Tell)])
            else:
                self._each(steps, given_up, failed)
        return Result(frozenset(failed), frozenset(given_up))

    def _explained(self, plan: Plan) -> Plan:
        """The plan with its notices saying what is done; in dry run only what we may still do."""
        if not plan.actions:
            return plan
        lines = tuple(line for action in plan.actions if (line := describe(action)))
        logger.info("plan", reason=plan.reason, actions=lines, dry_run=self.dry_run)
        dry = self.dry_run and any(not isinstance(a, (Tell, RecordWatch)) for a in plan.actions)
        kept = (a for a in plan.actions if not dry or isinstance(a, (Tell, RecordWatch)))
        return Plan(plan.reason, tuple(_with_plan(a, lines, dry=dry) for a in kept))

    def _set_status(self, steps: Sequence[Step]) -> set[int]:
        wanted: dict[tuple[str, InstanceStatus], dict[str, int]] = defaultdict(dict)
        for number, action in steps:
            if isinstance(action, StartDraining):
                wanted[action.cluster, InstanceStatus.DRAINING][action.container_instance_arn] = number
            elif isinstance(action, Reactivate):
                wanted[action.cluster, InstanceStatus.ACTIVE][action.container_instance_arn] = number
        failed = set()
        for (cluster, status), numbers in wanted.items():
            for arn, why in ecs.set_status(cluster, list(numbers), status).items():
                logger.warning("ECS refused", cluster=cluster, container_instance=arn, why=why)
                failed.add(numbers[arn])
        return failed

    def _each(self, steps: Sequence[Step], given_up: set[int], failed: set[int]) -> None:
        for number, action in steps:
            if number in given_up or number in failed:
                continue
            try:
                self._perform(action)
            except LostRaceError as error:
                given_up.add(number)
                logger.info("given up", action=type(action).__name__, why=str(error))
            except Exception:  # noqa: BLE001 - one plan that AWS refuses must not hold up those of other instances
                failed.add(number)
                logger.exception("failed", action=describe(action) or type(action).__name__)

    def _perform(self, action: Action) -> None:
        match action:
            case Claim(after, before, budget, others_out):
                self.ledger.write(before, after, budget, others_out)
                measure(before, after)
            case StopTask(cluster, arn, why):
                ecs.stop_task(cluster, arn, why)
            case DeregisterContainerInstance(cluster, arn):
                ecs.deregister(cluster, arn)
            case Record(before, after):
                self.ledger.write(before, after)
                measure(before, after)
            case RecordWatch(watch_before, watch_after):
                self.ledger.write_watch(watch_before, watch_after)
            case FollowImage() | StartRefresh() | CancelRefresh():
                assert self.change_group  # noqa: S101 - who plans this can do it
                self.change_group(action)
            case StartDraining() | Reactivate() | RunCommand() | Announce() | Tell():
                raise AssertionError(f"{action} is carried out for many plans at once")
            case _:
                act_on_group(action)


def _with_plan(action: Action, lines: tuple[str, ...], *, dry: bool) -> Action:
    if not isinstance(action, Tell):
        return action
    notice: Notice = replace(action.notice, plan=lines)
    return Tell(replace(notice, severity=Severity.INFO, dry_run=True) if dry else notice)
