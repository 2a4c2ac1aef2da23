"""A Bottlerocket host whose root volume was replaced boots the version of the new image.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/replace-root.html
"""

from __future__ import annotations

from simulator.world.bottlerocket.updates import Bottlerocket
from simulator.world.core.records import Instance


def boot_new_root(bottlerocket: Bottlerocket, instance: Instance, up: bool) -> None:  # noqa: FBT001 - a watcher
    host = bottlerocket.host(instance.id)
    if host is None:
        return
    host.online = up
    found = bottlerocket.releases.of_image(instance.image_id or "") if up else None
    if found is not None:
        _, release = found
        host.version = host.reported_version = release.version
        host.state, host.chosen, host.staging, host.boots_staging = None, None, None, False
