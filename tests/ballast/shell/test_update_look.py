"""The fleets of a cluster: its Bottlerocket hosts by variant and architecture."""

from __future__ import annotations

from ballast.aws.ledger import Ledger
from ballast.policy.updates import Strategy
from ballast.records.rollout import RolloutState, Stage
from ballast.shell.update_look import FleetObserver
from tests.ballast.update.rollouts import a_release, a_rollout, an_update
from tests.builders import minutes
from tests.released import AFTER, ARCH, BEFORE, VARIANT, Watching, watching


def observed(watched: Watching) -> tuple[FleetObserver, Ledger]:
    ledger = Ledger(watched.deployment.stack.names.physical("Ledger"))
    return FleetObserver(
        ledger.clusters()["prod"], ledger, watched.clock.utc, Strategy.REPLACE, may_change_templates=True
    ), ledger


def test_hosts_are_seen_with_what_systems_manager_says_they_run() -> None:
    with watching() as watched:
        first, second = watched.instances("prod")
        watched.runs(first, AFTER)
        observer, ledger = observed(watched)

        [(fleet, rollout)] = observer.fleets(ledger.books("prod"), {})

        assert (fleet.kind, rollout) == ((VARIANT, ARCH), None)
        assert {host.id: (host.version, host.online) for host in fleet.hosts} == {
            first: (AFTER, True),
            second: (BEFORE, True),
        }
        assert {member.group for member in fleet.members.values()} == {"prod"}


def test_a_fleet_whose_hosts_are_all_gone_is_seen_as_long_as_it_is_rolled_out_and_who_is_gone_is_lost() -> None:
    with watching() as watched:
        observer, ledger = observed(watched)
        rollout = a_rollout(variant="aws-ecs-1", revision=0, image_id=None)
        lost = an_update(rollout=rollout.id, revision=0)
        ledger.write(None, rollout)
        ledger.write(None, lost)

        seen = {fleet.variant: fleet for fleet, _ in observer.fleets(ledger.books("prod"), {})}

        assert (seen["aws-ecs-1"].hosts, seen["aws-ecs-1"].lost) == ((), (lost,))
        assert (len(seen[VARIANT].hosts), seen[VARIANT].lost) == (2, ())


def test_while_ecs_does_not_describe_all_nobody_is_lost() -> None:
    with watching() as watched:
        observer, ledger = observed(watched)
        rollout = a_rollout(revision=0, image_id=None)
        ledger.write(None, rollout)
        ledger.write(None, an_update(rollout=rollout.id, revision=0))
        watched.world.answer_missing(watched.instances("prod")[0])

        [(fleet, _)] = observer.fleets(ledger.books("prod"), {})

        assert fleet.lost == ()


def test_what_was_just_verified_is_newer_than_what_systems_manager_says() -> None:
    with watching() as watched:
        observer, ledger = observed(watched)
        rollout = a_rollout(revision=0, image_id=None)
        ledger.write(None, rollout)
        first, second = watched.instances("prod")
        for instance_id, minutes_ago in ((first, 29), (second, 30)):
            since = watched.clock.utc - minutes(minutes_ago)
            done = an_update(instance_id=instance_id, rollout=rollout.id, stage=Stage.DONE, since=since, revision=0)
            ledger.write(None, done)

        [(fleet, _)] = observer.fleets(ledger.books("prod"), {})

        assert {host.id: host.version for host in fleet.hosts} == {first: AFTER, second: BEFORE}


def test_groups_and_alarms_are_looked_at_for_a_rollout_that_moves_alone() -> None:
    with watching() as watched:
        observer, ledger = observed(watched)
        before = len(watched.deployment.calls)
        [(still, _)] = observer.fleets(ledger.books("prod"), {})
        ledger.write(None, a_rollout(revision=0, image_id=None, state=RolloutState.ROLLING_BACK))
        [(moving, _)] = observer.fleets(ledger.books("prod"), {(VARIANT, ARCH): a_release()})
        asked = [call.operation for call in watched.deployment.calls[before:]]

        assert (still.templates, still.capacity) == ((), ())
        assert [template.group for template in moving.templates] == ["prod"]
        assert [group.desired for group in moving.capacity] == [2]
        assert asked.count("DescribeLaunchTemplateVersions") <= 1
        assert moving.release == a_release()
