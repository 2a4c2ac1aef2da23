"""Placement constraints under other names: each token that is a name is exchanged, and what cannot be is asked of the hosts.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ballast.drain.member_of import TaskGroups, is_member
from ballast.facts.view import ContainerInstance, InstanceStatus
from ballast.value import dataclass
from ballast_cli.dump.names import Known
from ballast_cli.dump.query import (
    ATTRIBUTE,
    INSTANCE,
    JOINS,
    PATTERNS,
    TASKS,
    TOKEN,
    UNARY,
    comparisons,
    every,
    of_aws,
    parts,
)
from ballast_cli.dump.records import Dump, Host


@dataclass(frozen=True, slots=True)
class Meanings:
    """`other`: each expression under other names; `chosen`: by host attributes that stand for what an expression chose.

    `lost`: what that no longer says, in sentences.
    """

    other: Mapping[str, str]
    chosen: Mapping[str, tuple[str, ...]]
    lost: tuple[str, ...]


def meanings_of(dump: Dump, known: Known) -> Meanings:
    other: dict[str, str] = {}
    chosen: dict[str, tuple[str, ...]] = {}
    for expression in every(dump):
        found = _exchanged(expression, known)
        if found is None:
            name = f"meets-{len({v for v in other.values() if v.startswith(f'{ATTRIBUTE}meets-')}) + 1}"
            found = f"{ATTRIBUTE}{name} exists"
            for host in (h for h in dump.hosts if _meets(dump, h, expression)):
                chosen[host.id] = (*chosen.get(host.id, ()), name)
        other[expression] = found
    lost = f"what placement constraints with patterns say of hosts that come later ({len(chosen)} hosts meet them now)"
    return Meanings(other, chosen, (lost,) if chosen or any("meets-" in each for each in other.values()) else ())


def _exchanged(expression: str, known: Known) -> str | None:
    """None where a pattern is about names that change."""
    for subject, operator, _ in comparisons(expression):
        private = (subject.startswith(ATTRIBUTE) and not of_aws(subject)) or subject in (TASKS, INSTANCE)
        if private and operator in PATTERNS:
            return None
    words: list[str] = []
    state: list[str] = []
    for token in TOKEN.findall(expression):
        if token in JOINS:
            words.append(token)
            state.clear()
            continue
        state.append(token)
        words.append(_token(state, known))
        if len(state) == 3 or (len(state) == 2 and token in UNARY):  # noqa: PLR2004 - subject, operator, argument
            state.clear()
    return " ".join(words)


def _token(state: list[str], known: Known) -> str:
    """The last one of a comparison, as far as it has been read."""
    token, subject = state[-1], state[0]
    if len(state) == 1:
        return f"{ATTRIBUTE}{known.attribute(token.removeprefix(ATTRIBUTE))}" if token.startswith(ATTRIBUTE) else token
    if len(state) == 2:  # noqa: PLR2004 - the operator
        return token
    values = [_value(subject, part, known) for part in parts(token)]
    return f"[{', '.join(values)}]" if token.startswith("[") else values[0]


def _value(subject: str, value: str, known: Known) -> str:
    if subject == TASKS:
        return known.task_group(value)
    if subject == INSTANCE:
        return known.instances.get(value, "i-0")
    return known.value(subject.removeprefix(ATTRIBUTE), value) if subject.startswith(ATTRIBUTE) else value


def _meets(dump: Dump, host: Host, expression: str) -> bool:
    """By the product's own reading."""
    tasks: Iterable[str] = (task.group for task in dump.tasks if task.host == host.id)
    seen = ContainerInstance(
        host.id, dump.cluster.name, host.instance, InstanceStatus.ACTIVE, host.agent_connected, 0, 0,
        attributes=host.attributes,
    )  # fmt: skip
    return is_member(seen, [expression], TaskGroups(frozenset(tasks))) is True
