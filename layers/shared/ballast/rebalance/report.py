"""What is told once a day, and what is measured, of what the capacity costs?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ballast.facts.view import Cluster
from ballast.plans.action import Action
from ballast.plans.actions import Announce, Tell
from ballast.policy.rebalancing import Rebalance
from ballast.rebalance.acts import GiveBack, Launch, Page, Round
from ballast.rebalance.announce import planned
from ballast.rebalance.explain import Explanation, Kind, micro
from ballast.rebalance.stays import Why
from ballast.records.rebalancing import Tally
from ballast.value import dataclass
from ballast.words.money import in_its_currency
from ballast.words.rebalance_report import Report, report

QUIET_SHARE = 100  # less than one in so many is not worth a message
MOST_EVENTS = 100  # of what would be done


def daily(
    explanation: Explanation, decided: Round, done: Tally | None, cluster: Cluster, now: datetime,
    *, mode: Rebalance, instances: int, dry_run: bool = False,
) -> tuple[Action, ...]:  # fmt: skip
    """The notice, and of what would be done in report mode the events; () where there is nothing to say.

    `done`: since the last one. `instances`: of the cluster. In dry run `acts` are not done, so they are told as well.
    """
    if mode is Rebalance.OFF or _is_quiet(explanation, decided, done):
        return ()
    would = [act for act in (*(decided.acts if dry_run else ()), *decided.would) if isinstance(act, GiveBack | Launch)]
    said = Report(
        rows=explanation.rows,
        instances=instances,
        unpriced=sorted(kept.instance_id for kept in decided.kept if kept.usd_per_hour is None),
        parts={kept.part: kept.stay.sentence for kept in decided.kept if kept.stay.why is Why.REFUSED},
        would=[f"would {act.line}" for act in would],
        would_save_micro_usd_per_hour=sum(map(_saves, would)),
        done=done if mode is Rebalance.ON and not dry_run else None,
        only_reported=mode is Rebalance.REPORT,
        dry_run=dry_run,
    )
    events = () if dry_run else _events(would, cluster.name, now)
    return Tell(in_its_currency(report(cluster, said, now), cluster.arn)), *events


def _is_quiet(explanation: Explanation, decided: Round, done: Tally | None) -> bool:
    """Nothing was done or would be, all has a price and is in order, and less than a hundredth is half empty or held."""
    loose = sum(r.micro_usd_per_hour for r in explanation.rows if r.kind in (Kind.FRAGMENTATION, Kind.BLOCKED))
    if loose * QUIET_SHARE >= max(1, explanation.micro_usd_per_hour) or explanation.unpriced:
        return False
    if any(not isinstance(act, Page) for act in (*decided.acts, *decided.would)):
        return False
    return done is None or not (done.given_back or done.undone or done.launched)


def _events(would: Sequence[GiveBack | Launch], cluster: str, now: datetime) -> list[Announce]:
    return [event for act in would for event in planned(act, cluster, now, would=True)][:MOST_EVENTS]


def _saves(act: GiveBack | Launch) -> int:
    moves = (act.move,) if isinstance(act, GiveBack) else act.moves
    return sum(micro(move.saving_usd_per_hour) for move in moves)


@dataclass(frozen=True, slots=True)
class Metric:
    """One value of a metric without a unit, as CloudWatch knows none of money; `beside` is in its log line."""

    name: str
    value: float
    beside: Mapping[str, str]


def metrics(explanation: Explanation, cluster: str) -> tuple[Metric, ...]:
    """Four, of a day the sum is that of all clusters; what is left is granularity and headroom. The log has all rows."""
    by_kind = {kind: sum(r.micro_usd_per_hour for r in explanation.rows if r.kind is kind) for kind in Kind}
    values = {
        "CapacityUsdPerHour": explanation.micro_usd_per_hour,
        "BoundUsdPerHour": by_kind[Kind.BOUND],
        "FragmentedUsdPerHour": by_kind[Kind.FRAGMENTATION],
        "BlockedUsdPerHour": by_kind[Kind.BLOCKED],
    }
    return tuple(Metric(name, value / 1_000_000, {"cluster": cluster}) for name, value in values.items())
