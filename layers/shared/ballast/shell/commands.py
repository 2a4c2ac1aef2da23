"""What operators say is obeyed once and answered: a pause and its end here, the rest by the rollouts that it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from ballast.aws import command_items
from ballast.aws.ledger import Ledger, braked
from ballast.aws.ledger_items import Books
from ballast.errors import TransientError
from ballast.facts.fleet import Fleet
from ballast.facts.view import Cluster
from ballast.plans.actions import Record, Tell
from ballast.plans.plan import Plan
from ballast.records.answer import answer, heard, said_again
from ballast.records.command import FOR_ALL, Command, CommandKind, too_late
from ballast.shell.batch import each_alone
from ballast.shell.execute import Executor
from ballast.telemetry import logger
from ballast.update.pausing import rule, unknown
from ballast.words.notice import Severity
from ballast.words.refused import refused_unheard
from ballast.words.trial import trial

DRY = "Ballast is in dry run (the parameter DryRun is true), so it changes nothing and has no rollout to steer."


class Desk:
    """Of one round. `commands` by their identity, as the same may be said twice."""

    def __init__(self, ledger: Ledger, executor: Executor, clusters: Mapping[str, Cluster], now: datetime) -> None:
        self._ledger = ledger
        self._clusters = clusters
        self._now = now
        self._executor = executor
        self._lines: dict[int, dict[str, str]] = defaultdict(dict)  # by command and rollout
        self._obeyed: set[int] = set()
        self._left: set[int] = set()
        self._ids: set[str] = set()

    def take(self, command: Command, books: Mapping[str, Books | None]) -> None:
        """Obey or refuse it, or leave it to the rollouts. Raises where nobody could look, so that it comes again."""
        if command.id and (standing := command_items.answer_to(self._ledger.table, command.id)):
            logger.info("said again, and answered already", command=command)
            if standing.event != command.event:
                command_items.put(self._ledger.table, said_again(standing))
            return
        late = self._why_late(command)
        everywhere = command.kind is CommandKind.TEST and command.cluster is None
        if why_not := late or (None if everywhere else unknown(command, self._clusters)) or self._why_idle(command):
            self._refuse(command, why_not, Severity.TICKET if late else Severity.INFO)
            return
        if command.id in self._ids:
            raise TransientError("The same command is being carried out; this copy comes again once it is answered.")
        if command.id and not too_late(command, self._now, heard=False):
            command_items.put(self._ledger.table, heard(command.id, self._now))
        if command.kind is CommandKind.TEST:
            self._try(command)
            return
        clusters = [c for name, c in sorted(self._clusters.items()) if command.cluster in (None, name)]
        self._ids.add(command.id or "")
        known = {c.name: some for c in clusters if (some := books[c.name])}
        if len(known) < len(clusters):
            raise TransientError("The books of some clusters could not be read.")
        if command.kind is CommandKind.DRILL:
            self._drill(command, clusters[0], known[clusters[0].name])
            return
        ruling = rule(command, clusters, known, self._now)
        if ruling is None:
            self._left.add(id(command))
            return
        for pause in ruling.changes:
            command_items.put_pause(self._ledger.table, known[pause.cluster].pause, pause)
        logger.info("obeyed a command", command=command, lines=ruling.lines)
        self._answer(command, ruling.lines, ok=ruling.ok)

    def is_left(self, command: Command) -> bool:
        """Whether the rollouts are to obey it."""
        return id(command) in self._left

    def _refuse(self, command: Command, why: str, severity: Severity) -> None:
        """Told before it is answered, so that what fails in between is told again, as the same."""
        logger.warning("refused a command", command=command, why=why)
        cluster = self._clusters.get(command.cluster or "")
        notice = refused_unheard(command, cluster, why, severity, self._now)
        if self._executor.execute([Plan(f"refused: {why}", (Tell(notice),))]).failed:
            raise TransientError("The refusal of a command could not be told.")
        self._answer(command, (why,), ok=False)

    def _try(self, command: Command) -> None:
        """Told before it is answered, as a refusal is."""
        notice = trial(command, self._clusters.get(command.cluster or ""), self._now)
        if self._executor.execute([Plan("a test", (Tell(notice),))]).failed:
            raise TransientError("The test could not be told.")
        self._answer(command, (f"A test {notice.severity.value} is told as the incident {notice.incident}.",), ok=True)

    def _drill(self, command: Command, cluster: Cluster, books: Books) -> None:
        """Written down before it is answered; heard again, what stands there is left as it is."""
        from ballast.update.drilling import wanted_drill, why_no_drill  # noqa: PLC0415 - few commands are drills

        wanted = wanted_drill(command, self._now)
        if why_not := why_no_drill(wanted, braked(cluster, books.pause), books, self._now):
            self._refuse(command, why_not, Severity.INFO)
            return
        if wanted.item not in {d.item for d in books.disruptions}:
            self._ledger.write(None, wanted)
        logger.info("asked for a drill", command=command)
        self._answer(
            command,
            (f"A drill of {wanted.instance_id} is asked for: within a minute or two it begins, or is refused.",),
            ok=True,
        )

    def _why_late(self, command: Command) -> str | None:
        late = too_late(command, self._now, heard=False)
        if late and command.id and command_items.was_heard(self._ledger.table, command.id):
            return too_late(command, self._now, heard=True)
        return late

    def _why_idle(self, command: Command) -> str | None:
        return DRY if self._executor.dry_run and command.kind not in FOR_ALL else None

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
            command_items.put(self._ledger.table, answer(command.id, lines, self._now, ok=ok, event=command.event))


def hear(
    commands: Sequence[Command],
    ledger: Ledger,
    clusters: Mapping[str, Cluster],
    books: Mapping[str, Books | None],
    now: datetime,
    *,
    executor: Executor,
) -> tuple[Desk, Sequence[Command]]:
    """Each on its own; and those that could not be heard, and come again."""
    desk = Desk(ledger, executor, clusters, now)
    return desk, each_alone(commands, lambda command: desk.take(command, books), "cannot hear the command")[1]
