"""Ask a host something and hear its answer: one Run Command at a time, repeated when nobody knows what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.fleet import Host
from ballast.facts.host_answer import HostAnswer, HostProblem
from ballast.plans.actions import Claim
from ballast.plans.plan import Plan
from ballast.plans.update_actions import RunCommand
from ballast.records.document import Document
from ballast.records.instance_update import InstanceUpdate
from ballast.records.revision import next_revision

# Preparing takes up to 600 s by itself, see apiclient's update.rs in bottlerocket-core-kit.
PATIENCE = {Document.STAGE: timedelta(minutes=20)}
USUAL_PATIENCE = timedelta(minutes=5)
NO_ANSWER = HostAnswer(None, None, HostProblem.UNSURE, "it did not answer")


def ask(
    before: InstanceUpdate, document: Document, now: datetime, changed: InstanceUpdate | None = None
) -> tuple[Claim[InstanceUpdate], RunCommand]:
    """Record that the host is asked, with all else that is `changed`, then ask it."""
    asked = next_revision(replace(changed or before, asked=document, command_id=None, command_at=now))
    return Claim(asked, before), RunCommand(document, parameters_of(document, asked), asked, now)


def parameters_of(document: Document, update: InstanceUpdate) -> Mapping[str, str]:
    """settings.updates default to the newest version, in the order of the waves."""
    match document:
        case Document.STAGE:
            return {"TargetVersion": update.target}
        case Document.RESTORE | Document.CANCEL:
            return {
                "VersionLock": update.version_lock or "latest",
                "IgnoreWaves": "true" if update.ignore_waves else "false",
            }
        case _:
            return {}


def hear(host: Host, update: InstanceUpdate, now: datetime) -> HostAnswer | Plan:
    """The answer to what was asked, or what to do until there is one."""
    document, sent_at = update.asked, update.command_at
    if document is None or sent_at is None:
        return NO_ANSWER
    if update.command_id is None:
        again = RunCommand(document, parameters_of(document, update), update, now)
        return Plan(f"{document} may not have been sent", (again,))
    if host.report and host.report.ended:
        return host.report.answer
    if now - sent_at < PATIENCE.get(document, USUAL_PATIENCE):
        return Plan(f"{document} is on its way")
    return NO_ANSWER
