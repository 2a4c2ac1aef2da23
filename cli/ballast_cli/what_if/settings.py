"""Which settings the story was played with, where they are not the defaults."""

from __future__ import annotations

from ballast_cli.dump.stack_parameters import PARAMETERS
from ballast_cli.what_if.question import Question
from ballast_cli.what_if.theatre import FORCED, parameters_of, with_policy


def settings_of(question: Question) -> dict[str, str]:
    """Parameters by name, then the cluster's tags."""
    usual = {name: row.default for name, row in PARAMETERS.items()}
    given = parameters_of(question)
    changed = {n: given[n] for n in sorted(given) if n in usual and n not in FORCED and given[n] != usual[n]}
    return changed | dict(sorted(with_policy(question).cluster.tags.items()))
