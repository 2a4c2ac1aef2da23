"""Which instances does AWS say are ill, and what do they share with others?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from ballast.facts.group import GroupMembership
from ballast.facts.health import Health
from ballast.facts.view import ContainerInstance, InstanceStatus
from ballast.facts.which_record import the_records
from ballast.records.repair import Signal
from ballast.value import dataclass
from ballast.words.incident import count, date

JOINS_WITHIN = timedelta(minutes=15)  # of its launch
FAILED_STARTS = 3
ON_ONE_HOST = 0.8  # of all starts that failed
FAILED_LATELY = timedelta(minutes=10)  # ECS shows what failed for an hour; where nothing is tried any more nobody knows
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html and what the agent adds
TRAITS = {"ecs.availability-zone": "zone", "ecs.ami-id": "AMI", "ecs.subnet-id": "subnet"}
NOBODY_ELSE_ACTS = frozenset({InstanceStatus.ACTIVE, InstanceStatus.DRAINING})


@dataclass(frozen=True, slots=True)
class Sign:
    """`since`: from when AWS says it is so, None where it does not say."""

    signal: Signal
    why: str
    group: str | None
    traits: tuple[str, ...] = ()
    since: datetime | None = None
    came_at: datetime | None = None  # when it registered, or was launched


def signs(seen: Health, now: datetime) -> dict[str, Sign]:
    """By EC2 id; the surest of each instance. What ECS Managed Instances owns is not ours.

    Of one that its group lets go only a lost agent counts, as our hook may hold it.
    """
    found: dict[str, Sign] = {}
    for instance_id, record in records_of(seen).items():
        member = seen.members.get(instance_id)
        lost_and_leaves = member is not None and member.leaves and not record.agent_connected
        in_service = member is None or member.in_service
        if seen.cluster.managed_by_ecs(record) or not (in_service or lost_and_leaves):
            continue
        if sign := next(_of_host(seen, record, member, now), None):
            found[instance_id] = sign
    return found | {i: sign for i, sign in _never_joined(seen, now) if i not in found}


def traits_of(record: ContainerInstance | None, member: GroupMembership | None) -> tuple[str, ...]:
    """What many may have in common, each as name=value."""
    known = {name: record.attributes.get(attribute) for attribute, name in TRAITS.items()} if record else {}
    if member:
        known |= {"zone": member.zone or known.get("zone"), "launch template": member.template}
    return tuple(f"{name}={value}" for name, value in sorted(known.items()) if value)


def records_of(seen: Health) -> dict[str, ContainerInstance]:
    """By EC2 id, of those that were listed."""
    return the_records(seen.listed if seen.everybody is None else seen.everybody)


def _of_host(seen: Health, record: ContainerInstance, member: GroupMembership | None, now: datetime) -> Iterator[Sign]:
    def sign(signal: Signal, why: str, since: datetime | None = None) -> Sign:
        group = member.group if member else None
        return Sign(signal, why, group, traits_of(record, member), since, record.registered_at)

    if record.status is InstanceStatus.REGISTRATION_FAILED:
        yield sign(Signal.REGISTRATION_FAILED, "ECS says REGISTRATION_FAILED")
    if record.status not in NOBODY_ELSE_ACTS:
        return
    if not record.agent_connected:
        yield sign(Signal.AGENT_LOST, "its ECS agent is disconnected")
    if record.impaired:
        yield sign(Signal.IMPAIRED, f"ECS finds it impaired ({'; '.join(record.impaired[:3])})")
    if why := (seen.ec2_impaired or {}).get(record.instance_id):
        yield sign(Signal.EC2_IMPAIRED, f"EC2 finds it impaired ({why})")
    starts = (seen.failed_starts or {}).get(record.arn)
    lately = starts is not None and starts.elsewhere and now - starts.last_at <= FAILED_LATELY
    if starts and lately and starts.number >= FAILED_STARTS and starts.share >= ON_ONE_HOST:
        why = f"{count(starts.number, 'task')} did not start there within the hour, nearly all that failed so: {starts.why}"
        yield sign(Signal.STARTS_FAIL, why, starts.first_at)
    longest = seen.cluster.policy.max_age
    if seen.everybody is not None and longest and record.registered_at and now - record.registered_at >= longest:
        since = record.registered_at + longest
        yield sign(Signal.TOO_OLD, f"it has been there since {date(record.registered_at)}", since)


def _never_joined(seen: Health, now: datetime) -> Iterator[tuple[str, Sign]]:
    """In service in its group for long, and not listed where everybody is. Of a group of two clusters nobody here knows."""
    if seen.everybody is None or seen.launched is None:
        return
    here = {record.instance_id for record in seen.everybody}
    for group in seen.capacity:
        for instance_id in sorted(group.in_service - here) if not group.shared else ():
            launched, member = seen.launched.get(instance_id), seen.members.get(instance_id)
            if launched and member and now - launched.at >= JOINS_WITHIN:
                image = (f"AMI={launched.image}",) if launched.image else ()
                traits, why = (*image, *traits_of(None, member)), "it has never joined the cluster"
                yield instance_id, Sign(Signal.NEVER_JOINED, why, group.group, traits, launched.at, launched.at)


def population(seen: Health) -> Mapping[str, int]:
    """How many instances have each trait, none of a warm pool; those that only ECS tells, where everybody was listed."""
    records = records_of(seen) if seen.everybody is not None else {}
    found: dict[str, int] = {}
    pooled = {i for i, member in seen.members.items() if member.lifecycle_state.startswith("Warmed:")}
    for instance_id in (seen.members.keys() | records.keys()) - pooled:  # `signs` takes none of these for ill either
        for trait in traits_of(records.get(instance_id), seen.members.get(instance_id)):
            found[trait] = found.get(trait, 0) + 1
    return found
