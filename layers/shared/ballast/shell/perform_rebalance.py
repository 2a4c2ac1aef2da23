"""How is each action carried out that only rebalance_capacity takes?"""

from __future__ import annotations

from typing import Any

from ballast import clock
from ballast.aws import group_sizes, launches
from ballast.aws.ledger import Ledger
from ballast.aws.rebalance_ledger import claim_move
from ballast.aws.table import Table
from ballast.errors import CallFailedError, TransientError
from ballast.plans.capacity_actions import RaiseDesired
from ballast.plans.rebalance_actions import ClaimMove, LaunchInstances, Remember
from ballast.rebalance.launching import Refused
from ballast.rebalance.shortages import Failure
from ballast.rebalance.snapshot import Market
from ballast.shell.execute import Performer, each
from ballast.shell.perform import measure
from ballast.shell.perform_capacity import LOWERS, TERMINATES


def rebalance_performers(ledger: Ledger, refused: list[Refused]) -> tuple[Performer[Any], ...]:
    """`refused` gets what a call did not bring, so that the next one is tried in the same invocation."""

    def claim(action: ClaimMove) -> None:
        claim_move(Table(ledger.table), action)
        measure(action.known, action.drain)

    rows = (
        each(ClaimMove, claim),
        each(RaiseDesired, lambda a: _raise(a, refused)),
        each(LaunchInstances, lambda a: _launch(a, refused)),
        LOWERS,
        TERMINATES,
        each(Remember, lambda a: ledger.write(a.before, a.after)),
    )
    return rows  # noqa: RET504 - in a name, each row keeps its type, and mypy checks it


def _raise(action: RaiseDesired, refused: list[Refused]) -> None:
    try:
        group_sizes.raise_desired(action.group, action.desired, action.add)
    except TransientError:
        raise  # it says nothing about the pool
    except CallFailedError as error:
        refused.append(Refused(action.group, None, 0, (_failure(action.group, error),)))
        raise


def _launch(action: LaunchInstances, refused: list[Refused]) -> None:
    """What was launched in part is no failure of its plan; the rest is asked for elsewhere."""
    try:
        got, said = launches.launch(action.group, action.desired, action.add, action.zone, action.token)
    except TransientError:
        raise
    except CallFailedError as error:
        refused.append(Refused(action.group, action.zone, 0, (_failure(action.group, error, action.zone),)))
        raise
    if got >= action.add:
        return
    now = clock.utc_now()
    failures = tuple(
        Failure(
            action.group, now, s.code, s.message, s.instance_type, s.zone or action.zone, s.market and Market(s.market)
        )
        for s in said
    )
    refused.append(Refused(action.group, action.zone, got, failures or (Failure(action.group, now, zone=action.zone),)))
    if not got:
        raise CallFailedError(
            f"Auto Scaling launched nothing of {action.group} in {action.zone}.", "LaunchInstances",
            said[0].code if said else "",
        )  # fmt: skip


def _failure(group: str, error: CallFailedError, zone: str | None = None) -> Failure:
    return Failure(group, clock.utc_now(), error.code, str(error), zone=zone)
