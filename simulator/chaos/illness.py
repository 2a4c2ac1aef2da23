"""What repair lives in: hosts that fall ill one by one, signals that are wrong of many, launches that do not join."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from simulator.chaos.draw import Act
from simulator.chaos.supply import break_newcomers_of, end_unjoined
from simulator.repairs import TAG
from simulator.world.autoscaling.group_records import Fault
from simulator.world.ec2.status_checks import StatusCheck
from simulator.world.ecs.illness_acts import START_ERRORS

CHOSEN = {  # an empty one is left to its default
    "-after-minutes": ("5", "", ""),
    "-per-hour-percent": ("25", "50", "", ""),
    "-failed-launches": ("2", "", ""),
}
PUT_RIGHT_MINUTES = 64.0
SWITCHED_OFF_MINUTES = 104.0  # what is under way ends, and the world becomes quiet


def repair(act: Act) -> None:
    """Switched on, with ills early enough that a repair may begin amid the trouble; people mend what is left."""
    rng, world = act.rng, act.where.world
    tags = world.clusters["prod"].tags
    tags[TAG] = rng.choice(("on", "on", "on", "report"))
    tags |= {f"{TAG}{name}": value for name, values in CHOSEN.items() if (value := rng.choice(values))}
    world.tell_health()
    for _ in act.times(2, 6):
        name, befalls = rng.choice(ILLS)
        act.at_some_time(name, partial(befalls, act), until=45)
    if rng.random() < 0.3:
        act.at_some_time("ECS is blind", partial(_blind, act), until=35)
    if rng.random() < 0.3:
        fault: Fault = rng.choice(("never_joins", "registration_failed", "agent_lost"))
        act.at_some_time(f"newcomers: {fault}", partial(_newcomers, act, fault), until=30)
    act.at(PUT_RIGHT_MINUTES, "people mend what is ill", partial(mend, act))
    act.at(SWITCHED_OFF_MINUTES, "repair is switched off", partial(_switch_off, tags))


def mend(act: Act) -> str:
    """Agents come back with the rest of what people put right (`tidy`)."""
    world = act.where.world
    mended = [*world.tasks.start_errors, *world.ec2.impaired]
    mended += [i for i, instance in world.ec2.instances.items() if instance.fault == "starts_nothing"]
    for instance in list(mended):
        world.mend_starts(instance)
        world.pass_status_checks(instance)
        world.mend_runtime(instance)
    return f"{len(mended)} of them"


def _agent(act: Act) -> str | None:
    """For good, or for about as long as Ballast waits."""
    instance = act.registered()
    if instance is not None:
        act.where.world.disconnect_agent(instance, act.rng.choice((None, None, 480.0, 660.0, 900.0)))
    return instance


def _runtime(act: Act) -> str | None:
    instance = act.registered()
    if instance is not None:
        act.where.world.break_runtime(instance, act.rng.choice((None, 600.0, 1500.0)))
    return instance


def _starts(act: Act) -> str | None:
    instance = act.registered()
    if instance is not None:
        error = act.rng.choice(sorted(START_ERRORS))
        act.where.world.fail_starts(instance, error, for_s=act.rng.choice((None, 900.0)))
    return instance


def _status_check(act: Act) -> str | None:
    """Its group replaces it, whatever Ballast does."""
    instance = act.instance()
    if instance is not None:
        check: StatusCheck = act.rng.choice(("instance", "system"))
        act.where.world.fail_status_checks(instance, check, act.rng.choice((None, 30.0, 600.0)))
    return instance


def _blind(act: Act) -> str:
    """Of all, or of one zone."""
    zone = act.rng.choice((None, None, "us-east-1a", "us-east-1b"))
    act.where.world.blind_agents("prod", act.rng.uniform(300, 1800), zone=zone)
    return zone or "all zones"


def _newcomers(act: Act, fault: Fault) -> str | None:
    """Repair ends what never joined one by one, as fast as it may and while it is on; people end what is left."""
    group = act.group()
    if group is None:
        return None
    act.at(PUT_RIGHT_MINUTES, "what never joined is ended", partial(end_unjoined, act, group))
    return break_newcomers_of(act, group, fault, act.rng.uniform(600, 1500))


def _switch_off(tags: dict[str, str]) -> str:
    tags[TAG] = "off"
    return "prod"


ILLS: tuple[tuple[str, Callable[[Act], str | None]], ...] = (
    ("an agent is lost", _agent),
    ("an agent is lost", _agent),
    ("a runtime breaks", _runtime),
    ("starts fail on one host", _starts),
    ("status checks fail", _status_check),
)
