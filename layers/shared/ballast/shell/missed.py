"""Is a cluster still ours that this sweep was not told of?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ballast.aws import ecs_clusters
from ballast.aws.ledger import Ledger
from ballast.facts.view import CONFIRMED_AFTER, Cluster


def still_ours(ledger: Ledger, known: Cluster, now: datetime) -> Cluster | None:
    """With since when it is missed, or None when it is given up: INACTIVE, untagged, or missed twice with no work open.

    ECS answers MISSING for a moment even of clusters that it has:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
    """
    raw = next((raw for raw in ecs_clusters.describe([known.name])), None)
    if raw is not None:
        return None
    since = known.missed_since or now
    confirmed = now - since >= CONFIRMED_AFTER and not ledger.open(known.name)[0]
    return None if confirmed else replace(known, missed_since=since)
