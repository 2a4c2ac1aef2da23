"""What people ask of placement, and what they opt out of drains."""

from __future__ import annotations

from simulator.chaos.draw import Act
from simulator.invariants.drains import OPT_OUT

DO_NOT_DISRUPT = "ballast:do-not-disrupt"


def constraints(act: Act) -> None:
    """Tasks that only some hosts may run, one to a host, with interfaces of their own, or of a size they do not tell."""
    world, rng = act.where.world, act.rng
    chosen = rng.sample(act.where.instances("steady"), 2) + rng.sample(act.where.instances("spot"), 1)
    for instance in chosen:
        world.put_attributes(instance, {"stack": "special"})
    kinds = rng.sample(("member-of", "distinct", "awsvpc", "sizeless"), rng.randint(1, 3))
    if "member-of" in kinds:
        expressions = rng.choice((["attribute:stack == special"], ["attribute:stack exists", "runningTasksCount < 50"]))
        world.add_service(
            "prod",
            "special",
            desired=rng.randint(1, 2),
            member_of=expressions,
            constrained_by_service=rng.random() < 0.5,
        )
    if "distinct" in kinds:
        world.add_service("prod", "apart", desired=rng.randint(2, 5), distinct_instance=True)
    if "awsvpc" in kinds:
        world.add_service("prod", "networked", desired=rng.randint(2, 5), awsvpc=True, maximum_percent=200)
    if "sizeless" in kinds:
        world.add_service("prod", "sizeless", desired=rng.randint(2, 4), has_task_size=False, memory_mib=1024)


def opt_outs(act: Act) -> None:
    """Container instances with the tag that keeps voluntary drains away, until people take it off again."""

    def opt_out() -> str | None:
        instance = act.registered()
        if instance is not None:
            act.where.world.host(instance).tags[DO_NOT_DISRUPT] = "true"
            act.where.world.note(OPT_OUT, instance=instance)
        return instance

    for _ in act.times(1, 3):
        act.at(0.5, "opts out", opt_out)


def nothing(_: Act) -> None:
    """Its parameters are all."""
