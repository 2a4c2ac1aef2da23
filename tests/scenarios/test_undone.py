"""What an update did to a host and could not take back is told, kept on record, and taken back when the host answers."""

from __future__ import annotations

from simulator.scenarios.update import AFTER, ARCH, BEFORE, VARIANT
from simulator.stage import Stage
from simulator.world.bottlerocket.host import BottlerocketHost
from tests.scenarios.stages import play
from tests.scenarios.test_updates import fleet, is_harmless, state

PARAMETERS = {"UpdateWaves": "100", "UpdateCanaryBakeMinutes": "10", "DisruptionBudget": "1"}


def ready(stage: Stage) -> list[BottlerocketHost]:
    hosts = (stage.world.bottlerocket.require(instance) for instance in stage.instances("web"))
    return [host for host in hosts if host.state == "Ready" and host.boots_staging]


def test_a_cancel_that_is_lost_after_a_recall_is_told_by_name_and_sent_until_it_arrives() -> None:
    stuck: set[str] = set()
    ended: list[BottlerocketHost] = []

    def recall(stage: Stage) -> None:
        stage.world.run_command.undelivered = 1.0
        stage.world.bottlerocket.releases.recall(VARIANT, ARCH)
        stage.check_releases()

    def happens(stage: Stage) -> None:
        stage.at(21.2, lambda: recall(stage))
        stage.at(44, lambda: stuck.update(host.instance.id for host in ready(stage)))
        stage.at(45, lambda: setattr(stage.world.run_command, "undelivered", 0.0))
        stage.at(59, lambda: ended.extend(ready(stage)))

    played = play(fleet(happens, minutes=60, parameters=PARAMETERS))

    assert state(played) == "halted"
    assert stuck
    told = [n for n in played.result.notices if n["code"] == "BottlerocketNotUndone"]
    assert {n["instance"] for n in told} >= stuck
    assert all(n["severity"] == "ticket" for n in told)
    assert all(f"boots {AFTER} next" in n["impact"] for n in told if n["instance"] in stuck)
    assert {n["instance"] for n in played.result.notices if n["code"] == "BottlerocketUndone"} >= stuck
    assert ended == []
    named = played.notice("BottlerocketReleaseRecalled")
    assert all(instance in str(named) for instance in stuck)
    is_harmless(played)


def test_a_version_lock_with_build_metadata_survives_an_update_and_one_that_cannot_be_written_excludes_its_host() -> (
    None
):
    hosts: list[BottlerocketHost] = []
    locks = ["v1.62.1+abcdef0", "1.62.1-rc.1", "whatever && reboot", "latest"]

    def happens(stage: Stage) -> None:
        for instance_id, lock in zip(stage.instances("web"), locks, strict=True):
            hosts.append(stage.world.bottlerocket.require(instance_id))
            hosts[-1].version_lock = lock

    played = play(fleet(happens, minutes=60))

    assert state(played) == "done"
    assert [host.version_lock for host in hosts] == locks
    assert [host.version for host in hosts] == [AFTER, AFTER, BEFORE, AFTER]
    assert played.result.rollout
    assert played.result.rollout["excluded"] == 1
    assert played.result.dead_letters == 0
    is_harmless(played)
