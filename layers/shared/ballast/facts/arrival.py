"""Which hosts have a rollout's target arrived on?"""

from __future__ import annotations

from collections import Counter

from ballast.facts.fleet import Fleet, Host
from ballast.records.instance_update import InstanceUpdate, Stage
from ballast.records.rollout import Rollout


def on_target(host: Host, rollout: Rollout) -> bool:
    """As SSM says; the update API has the last word about an instance that is under way."""
    return host.version == rollout.target


def ours(host: Host, rollout: Rollout) -> InstanceUpdate | None:
    """The instance's record, if it is of this rollout."""
    return host.update if host.update and host.update.rollout == rollout.id else None


def has_arrived(host: Host, rollout: Rollout) -> bool:
    update = ours(host, rollout)
    return update.stage is Stage.DONE if update else on_target(host, rollout)


def versions(fleet: Fleet, rollout: Rollout) -> Counter[str]:
    """How many instances run which version, as far as it is known."""
    known = (rollout.target if has_arrived(host, rollout) else host.version or "unknown" for host in fleet.hosts)
    return Counter(known)
