"""What the fleet costs at first, at least, and once what has begun is over; with the product's own prices."""

from __future__ import annotations

from ballast.rebalance.explain import MICRO, Kind
from ballast.rebalance.snapshot import Market
from ballast_cli.what_if.answer import Cost
from ballast_cli.what_if.plan import Planned
from ballast_cli.what_if.watching import Watched
from simulator.stage import Stage
from simulator.world.core.records import Instance


def cost_of(stage: Stage, planned: Planned, seen: Watched, currency: str) -> Cost:
    rows = planned.explanation.rows
    parts = {kind.value: sum(r.micro_usd_per_hour for r in rows if r.kind is kind) / MICRO for kind in Kind}
    going = {move.instance for move in seen.moves if move.over_at_s is None}
    going |= {d.instance for d in seen.drains if d.replaced_first and d.over_at_s is None and not d.given_up}
    return Cost(
        now=planned.explanation.micro_usd_per_hour / MICRO,
        then=round(_then(stage, planned, going), 6),
        bound=parts[Kind.BOUND.value],
        parts=parts,
        currency=currency,
        no_price=planned.explanation.unpriced,
    )


def _then(stage: Stage, planned: Planned, going: set[str]) -> float:
    """Of what runs then, less what is being given back, or was replaced by another."""
    there = [i for i in stage.world.ec2.instances.values() if not i.going and i.id not in going]
    leaving = {m.instance.id for g in stage.world.groups.groups.values() for m in g.members.values() if m.leaving}
    return sum(price_of(planned, instance) or 0.0 for instance in there if instance.id not in leaving)


def price_of(planned: Planned, instance: Instance) -> float | None:
    """None: unknown."""
    market = Market.SPOT if instance.spot else Market.ON_DEMAND
    return planned.ground.prices.offered(instance.shape.instance_type, market, (instance.zone,))
