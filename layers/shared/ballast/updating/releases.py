"""Which releases are new, taken back, unknown, or of a variant that gets no more of them?

AWS publishes no event for a release, only parameters, and their `latest` has gone back before:
https://github.com/bottlerocket-os/bottlerocket/issues/4136
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from ballast.disruption import Watch, WatchKind
from ballast.model import Cluster
from ballast.notice import Notice
from ballast.notices import releases as say
from ballast.plan import Announce, Plan, Record, RecordWatch, Tell
from ballast.updating.records import Release
from ballast.updating.release_events import AVAILABLE, IMAGE_ID, RECALLED, to_detail
from ballast.updating.versions import Version, newer

END_OF_LIFE = frozenset(
    {"aws-ecs-1", "aws-ecs-1-nvidia"}
)  # https://github.com/bottlerocket-os/bottlerocket/issues/4492

type Kind = tuple[str, str]  # variant and architecture


@dataclass(frozen=True, slots=True)
class Running:
    """One Bottlerocket host of a managed cluster; `version` None = SSM does not know it."""

    cluster: Cluster
    instance_id: str
    kind: Kind
    version: str | None


def parameter_names(kind: Kind) -> tuple[str, str]:
    """Of the version and of the image, https://bottlerocket.dev/en/os/latest/#/install/quickstart/aws/."""
    variant, arch = kind
    start = f"/aws/service/bottlerocket/{variant}/{arch}/latest"
    return f"{start}/image_version", f"{start}/image_id"


def plan_releases(
    parameters: Mapping[str, str],
    known: Mapping[Kind, Release],
    running: Sequence[Running],
    watches: Sequence[Watch],
    now: datetime,
) -> tuple[Plan, ...]:
    """`parameters` are the values that exist, `watches` those of all managed clusters."""
    plans: list[Plan] = []
    for kind in sorted({host.kind for host in running}):
        hosts = [host for host in running if host.kind == kind]
        latest = _read(parameters, kind)
        if isinstance(latest, str):
            watch = Watch("", WatchKind.UNKNOWN_RELEASE, "/".join(kind), now, told=True)
            plans += _once(hosts, watch, watches, partial(say.unknown, why=latest, now=now))
        else:
            plans.append(_plan_release(kind, latest, known.get(kind), hosts, now))
        if kind[0] in END_OF_LIFE:
            watch = Watch("", WatchKind.END_OF_LIFE, kind[0], now, told=True)
            plans += _once(hosts, watch, watches, partial(say.end_of_life, now=now))
    return tuple(plans)


def _read(parameters: Mapping[str, str], kind: Kind) -> tuple[str, str] | str:
    """Version and image, or what is wrong in words."""
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
    kind: Kind, latest: tuple[str, str], known: Release | None, hosts: Sequence[Running], now: datetime
) -> Plan:
    version, image_id = latest
    if known is not None and known.version == version:
        return Plan(f"{version} is the newest still")
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
        told = Tell(say.recalled(recalled, known.version, hosts, now))
        event = Announce(RECALLED, to_detail(recalled, known.version))
        return Plan(f"{known.version} was taken back", (event, told, Record(known, recalled)))
    event = Announce(AVAILABLE, to_detail(fresh, None))
    return Plan(f"{version} is new", (event, Tell(say.available(fresh, hosts, now)), Record(known, fresh)))


def _once(
    hosts: Sequence[Running], like: Watch, watches: Sequence[Watch], say_it: Callable[[Cluster, Watch], Notice]
) -> Iterator[Plan]:
    """One ticket for each cluster that has such hosts, remembered as told."""
    told = {w.cluster for w in watches if (w.kind, w.subject) == (like.kind, like.subject)}
    clusters = {host.cluster.name: host.cluster for host in hosts}
    for name in sorted(clusters.keys() - told):
        watch = replace(like, cluster=name)
        yield Plan(f"{watch.subject}: {watch.kind}", (Tell(say_it(clusters[name], watch)), RecordWatch(None, watch)))
