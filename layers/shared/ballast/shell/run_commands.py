"""Run commands for many plans at once: one call for all instances that get the same one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ballast.aws import ssm
from ballast.aws.ledger import Ledger
from ballast.errors import LostRaceError
from ballast.plans.update_actions import RunCommand
from ballast.records.document import Document
from ballast.telemetry import logger


def run_commands(ledger: Ledger, documents: Mapping[Document, str], actions: Iterable[RunCommand]) -> None:
    """`documents` gives their names in this account. What SSM refuses, as the host is offline, is asked again later.

    A function that dies between the command and its note has the command run again, which changes nothing.
    """
    alike: dict[tuple[Document, tuple[tuple[str, str], ...]], dict[str, RunCommand]] = defaultdict(dict)
    for action in actions:
        alike[action.document, tuple(sorted(action.parameters.items()))][action.update.instance_id] = action
    for (document, parameters), by_instance in alike.items():
        sent = ssm.send(documents[document], sorted(by_instance), dict(parameters), f"Ballast {document}")
        for instance_id, command_id in sent.items():
            _note(ledger, by_instance[instance_id], command_id)


def _note(ledger: Ledger, action: RunCommand, command_id: str) -> None:
    update = action.update
    noted = replace(update, command_id=command_id, command_at=action.at, revision=update.revision + 1)
    try:
        ledger.write(update, noted)
    except LostRaceError:
        logger.info("another function runs the same command", instance=update.instance_id, command=command_id)
