"""What operators say is obeyed once and answered: a pause and its end here, the rest by the rollouts that it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from ballast.aws import command_items
from ballast.aws.ledger import Books, Ledger
from ballast.errors import TransientError
from ballast.facts.fleet import Fleet
from ballast.facts.view import Cluster
from ballast.plans.actions import Record, Tell
from ballast.plans.plan import Plan
from ballast.records.answer import answer
from ballast.records.command import FOR_ALL, Command
from ballast.shell.batch import each_alone
from ballast.telemetry import logger
from ballast.update.pausing import rule, unknown

DRY = "Ballast is in dry run (the parameter DryRun is true), so it changes nothing and has no rollout to steer."


class Desk:
    """Of one round. `commands` by their identity, as the same may be said twice."""

    def __init__(self, ledger: Ledger, clusters: Mapping[str, Cluster], now: datetime, *, dry_run: bool) -> None:
        self._ledger = ledger
        self._clusters = clusters
        self._now = now
        self._dry_run = dry_run
        self._lines: dict[int, dict[str, str]] = defaultdict(dict)  # by command and rollout
        self._obeyed: set[int] = set()
        self._left: set[int] = set()

    def take(self, command: Command, books: Mapping[str, Books | None]) -> None:
        """Obey or refuse it, or leave it to the rollouts. Raises where nobody could look, so that it comes again."""
        if command.id and command_items.answer_to(self._ledger.table, command.id):
            return  # said twice
        if why_not := unknown(command, self._clusters) or self._why_idle(command):
            logger.warning("refused a command", command=command, why=why_not)
            self._answer(command, (why_not,), ok=False)
            return
        clusters = [c for name, c in sorted(self._clusters.items()) if command.cluster in (None, name)]
        known = {c.name: some for c in clusters if (some := books[c.name])}
        if len(known) < len(clusters):
            raise TransientError("The books of some clusters could not be read.")
        ruling = rule(command, clusters, known, self._now)
        if ruling is None:
            self._left.add(id(command))
            return
        for pause in ruling.changes:
            command_items.put(self._ledger.table, pause)
        logger.info("obeyed a command", command=command, lines=ruling.lines)
        self._answer(command, ruling.lines, ok=ruling.ok)

    def is_left(self, command: Command) -> bool:
        """Whether the rollouts are to obey it."""
        return id(command) in self._left

    def _why_idle(self, command: Command) -> str | None:
        return DRY if self._dry_run and command.kind not in FOR_ALL else None

    def heard(self, command: Command, fleet: Fleet, plan: Plan) -> None:
        """What a rollout has made of it."""
        where = f"{fleet.variant} {fleet.arch} in {fleet.cluster.name}"
        lines = self._lines[id(command)]
        told = next((action.notice for action in plan.actions if isinstance(action, Tell)), None)
        if told and any(isinstance(action, Record) for action in plan.actions):
            self._obeyed.add(id(command))
            lines[where] = f"{told.what} {told.next}"
        elif not plan.actions:  # it has obeyed before
            self._obeyed.add(id(command))
            lines.setdefault(where, f"{plan.reason[0].upper()}{plan.reason[1:]}.")
        else:
            lines[where] = f"Nothing was changed for {where}: {plan.reason.removeprefix('refused: ')}."

    def close(self, commands: Sequence[Command]) -> None:
        """Answer those that all rollouts have heard."""
        for command in commands:
            lines = self._lines[id(command)] or {"": f"Nothing is known of a rollout in {command.cluster}."}
            self._answer(command, tuple(lines.values()), ok=id(command) in self._obeyed)

    def _answer(self, command: Command, lines: tuple[str, ...], *, ok: bool) -> None:
        if command.id:
            command_items.put(self._ledger.table, answer(command.id, lines, self._now, ok=ok))


def hear(
    commands: Sequence[Command],
    ledger: Ledger,
    clusters: Mapping[str, Cluster],
    books: Mapping[str, Books | None],
    now: datetime,
    *,
    dry_run: bool,
) -> tuple[Desk, Sequence[Command]]:
    """Each on its own; and those that could not be heard, and come again."""
    desk = Desk(ledger, clusters, now, dry_run=dry_run)
    return desk, each_alone(commands, lambda command: desk.take(command, books), "cannot hear the command")[1]
