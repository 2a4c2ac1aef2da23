"""One round of rebalancing in one cluster: look, decide, ask once more, act; launches one pool after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from ballast.facts.view import Cluster
from ballast.plans.action import Action
from ballast.plans.actions import Record
from ballast.plans.plan import Plan
from ballast.policy.rebalancing import RebalancePolicy
from ballast.rebalance.acts import Act, GiveBack, Launch, Page, PutAside, Round, Try
from ballast.rebalance.ground import Ground
from ballast.rebalance.launching import Refused, failures_of, given_up, plan_launch
from ballast.rebalance.loose_ends import forgotten, orphans, settled
from ballast.rebalance.refusals import after_refusals, next_try
from ballast.rebalance.refused import decide_anew, with_failures
from ballast.rebalance.revalidate import revalidate
from ballast.rebalance.round import decide
from ballast.rebalance.shortages import Failure
from ballast.rebalance.snapshot import Snapshot
from ballast.rebalance.steps import Held, Steps
from ballast.rebalance.tell import told
from ballast.shell.execute import Executor
from ballast.telemetry import logger
from ballast.value import dataclass

NAMED_ALWAYS = 50  # instances that stay
ROUND_MINUTES = 5  # between two rounds that plan


class Looks(Protocol):
    """`shell.rebalance_look.RebalanceObserver`."""

    def snapshot(self, cluster: Cluster, memory: Any, policy: RebalancePolicy, now: datetime) -> Snapshot: ...

    def again(self, snapshot: Snapshot, instance_ids: Iterable[str]) -> Snapshot: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """`done`: acts that were carried out, with the pages that are due. `failed`: something has to come again."""

    decided: Round
    done: tuple[Act, ...]
    failed: bool


@dataclass(frozen=True, slots=True)
class RoundOf:
    """What a round is carried out with. `refused` is what the performers of `executor` add to."""

    looks: Looks
    executor: Executor
    refused: list[Refused]
    cluster: Cluster

    def play(
        self, snapshot: Snapshot, policy: RebalancePolicy, held: Held, now: datetime,
        failures: Sequence[Failure] = (), *, plans: bool,
    ) -> Outcome:  # fmt: skip
        """`plans`: whether anything may begin; otherwise what is under way takes its next step."""
        snapshot, aside = with_failures(snapshot, failures)
        ground = Ground(snapshot, policy, now)
        if plans:
            decided = decide_anew(ground, failures) if failures else decide(ground)
            decided = replace(decided, acts=(*decided.acts, *orphans(ground)))
            decided = replace(decided, acts=self._still(ground, decided.acts))
        else:
            decided = settled(ground)
        _log(decided, snapshot)
        acts: tuple[Act, ...] = (*aside, *decided.acts)
        steps = Steps(snapshot, held, now, lambda act: self._told(act, now))
        done, failed = self._carry_out(steps, acts)
        pages: list[Act] = [act for act in acts if isinstance(act, Page)]
        for launch in acts:
            if isinstance(launch, Launch):
                more, also = self._launch(snapshot, launch, held, now)
                done, pages, failed = (
                    [*done, *more],
                    [*pages, *(a for a in more if isinstance(a, Page))],
                    failed or also,
                )
        self.executor.execute(list(steps.adrift()))
        over = [Plan("it is long over", (Record(shortage, None),)) for shortage in forgotten(ground)] if plans else []
        self.executor.execute(over)
        paged = [act for act in pages if isinstance(act, Page) and self._is_told(act, now)]
        return Outcome(decided, (*(a for a in done if not isinstance(a, Page)), *paged), failed)

    def _told(self, act: Act, now: datetime) -> tuple[Action, ...]:
        """In dry run only pages: each round plans the same again, and the daily report tells it."""
        if self.executor.dry_run and not isinstance(act, Page):
            return ()
        return told(act, self.cluster, now)

    def _is_told(self, page: Page, now: datetime) -> bool:
        actions = self._told(page, now)
        return bool(actions) and not self.executor.execute([Plan(page.line, actions)]).failed

    def _still(self, ground: Ground, acts: Sequence[Act]) -> tuple[Act, ...]:
        """Without what does not hold any more by fresh answers about those that go and those that receive."""
        going = [act for act in acts if isinstance(act, GiveBack)]
        if not going:
            return tuple(acts)
        ids = {each.move.instance_id for each in going} | {i for each in going for i in each.move.receivers}
        fresh = self.looks.again(ground.snapshot, sorted(ids))
        held = revalidate(going, Ground(fresh, ground.policy, ground.now))
        return tuple(act for act in acts if not isinstance(act, GiveBack) or act in held)

    def _carry_out(self, steps: Steps, acts: Iterable[Act]) -> tuple[list[Act], bool]:
        done: list[Act] = []
        plans: list[Plan] = []
        planned: list[Act] = []
        for act in acts:
            for plan in steps.plans([act]):
                plans.append(plan)
                planned.append(act)
        result = self.executor.execute(plans)
        lost = result.failed | result.given_up
        self.executor.execute(list(steps.taken_back(planned[number] for number in lost)))
        done += [act for number, act in enumerate(planned) if number not in lost]
        return done, bool(result.failed)

    def _launch(self, snapshot: Snapshot, launch: Launch, held: Held, now: datetime) -> tuple[list[Act], bool]:
        """Answer what was done, the pages that follow, and whether AWS could not be asked."""
        tried: list[Try] = []
        refused: list[tuple[Try, str]] = []
        done: list[Act] = []
        left, shortages = launch.add, snapshot.shortages
        while left > 0 and (call := next_try(launch, tried, shortages, now)):
            self.refused.clear()
            asked = _asked(snapshot, launch, call, left)
            said = self._told(asked, now) if not done else ()
            plan = plan_launch(snapshot, launch, call, held, now, before=tried, left=left, told=said)
            tried.append(call)
            result = self.executor.execute([plan])
            if result.given_up or (result.failed and not self.refused) or self.executor.dry_run:
                return done, bool(result.failed)
            if not plan.actions:
                continue
            if not result.failed:
                done.append(asked)
            left = self._left(left)
            refused += [(call, f.code or f.message or "unknown") for f in failures_of(self.refused)]
            snapshot, aside = with_failures(snapshot, failures_of(self.refused))
            shortages = snapshot.shortages
            self._put_aside(snapshot, aside, held, now)
        if left > 0 and not done:
            self.executor.execute(list(given_up(launch.moves)) if tried else [])
            done += after_refusals(snapshot, launch, refused, now)
        return done, False

    def _left(self, left: int) -> int:
        """All where nothing was said; a group whose desired capacity is raised gets the rest by itself."""
        return max(0, left - sum(each.got for each in self.refused)) if self.refused else 0

    def _put_aside(self, snapshot: Snapshot, aside: Sequence[PutAside], held: Held, now: datetime) -> None:
        steps = Steps(snapshot, held, now, lambda act: self._told(act, now))
        self.executor.execute(list(steps.plans(aside)))


def _asked(snapshot: Snapshot, launch: Launch, call: Try, left: int) -> Launch:
    """As it is asked of this pool, of which the group may be another one."""
    desired = next((g.capacity.desired for g in snapshot.groups if g.name == call.group), launch.desired)
    return replace(launch, group=call.group, desired=desired, add=left)


def _log(decided: Round, snapshot: Snapshot) -> None:
    """What is done, what would be, and why each of the others stays: by reason, as many of them share it.

    Of many each is named once an hour, else they are counted: a thousand would be 20 KB a round, and most of what is logged.
    """
    stays: dict[str, list[str]] = {}
    for kept in decided.kept:
        stays.setdefault(f"{kept.part}: {kept.stay.sentence}", []).append(kept.instance_id)
    each = len(decided.kept) <= NAMED_ALWAYS or decided.at.minute < ROUND_MINUTES
    logger.info(
        "rebalancing",
        cluster=snapshot.cluster.name,
        acts=[act.line for act in decided.acts],
        would=[act.line for act in decided.would],
        stays=stays if each else {why: len(ids) for why, ids in stays.items()},
        budget=f"{snapshot.budget.out} of {snapshot.budget.allowed} out",
    )
