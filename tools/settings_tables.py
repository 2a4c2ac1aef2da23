"""What follows from the table of settings: README's parameters, the runbook's tags, the template's groups and variables."""

from __future__ import annotations

from collections.abc import Sequence

from ballast.policy import rebalance_settings, settings
from ballast.policy.setting import Setting

# As the console shows the parameters: the first of each group; the others follow it in the table of settings.
GROUPS = {
    "DryRun": "Safety",
    "ScaleInDeadlineMinutes": "Draining",
    "StuckDrainMinutes": "Alerts",
    "UpdateStrategy": "Updates",
    "Rebalance": "Rebalancing",
    "NotificationEmail": "Channels",
    "EventAccounts": "Operation",
}
_BEFORE = next(n for n, row in enumerate(settings.SETTINGS) if row.parameter == "NotificationEmail")
EVERY: Sequence[Setting] = (
    *settings.SETTINGS[:_BEFORE],
    *rebalance_settings.REBALANCE_SETTINGS,
    *settings.SETTINGS[_BEFORE:],
)


def readme_table() -> str:
    """Every parameter; the limits of a number stand behind its sentence."""
    rows = [_row(_code(row.parameter), _default(row), _limited(row), _code(row.tag)) for row in EVERY if row.parameter]
    return "\n".join(["| Parameter | Default | Meaning | Cluster tag |", "|---|---|---|---|", *rows])


def runbook_table() -> str:
    """Every tag, with what the runbook says where that is more than README does."""
    rows = [
        _row(_code(row.tag), row.reader.values, _code(row.parameter), row.of_tag or row.says)
        for row in EVERY
        if row.tag
    ]
    return "\n".join(["| Tag | Values | Parameter | Meaning |", "|---|---|---|---|", *rows])


def parameter_groups() -> str:
    """For AWS::CloudFormation::Interface."""
    lines: list[str] = []
    for name in (row.parameter for row in EVERY if row.parameter):
        if name in GROUPS:
            lines += [f"- Label: {{ default: {GROUPS[name]} }}", "  Parameters:"]
        lines.append(f"    - {name}")
    return "\n".join(lines)


def policy_variables(*, rebalances: bool = False) -> str:
    """Those of a function that has a policy."""
    rows = (*settings.OF_POLICY, *(rebalance_settings.OF_POLICY if rebalances else ()))
    return "\n".join(f"{row.variable}: !Ref {row.parameter}" for row in rows if row.parameter)


def _row(*cells: str) -> str:
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def _code(name: str) -> str:
    return f"`{name}`" if name else ""


def _default(row: Setting) -> str:
    return _code(row.default or "") or "empty"


def _limited(row: Setting) -> str:
    return f"{row.says} ({row.reader.limits})" if row.reader.limits else row.says
