"""What a sweep has to work with, and what it may do, by how the stack was deployed."""

from __future__ import annotations

from ballast.aws.ledger import Ledger
from ballast.shell.execute import Executor
from ballast.shell.policy_settings import DrainSettings
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Tools:
    """`discover`: take up held instances that no event told us about; off in dry run, where nothing remembers them."""

    ledger: Ledger
    executor: Executor
    put_hooks: bool
    discover: bool
    may_repair: bool = False
    sees_all: bool = False


def tools_of(settings: DrainSettings, ledger: Ledger, executor: Executor) -> Tools:
    return Tools(
        ledger,
        executor,
        settings.put_lifecycle_hooks,
        discover=not settings.dry_run,
        may_repair=settings.may_repair,
        sees_all=settings.sees_all,
    )
