"""How was this function deployed? One frozen dataclass per function, read once from the environment.

Every field is the environment variable of the same name in capitals; template.yaml sets exactly these.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, Self, get_type_hints

from ballast.errors import SettingsError
from ballast.value import dataclass


class _FromEnvironment:
    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Raise SettingsError in one sentence that names every variable that is missing or unreadable."""
        values: dict[str, Any] = {}
        wrong: list[str] = []
        kinds = get_type_hints(cls)
        for field in fields(cls):  # type: ignore[arg-type]
            name = field.name.upper()
            try:
                values[field.name] = _read(kinds[field.name], environment[name])
            except KeyError:
                wrong.append(f"{name} is missing")
            except ValueError as error:
                wrong.append(f"{name} {error}")
        if wrong:
            raise SettingsError(
                f"{', '.join(wrong)}: set these environment variables of the function as template.yaml does."
            )
        return cls(**values)


def _read(kind: Any, text: str) -> Any:
    if kind is bool:
        if text not in ("true", "false"):
            raise ValueError(f"is {text!r} but must be true or false")
        return text == "true"
    if kind is int:
        if not text.isdecimal():
            raise ValueError(f"is {text!r} but must be a whole number")
        return int(text)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if text not in tuple(kind):
            raise ValueError(f"is {text!r} but must be one of {', '.join(kind)}")
        return kind(text)
    if kind == tuple[str, ...]:
        return tuple(name.strip() for name in text.split(",") if name.strip())
    return text


class SnsFormat(StrEnum):
    """`q_developer` is the custom notification schema of Amazon Q Developer in chat applications."""

    TEXT_AND_JSON = "text_and_json"
    Q_DEVELOPER = "q_developer"


@dataclass(frozen=True, slots=True)
class NotificationSettings(_FromEnvironment):
    """publish_notification. Empty `slack_channel` or `slack_secret_arn`: no Slack."""

    aws_region: str
    stack_name: str
    ledger_table: str
    conversations_table: str
    dead_letter_queue_url: str
    topic_arn: str
    sns_format: SnsFormat
    runbook_url: str
    slack_channel: str
    slack_secret_arn: str
    group_wait_seconds: int
    group_interval_minutes: int
    placement_failure_minutes: int


@dataclass(frozen=True, slots=True)
class _DisruptionSettings(_FromEnvironment):
    """The policy fields are the defaults that tags on a cluster override (see policy.py)."""

    aws_region: str
    stack_name: str
    dry_run: bool
    ledger_table: str
    dead_letter_queue_url: str
    rebalance_recommendation: str
    disruption_budget: str
    scale_in_deadline_minutes: str
    scale_in_outcome: str
    voluntary_deadline_minutes: str
    voluntary_outcome: str
    standalone_tasks: str
    forced_lead_hours: str
    stuck_drain_minutes: str
    agent_lost_minutes: str


@dataclass(frozen=True, slots=True)
class DrainSettings(_DisruptionSettings):
    """drain_instance."""

    managed_clusters: tuple[str, ...]  # names; empty = every cluster tagged ballast:managed=true
    put_lifecycle_hooks: bool


@dataclass(frozen=True, slots=True)
class WatchSettings(_FromEnvironment):
    """watch_bottlerocket."""

    aws_region: str
    stack_name: str
    ledger_table: str
    dead_letter_queue_url: str


@dataclass(frozen=True, slots=True)
class UpdateSettings(_DisruptionSettings):
    """update_bottlerocket. The documents are names of SSM documents."""

    check_update_document: str
    stage_update_document: str
    reboot_host_document: str
    restore_update_settings_document: str
    cancel_update_document: str
    update_strategy: str
    update_approval: str
    update_bake_days: str
    update_windows: str
    update_calendars: str
    update_waves: str
    update_canary_bake_minutes: str
    update_wave_bake_minutes: str
    update_failure_budget: str
    update_alarms: str
    update_return_minutes: str
    update_on_halt: str
    update_launch_templates: str
