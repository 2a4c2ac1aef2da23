"""The function as it is deployed: the template's rules, queue and variables around it, a simulated AWS behind it."""

from __future__ import annotations

import pytest

from ballast.errors import SettingsError
from ballast.shell.policy_settings import DrainSettings
from functions.drain_instance import handler
from simulator.clock import Clock
from simulator.delivery.functions import Context
from tests.deployed import deployed

CONTEXT = Context("1", "drain-instance", "arn:aws:lambda:us-east-1:1:function:drain-instance", Clock(), deadline_s=50)


def test_dry_run_changes_nothing_and_says_what_it_would_do() -> None:
    with deployed() as ballast:  # the template's default
        ballast.run(61)
        going = ballast.instance_ids[0]
        ballast.world.scale_in("web", ballast.instance_ids[1])

        ballast.send(ballast.a_spot_warning(going))
        ballast.run(180)

        assert ballast.mutations == {}
        assert ballast.status(going) == "ACTIVE"
        [notice] = [n for n in ballast.notices if n["code"] == "SpotInterruption"]
        arn = ballast.world.host(going).arn
        assert notice["plan"] == [f"set container instance {arn.rpartition('/')[2]} to DRAINING"]
        assert (notice["dryRun"], notice["severity"]) == (True, "info")
        assert any(n["code"] == "LifecycleHookPut" and n["dryRun"] for n in ballast.notices)


def test_the_same_events_change_something_when_dry_run_is_off() -> None:
    with deployed(DryRun="false") as ballast:
        ballast.run(61)
        ballast.world.scale_in("web", ballast.instance_ids[1])

        ballast.send(ballast.a_spot_warning(ballast.instance_ids[0]))
        ballast.run(120)

        assert set(ballast.mutations) >= {
            "ecs:UpdateContainerInstancesState",
            "autoscaling:PutLifecycleHook",
            "autoscaling:CompleteLifecycleAction",
        }
        assert not any(notice["dryRun"] for notice in ballast.notices)


def test_without_its_environment_the_function_fails_naming_every_missing_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = DrainSettings.variables()
    for name in names:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
    handler.forget()

    with pytest.raises(SettingsError) as wrong:
        handler.handler({"Records": []}, CONTEXT)

    assert all(f"{name} is missing" in str(wrong.value) for name in names)
    handler.forget()


def test_defaults_that_cannot_be_read_stop_voluntary_drains_alone_and_are_told_of() -> None:
    wrong = {"UpdateWaves": "50 20 100", "UpdateWindows": "0 2 * * tue for 4h in Europe/Atlantis"}
    with deployed(DryRun="false", **wrong) as ballast:
        ballast.run(130)
        ballast.send(ballast.a_spot_warning(ballast.instance_ids[0]))

        told = [n["what"] for n in ballast.notices if n["code"] == "PolicyUnreadable"]
        assert "ecs:UpdateContainerInstancesState" in ballast.mutations
        names = " and ".join(f"{name}={value}" for name, value in sorted(wrong.items()))
        assert told == [f"The parameters {names}, which cluster prod goes by, cannot be read."]
        assert ballast.deployment.dead_letters == []


def test_a_switch_that_cannot_be_read_stops_the_function_at_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DrainSettings.variables():
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("DRY_RUN", "perhaps")
    handler.forget()

    with pytest.raises(SettingsError, match="DRY_RUN is 'perhaps' but must be true or false"):
        handler.handler({"Records": []}, CONTEXT)
    handler.forget()
