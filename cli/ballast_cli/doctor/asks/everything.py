"""All questions, in the order in which one answer is needed for the next."""

from __future__ import annotations

from dataclasses import replace

from ballast import clock
from ballast.policy.updates import Strategy
from ballast_cli.doctor.asks.books import books_of
from ballast_cli.doctor.asks.channels import letters_of, slack_store, subscriptions_of
from ballast_cli.doctor.asks.fleet import clusters_here, managed_of
from ballast_cli.doctor.asks.identity import who_asks
from ballast_cli.doctor.asks.look import look, make_clients
from ballast_cli.doctor.asks.parts import alarms_of, functions_of, rules_of, sources_of, unreserved_concurrency
from ballast_cli.doctor.asks.stack import (
    EMPTY_STATES,
    LEDGER,
    detect_drift,
    drifted_of,
    neighbours_of,
    resources_of,
    stack_of,
)
from ballast_cli.doctor.facts import Drifted, Nobody
from ballast_cli.doctor.seen import Seen, Unseen
from ballast_cli.doctor.snapshot import FIRST, Snapshot, looked_after


def look_at_everything(stack: str, cluster: str | None, *, drift: bool) -> Snapshot:
    """Everything of the stack and its clusters, or of the one cluster."""
    who = who_asks()
    snapshot = Snapshot(clock.utc_now(), stack, who, cluster)
    if isinstance(who, Nobody):
        return snapshot
    make_clients()
    snapshot = _with_stack(snapshot, drift=drift)
    return _with_fleet(_with_parts(snapshot))


def _with_stack(s: Snapshot, *, drift: bool) -> Snapshot:
    compared = look(lambda: detect_drift(s.stack_name)) if drift else None
    stack = look(lambda: stack_of(s.stack_name))
    s = replace(s, stack=stack, neighbours=look(lambda: neighbours_of(s.stack_name)))
    if isinstance(stack, Unseen) or stack is None or stack.status in EMPTY_STATES or not stack.is_ours:
        return s
    differs: Seen[tuple[Drifted, ...]] = look(lambda: drifted_of(s.stack_name)) if stack.drift == "DRIFTED" else ()
    return replace(
        s,
        resources=look(lambda: resources_of(s.stack_name)),
        drifted=compared if isinstance(compared, Unseen) else differs,
    )


def _with_parts(s: Snapshot) -> Snapshot:
    """The parts of the stack, which only its resources name."""
    if isinstance(s.resources, Unseen):
        return s
    resources = s.resources
    topic = next((r.physical for r in resources if r.logical == "Notifications"), None)
    return replace(
        s,
        functions=look(lambda: functions_of(resources)),
        concurrency=look(unreserved_concurrency),
        sources=look(lambda: sources_of(resources)),
        rules=look(lambda: rules_of(resources)),
        alarms=look(lambda: alarms_of(resources)),
        letters=look(lambda: letters_of(resources)),
        subscriptions=look(lambda: subscriptions_of(topic)) if topic else FIRST,
        slack=look(lambda: slack_store(s.parameter("SlackSecretArn"))),
    )


def _with_fleet(s: Snapshot) -> Snapshot:
    """Without the stack, the clusters that are tagged."""
    clusters = look(clusters_here)
    s = replace(s, clusters=clusters)
    if isinstance(clusters, Unseen):
        return s
    ours = [c for c in looked_after(clusters, s.named) if s.cluster in (None, c.name)]
    stack = None if isinstance(s.stack, Unseen) else s.stack
    updated = {c.name for c in ours if stack and s.policy(c).updates.strategy is not Strategy.OFF}
    if not ours:
        return s  # of whom nothing may be called fine
    table = stack.outputs.get(LEDGER) if stack else None
    books = look(lambda: books_of(table, [c.name for c in ours])) if table else FIRST
    return replace(s, managed=look(lambda: managed_of(ours, updated)), books=books)
