"""What on-call reads about a host that keeps what an update did to it."""

from __future__ import annotations

from datetime import datetime

from ballast.facts.fleet import Host
from ballast.records.document import Document
from ballast.records.rollout import InstanceUpdate
from ballast.words.codes import BOTTLEROCKET_UNDO, Code
from ballast.words.halts import sentence
from ballast.words.incident import Incident, instance_links, say
from ballast.words.notice import Notice, Severity


def not_undone(host: Host, u: InstanceUpdate, now: datetime) -> Notice:
    staged = u.owes is Document.CANCEL
    keeps = f"is pinned to {u.target} (settings.updates.version-lock, ignore-waves)"
    return say(
        _of(host, u), Code.BOTTLEROCKET_NOT_UNDONE, Severity.TICKET, now,
        title=f"{u.instance_id} keeps {u.target}: it heard no {_asked(u)}",
        what=f"{u.instance_id} keeps what an update did to it: it did not hear its {_asked(u)} for a quarter of an hour.",
        why=sentence(u.why or "it is updated, and its settings are to be put back"),
        impact=f"It serves, and {keeps}" + (f"; as far as is known it boots {u.target} next." if staged else "."),
        next=f"It is asked again every few minutes. See why Systems Manager does not reach {u.instance_id}.",
    )  # fmt: skip


def undone(host: Host, u: InstanceUpdate, now: datetime, *, how: str) -> Notice:
    return say(
        _of(host, u), Code.BOTTLEROCKET_UNDONE, Severity.INFO, now, closes=True,
        title=f"{u.instance_id} is rid of {u.target}",
        what=f"{u.instance_id} keeps nothing of the update to {u.target} any more.", why=sentence(how),
        impact="None by that update.", next="Nothing to do.",
    )  # fmt: skip


def _asked(u: InstanceUpdate) -> str:
    return "cancel" if u.owes is Document.CANCEL else "settings"


def _of(host: Host, u: InstanceUpdate) -> Incident:
    since = u.owed_since or u.since
    key = f"{u.cluster}/{u.instance_id}/{BOTTLEROCKET_UNDO}/{since:%Y%m%dT%H%M%SZ}"
    return Incident(
        u.cluster,
        u.instance_id,
        BOTTLEROCKET_UNDO,
        key,
        since,
        instance_links(host.view.cluster, host.id, host.view.instance),
    )
