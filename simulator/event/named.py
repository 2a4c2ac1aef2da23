"""What does an event name? Instances, container instances, clusters, groups, services and hooks, wherever they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.world.autoscaling.group_names import require_group_name
from simulator.world.core.errors import AwsError

MOST = 100  # of one kind
EC2_ID = re.compile(r"(?<![\w-])i-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![\w-])")
EXTERNAL_ID = re.compile(r"(?<![\w-])mi-[0-9a-f]{17}(?![\w-])")
HOST = re.compile(r":container-instance/(?:([\w-]{1,255})/)?([\w-]{1,255})$")
CLUSTER = re.compile(r":(?:cluster/|(?:service|task)/(?=[\w-]+/))([\w-]{1,255})")
SERVICE = re.compile(r":service/(?:([\w-]{1,255})/)?([\w-]{1,255})$")
GROUP = re.compile(r":autoScalingGroupName/(.+)$")
NAME = re.compile(r"[\w-]{1,255}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Named:
    """In the order in which the event names them. `hosts` are the last parts of container instance ARNs."""

    instances: list[str]
    externals: list[str]
    hosts: list[str]
    clusters: list[str]
    groups: list[str]
    services: list[str]
    hook: str | None
    transition: str | None
    token: str | None
    metadata: str | None


def named_in(event: Mapping[str, Any]) -> Named:
    """Whatever has another form than AWS gives it is no name: it exists nowhere."""
    texts = list(_texts(event))
    detail = detail_of(event)
    hosts = [match for text in texts if (match := HOST.search(text))]
    clusters = [match[1] for text in texts for match in CLUSTER.finditer(text)]
    clusters += [match[1] for match in hosts if match[1]]
    clusters += [
        name for name in (detail.get("cluster"), _cluster_in(detail.get("NotificationMetadata"))) if _is_name(name)
    ]
    groups = [match[1] for text in texts if (match := GROUP.search(text))]
    groups += [name for name in [detail.get("AutoScalingGroupName")] if isinstance(name, str)]
    return Named(
        instances=_each_once(match[0] for text in texts for match in EC2_ID.finditer(text)),
        externals=_each_once(match[0] for text in texts for match in EXTERNAL_ID.finditer(text)),
        hosts=_each_once(match[2] for match in hosts) if _is_of_hosts(detail) else [],
        clusters=_each_once(clusters) or ["prod"],
        groups=_each_once(name for name in groups if _is_group(name)) or ["web"],
        services=_each_once(match[2] for text in texts if (match := SERVICE.search(text))),
        hook=_text(detail, "LifecycleHookName"),
        transition=_text(detail, "LifecycleTransition"),
        token=_text(detail, "LifecycleActionToken"),
        metadata=_text(detail, "NotificationMetadata"),
    )


def detail_of(event: Mapping[str, Any]) -> dict[str, Any]:
    detail = event.get("detail")
    return detail if isinstance(detail, dict) else {}


def _is_of_hosts(detail: Mapping[str, Any]) -> bool:
    """A container instance of Fargate has an ARN too, but nobody can ask for it."""
    return "ec2InstanceId" not in detail or isinstance(detail["ec2InstanceId"], str)


def _texts(event: object) -> Iterator[str]:
    """Every text value, outermost first."""
    left = [event]
    while left:
        value = left.pop(0)
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)


def _each_once(names: Iterator[str] | list[str]) -> list[str]:
    return list(dict.fromkeys(names))[:MOST]


def _text(detail: Mapping[str, Any], key: str) -> str | None:
    value = detail.get(key)
    return value if isinstance(value, str) and value else None


def _is_name(value: object) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def _is_group(name: str) -> bool:
    try:
        require_group_name(name)
    except AwsError:
        return False
    return True


def _cluster_in(metadata: object) -> Any:
    """The metadata of our own hook is JSON that names the cluster."""
    try:
        found = json.loads(metadata) if isinstance(metadata, str) else None
    except (ValueError, RecursionError):
        return None
    return found.get("cluster") if isinstance(found, dict) else None
