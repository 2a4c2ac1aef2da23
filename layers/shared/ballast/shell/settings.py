"""How was this function deployed? One frozen dataclass per function, read once from the environment.

Every field is the environment variable of the same name in capitals, or those that its metadata names; template.yaml
sets exactly these. What has a policy is in policy_settings.py, so that other functions do not load it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, fields
from enum import StrEnum
from typing import Any, Self, get_type_hints

from ballast.errors import SettingsError
from ballast.value import dataclass


class FromEnvironment:
    @classmethod
    def variables(cls) -> tuple[str, ...]:
        """The environment variables that it reads."""
        return tuple(name for field in fields(cls) for name in _variables(field))  # type: ignore[arg-type]  # a dataclass

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Raise SettingsError in one sentence that names every variable that is missing or unreadable."""
        values: dict[str, Any] = {}
        wrong: list[str] = []
        kinds = get_type_hints(cls)
        for field in fields(cls):  # type: ignore[arg-type]
            names = _variables(field)
            missing = [f"{name} is missing" for name in names if name not in environment]
            if missing:
                wrong.extend(missing)
                continue
            try:
                values[field.name] = _read(kinds[field.name], {name: environment[name] for name in names})
            except ValueError as error:
                wrong.append(f"{field.name.upper()} {error}")
        if wrong:
            raise SettingsError(
                f"{', '.join(wrong)}: set these environment variables of the function as template.yaml does."
            )
        return cls(**values)


def _variables(field: Field[Any]) -> tuple[str, ...]:
    found: tuple[str, ...] = field.metadata.get("variables", (field.name.upper(),))
    return found


def _read(kind: Any, texts: Mapping[str, str]) -> Any:
    if kind == Mapping[str, str]:
        return texts
    [text] = texts.values()
    if kind is bool:
        if text not in ("true", "false"):
            raise ValueError(f"is {text!r} but must be true or false")
        return text == "true"
    if kind is int:
        if not text.isdecimal():
            raise ValueError(f"is {text!r} but must be a whole number")
        return int(text)
    if kind is float:  # what CloudFormation calls a Number
        return float(text)
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
class NotificationSettings(FromEnvironment):
    """publish_notification. Empty `slack_channel` or `slack_secret_arn`: no Slack."""

    aws_region: str
    ledger_table: str
    conversations_table: str
    pages_queue_url: str
    dead_letter_queue_url: str
    topic_arn: str
    sns_format: SnsFormat
    runbook_url: str
    slack_channel: str
    slack_secret_arn: str
    slack_webhook_host: str
    slack_buttons: bool
    group_wait_seconds: int
    group_interval_minutes: int
    placement_failure_minutes: float
    digest: str


@dataclass(frozen=True, slots=True)
class WatchSettings(FromEnvironment):
    """watch_bottlerocket."""

    ledger_table: str
    dead_letter_queue_url: str


@dataclass(frozen=True, slots=True)
class AnswerSettings(FromEnvironment):
    """answer_slack."""

    slack_secret_arn: str
    clicks_queue_url: str


@dataclass(frozen=True, slots=True)
class ClickSettings(FromEnvironment):
    """obey_click. Nobody is listed where `slack_deciders` is empty."""

    conversations_table: str
    pages_queue_url: str
    dead_letter_queue_url: str
    slack_deciders: tuple[str, ...]
    slack_deciders_needed: int
