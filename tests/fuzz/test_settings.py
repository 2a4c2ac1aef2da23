"""The border of the operator: tags and variables are a policy that decides, or are named in words; never an exception."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ballast.aws.codec import to_plain
from ballast.errors import SettingsError
from ballast.policy.policy import Policy, defaults_from, policy_objection, read_policy
from ballast.policy.settings import POLICY_VARIABLES
from ballast.policy.settings import SETTINGS as TABLE
from ballast.policy.windows import holds, longest, next_opening, open_until
from ballast.records.pause import from_tag, read_tag
from ballast.shell.policy_settings import DrainSettings, UpdateSettings
from ballast.shell.settings import NotificationSettings, WatchSettings
from tests.builders import NOW
from tests.fuzz.junk import outcome, texts

TAGS = st.sampled_from([row.tag for row in TABLE if row.tag] + ["ballast:paused", "ballast:unknown", "Name"])
SAMPLES = st.sampled_from(
    ["0 8 * * MON-FRI for 4h in Europe/Berlin", "@daily for 1h", "2", "25 percent", "true", "5 50 100", "*/7 * 31 2 * for 9h",
     "follow", "60", "3 for 2h", "2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z a sale", "alarm, other", "99999999999999"]
)  # fmt: skip
values = texts | SAMPLES | st.tuples(SAMPLES, texts).map(lambda both: both[0][: len(both[0]) // 2] + both[1])


def decides(policy: Policy) -> None:
    """Every question that a decision asks of it has an answer, and what is wrong can be written down."""
    assert policy.budget_of(7) >= 0
    assert policy.updates.failures_allowed(20) >= 0
    policy_objection(policy, NOW)
    holds(policy.updates.frozen, NOW)
    longest(policy.updates.windows, NOW)
    open_until(policy.updates.windows, NOW)
    if policy.updates.windows:
        next_opening(policy.updates.windows, NOW)
    for span in (policy.voluntary_deadline, policy.updates.return_time, policy.stuck_drain, policy.agent_lost):
        assert NOW + span > NOW
    assert json.dumps(to_plain([list(each) for each in policy.unreadable]))


@given(st.dictionaries(TAGS, values, max_size=4))
def test_the_tags_of_a_cluster_are_a_policy(tags: dict[str, str]) -> None:
    decides(read_policy(Policy(), tags))


@given(st.dictionaries(st.sampled_from(POLICY_VARIABLES), values, max_size=4))
def test_the_parameters_of_the_stack_are_a_policy(variables: dict[str, str]) -> None:
    decides(defaults_from(variables))


@given(values)
def test_a_pause_by_tag_ends(value: str) -> None:
    if pause := read_tag(value):
        pause = from_tag(pause, NOW)
        assert pause.until
        assert pause.until - NOW <= timedelta(days=7)
        assert pause.words


KINDS: tuple[Any, ...] = (DrainSettings, UpdateSettings, WatchSettings, NotificationSettings)


@given(st.sampled_from(KINDS), st.data())
def test_the_environment_is_settings_that_the_rest_takes_or_one_error(kind: Any, data: st.DataObject) -> None:
    environment = {
        name: data.draw(values | st.sampled_from(["true", "5", "0.5", "text_and_json"])) for name in kind.variables()
    }
    settings, why = outcome(lambda: kind.from_environment(environment), SettingsError)

    assert why.isprintable()
    if isinstance(settings, NotificationSettings):
        for span in (
            timedelta(seconds=settings.group_wait_seconds),
            timedelta(minutes=settings.group_interval_minutes),
            timedelta(minutes=settings.placement_failure_minutes),
        ):
            assert timedelta() <= span
            assert NOW + span + timedelta(1) > NOW
