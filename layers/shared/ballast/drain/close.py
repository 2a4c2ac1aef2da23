"""Decide how a drain is closed: EC2 has taken the instance, did not take it after all, or nobody wants the drain any more."""

from __future__ import annotations

from datetime import datetime

from ballast.drain.give_back import give_back
from ballast.facts.view import View
from ballast.plans.action import Action
from ballast.plans.actions import Claim, DeregisterContainerInstance, Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.disruption import Disruption, Phase
from ballast.words import drain as say
from ballast.words import outcomes as say_how
from ballast.words.notice import Notice


def plan_survivor(view: View, known: Disruption, now: datetime) -> Plan:
    """EC2 did not take it after all: give it back, unless somebody else drains it."""
    given = give_back(view, known, serves=not known.foreign)
    told = Tell(say_how.instance_survived(view, known, now))
    return _fenced("it still runs long after its announced end", known, *given, told)


def plan_terminated(view: View, known: Disruption, now: datetime) -> Plan:
    """EC2 has taken it: remove what ECS still lists of it and close.

    ECS keeps a container instance whose agent was disconnected, or that was stopped, when it was terminated:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister_container_instance.html
    """
    ghost = view.instance
    removed = (DeregisterContainerInstance(ghost.cluster, ghost.arn),) if ghost else ()
    told = () if known.phase is Phase.WAITING else (Tell(say.instance_gone(view, known, now)),)
    return Plan("EC2 has terminated it", (*removed, *told, Record(known, None)))


def plan_closed(view: View, known: Disruption, notice: Notice, reason: str) -> Plan:
    """End a disruption that has become pointless, giving back the scale-in protection that we took."""
    given = () if view.leaves_its_group else give_back(view, known, serves=False)
    return _fenced(reason, known, *given, Tell(notice))


def _fenced(reason: str, known: Disruption, *actions: Action) -> Plan:
    """Close it, but do and say nothing if another function has taken it further since we looked."""
    held = next_revision(known)
    return Plan(reason, (Claim(held, known), *actions, Record(held, None)))
