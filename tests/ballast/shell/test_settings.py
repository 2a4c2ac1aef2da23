"""The environment is read once; what is wrong with it is said in one sentence."""

from __future__ import annotations

import pytest

from ballast.errors import SettingsError
from ballast.policy.settings import POLICY_VARIABLES
from ballast.shell.policy_settings import DrainSettings
from ballast.shell.settings import ClickSettings, NotificationSettings, SnsFormat

NOTIFICATIONS = {
    "AWS_REGION": "eu-central-1",
    "LEDGER_TABLE": "ledger",
    "CONVERSATIONS_TABLE": "conversations",
    "PAGES_QUEUE_URL": "https://pages",
    "DEAD_LETTER_QUEUE_URL": "https://queue",
    "TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:notifications",
    "SNS_FORMAT": "q_developer",
    "RUNBOOK_URL": "https://wiki.example.com/ballast",
    "SLACK_CHANNEL": "",
    "SLACK_SECRET_ARN": "",
    "SLACK_WEBHOOK_HOST": "",
    "SLACK_BUTTONS": "false",
    "GROUP_WAIT_SECONDS": "30",
    "GROUP_INTERVAL_MINUTES": "5",
    "PLACEMENT_FAILURE_MINUTES": "5",
    "DIGEST": "off",
}


def drain_environment(**changes: str) -> dict[str, str]:
    own = {"DRY_RUN": "true", "PUT_LIFECYCLE_HOOKS": "false", "MAY_REPAIR": "false"}
    return dict.fromkeys(DrainSettings.variables(), "5") | own | changes


def test_variables_become_typed_values() -> None:
    settings = NotificationSettings.from_environment(NOTIFICATIONS)

    assert settings.sns_format is SnsFormat.Q_DEVELOPER
    assert settings.group_wait_seconds == 30
    assert settings.slack_channel == ""


@pytest.mark.parametrize(("text", "names"), [("", ()), ("prod", ("prod",)), ("prod, stage ,", ("prod", "stage"))])
def test_a_list_of_clusters_may_be_empty(text: str, names: tuple[str, ...]) -> None:
    settings = DrainSettings.from_environment(drain_environment(MANAGED_CLUSTERS=text))

    assert settings.managed_clusters == names
    assert (settings.dry_run, settings.put_lifecycle_hooks) == (True, False)


def test_the_variables_of_the_policy_are_those_of_its_parameters_and_stay_text() -> None:
    settings = DrainSettings.from_environment(drain_environment(UPDATE_WAVES="50 20 100"))

    assert {*settings.policy} == {*POLICY_VARIABLES} < {*DrainSettings.variables()}
    assert settings.policy["UPDATE_WAVES"] == "50 20 100"


def test_a_number_may_have_a_fraction_as_in_cloudformation() -> None:
    settings = NotificationSettings.from_environment(NOTIFICATIONS | {"PLACEMENT_FAILURE_MINUTES": "2.5"})

    assert settings.placement_failure_minutes == 2.5


def test_every_missing_variable_is_named_in_one_sentence() -> None:
    with pytest.raises(SettingsError) as wrong:
        DrainSettings.from_environment({})

    sentence = str(wrong.value)
    assert all(f"{name} is missing" in sentence for name in DrainSettings.variables())
    assert sentence.count(".") == 1 + sentence.count("template.yaml")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"SNS_FORMAT": "html"}, "SNS_FORMAT is 'html' but must be one of text_and_json, q_developer"),
        ({"GROUP_WAIT_SECONDS": "0.5"}, "GROUP_WAIT_SECONDS is '0.5' but must be a whole number"),
    ],
)
def test_a_variable_that_cannot_be_read_is_named_with_what_is_expected(changes: dict[str, str], complaint: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        NotificationSettings.from_environment(NOTIFICATIONS | changes)

    assert str(wrong.value).startswith(complaint)


def test_a_switch_is_true_or_false_and_nothing_else() -> None:
    with pytest.raises(SettingsError, match="DRY_RUN is 'yes' but must be true or false"):
        DrainSettings.from_environment(drain_environment(DRY_RUN="yes"))


def test_all_faults_are_named_at_once() -> None:
    environment = drain_environment(DRY_RUN="no")
    del environment["LEDGER_TABLE"]

    with pytest.raises(SettingsError, match=r"DRY_RUN .*LEDGER_TABLE is missing: set these"):
        DrainSettings.from_environment(environment)


@pytest.mark.parametrize(("text", "users"), [("", ()), ("U0123456789", ("U0123456789",)), ("U01,W02", ("U01", "W02"))])
def test_nobody_is_listed_where_nobody_is_named(text: str, users: tuple[str, ...]) -> None:
    environment = dict.fromkeys(ClickSettings.variables(), "2") | {"SLACK_DECIDERS": text}

    settings = ClickSettings.from_environment(environment)

    assert (settings.slack_deciders, settings.slack_deciders_needed) == (users, 2)
