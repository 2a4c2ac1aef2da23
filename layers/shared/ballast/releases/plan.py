"""Which releases are new, taken back, unknown, or of a variant that gets no more of them?

AWS publishes no event for a release, only parameters, and their `latest` has gone back before:
https://github.com/bottlerocket-os/bottlerocket/issues/4136
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from ballast.facts.running import Kind, Running
from ballast.facts.view import Cluster
from ballast.plans.actions import Announce, Record, RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.release import ARCHES, AVAILABLE, IMAGE_ID, RECALLED, VARIANT, Release, Version, newer, to_detail
from ballast.records.watch import Watch, WatchKind
from ballast.words import releases as say
from ballast.words.notice import Notice

# https://github.com/bottlerocket-os/bottlerocket/issues/4492
END_OF_LIFE = frozenset({"aws-ecs-1", "aws-ecs-1-nvidia"})
REMINDED_AFTER = timedelta(days=30)


def parameter_names(kind: Kind) -> tuple[str, str]:
    """Of the version and of the image, https://bottlerocket.dev/en/os/latest/#/install/quickstart/aws/."""
    variant, arch = kind
    start = f"/aws/service/bottlerocket/{variant}/{arch}/latest"
    return f"{start}/image_version", f"{start}/image_id"


def names_to_read(running: Sequence[Running]) -> list[str]:
    """The parameters to ask for: attributes may hold anything, and SSM refuses a call with an impossible name.

    https://github.com/localstack/localstack/issues/7712 (ValidationException)
    """
    kinds = sorted({host.kind for host in running})
    return [name for kind in kinds if _is_possible(kind) for name in parameter_names(kind)]


def plan_releases(
    parameters: Mapping[str, str],
    known: Mapping[Kind, Release],
    running: Sequence[Running],
    watches: Sequence[Watch],
    now: datetime,
    *,
    unseen: Sequence[str] = (),
) -> tuple[Plan, ...]:
    """`parameters` are the values that exist, `watches` those of all managed clusters.

    `unseen`: names of clusters that could not be looked into, so nobody knows what they run.
    """
    plans: list[Plan] = []
    # Told again within the day, after a crash, it is the same incident.
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for kind in sorted({host.kind for host in running}):
        hosts = [host for host in running if host.kind == kind]
        latest = _read(parameters, kind)
        if isinstance(latest, str):
            watch = Watch("", WatchKind.UNKNOWN_RELEASE, "/".join(kind), today, told=True)
            plans += _remind(hosts, watch, watches, partial(say.unknown, why=latest, now=now))
        else:
            plans.append(_plan_release(kind, latest, known.get(kind), hosts, now, unseen=unseen))
    for variant in sorted({host.kind[0] for host in running} & END_OF_LIFE):
        hosts = [host for host in running if host.kind[0] == variant]
        watch = Watch("", WatchKind.END_OF_LIFE, variant, today, told=True)
        plans += _remind(hosts, watch, watches, partial(say.end_of_life, now=now))
    return tuple(plans)


def _is_possible(kind: Kind) -> bool:
    return bool(VARIANT.fullmatch(kind[0])) and kind[1] in ARCHES


def _read(parameters: Mapping[str, str], kind: Kind) -> tuple[str, str] | str:
    """Version and image, or what is wrong in words."""
    if not _is_possible(kind):
        return f"no variant is called {kind[0]!r} on {kind[1]!r}, whatever the attributes of the instances say"
    name_of_version, name_of_image = parameter_names(kind)
    for name in (name_of_version, name_of_image):
        if name not in parameters:
            return f"AWS publishes no parameter {name}"
    try:
        version = str(Version.parse(parameters[name_of_version]))
    except ValueError as error:
        return f"the parameter {name_of_version} cannot be read: {error}"
    image_id = parameters[name_of_image]
    return (version, image_id) if IMAGE_ID.fullmatch(image_id) else f"{name_of_image} is {image_id!r}, which is no AMI"


def _plan_release(
    kind: Kind,
    latest: tuple[str, str],
    known: Release | None,
    hosts: Sequence[Running],
    now: datetime,
    *,
    unseen: Sequence[str],
) -> Plan:
    version, image_id = latest
    if known is not None and known.version == version:
        return Plan(f"{version} is the newest still")
    # A first sight may itself have met a half published release, so only later ones can wait for their image.
    if known is not None and known.previous_version and known.image_id == image_id:
        return Plan(f"{version} is half published: its image is that of {known.version} still")
    fresh = Release(
        variant=kind[0],
        arch=kind[1],
        version=version,
        image_id=image_id,
        seen_at=now,
        previous_version=known.version if known else None,
        previous_image_id=known.image_id if known else None,
        recalled=tuple(v for v in known.recalled if v != version) if known else (),
        revision=known.revision + 1 if known else 1,
    )
    if known is not None and newer(known.version, version):
        recalled = replace(fresh, recalled=(*fresh.recalled, known.version))
        told = Tell(say.recalled(recalled, known.version, hosts, unseen, now))
        event = Announce(RECALLED, to_detail(recalled, known.version))
        return Plan(f"{known.version} was taken back", (event, told, Record(known, recalled)))
    event = Announce(AVAILABLE, to_detail(fresh, None))
    return Plan(f"{version} is new", (event, Tell(say.available(fresh, hosts, now)), Record(known, fresh)))


def _remind(
    hosts: Sequence[Running], like: Watch, watches: Sequence[Watch], say_it: Callable[[Cluster, Watch], Notice]
) -> Iterator[Plan]:
    """One ticket for each cluster that has such hosts, and another one when it has lasted for a month."""
    told = {w.cluster: w for w in watches if (w.kind, w.subject) == (like.kind, like.subject)}
    clusters = {host.cluster.name: host.cluster for host in hosts}
    for name, cluster in sorted(clusters.items()):
        before = told.get(name)
        if before is not None and like.since - before.since < REMINDED_AFTER:
            continue
        watch = replace(like, cluster=name, revision=before.revision + 1 if before else 0)
        yield Plan(f"{watch.subject}: {watch.kind}", (Tell(say_it(cluster, watch)), RecordWatch(before, watch)))
