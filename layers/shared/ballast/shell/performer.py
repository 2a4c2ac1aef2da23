"""A performer carries out all actions of one kind, of many plans at once, so that ECS is called ten instances at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ballast.errors import LostRaceError
from ballast.plans.action import Action
from ballast.telemetry import logger

type Step[A: Action] = tuple[int, A]  # the number of the plan, and one of its actions


@dataclass(frozen=True, slots=True)
class Result:
    """Numbers of the plans that failed, and of those that were given up because the ledger had changed meanwhile."""

    failed: frozenset[int] = frozenset()
    given_up: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Performer[A: Action]:
    """`perform` answers which plans go no further; what it raises fails the whole round."""

    kind: type[A]
    perform: Callable[[Sequence[Step[A]]], Result]


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
    """One call for all; what fails has the whole round come again."""

    def perform(steps: Sequence[Step[A]]) -> Result:
        act([action for _, action in steps])
        return Result()

    return Performer(kind, perform)
