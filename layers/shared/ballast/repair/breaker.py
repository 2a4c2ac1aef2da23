"""Does what a group launches ever join? After some in a row that do not, no more is launched of that template version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from ballast.facts.group import GroupMembership
from ballast.facts.health import Health
from ballast.plans.plan import next_revision
from ballast.records.repair import Repairs, Signal
from ballast.records.watch import Watch, WatchKind
from ballast.repair.signals import JOINS_WITHIN


def failed(memory: Repairs, ill: Iterable[Watch], seen: Health) -> tuple[str, ...]:
    """Ids of those in a row that never joined, of the template version that is launched now, also those that are gone.

    Where nobody can tell which that is, it is the one of the newest of them.
    """
    members = seen.members
    away = [w for w in _away(memory, ill) if not _is_before_one_that_joined(w, seen)]
    template = seen.templates.get(memory.group) or _template(away, members) or memory.template
    before = memory.never_joined if template == memory.template else ()
    now = (w.subject for w in away if _of(members, w.subject) == template)
    return tuple(dict.fromkeys((*before, *now)))


def noted(memory: Repairs, instance_id: str, ill: Iterable[Watch], seen: Health, now: datetime) -> Repairs:
    """With one more that is given up, unless what was launched later has joined: that one says nothing of the launches."""
    ill = tuple(ill)
    if any(w.subject == instance_id and _is_before_one_that_joined(w, seen) for w in _away(memory, ill)):
        return memory
    all_failed = failed(memory, ill, seen)
    template = _of(seen.members, instance_id)
    failures = tuple(dict.fromkeys((*all_failed, instance_id)))
    return replace(memory, never_joined=failures, never_joined_at=now, template=template)


def first(cluster: str, group: str, members: tuple[str, ...], template: str | None, now: datetime) -> Watch:
    """What is remembered of it: which never joined, and of which template version, where that is known."""
    traits = (_trait(template),) if template else None
    return Watch(cluster, WatchKind.LAUNCHES_FAIL, group, now, told=True, members=members, traits=traits)


def image_of(failed: Iterable[str], ill: Mapping[str, Watch]) -> str | None:
    """The AMI of the last of them of which it is known."""
    traits = (trait for i in reversed(tuple(failed)) if i in ill for trait in ill[i].traits or ())
    return next((trait.removeprefix("AMI=") for trait in traits if trait.startswith("AMI=")), None)


def launches_another(seen: Health, watch: Watch) -> bool:
    """Whether the group launches another version by now than the one of which none joined: nobody has seen that fail."""
    now = seen.templates.get(watch.subject)
    return now is not None and watch.traits is not None and _trait(now) not in watch.traits


def is_over(seen: Health, watch: Watch) -> bool:
    """Whether one that was launched since has joined: the launches work again."""
    return _has_joined_since(seen, watch.subject, watch.since)


def is_row_over(memory: Repairs, seen: Health) -> bool:
    """Whether one has joined since the last that did not was given up: what follows is the first of another row."""
    return memory.never_joined_at is not None and _has_joined_since(seen, memory.group, memory.never_joined_at)


def forgotten(memory: Repairs) -> Repairs:
    return next_revision(replace(memory, never_joined=(), never_joined_at=None, template=None))


def _away(memory: Repairs, ill: Iterable[Watch]) -> Iterator[Watch]:
    return (w for w in ill if w.signal == Signal.NEVER_JOINED and w.group == memory.group)


def _is_before_one_that_joined(watch: Watch, seen: Health) -> bool:
    """Who joined only when this one was given up was launched after it: the row of those that fail ends there."""
    return _has_joined_since(seen, watch.group or "", watch.since + JOINS_WITHIN)


def _has_joined_since(seen: Health, group: str, since: datetime) -> bool:
    of_group = {i for i, member in seen.members.items() if member.group == group}
    records = (r for r in seen.everybody or () if r.instance_id in of_group and r.agent_connected)
    return any(record.registered_at is not None and record.registered_at > since for record in records)


def _trait(template: str) -> str:
    return f"launch template={template}"


def _template(away: Iterable[Watch], members: Mapping[str, GroupMembership]) -> str | None:
    newest = max(away, key=lambda watch: watch.since, default=None)
    return _of(members, newest.subject) if newest else None


def _of(members: Mapping[str, GroupMembership], instance_id: str) -> str | None:
    member = members.get(instance_id)
    return member.template if member else None
