"""What is said of releases and of their rollouts: one at a time in a cluster, told again as it moves on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ballast.facts.launch_template import Template
from ballast.facts.running import Running
from ballast.records.command import CommandKind
from ballast.records.document import Document
from ballast.records.rollout import InstanceUpdate, RolloutState, Stage, Standstill
from ballast.records.watch import Watch, WatchKind
from ballast.words import groups, releases, undone
from ballast.words import rollout as say
from ballast.words.codes import Code
from ballast.words.notice import Notice
from ballast.words.rollout_held import held
from ballast.words.standstill import stands_still
from ballast.words.trial import trial
from tests.ballast.update.rollouts import (
    AFTER,
    ARCH,
    BEFORE,
    VARIANT,
    a_command,
    a_fleet,
    a_host,
    a_policy_of_updates,
    a_release,
    a_rollout,
    an_update,
)
from tests.builders import a_cluster, after
from tests.gallery.drains import Path, Step, instance_id
from tests.gallery.watched import group

POLICY = a_policy_of_updates()
ARRIVED, WAITING = range(8), range(8, 20)


NEW = a_fleet(*(a_host(n, instance={"instance_id": instance_id(n)}) for n in range(20)))
HALF = a_fleet(
    *(a_host(n, version=AFTER, instance={"instance_id": instance_id(n)}) for n in ARRIVED),
    *(a_host(n, instance={"instance_id": instance_id(n)}) for n in WAITING),
)
R = a_rollout(total=20)
AT_CANARY = replace(R, wave=0, told=1)
CANARY_BAKES = replace(R, wave=0, on_target=1, wave_done_at=after(9), told=2)
AT_WAVE_1 = replace(R, wave=1, on_target=1, told=3)
AT_WAVE_2 = replace(R, wave=2, on_target=8, failed=1, excluded=1, told=4)
HALTED = replace(
    AT_CANARY,
    state=RolloutState.HALTED,
    halted_reason=f"the canary {instance_id(0)} failed: it did not come back within 15 min of its reboot",
)
BACK = replace(R, state=RolloutState.ROLLING_BACK, target=BEFORE, bad_version=AFTER, created_at=after(20), on_target=12)
ROLLED_BACK = replace(BACK, state=RolloutState.ROLLED_BACK, on_target=20)
DONE = replace(R, state=RolloutState.DONE, on_target=18, failed=1, excluded=1, wave=3)
FAILED = an_update(
    19,
    stage=Stage.FAILED,
    instance_id=instance_id(19),
    why="it booted into 1.62.1 again instead of 1.64.0",
    harmed=True,
)
STANDS = Standstill(after(160), "the disruption budget of the cluster is used up: 2 of 2 instances", after(190))
TEMPLATE = Template("web", "ami-1", BEFORE, "lt-0a1b2c3d4e5f60718")
RUNNING = [Running(a_cluster(), instance_id(n), (VARIANT, ARCH), AFTER if n < 3 else BEFORE) for n in range(8)]

BEGINS: Path = (
    lambda _: say.planned(NEW, R, POLICY, after(60), after(0)),
    lambda _: say.started(NEW, R, POLICY, after(60)),
)
MOVES: Path = (
    *BEGINS,
    lambda _: say.progress(NEW, AT_CANARY, NEW.hosts[:1], after(61)),
    lambda _: say.progress(HALF, CANARY_BAKES, (), after(69)),
    lambda _: say.progress(HALF, AT_WAVE_1, HALF.hosts[8:10], after(130)),
    lambda _: say.progress(HALF, AT_WAVE_2, HALF.hosts[8:10], after(160)),
)
HALT: Step = lambda _: say.halted(HALF, HALTED, after(70), page=True)  # noqa: E731 - beside its siblings
TAKEN_BACK: Path = (HALT, lambda _: say.rolling_back(HALF, replace(HALTED, on_target=8), BACK, after(75)))


def template(n: int) -> Template:
    return replace(TEMPLATE, group=group(n))


def owing(n: int) -> InstanceUpdate:
    """Its rollout was halted, and it did not hear that its update is cancelled."""
    why = "its rollout goes no further"
    return an_update(
        n, stage=Stage.UNSTAGING, instance_id=instance_id(n), owes=Document.CANCEL, why=why, owed_since=after(75)
    )


def recalled(_: int) -> Notice:
    release = a_release(version="1.63.0", previous_version=AFTER)
    return releases.recalled(release, AFTER, RUNNING, ("staging",), after(0))


ROLLOUTS: Mapping[Code, Path] = {
    Code.BOTTLEROCKET_RELEASE_AVAILABLE: (lambda _: releases.available(a_release(), RUNNING, after(0)),),
    Code.BOTTLEROCKET_RELEASE_RECALLED: (recalled,),
    Code.BOTTLEROCKET_RELEASE_UNKNOWN: (
        lambda _: releases.unknown(
            a_cluster(),
            Watch("prod", WatchKind.UNKNOWN_RELEASE, f"{VARIANT}/{ARCH}", after(0)),
            "Systems Manager answers ParameterNotFound for the public parameter",
            after(0),
        ),
    ),
    Code.BOTTLEROCKET_END_OF_LIFE: (
        lambda _: releases.end_of_life(
            a_cluster(), Watch("prod", WatchKind.END_OF_LIFE, "aws-ecs-1", after(0)), after(0)
        ),
    ),
    Code.BOTTLEROCKET_ROLLOUT_PLANNED: (lambda _: say.planned(NEW, R, POLICY, None, after(0)),),
    Code.BOTTLEROCKET_ROLLOUT_APPROVED: (
        lambda _: say.planned(NEW, R, POLICY, None, after(0)),
        lambda _: say.approved(NEW, R, a_command(CommandKind.APPROVE, reason="CHG-4711"), after(1)),
    ),
    Code.BOTTLEROCKET_ROLLOUT_STARTED: BEGINS,
    Code.BOTTLEROCKET_ROLLOUT_PROGRESS: MOVES,
    Code.BOTTLEROCKET_ROLLOUT_HELD: (
        *MOVES,
        lambda _: held(HALF, replace(AT_WAVE_2, told=5, held="drain_instance is switched off"), after(170)),
    ),
    Code.BOTTLEROCKET_ROLLOUT_STANDS: (
        *MOVES,
        lambda _: stands_still(HALF, replace(AT_WAVE_2, told=5), STANDS, None, ticket=False, now=after(200)),
    ),
    Code.BOTTLEROCKET_ROLLOUT_HALTED: (*MOVES[:3], HALT),
    Code.BOTTLEROCKET_ROLLOUT_RESUMED: (
        HALT,
        lambda _: say.resumed(HALF, HALTED, a_command(CommandKind.RESUME, reason="the host was faulty"), after(90)),
    ),
    Code.BOTTLEROCKET_ROLLOUT_SUPERSEDED: (*MOVES, lambda _: say.superseded(HALF, AT_WAVE_2, "1.65.0", after(170))),
    Code.BOTTLEROCKET_ROLLBACK: TAKEN_BACK,
    Code.BOTTLEROCKET_ROLLED_BACK: (
        lambda _: say.progress(HALF, replace(BACK, told=1), HALF.hosts[8:10], after(80)),
        lambda _: say.done(NEW, ROLLED_BACK, {}, after(140)),
    ),
    Code.BOTTLEROCKET_ROLLOUT_DONE: (
        *MOVES,
        lambda _: say.done(
            replace(HALF, lost=(FAILED,)), DONE, {instance_id(18): "it is opted out by ballast:exclude"}, after(300)
        ),
    ),
    Code.BOTTLEROCKET_BAD_RELEASE_BOOTED: (
        HALT,
        lambda _: groups.booted(HALF, HALTED, [instance_id(n) for n in range(3)], after(75)),
    ),
    Code.BOTTLEROCKET_COMMAND_REFUSED: (
        lambda _: say.refused(NEW, a_command(CommandKind.HALT), "no rollout is under way", after(1)),
    ),
    Code.TEST: (lambda _: trial(a_command(CommandKind.TEST, reason="new channel", id="c-1"), a_cluster(), after(1)),),
}
TEMPLATES: Mapping[Code, Path] = {
    Code.BOTTLEROCKET_TEMPLATE_FOLLOWS: (lambda n: groups.follows(HALF, DONE, template(n), after(0)),),
    Code.BOTTLEROCKET_TEMPLATE_DRIFT: (
        lambda n: groups.drifts(HALF, DONE, template(n), "it names an image of its own, ami-1", after(0)),
    ),
    Code.BOTTLEROCKET_TEMPLATE_SET_BACK: (lambda n: groups.set_back(HALF, HALTED, template(n), BEFORE, after(72)),),
    Code.BOTTLEROCKET_NOT_UNDONE: (lambda n: undone.not_undone(HALF.hosts[n % 20], owing(n), after(90)),),
    Code.BOTTLEROCKET_UNDONE: (
        lambda n: undone.not_undone(HALF.hosts[n % 20], owing(n), after(90)),
        lambda n: undone.undone(
            HALF.hosts[n % 20], owing(n), after(120), how="It answers that its update is cancelled"
        ),
    ),
}
