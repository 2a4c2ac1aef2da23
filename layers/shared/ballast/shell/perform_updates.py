"""How is each action carried out that only update_bottlerocket takes?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ballast.aws import instance_refresh, launch_templates, ssm
from ballast.aws.ledger import Ledger
from ballast.errors import LostRaceError
from ballast.plans.plan import next_revision
from ballast.plans.update_actions import CancelRefresh, FollowImage, RunCommand, StartRefresh, SuppressChecks
from ballast.records.document import Document
from ballast.shell.batch import each_alone
from ballast.shell.execute import Performer, each, together
from ballast.telemetry import logger

type Alike = tuple[Document, tuple[tuple[str, str], ...]]
type Command = tuple[Alike, Mapping[str, RunCommand]]  # by instance


def update_performers(ledger: Ledger, documents: Mapping[Document, str]) -> tuple[Performer[Any], ...]:
    """`documents` gives their names in this account."""
    rows = (
        each(SuppressChecks, _suppress),
        together(RunCommand, lambda actions: _run(ledger, documents, actions)),
        each(FollowImage, launch_templates.follow),
        each(StartRefresh, lambda a: instance_refresh.start(a.group, a.towards, a.preferences)),
        each(CancelRefresh, lambda a: instance_refresh.cancel(a.group)),
    )
    return rows  # noqa: RET504 - in a name, each row keeps its type, and mypy checks it


def _suppress(action: SuppressChecks) -> None:
    from ballast.aws import application_checks  # noqa: PLC0415 - few looks reboot a host

    application_checks.suppress(action.instance_id, action.duration_s)


def _run(ledger: Ledger, documents: Mapping[Document, str], actions: Iterable[RunCommand]) -> None:
    """One call for all instances that get the same command. What SSM refuses is asked again later, and holds up no other.

    A function that dies between the command and its note has it run again after a while, or for a reboot, the host asked.
    """
    alike: dict[Alike, dict[str, RunCommand]] = defaultdict(dict)
    for action in actions:
        alike[action.document, tuple(sorted(action.parameters.items()))][action.update.instance_id] = action

    def send(same: Command) -> None:
        (document, parameters), by_instance = same
        sent = ssm.send(documents[document], sorted(by_instance), dict(parameters), f"Ballast {document}")
        for instance_id, command_id in sent.items():
            _note(ledger, by_instance[instance_id], command_id)

    each_alone(alike.items(), send, "SSM takes no such command")


def _note(ledger: Ledger, action: RunCommand, command_id: str) -> None:
    noted = next_revision(replace(action.update, command_id=command_id, command_at=action.at))
    try:
        ledger.write(action.update, noted)
    except LostRaceError:
        logger.info("another function runs the same command", instance=noted.instance_id, command=command_id)
