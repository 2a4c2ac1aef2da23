"""What on-call reads about tags and parameters that cannot be read: one ticket a cluster, which names them all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from ballast.facts.view import Cluster
from ballast.policy.policy import is_tag
from ballast.records.watch import Watch
from ballast.words.codes import Code
from ballast.words.incident import say
from ballast.words.notice import Notice, Severity
from ballast.words.shortened import cut
from ballast.words.watching import of_watch

QUOTED_MOST = 500  # characters of all names and values together, so that each of many is named

type Unreadable = Sequence[tuple[str, str, str]]  # (tag or parameter, value, what is expected)


def policy_unreadable(cluster: Cluster, watch: Watch, wrong: Unreadable, now: datetime) -> Notice:
    most = QUOTED_MOST // len(wrong)
    tags = [cut(f"{name}={value}", most) for name, value, _ in wrong if is_tag(name)]
    parameters = [cut(f"{name}={value}", most) for name, value, _ in wrong if not is_tag(name)]
    of_cluster = f"{_these('tag', tags)} of cluster {cluster.name}" if tags else ""
    gone_by = f"{_these('parameter', parameters)}, which {'it' if tags else f'cluster {cluster.name}'} goes by,"
    both = " and ".join(part for part in (of_cluster, gone_by if parameters else "") if part)
    [first, *others] = wrong
    expected = "; ".join(f"for {name} {what}" for name, _, what in wrong) if others else first[2]
    return say(
        of_watch(cluster, watch), Code.POLICY_UNREADABLE, Severity.TICKET, now,
        title=f"setting cannot be read: {first[0]}{f" (+{len(others)})" if others else ""}",
        what=f"{both[0].upper()}{both[1:]} cannot be read.",
        why=f"Expected {expected}.",
        impact="Ballast begins no voluntary drain in this cluster; forced ones go on.",
        next=_remedy(len(tags), len(parameters)),
    )  # fmt: skip


def managed_unreadable(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    """Of the tag by which a cluster is managed: the watch quotes it."""
    return say(
        of_watch(cluster, watch), Code.POLICY_UNREADABLE, Severity.TICKET, now,
        what=f"The tag {cut(watch.subject, QUOTED_MOST)} of cluster {cluster.name} cannot be read, so Ballast does not look after it.",
        why="Expected true, in small letters and without spaces, as the roles of the functions compare it; or false.",
        impact="None of its instances is drained, held or updated by Ballast.",
        next="Correct or remove the tag; Ballast notices within two minutes.",
    )  # fmt: skip


def policy_readable(cluster: Cluster, watch: Watch, names: Collection[str], left: bool, now: datetime) -> Notice:  # noqa: FBT001 - said at its one call
    """`names`: those of the ticket that can be read again, perhaps none; `left`: another ticket tells of what cannot."""
    tags, parameters = [n for n in names if is_tag(n)], [n for n in names if not is_tag(n)]
    over = [_over(cluster, "tag", tags, "corrected or gone")] if tags else []
    over += [_over(cluster, "parameter", parameters, "corrected, or a tag overrides it")] if parameters else []
    changed = [] if over else [f"What cannot be read of the settings of cluster {cluster.name} has changed."]
    return say(
        of_watch(cluster, watch), Code.POLICY_READABLE, Severity.INFO, now,
        title=f"settings read again: {_listed(sorted(names))}" if over else "settings changed: others cannot be read",
        what=" ".join(over or changed),
        why="The sweep has read it again.",
        impact="Ballast still begins no voluntary drain in this cluster." if left else "None.",
        next="Another ticket names what cannot be read now." if left else "Nothing more to do.", closes=True,
    )  # fmt: skip


def _these(kind: str, quoted: Sequence[str]) -> str:
    return f"the {kind}{'s' if len(quoted) > 1 else ''} {_listed(quoted)}"


def _listed(some: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(some[:-1]), *some[-1:]) if part)


def _over(cluster: Cluster, kind: str, names: Sequence[str], how: str) -> str:
    if len(names) == 1:
        return f"The {kind} {names[0]} of cluster {cluster.name} is {how}."
    each = how.replace("overrides it", "overrides them")
    return f"The {kind}s {_listed(names)} of cluster {cluster.name} are {each}."


def _remedy(tags: int, parameters: int) -> str:
    tag, parameter = "tag" if tags == 1 else "tags", "parameter" if parameters == 1 else "parameters"
    default = "its default holds" if parameters == 1 else "their defaults hold"
    of_parameters = f"Correct the {parameter} and deploy again; until then {default}."
    of_tags = f"Correct or remove the {tag}; Ballast notices within two minutes."
    return " ".join([*([of_tags] if tags else []), *([of_parameters] if parameters else [])])
